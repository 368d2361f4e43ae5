// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QList>
#include <QString>

#include <atomic>

namespace dtf {

/// One file to be put into an archive.
struct ZipEntry
{
    QString name; ///< inside it, '/' separated
    QString path; ///< of the file it is made of
};

/// Whether this build can write archives (libzip was there).
[[nodiscard]] bool canWriteZip();

/// A new archive at `path`, or nothing is changed there. Replaces a file of that name. Blocks while it reads and packs: for a
/// thread of its own; ends soon with Unavailable once `stop` is true.
[[nodiscard]] Result<void> writeZip(const QString &path, const QList<ZipEntry> &entries, const std::atomic_bool &stop);

} // namespace dtf
