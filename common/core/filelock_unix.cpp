// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/filelock.h"

#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace dtf {

using namespace Qt::StringLiterals;

Result<std::unique_ptr<FileLock>> FileLock::take(const QString &path)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        return fail(ErrorCode::IoError, u"%1: %2"_s.arg(path, qt_error_string(errno)));
    }
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        ::close(fd);
        return error == EWOULDBLOCK ? fail(ErrorCode::Busy, u"%1 is locked"_s.arg(path))
                                    : fail(ErrorCode::IoError, u"%1: %2"_s.arg(path, qt_error_string(error)));
    }
    return std::unique_ptr<FileLock>(new FileLock(fd));
}

FileLock::~FileLock()
{
    ::close(static_cast<int>(m_handle));
}

} // namespace dtf
