// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/linuxfolders.h"

#include <QFile>

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <cerrno>

namespace dtf {

namespace {

constexpr qsizetype mostHeld = 64; ///< folders
constexpr int folderFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// One call on Linux 5.6 and later; -1 and ENOSYS or EPERM where it is missing or filtered.
int openBeneath(int root, const QByteArray &path)
{
    open_how how {};
    how.flags = folderFlags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(::syscall(SYS_openat2, root, path.constData(), &how, sizeof how));
}

Io<Fd> openStepwise(int root, const QByteArray &path)
{
    Fd at;
    const auto parts = path.split('/');
    for (const QByteArray &part : parts) {
        Fd next(::openat(at.get() < 0 ? root : at.get(), part.constData(), folderFlags));
        if (next.get() < 0) {
            return lastIoError();
        }
        at = std::move(next);
    }
    return at;
}

Io<Fd> folderBelow(const Fd &root, const QByteArray &path)
{
    if (!path.contains('/')) {
        Fd only(::openat(root.get(), path.constData(), folderFlags));
        return only.get() >= 0 ? Io<Fd>(std::move(only)) : Io<Fd>(lastIoError());
    }
    Fd fd(openBeneath(root.get(), path));
    if (fd.get() >= 0) {
        return fd;
    }
    if (errno == ENOSYS || errno == EPERM || errno == EAGAIN || errno == EINVAL) {
        return openStepwise(root.get(), path);
    }
    return lastIoError();
}

} // namespace

LinuxFolders::LinuxFolders(const QString &root)
    : m_root(QFile::encodeName(root))
{ }

LinuxFolders::Mark LinuxFolders::markOf(const struct stat &st, bool withContent)
{
    if (!withContent) {
        return {st.st_dev, st.st_ino, 0, 0};
    }
    return {st.st_dev, st.st_ino, st.st_size, qint64 {st.st_mtim.tv_sec} * 1'000'000'000 + st.st_mtim.tv_nsec};
}

Io<void> LinuxFolders::pin()
{
    unpin();
    const auto fd = openRoot();
    if (!fd) {
        return tl::unexpected(fd.error());
    }
    struct stat top
    { };
    struct stat sentinel
    { };
    if (::fstat(fd->get(), &top) != 0
        || ::fstatat(fd->get(), layout::sentinel().constData(), &sentinel, AT_SYMLINK_NOFOLLOW) != 0) {
        return lastIoError();
    }
    if (!S_ISREG(sentinel.st_mode)) {
        return ioFail(IoKind::NotRegular);
    }
    struct statfs system
    { };
    if (::fstatfs(fd->get(), &system) != 0) {
        return lastIoError();
    }
    m_isFuse = system.f_type == FUSE_SUPER_MAGIC;
    m_rootMark = markOf(top, false);
    m_sentinelMark = markOf(sentinel, true);
    m_pinned = true;
    return {};
}

void LinuxFolders::unpin()
{
    m_pinned = false;
    m_heldRoot.reset();
    m_held.clear();
}

void LinuxFolders::hold(bool on)
{
    m_holds += on ? 1 : -1;
    if (m_holds == 0) {
        m_heldRoot.reset();
        m_held.clear();
    }
}

Io<Fd> LinuxFolders::openRoot() const
{
    Fd fd(::open(m_root.constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) {
        return ioFail(IoKind::RootGone, errno);
    }
    if (!m_pinned) {
        return fd;
    }
    struct stat st
    { };
    if (::fstat(fd.get(), &st) != 0) {
        return ioFail(IoKind::RootGone, errno);
    }
    if (markOf(st, false) != m_rootMark) {
        return ioFail(IoKind::RootGone);
    }
    // Two network mounts can be given the same device and root inode one after the other: the sentinel tells them apart.
    if (::fstatat(fd.get(), "DTF_SHARE_ID", &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return ioFail(IoKind::RootGone, errno);
    }
    if (markOf(st, true) != m_sentinelMark) {
        return ioFail(IoKind::RootGone);
    }
    return fd;
}

/// What is held for too long is let go, so that an exchanged root is noticed soon.
void LinuxFolders::dropOld()
{
    const MonoTime now = SystemClock().now().mono;
    if (now >= m_heldUntil || m_held.size() >= mostHeld) {
        m_heldRoot.reset();
        m_held.clear();
        m_heldUntil = now + heldFor;
    }
}

Io<FolderFd> LinuxFolders::root()
{
    if (m_heldRoot) {
        return m_heldRoot;
    }
    auto fd = openRoot();
    if (!fd) {
        return tl::unexpected(fd.error());
    }
    auto shared = std::make_shared<const Fd>(std::move(*fd));
    if (m_holds > 0 && m_pinned) {
        m_heldRoot = shared;
    }
    return shared;
}

Io<FolderFd> LinuxFolders::folder(const QByteArray &path)
{
    if (m_holds > 0) {
        dropOld();
        if (const auto held = m_held.constFind(path); held != m_held.cend()) {
            return *held;
        }
    }
    const auto top = root();
    if (!top || path.isEmpty()) {
        return top;
    }
    auto fd = folderBelow(**top, path);
    if (!fd) {
        return tl::unexpected(fd.error());
    }
    auto shared = std::make_shared<const Fd>(std::move(*fd));
    if (m_heldRoot) {
        m_held.insert(path, shared);
    }
    return shared;
}

} // namespace dtf
