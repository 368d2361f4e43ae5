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

namespace dtf {

namespace {

/// The folder above and the last component, ready for a *at() call.
struct Place
{
    Fd folder;
    QByteArray leaf;
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

    Io<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) override;
    Io<EntryInfo> look(const SharePath &path) override;
    Io<void> move(const SharePath &source, const SharePath &target, MoveKind kind) override;
    Io<void> moveExclusive(const SharePath &source, const SharePath &target) override;
    Io<void> moveReplacing(const SharePath &source, const SharePath &target) override;
    Io<bool> isFree(const SharePath &path) override;
    Io<std::unique_ptr<IoFile>> openRead(const SharePath &path) override { return open(path, O_RDONLY | O_NONBLOCK); }
    Io<std::unique_ptr<IoFile>> createNew(const SharePath &path) override { return open(path, O_WRONLY | O_CREAT | O_EXCL); }
    Io<std::unique_ptr<IoFile>> openAppend(const SharePath &path) override
    {
        return open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK);
    }
    Io<void> makeFolder(const SharePath &folder) override;
    Io<void> removeFile(const SharePath &path) override { return remove(path, 0); }
    Io<void> removeFolder(const SharePath &folder) override { return remove(folder, AT_REMOVEDIR); }
    Io<void> syncFolder(const SharePath &folder) override;
    Io<qint64> freeBytes() override;

private:
    [[nodiscard]] Io<Place> placeOf(const SharePath &path) const;
    [[nodiscard]] Io<Place> targetPlace(const SharePath &path) const;
    struct TwoPlaces
    {
        Place from;
        Place to;
    };
    [[nodiscard]] Io<TwoPlaces> placesOf(
        const SharePath &source, const SharePath &target) const; ///< one look at the root for both
    [[nodiscard]] Io<std::unique_ptr<IoFile>> open(const SharePath &path, int flags);
    [[nodiscard]] Io<void> remove(const SharePath &path, int flags);

    LinuxFolders m_folders;
};

Io<Place> placeBelow(const Fd &root, const SharePath &path)
{
    const SplitPath parts = split(path);
    auto folder = LinuxFolders::folderBelow(root, parts.folder);
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    return Place {std::move(*folder), parts.leaf};
}

IoError asTarget(IoError error)
{
    return error.kind == IoKind::NotFound ? IoError {IoKind::NoFolder, error.code} : error;
}

Io<Place> LinuxShareIo::placeOf(const SharePath &path) const
{
    const auto root = m_folders.root();
    return root ? placeBelow(*root, path) : Io<Place>(tl::unexpected(root.error()));
}

Io<Place> LinuxShareIo::targetPlace(const SharePath &path) const
{
    return placeOf(path).map_error(asTarget);
}

Io<LinuxShareIo::TwoPlaces> LinuxShareIo::placesOf(const SharePath &source, const SharePath &target) const
{
    const auto root = m_folders.root();
    if (!root) {
        return tl::unexpected(root.error());
    }
    auto from = placeBelow(*root, source);
    if (!from) {
        return tl::unexpected(from.error());
    }
    auto to = placeBelow(*root, target);
    if (!to) {
        return tl::unexpected(asTarget(to.error()));
    }
    return TwoPlaces {std::move(*from), std::move(*to)};
}

Io<QList<EntryInfo>> LinuxShareIo::list(const SharePath &folder, bool withDetails)
{
    const auto at = m_folders.folder(folder);
    if (!at) {
        return tl::unexpected(at.error());
    }
    const int fd = ::openat(at->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return lastIoError();
    }
    const std::unique_ptr<DIR, FolderCloser> dir(::fdopendir(fd));
    if (!dir) {
        const auto error = lastIoError();
        ::close(fd);
        return error;
    }
    QList<EntryInfo> out;
    for (;;) {
        errno = 0;
        const dirent *item = ::readdir(dir.get()); // one stream belongs to one thread here
        if (!item && errno != 0) {
            return lastIoError(); // half a listing is no listing
        }
        if (!item) {
            return out;
        }
        const QByteArray name(item->d_name);
        if (!isEntryName(name)) {
            continue;
        }
        EntryInfo entry;
        entry.name = name;
        entry.kind = kindOf(item->d_type);
        if (withDetails || item->d_type == DT_UNKNOWN) {
            struct stat st
            { };
            if (::fstatat(fd, item->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
                const EntryInfo full = entryFrom(st, name);
                entry.kind = full.kind;
                entry = withDetails ? full : entry;
            } else if (errno == ENOENT) {
                continue; // gone since readdir saw it
            }
        }
        out.append(entry);
    }
}

Io<EntryInfo> LinuxShareIo::look(const SharePath &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    struct stat st
    { };
    const bool found = ::fstatat(place->folder.get(), place->leaf.constData(), &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (!found && errno != ENOENT) {
        return lastIoError();
    }
    if (found && !S_ISREG(st.st_mode)) {
        return entryFrom(st, place->leaf);
    }
    // Attributes and their absence may come from a client's cache; an open goes to the server.
    const Fd fd(
        ::openat(place->folder.get(), place->leaf.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (fd.get() >= 0) {
        if (::fstat(fd.get(), &st) != 0) {
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
    const int fromFd = from->folder.get();
    const int toFd = to->folder.get();
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
    const int fromFd = from->folder.get();
    const int toFd = to->folder.get();
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
    if (::renameat(from->folder.get(), from->leaf.constData(), to->folder.get(), to->leaf.constData()) != 0) {
        return lastIoError();
    }
    return {};
}

Io<bool> LinuxShareIo::isFree(const SharePath &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    struct stat st
    { };
    if (::fstatat(place->folder.get(), place->leaf.constData(), &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return lastIoError();
    }
    if (!S_ISREG(st.st_mode)) {
        return ioFail(IoKind::NotRegular);
    }
    const Fd fd(::openat(place->folder.get(), place->leaf.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (fd.get() < 0) {
        return classify(errno) == IoKind::Busy ? Io<bool>(false) : Io<bool>(lastIoError());
    }
    // A read lease is refused with EAGAIN while anybody has the file open for writing. Where leases can't be had, nothing speaks
    // against it. A writer who comes in the instant of the lease would send us SIGIO, which kills: SIGURG is ignored by default.
    (void)::fcntl(fd.get(), F_SETSIG, SIGURG);
    if (::fcntl(fd.get(), F_SETLEASE, F_RDLCK) == 0) {
        (void)::fcntl(fd.get(), F_SETLEASE, F_UNLCK);
        return true;
    }
    return errno != EAGAIN;
}

Io<std::unique_ptr<IoFile>> LinuxShareIo::open(const SharePath &path, int flags)
{
    const auto place = (flags & O_CREAT) != 0 ? targetPlace(path) : placeOf(path);
    if (!place) {
        return tl::unexpected(place.error());
    }
    Fd fd(::openat(place->folder.get(), place->leaf.constData(), flags | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0664));
    if (fd.get() < 0) {
        return errno == EISDIR ? ioFail(IoKind::NotRegular, errno) : lastIoError();
    }
    return wrapRegular(std::move(fd));
}

Io<void> LinuxShareIo::makeFolder(const SharePath &folder)
{
    const auto place = targetPlace(folder);
    if (!place) {
        return tl::unexpected(place.error());
    }
    if (::mkdirat(place->folder.get(), place->leaf.constData(), 0775) == 0) {
        return {};
    }
    const int code = errno;
    struct stat st
    { };
    if (code == EEXIST && ::fstatat(place->folder.get(), place->leaf.constData(), &st, AT_SYMLINK_NOFOLLOW) == 0) {
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
    if (::unlinkat(place->folder.get(), place->leaf.constData(), flags) != 0) {
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
    const Fd fd(::openat(at->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
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
    const auto at = m_folders.root();
    if (!at) {
        return tl::unexpected(at.error());
    }
    struct statvfs st
    { };
    if (::fstatvfs(at->get(), &st) != 0) {
        return lastIoError();
    }
    return static_cast<qint64>(st.f_bavail) * static_cast<qint64>(st.f_frsize);
}

} // namespace

std::unique_ptr<ShareIo> makeShareIo(const QString &root)
{
    return std::make_unique<LinuxShareIo>(root);
}

} // namespace dtf
