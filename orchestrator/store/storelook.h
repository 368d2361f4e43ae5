// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QByteArray>
#include <QString>

namespace dtf {

/// What a look at the orchestrator's database tells.
struct StoreLook
{
    bool isOlder = false; ///< of an older version: the next start brings it up to date; nothing below is known then
    qint64 openJobs = 0;
    qint64 lastAuditSeq = 0;
    QByteArray shareUuid; ///< of the share it belongs to; empty: none yet
};

/// Looks without changing anything: no migration, nothing dropped, no file made but SQLite's own beside it. Busy: an orchestrator
/// runs on it. VersionMismatch: a newer one wrote it. PermissionDenied: this thread's account can't write it or what lies
/// beside it. StoreFailed: damaged, or no database. The detail begins with the path. Blocks; any thread.
[[nodiscard]] Result<StoreLook> lookAtStore(const QString &path);

} // namespace dtf
