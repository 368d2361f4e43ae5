// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QFile>
#include <QString>

/// The few calls on the agent's own disk that Qt does not offer. Never used on the share.
namespace dtf::localdisk {

/// Flushes a file's data to the disk. After a failure the file must not be trusted: the kernel may have dropped the pages.
[[nodiscard]] Result<void> sync(QFile &file);
/// The same for a file that somebody else has written, by its name; a link is not followed.
[[nodiscard]] Result<void> syncFile(const QString &path);
/// Flushes a folder's entries (no-op on Windows, where NTFS journals them).
[[nodiscard]] Result<void> syncFolder(const QString &folder);
/// `from` takes the place of `to`, atomically; both in one folder of our own.
[[nodiscard]] Result<void> replace(const QString &from, const QString &to);
/// `from` gets the name `to`, which must not exist; never a copy.
[[nodiscard]] Result<void> moveNew(const QString &from, const QString &to);
/// Asks for room for `bytes` more behind the file's end, its size unchanged. False: there is none, or this disk can't promise.
bool reserve(QFile &file, qint64 bytes);
/// Gives the disk space of the first `bytes` of a file back while offsets stay as they are; false where the system can't.
bool punchFront(const QString &path, qint64 bytes);

} // namespace dtf::localdisk
