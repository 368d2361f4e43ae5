// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/share/fd_linux.h"

#include <QHash>

#include <memory>

namespace dtf {

/// An O_PATH descriptor that several may use.
using FolderFd = std::shared_ptr<const Fd>;

/// The root of a share by its path, and folders below it without ever following a link.
class LinuxFolders
{
public:
    explicit LinuxFolders(const QString &root);

    [[nodiscard]] Io<void> pin();
    void unpin();
    [[nodiscard]] bool isPinned() const { return m_pinned; }
    /// The pinned place is a FUSE file system.
    [[nodiscard]] bool isFuse() const { return m_isFuse; }
    /// While held (calls nest), what was found is used again for up to `heldFor`; see ShareFs::hold().
    void hold(bool on);

    /// A folder; "" is the root. It is found below the pinned place or not at all: RootGone then.
    [[nodiscard]] Io<FolderFd> folder(const QByteArray &path);

    static constexpr milliseconds heldFor {100};

private:
    /// The root, opened now and found to be the pinned place.
    [[nodiscard]] Io<Fd> openRoot() const;
    [[nodiscard]] Io<FolderFd> root();
    void dropOld();
    /// What makes a place the same place: device, inode, and for the sentinel also size and time.
    struct Mark
    {
        dev_t dev = 0;
        ino_t ino = 0;
        qint64 size = 0;
        qint64 mtimeNs = 0;
        bool operator==(const Mark &) const = default;
    };
    [[nodiscard]] static Mark markOf(const struct stat &st, bool withContent);

    QByteArray m_root;
    bool m_pinned = false;
    bool m_isFuse = false;
    int m_holds = 0;
    FolderFd m_heldRoot;
    QHash<QByteArray, FolderFd> m_held;
    MonoTime m_heldUntil;
    Mark m_rootMark;
    Mark m_sentinelMark;
};

} // namespace dtf
