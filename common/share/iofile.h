// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/ioerror.h"
#include "common/share/sharefs.h"

#include <memory>

namespace dtf {

/// One open regular file; closed by the destructor at the latest. Positions move on by reading and writing.
class IoFile
{
public:
    IoFile() = default;
    IoFile(const IoFile &) = delete;
    IoFile &operator=(const IoFile &) = delete;
    virtual ~IoFile() = default;

    /// Up to `size` bytes; 0 at the end.
    [[nodiscard]] virtual Io<qint64> read(char *data, qint64 size) = 0;
    /// To `offset` from the start; behind the end is fine.
    [[nodiscard]] virtual Io<void> seek(qint64 offset) = 0;
    /// All of it or an error.
    [[nodiscard]] virtual Io<void> write(QByteArrayView data) = 0;
    /// To the disk. After an error this file's content is unknown: never ask again on the same one (fsyncgate).
    [[nodiscard]] virtual Io<void> sync() = 0;
    /// Size, times and identity as they are now; name left empty.
    [[nodiscard]] virtual Io<EntryInfo> info() = 0;
    /// Asks the system to forget cached content, so that the next read comes from further away. A hint.
    virtual void dropCache() = 0;
    /// Some file systems report failed writes only here.
    [[nodiscard]] virtual Io<void> close() = 0;
};

/// A local path for reading; links are followed (it is our own disk).
[[nodiscard]] Io<std::unique_ptr<IoFile>> openLocal(const QString &path);
/// A new local file for writing, private to this user where the system can; Exists when there is anything of that name.
[[nodiscard]] Io<std::unique_ptr<IoFile>> createLocal(const QString &path);
[[nodiscard]] Io<void> removeLocal(const QString &path);

} // namespace dtf
