// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/filelock.h"

#include <QDir>

#include <windows.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

tl::unexpected<Error> failed(const QString &path, DWORD error)
{
    return error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION
        ? fail(ErrorCode::Busy, u"%1 is locked"_s.arg(path))
        : fail(ErrorCode::IoError, u"%1: %2"_s.arg(path, qt_error_string(static_cast<int>(error))));
}

} // namespace

Result<std::unique_ptr<FileLock>> FileLock::take(const QString &file)
{
    const QString path = QDir::toNativeSeparators(file);
    HANDLE handle = CreateFileW(reinterpret_cast<LPCWSTR>(path.utf16()), GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE) {
        return failed(path, GetLastError());
    }
    OVERLAPPED region {};
    if (!LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &region)) {
        const auto error = failed(path, GetLastError());
        CloseHandle(handle);
        return error;
    }
    return std::unique_ptr<FileLock>(new FileLock(reinterpret_cast<qintptr>(handle)));
}

FileLock::~FileLock()
{
    CloseHandle(reinterpret_cast<HANDLE>(m_handle));
}

} // namespace dtf
