// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/mounts.h"

#include <QFile>

#include <cerrno>
#include <sched.h>
#include <sys/mount.h>

#include <fcntl.h>
#include <unistd.h>

namespace dtf {

bool ownMounts()
{
    return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

Mount::Mount(const QString &where, bool mounted)
    : m_where(QFile::encodeName(where))
    , m_mounted(mounted)
{ }

Mount Mount::memory(const QString &where, qint64 bytes)
{
    const QByteArray size = "size=" + QByteArray::number(bytes);
    return Mount(where, ::mount("tmpfs", QFile::encodeName(where).constData(), "tmpfs", 0, size.constData()) == 0);
}

Mount Mount::way(const QString &from, const QString &where)
{
    const QByteArray source = QFile::encodeName(from);
    return Mount(where, ::mount(source.constData(), QFile::encodeName(where).constData(), nullptr, MS_BIND, nullptr) == 0);
}

Mount::Mount(Mount &&other) noexcept
    : m_where(std::move(other.m_where))
    , m_mounted(std::exchange(other.m_mounted, false))
{ }

Mount &Mount::operator=(Mount &&other) noexcept
{
    undo();
    m_where = std::move(other.m_where);
    m_mounted = std::exchange(other.m_mounted, false);
    return *this;
}

Mount::~Mount()
{
    undo();
}

bool Mount::setReadOnly(bool on) const
{
    return ::mount(nullptr, m_where.constData(), nullptr, MS_REMOUNT | MS_BIND | (on ? MS_RDONLY : 0), nullptr) == 0;
}

void Mount::undo()
{
    if (std::exchange(m_mounted, false)) {
        (void)::umount2(m_where.constData(), MNT_DETACH);
    }
}

bool fillUp(const QString &path)
{
    const int file = ::open(QFile::encodeName(path).constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0) {
        return false;
    }
    const QByteArray block(64 * 1024, '\0');
    for (qsizetype size = block.size(); size > 0;) {
        if (::write(file, block.constData(), static_cast<size_t>(size)) <= 0) {
            size /= 2;
        }
    }
    const bool full = errno == ENOSPC;
    (void)::fsync(file);
    ::close(file);
    return full;
}

} // namespace dtf
