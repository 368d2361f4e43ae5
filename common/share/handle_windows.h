// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/iofile.h"

#include <windows.h>

#include <string>
#include <utility>

namespace dtf {

/// Owns one handle.
class Handle
{
public:
    Handle() = default;
    explicit Handle(HANDLE handle)
        : m_handle(handle)
    { }
    Handle(Handle &&other) noexcept
        : m_handle(std::exchange(other.m_handle, INVALID_HANDLE_VALUE))
    { }
    Handle &operator=(Handle &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    ~Handle()
    {
        if (isOpen()) {
            CloseHandle(m_handle);
        }
    }
    [[nodiscard]] bool isOpen() const { return m_handle != INVALID_HANDLE_VALUE; }
    [[nodiscard]] HANDLE get() const { return m_handle; }
    [[nodiscard]] HANDLE release() { return std::exchange(m_handle, INVALID_HANDLE_VALUE); }

private:
    HANDLE m_handle = INVALID_HANDLE_VALUE;
};

inline constexpr DWORD shareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
/// Folders can be opened, and a link or junction is opened itself, never what it points to.
inline constexpr DWORD openItself = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;

[[nodiscard]] Handle openPath(const std::wstring &path, DWORD access, DWORD share, DWORD disposition, DWORD flags);
[[nodiscard]] Io<EntryInfo> infoOf(HANDLE handle);
/// An open handle of a regular file as IoFile; NotRegular for anything else.
[[nodiscard]] Io<std::unique_ptr<IoFile>> wrapRegular(Handle handle);
/// An absolute path in the form without a length limit: \\?\C:\…, \\?\UNC\server\share\….
[[nodiscard]] std::wstring longPath(const QString &path);

} // namespace dtf
