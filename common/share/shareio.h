// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/iofile.h"

namespace dtf {

/// The system's calls below one root, one at a time, nothing decided. Paths are valid SharePaths (isSharePath). No link is ever
/// followed below the root. Each call (each first one within hold()) opens the root anew from its path and refuses with
/// RootGone when it is not the place that was pinned, so an unmounted or exchanged share is noticed by the very next call and no
/// descriptor keeps a share from being unmounted. Thread: one. A shim with faults may sit in its place.
class ShareIo
{
public:
    enum class MoveKind {
        File,
        Folder,
        Anything, ///< the name itself, never what it points to: to put a link, pipe or folder out of the way
    };

    ShareIo() = default;
    ShareIo(const ShareIo &) = delete;
    ShareIo &operator=(const ShareIo &) = delete;
    virtual ~ShareIo() = default;

    /// Binds all later calls to the root and the sentinel file as they are now. NotFound without a sentinel; then nothing is
    /// pinned.
    [[nodiscard]] virtual Io<void> pin() = 0;
    /// Later calls take the root as it comes.
    virtual void unpin() = 0;
    [[nodiscard]] virtual bool isPinned() const = 0;
    virtual void hold(bool) { } ///< see ShareFs::hold(); calls nest

    [[nodiscard]] virtual Io<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) = 0;
    /// list() without details, one by one; see ShareFs::visit().
    [[nodiscard]] virtual Io<void> visit(const SharePath &folder, const ShareFs::Visitor &visitor) = 0;
    [[nodiscard]] virtual Io<EntryInfo> look(const SharePath &path) = 0;
    /// Without replacing, as far as the system can tell. The source must be a plain file or, as asked, a plain folder.
    [[nodiscard]] virtual Io<void> move(const SharePath &source, const SharePath &target, MoveKind kind) = 0;
    /// The same for our own small files, but certain never to replace; Unsupported where that can't be had.
    [[nodiscard]] virtual Io<void> moveExclusive(const SharePath &source, const SharePath &target) = 0;
    [[nodiscard]] virtual Io<void> moveReplacing(const SharePath &source, const SharePath &target) = 0;
    [[nodiscard]] virtual Io<EntryInfo> glance(const SharePath &path) = 0; ///< see ShareFs
    [[nodiscard]] virtual Io<ClosedLook> lookWhetherClosed(const SharePath &path) = 0; ///< see ShareFs
    [[nodiscard]] virtual Io<std::unique_ptr<IoFile>> openRead(const SharePath &path) = 0;
    [[nodiscard]] virtual Io<std::unique_ptr<IoFile>> createNew(const SharePath &path) = 0;
    [[nodiscard]] virtual Io<std::unique_ptr<IoFile>> openAppend(const SharePath &path) = 0;
    [[nodiscard]] virtual Io<void> makeFolder(const SharePath &folder) = 0;
    [[nodiscard]] virtual Io<void> removeFile(const SharePath &path) = 0; ///< a link itself, never what it points to
    [[nodiscard]] virtual Io<void> removeFolder(const SharePath &folder) = 0; ///< an empty one
    [[nodiscard]] virtual Io<void> syncFolder(const SharePath &folder) = 0;
    [[nodiscard]] virtual Io<qint64> freeBytes() = 0;
};

/// The real thing for the system we are on.
[[nodiscard]] std::unique_ptr<ShareIo> makeShareIo(const QString &root);

} // namespace dtf
