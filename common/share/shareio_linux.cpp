// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/linuxfolders.h"
#include "common/share/shareio.h"
#include "common/share/sharepath.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace dtf {

namespace {

/// The folder above and the last component, ready for a *at() call.
struct Place
{
    FolderFd folder;
    QByteArray leaf;
    [[nodiscard]] int fd() const { return folder->get(); }
};

struct FolderCloser
{
    void operator()(DIR *dir) const { ::closedir(dir); }
};

EntryKind kindOf(unsigned char type)
{
    return type == DT_REG ? EntryKind::File
        : type == DT_DIR  ? EntryKind::Directory
        : type == DT_LNK  ? EntryKind::Link
                          : EntryKind::Other;
}

class LinuxShareIo final : public ShareIo
{
public:
    explicit LinuxShareIo(const QString &root)
        : m_folders(root)
    { }
    Io<void> pin() override { return m_folders.pin(); }
    void unpin() override { m_folders.unpin(); }
    bool isPinned() const override { return m_folders.isPinned(); }
    void hold(bool on) override { m_folders.hold(on); }

    Io<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) override;
    Io<void> visit(const SharePath &folder, const ShareFs::Visitor &visitor) override;
    Io<EntryInfo> look(const SharePath &path) override;
    Io<void> move(const SharePath &source, const SharePath &target, MoveKind kind) override;
    Io<void> moveExclusive(const SharePath &source, const SharePath &target) override;
    Io<void> moveReplacing(const SharePath &source, const SharePath &target) override;
    Io<EntryInfo> glance(const SharePath &path) override;
    Io<ClosedLook> lookWhetherClosed(const SharePath &path) override;
    Io<std::unique_ptr<IoFile>> openRead(const SharePath &path) override { return open(path, O_RDONLY | O_NONBLOCK); }
    Io<std::unique_ptr<IoFile>> createNew(const SharePath &path) override { return open(path, O_WRONLY | O_CREAT | O_EXCL); }
    Io<std::unique_ptr<IoFile>> openAppend(const SharePath &path) override;
    Io<void> makeFolder(const SharePath &folder) override;
    Io<void> removeFile(const SharePath &path) override { return remove(path, 0); }
    Io<void> removeFolder(const SharePath &folder) override { return remove(folder, AT_REMOVEDIR); }
    Io<void> syncFolder(const SharePath &folder) override;
    Io<qint64> freeBytes() override;

private:
    template <typename Each> [[nodiscard]] Io<void> readFolder(const SharePath &folder, Each each);
    [[nodiscard]] Io<Place> placeOf(const SharePath &path);
    [[nodiscard]] Io<Place> targetPlace(const SharePath &path);
    struct TwoPlaces
    {
        Place from;
        Place to;
    };
    [[nodiscard]] Io<TwoPlaces> placesOf(const SharePath &source, const SharePath &target);
    [[nodiscard]] Io<std::unique_ptr<IoFile>> open(const SharePath &path, int flags);
    [[nodiscard]] Io<void> remove(const SharePath &path, int flags);

    LinuxFolders m_folders;
};

IoError asTarget(IoError error)
{
    return error.kind == IoKind::NotFound ? IoError {IoKind::NoFolder, error.code} : error;
}

Io<Place> LinuxShareIo::placeOf(const SharePath &path)
{
    const SplitPath parts = split(path);
    auto folder = m_folders.folder(parts.folder);
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    return Place {std::move(*folder), parts.leaf};
}

Io<Place> LinuxShareIo::targetPlace(const SharePath &path)
{
    return placeOf(path).map_error(asTarget);
}

Io<LinuxShareIo::TwoPlaces> LinuxShareIo::placesOf(const SharePath &source, const SharePath &target)
{
    m_folders.hold(true); // one look at the root for both
    auto from = placeOf(source);
    auto to = from ? targetPlace(target) : Io<Place>();
    m_folders.hold(false);
    if (!from) {
        return tl::unexpected(from.error());
    }
    if (!to) {
        return tl::unexpected(to.error());
    }
    return TwoPlaces {std::move(*from), std::move(*to)};
}

/// Each entry of a folder as readdir names it, until `each` returns an error.
template <typename Each> Io<void> LinuxShareIo::readFolder(const SharePath &folder, Each each)
{
    const auto at = m_folders.folder(folder);
    if (!at) {
        return tl::unexpected(at.error());
    }
    const int fd = ::openat((*at)->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return lastIoError();
    }
    const std::unique_ptr<DIR, FolderCloser> dir(::fdopendir(fd));
    if (!dir) {
        const auto error = lastIoError();
        ::close(fd);
        return error;
    }
    for (;;) {
        errno = 0;
        const dirent *item = ::readdir(dir.get()); // NOLINT(concurrency-mt-unsafe): one stream belongs to one thread
        if (!item) {
            return errno != 0 ? Io<void>(lastIoError()) : Io<void>(); // half a listing is no listing
        }
        if (isEntryName(QByteArrayView(item->d_name))) {
            each(fd, *item);
        }
    }
}

Io<QList<EntryInfo>> LinuxShareIo::list(const SharePath &folder, bool withDetails)
{
    QList<EntryInfo> out;
    const Io<void> read = readFolder(folder, [&](int fd, const dirent &item) {
        EntryInfo entry;
        entry.name = QByteArray(item.d_name);
        entry.kind = kindOf(item.d_type);
        if (withDetails || item.d_type == DT_UNKNOWN) {
            struct stat st
            { };
            if (::fstatat(fd, item.d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
                const EntryInfo full = entryFrom(st, entry.name);
                entry.kind = full.kind;
                entry = withDetails ? full : entry;
            } else if (errno == ENOENT) {
                return; // gone since readdir saw it
            }
        }
        out.append(std::move(entry));
    });
    return read.map([&] { return std::move(out); });
}

Io<void> LinuxShareIo::visit(const SharePath &folder, const ShareFs::Visitor &visitor)
{
    return readFolder(folder, [&](int, const dirent &item) {
        visitor(QByteArray::fromRawData(item.d_name, static_cast<qsizetype>(std::strlen(item.d_name))));
    });
}

Io<EntryInfo> LinuxShareIo::look(const SharePath &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    struct stat st
    { };
    const bool found = ::fstatat(place->fd(), place->leaf.constData(), &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (!found && errno != ENOENT) {
        return lastIoError();
    }
    if (found && !S_ISREG(st.st_mode)) {
        return entryFrom(st, place->leaf);
    }
    // Attributes and their absence may come from a client's cache; an open goes to the server.
    const Fd fd(::openat(place->fd(), place->leaf.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (fd.get() >= 0) {
        if (statFresh(fd.get(), "", st) != 0) {
            return lastIoError();
        }
        return entryFrom(st, place->leaf);
    }
    const IoKind kind = classify(errno);
    if (kind == IoKind::NotFound) {
        return lastIoError();
    }
    if (found && (kind == IoKind::Denied || kind == IoKind::Busy)) {
        return entryFrom(st, place->leaf); // it is there; reading it is another matter
    }
    return lastIoError();
}

Io<void> LinuxShareIo::move(const SharePath &source, const SharePath &target, MoveKind kind)
{
    const auto places = placesOf(source, target);
    if (!places) {
        return tl::unexpected(places.error());
    }
    const auto *from = &places->from;
    const auto *to = &places->to;
    const int fromFd = from->fd();
    const int toFd = to->fd();
    struct stat st
    { };
    if (::fstatat(fromFd, from->leaf.constData(), &st, AT_SYMLINK_NOFOLLOW) == 0 && kind != MoveKind::Anything
        && !(kind == MoveKind::File ? S_ISREG(st.st_mode) : S_ISDIR(st.st_mode))) {
        return ioFail(IoKind::NotRegular);
    }
    if (::renameat2(fromFd, from->leaf.constData(), toFd, to->leaf.constData(), RENAME_NOREPLACE) == 0) {
        return {};
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return lastIoError();
    }
    if (::fstatat(toFd, to->leaf.constData(), &st, AT_SYMLINK_NOFOLLOW) == 0) {
        return ioFail(IoKind::Exists, EEXIST);
    }
    if (::renameat(fromFd, from->leaf.constData(), toFd, to->leaf.constData()) != 0) {
        return lastIoError();
    }
    return {};
}

Io<void> LinuxShareIo::moveExclusive(const SharePath &source, const SharePath &target)
{
    const auto places = placesOf(source, target);
    if (!places) {
        return tl::unexpected(places.error());
    }
    const auto *from = &places->from;
    const auto *to = &places->to;
    const int fromFd = from->fd();
    const int toFd = to->fd();
    if (::renameat2(fromFd, from->leaf.constData(), toFd, to->leaf.constData(), RENAME_NOREPLACE) == 0) {
        return {};
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return lastIoError();
    }
    if (::linkat(fromFd, from->leaf.constData(), toFd, to->leaf.constData(), 0) != 0) {
        return errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK ? ioFail(IoKind::Unsupported, errno)
                                                                                           : lastIoError();
    }
    (void)::unlinkat(fromFd, from->leaf.constData(), 0);
    return {};
}

Io<void> LinuxShareIo::moveReplacing(const SharePath &source, const SharePath &target)
{
    const auto places = placesOf(source, target);
    if (!places) {
        return tl::unexpected(places.error());
    }
    const auto *from = &places->from;
    const auto *to = &places->to;
    if (::renameat(from->fd(), from->leaf.constData(), to->fd(), to->leaf.constData()) != 0) {
        return lastIoError();
    }
    return {};
}

Io<EntryInfo> LinuxShareIo::glance(const SharePath &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    struct stat st
    { };
    if (statFresh(place->fd(), place->leaf.constData(), st) != 0) {
        return lastIoError();
    }
    return entryFrom(st, place->leaf);
}

Io<ClosedLook> LinuxShareIo::lookWhetherClosed(const SharePath &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    struct stat st
    { };
    if (statFresh(place->fd(), place->leaf.constData(), st) != 0) {
        return lastIoError();
    }
    // Under FUSE a lease says nothing of other machines, and to open what somebody holds alone makes smbnetfs drop its
    // connection: the rename will tell.
    if (!S_ISREG(st.st_mode) || m_folders.isFuse()) {
        return ClosedLook {entryFrom(st, place->leaf), true};
    }
    const Fd fd(::openat(place->fd(), place->leaf.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (fd.get() < 0) {
        const IoKind kind = classify(errno);
        if (kind == IoKind::Busy || kind == IoKind::Denied) { // what may not be read tells nothing of its writers
            return ClosedLook {entryFrom(st, place->leaf), kind == IoKind::Denied};
        }
        return lastIoError();
    }
    if (statFresh(fd.get(), "", st) != 0) {
        return lastIoError();
    }
    // A read lease is refused with EAGAIN while anybody has the file open for writing. Where leases can't be had, nothing speaks
    // against it. A writer who comes in the instant of the lease would send us SIGIO, which kills: SIGURG is ignored by default.
    (void)::fcntl(fd.get(), F_SETSIG, SIGURG);
    if (::fcntl(fd.get(), F_SETLEASE, F_RDLCK) == 0) {
        (void)::fcntl(fd.get(), F_SETLEASE, F_UNLCK);
        return ClosedLook {entryFrom(st, place->leaf), true};
    }
    return ClosedLook {entryFrom(st, place->leaf), errno != EAGAIN};
}

Io<std::unique_ptr<IoFile>> LinuxShareIo::open(const SharePath &path, int flags)
{
    const auto place = (flags & O_CREAT) != 0 ? targetPlace(path) : placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    Fd fd(::openat(place->fd(), place->leaf.constData(), flags | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0664));
    if (fd.get() < 0) {
        return errno == EISDIR ? ioFail(IoKind::NotRegular, errno) : lastIoError();
    }
    return wrapRegular(std::move(fd));
}

/// A log has one writer. So its end may be looked up once where appending itself can't be had: libsmbclient under FUSE refuses
/// O_APPEND (ENXIO), and smbnetfs takes that for a lost connection and fails everybody's calls for seconds.
Io<std::unique_ptr<IoFile>> LinuxShareIo::openAppend(const SharePath &path)
{
    const bool canAppend = !m_folders.isFuse();
    auto file = open(path, O_WRONLY | O_CREAT | O_NONBLOCK | (canAppend ? O_APPEND : 0));
    if (!file || canAppend) {
        return file;
    }
    const auto end = (*file)->info().and_then([&](const EntryInfo &now) { return (*file)->seek(now.size); });
    return end ? std::move(file) : Io<std::unique_ptr<IoFile>>(tl::unexpected(end.error()));
}

Io<void> LinuxShareIo::makeFolder(const SharePath &folder)
{
    const auto place = targetPlace(folder);
    if (!place) {
        return tl::unexpected(place.error());
    }
    if (::mkdirat(place->fd(), place->leaf.constData(), 0775) == 0) {
        return {};
    }
    const int code = errno;
    struct stat st
    { };
    if (code == EEXIST && ::fstatat(place->fd(), place->leaf.constData(), &st, AT_SYMLINK_NOFOLLOW) == 0) {
        return S_ISDIR(st.st_mode) ? Io<void>() : Io<void>(ioFail(IoKind::NotRegular, code));
    }
    return ioFail(classify(code), code);
}

Io<void> LinuxShareIo::remove(const SharePath &path, int flags)
{
    const auto place = placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    if (::unlinkat(place->fd(), place->leaf.constData(), flags) != 0) {
        return lastIoError();
    }
    return {};
}

Io<void> LinuxShareIo::syncFolder(const SharePath &folder)
{
    const auto at = m_folders.folder(folder);
    if (!at) {
        return tl::unexpected(at.error());
    }
    const Fd fd(::openat((*at)->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) {
        return lastIoError();
    }
    if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP && errno != EBADF) {
        return lastIoError(); // the others: a file system that has no such thing (cifs, FUSE)
    }
    return {};
}

Io<qint64> LinuxShareIo::freeBytes()
{
    const auto at = m_folders.folder({});
    if (!at) {
        return tl::unexpected(at.error());
    }
    struct statvfs st
    { };
    if (::fstatvfs((*at)->get(), &st) != 0) {
        return lastIoError();
    }
    if (st.f_blocks == 0) {
        return ioFail(IoKind::Unsupported); // e.g. a FUSE client that does not ask the server: 0 would mean "full"
    }
    return static_cast<qint64>(st.f_bavail) * static_cast<qint64>(st.f_frsize);
}

} // namespace

std::unique_ptr<ShareIo> makeShareIo(const QString &root)
{
    return std::make_unique<LinuxShareIo>(root);
}

} // namespace dtf
