// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/ioerror.h"

#include <windows.h>

#include <system_error>

namespace dtf {

namespace {

// winerror.h knows them, MinGW's copy does not
constexpr DWORD stoppedOnSymlink = 681;
constexpr DWORD diskQuotaExceeded = 1295;

} // namespace

IoKind classify(int code)
{
    switch (static_cast<DWORD>(code)) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
        return IoKind::NotFound;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
    case ERROR_DIR_NOT_EMPTY:
        return IoKind::Exists;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_BUSY:
    case ERROR_USER_MAPPED_FILE:
    case ERROR_DELETE_PENDING:
        return IoKind::Busy;
    case ERROR_NOT_SAME_DEVICE:
        return IoKind::CrossDevice;
    case ERROR_WRITE_PROTECT:
        return IoKind::ReadOnly;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
    case diskQuotaExceeded:
        return IoKind::NoSpace;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
        return IoKind::Denied;
    case ERROR_DIRECTORY:
    case ERROR_CANT_ACCESS_FILE:
    case stoppedOnSymlink:
        return IoKind::NotRegular;
    case ERROR_INVALID_NAME:
    case ERROR_INVALID_PARAMETER:
    case ERROR_FILENAME_EXCED_RANGE:
    case ERROR_BAD_PATHNAME:
    case ERROR_NEGATIVE_SEEK:
        return IoKind::Invalid;
    case ERROR_TOO_MANY_OPEN_FILES:
        return IoKind::TooMany;
    case ERROR_INVALID_FUNCTION:
    case ERROR_NOT_SUPPORTED:
        return IoKind::Unsupported;
    default:
        return IoKind::Trouble; // ERROR_NETNAME_DELETED, ERROR_UNEXP_NET_ERR, ERROR_SEM_TIMEOUT, …
    }
}

tl::unexpected<IoError> lastIoError()
{
    const int code = static_cast<int>(GetLastError());
    return ioFail(classify(code), code);
}

QString systemText(int code)
{
    return QString::fromLocal8Bit(std::system_category().message(code)).trimmed();
}

} // namespace dtf
