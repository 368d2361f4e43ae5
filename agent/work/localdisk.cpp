// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/localdisk.h"

#include <QDir>

#include <cerrno>
#include <cstring>

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1U
#endif
#endif

namespace dtf::localdisk {

using namespace Qt::StringLiterals;

namespace {

tl::unexpected<Error> failed(QLatin1StringView what, const QString &path)
{
#ifdef _WIN32
    const QString why = u"error %1"_s.arg(GetLastError());
    const ErrorCode code = GetLastError() == ERROR_DISK_FULL ? ErrorCode::NoSpace
        : GetLastError() == ERROR_ALREADY_EXISTS             ? ErrorCode::AlreadyExists
        : GetLastError() == ERROR_FILE_NOT_FOUND             ? ErrorCode::NotFound
                                                             : ErrorCode::IoError;
#else
    const int error = errno;
    const QString why = QString::fromLocal8Bit(strerrorname_np(error));
    const ErrorCode code = error == ENOSPC ? ErrorCode::NoSpace
        : error == EEXIST                  ? ErrorCode::AlreadyExists
        : error == ENOENT                  ? ErrorCode::NotFound
                                           : ErrorCode::IoError;
#endif
    return fail(code, u"can't %1 %2: %3"_s.arg(what, path, why));
}

} // namespace

Result<void> sync(QFile &file)
{
    if (!file.flush()) {
        return fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(file.fileName(), file.errorString()));
    }
#ifdef _WIN32
    const HANDLE handle = reinterpret_cast<HANDLE>(_get_osfhandle(file.handle()));
    if (FlushFileBuffers(handle) == 0) {
        return failed("flush"_L1, file.fileName());
    }
#else
    if (::fsync(file.handle()) != 0) {
        return failed("flush"_L1, file.fileName());
    }
#endif
    return {};
}

Result<void> syncFile(const QString &path)
{
#ifdef _WIN32
    const HANDLE handle = CreateFileW(QDir::toNativeSeparators(path).toStdWString().c_str(), GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
        FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    if (handle == INVALID_HANDLE_VALUE) {
        // Windows flushes only what may be written: a read-only result is left to the system.
        return GetLastError() == ERROR_ACCESS_DENIED ? Result<void>() : failed("open"_L1, path);
    }
    const bool done = FlushFileBuffers(handle) != 0;
    const auto error = done ? Result<void>() : Result<void>(failed("flush"_L1, path));
    CloseHandle(handle);
    return error;
#else
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return failed("open"_L1, path);
    }
    auto error = ::fsync(fd) == 0 ? Result<void>() : Result<void>(failed("flush"_L1, path));
    ::close(fd);
    return error;
#endif
}

Result<void> syncFolder(const QString &folder)
{
#ifndef _WIN32
    const int fd = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return failed("open"_L1, folder);
    }
    const int result = ::fsync(fd);
    ::close(fd);
    if (result != 0) {
        return failed("flush"_L1, folder);
    }
#else
    Q_UNUSED(folder);
#endif
    return {};
}

Result<void> replace(const QString &from, const QString &to)
{
#ifdef _WIN32
    const auto wide = [](const QString &path) { return QDir::toNativeSeparators(path).toStdWString(); };
    if (MoveFileExW(wide(from).c_str(), wide(to).c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) == 0) {
        return failed("replace"_L1, to);
    }
#else
    if (::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0) {
        return failed("replace"_L1, to);
    }
#endif
    return {};
}

Result<void> moveNew(const QString &from, const QString &to)
{
#ifdef _WIN32
    const auto wide = [](const QString &path) { return QDir::toNativeSeparators(path).toStdWString(); };
    if (MoveFileExW(wide(from).c_str(), wide(to).c_str(), 0) == 0) {
        return failed("move to"_L1, to);
    }
#else
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    if (::syscall(SYS_renameat2, AT_FDCWD, source.constData(), AT_FDCWD, target.constData(), RENAME_NOREPLACE) != 0) {
        if (errno != EINVAL && errno != ENOSYS) {
            return failed("move to"_L1, to);
        }
        if (QFile::exists(to)) {
            errno = EEXIST;
            return failed("move to"_L1, to);
        }
        if (::rename(source.constData(), target.constData()) != 0) {
            return failed("move to"_L1, to);
        }
    }
#endif
    return {};
}

bool reserve(QFile &file, qint64 bytes)
{
#if defined(__linux__)
    return ::fallocate(file.handle(), FALLOC_FL_KEEP_SIZE, file.size(), bytes) == 0;
#elif defined(_WIN32)
    FILE_ALLOCATION_INFO room {};
    room.AllocationSize.QuadPart = file.size() + bytes;
    const HANDLE handle = reinterpret_cast<HANDLE>(_get_osfhandle(file.handle()));
    return SetFileInformationByHandle(handle, FileAllocationInfo, &room, sizeof room) != 0;
#else
    Q_UNUSED(file);
    Q_UNUSED(bytes);
    return false;
#endif
}

bool punchFront(const QString &path, qint64 bytes)
{
#if defined(__linux__)
    const int fd = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    const int result = ::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, bytes);
    ::close(fd);
    return result == 0;
#else
    Q_UNUSED(path);
    Q_UNUSED(bytes);
    return false;
#endif
}

} // namespace dtf::localdisk
