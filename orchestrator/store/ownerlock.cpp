// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/ownerlock.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#ifdef Q_OS_WIN
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString lockPath(const QString &database)
{
    const QString real = QFileInfo(database).canonicalFilePath(); // empty while there is no such file
    if (!real.isEmpty()) {
        return real + ".lock"_L1;
    }
    const QFileInfo info(database);
    const QString folder = QFileInfo(info.absolutePath()).canonicalFilePath();
    return QDir(folder.isEmpty() ? info.absolutePath() : folder).filePath(info.fileName() + ".lock"_L1);
}

tl::unexpected<Error> taken(const QString &path)
{
    return fail(ErrorCode::Busy, u"another orchestrator uses this database (%1 is locked)"_s.arg(path));
}

} // namespace

#ifdef Q_OS_WIN

Result<std::unique_ptr<OwnerLock>> OwnerLock::take(const QString &database)
{
    const QString path = QDir::toNativeSeparators(lockPath(database));
    HANDLE handle = CreateFileW(reinterpret_cast<LPCWSTR>(path.utf16()), GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE) {
        return fail(ErrorCode::StoreFailed, u"%1: %2"_s.arg(path, qt_error_string(static_cast<int>(GetLastError()))));
    }
    OVERLAPPED region {};
    if (!LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &region)) {
        CloseHandle(handle);
        return taken(path);
    }
    return std::unique_ptr<OwnerLock>(new OwnerLock(reinterpret_cast<qintptr>(handle)));
}

OwnerLock::~OwnerLock()
{
    CloseHandle(reinterpret_cast<HANDLE>(m_handle));
}

QByteArray fileIdentity(const QString &path)
{
    return QFile::exists(path) ? QByteArrayLiteral("file") : QByteArray();
}

#else

Result<std::unique_ptr<OwnerLock>> OwnerLock::take(const QString &database)
{
    const QString path = lockPath(database);
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        return fail(ErrorCode::StoreFailed, u"%1: %2"_s.arg(path, QString::fromLocal8Bit(std::strerror(errno))));
    }
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return taken(path);
    }
    return std::unique_ptr<OwnerLock>(new OwnerLock(fd));
}

OwnerLock::~OwnerLock()
{
    ::close(static_cast<int>(m_handle));
}

QByteArray fileIdentity(const QString &path)
{
    struct stat info
    { };
    if (::stat(QFile::encodeName(path).constData(), &info) != 0) {
        return {};
    }
    return QByteArray::number(qulonglong(info.st_dev)) + ':' + QByteArray::number(qulonglong(info.st_ino));
}

#endif

} // namespace dtf
