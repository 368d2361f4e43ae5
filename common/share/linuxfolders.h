// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/fd_linux.h"

namespace dtf {

/// The root of a share by its path, and folders below it without ever following a link.
class LinuxFolders
{
public:
    explicit LinuxFolders(const QString &root);

    [[nodiscard]] Io<void> pin();
    void unpin() { m_pinned = false; }
    [[nodiscard]] bool isPinned() const { return m_pinned; }

    /// The root, opened now and found to be the pinned place. RootGone otherwise.
    [[nodiscard]] Io<Fd> root() const;
    /// O_PATH descriptor of a folder; "" is the root.
    [[nodiscard]] Io<Fd> folder(const QByteArray &path) const;
    /// The same below a root that root() has just opened.
    [[nodiscard]] static Io<Fd> folderBelow(const Fd &root, const QByteArray &path);

private:
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
    Mark m_rootMark;
    Mark m_sentinelMark;
};

} // namespace dtf
