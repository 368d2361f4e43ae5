// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "common/share/sharefs.h"

/// What lies in a finished file's result folder. For the share worker's thread.
namespace dtf {

inline constexpr qint64 mostManifestBytes = qint64 {4} * 1024 * 1024;
inline constexpr qsizetype mostResultFiles = 4'096;

/// The files that the folder's manifest lists, at most `mostResultFiles`; `note` says why there are none or fewer. An error only
/// when the share could not be read: a folder that somebody took away is a note.
[[nodiscard]] Result<ResultsView> listResults(ShareFs &share, const SharePath &folder);

/// At most `limit` bytes of the listed file `name` from `offset`. NotFound: the manifest lists no such file, whatever lies there;
/// a link there is not followed.
[[nodiscard]] Result<QByteArray> readResult(
    ShareFs &share, const SharePath &folder, const QByteArray &name, qint64 offset, qint64 limit);

} // namespace dtf
