// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/fd_linux.h"

#include <QFile>

#include <fcntl.h>
#include <sys/sysmacros.h>

#include <cerrno>

namespace dtf {

namespace {

class LinuxFile final : public IoFile
{
public:
    explicit LinuxFile(Fd fd)
        : m_fd(std::move(fd))
    { }

    Io<qint64> read(char *data, qint64 size) override
    {
        for (;;) {
            const ssize_t got = ::read(m_fd.get(), data, static_cast<size_t>(size));
            if (got >= 0) {
                return got;
            }
            if (errno != EINTR) {
                return lastIoError();
            }
        }
    }

    Io<void> seek(qint64 offset) override
    {
        if (::lseek(m_fd.get(), offset, SEEK_SET) < 0) {
            return lastIoError();
        }
        return {};
    }

    Io<void> write(QByteArrayView data) override
    {
        while (!data.isEmpty()) {
            const ssize_t put = ::write(m_fd.get(), data.data(), static_cast<size_t>(data.size()));
            if (put < 0 && errno == EINTR) {
                continue;
            }
            if (put < 0) {
                return lastIoError();
            }
            data = data.sliced(put);
        }
        return {};
    }

    Io<void> sync() override
    {
        if (::fsync(m_fd.get()) != 0) {
            return lastIoError();
        }
        return {};
    }

    Io<EntryInfo> info() override
    {
        struct stat st
        { };
        if (statFresh(m_fd.get(), "", st) != 0) {
            return lastIoError();
        }
        return entryFrom(st, {});
    }

    void dropCache() override { (void)::posix_fadvise(m_fd.get(), 0, 0, POSIX_FADV_DONTNEED); }

    Io<void> close() override
    {
        // Linux frees the descriptor whatever close() says; EINTR is no failed write.
        if (::close(m_fd.release()) != 0 && errno != EINTR) {
            return lastIoError();
        }
        return {};
    }

private:
    Fd m_fd;
};

} // namespace

int statFresh(int fd, const char *name, struct stat &st)
{
    const int flags = AT_SYMLINK_NOFOLLOW | (*name == '\0' ? AT_EMPTY_PATH : 0);
    struct statx found
    { };
    if (::statx(fd, name, flags | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &found) != 0) {
        return errno == ENOSYS || errno == EPERM ? ::fstatat(fd, name, &st, flags) : -1; // missing or filtered
    }
    st = {};
    st.st_dev = makedev(found.stx_dev_major, found.stx_dev_minor);
    st.st_ino = found.stx_ino;
    st.st_mode = found.stx_mode;
    st.st_nlink = found.stx_nlink;
    st.st_size = static_cast<off_t>(found.stx_size);
    st.st_mtim = {found.stx_mtime.tv_sec, found.stx_mtime.tv_nsec};
    return 0;
}

EntryInfo entryFrom(const struct stat &st, const QByteArray &name)
{
    EntryInfo entry;
    entry.name = name;
    entry.kind = S_ISREG(st.st_mode) ? EntryKind::File
        : S_ISDIR(st.st_mode)        ? EntryKind::Directory
        : S_ISLNK(st.st_mode)        ? EntryKind::Link
                                     : EntryKind::Other;
    entry.size = st.st_size;
    entry.mtimeNs = qint64 {st.st_mtim.tv_sec} * 1'000'000'000 + st.st_mtim.tv_nsec;
    entry.fileId = QByteArray::number(quint64 {st.st_dev}, 16) + ':' + QByteArray::number(quint64 {st.st_ino}, 16);
    entry.links = static_cast<int>(qMin<quint64>(st.st_nlink, 1'000'000));
    return entry;
}

Io<std::unique_ptr<IoFile>> wrapRegular(Fd fd)
{
    struct stat st
    { };
    if (::fstat(fd.get(), &st) != 0) {
        return lastIoError();
    }
    if (!S_ISREG(st.st_mode)) {
        return ioFail(IoKind::NotRegular);
    }
    return std::make_unique<LinuxFile>(std::move(fd));
}

Io<std::unique_ptr<IoFile>> openLocal(const QString &path)
{
    Fd fd(::open(QFile::encodeName(path).constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (fd.get() < 0) {
        return lastIoError();
    }
    return wrapRegular(std::move(fd));
}

Io<std::unique_ptr<IoFile>> createLocal(const QString &path)
{
    Fd fd(::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd.get() < 0) {
        return lastIoError();
    }
    return wrapRegular(std::move(fd));
}

Io<void> removeLocal(const QString &path)
{
    if (::unlink(QFile::encodeName(path).constData()) != 0) {
        return lastIoError();
    }
    return {};
}

} // namespace dtf
