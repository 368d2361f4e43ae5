// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QString>

#include <memory>

namespace dtf {

/// One process at a time: an operating system's lock on a file, kept open, gone with the process however it ends. Nothing is
/// read from the file and it stays, so no crash, full disk or power cut can leave a lock without an owner. Not inherited by child
/// processes. Thread: any, one at a time.
class FileLock final
{
public:
    /// The file is made when it is missing. Busy: another process has it.
    [[nodiscard]] static Result<std::unique_ptr<FileLock>> take(const QString &path);
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;
    ~FileLock();

private:
    explicit FileLock(qintptr handle)
        : m_handle(handle)
    { }
    qintptr m_handle;
};

} // namespace dtf
