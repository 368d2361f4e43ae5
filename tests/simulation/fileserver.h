// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/shareio.h"
#include "tests/simulation/scheduler.h"

#include <map>
#include <set>

namespace dtf::sim {

/// One thing on the file server.
struct FileNode
{
    EntryKind kind = EntryKind::File;
    std::uint64_t id = 0;
    QByteArray content;
    QByteArray flushed; ///< the content that a power cut leaves
    bool dirty = false;
    qint64 mtimeNs = 0;
    int links = 1;
    int writers = 0; ///< open for writing: "not closed"
    Micros lockedUntil = 0; ///< a scanner holds it without sharing
    bool denied = false; ///< its access list lets nobody of ours in
    std::map<QByteArray, std::shared_ptr<FileNode>> children; ///< by folded name
    QByteArray name; ///< as it was made
};
using FileNodePtr = std::shared_ptr<FileNode>;

[[nodiscard]] bool isPlain(const QByteArray &name); ///< Windows can have it
[[nodiscard]] QByteArray aliasOf(const FileNode &node); ///< under which a mangling mount shows what is not plain

/// A file server's disk, as its own kernel sees it: exact, at once. What clients see of it is SimShareIo's matter. Renames are
/// atomic and journalled in order; a power cut undoes the newest ones that were not flushed, and content that was not.
class FileServer
{
public:
    /// What happened, for whoever checks: called after the fact.
    struct Watcher
    {
        std::function<void(const QByteArray &from, const QByteArray &to, const FileNodePtr &node)> renamed;
        std::function<void(const QByteArray &path, const FileNodePtr &node)> removed;
        std::function<void(const QByteArray &path, const FileNodePtr &node)> replaced; ///< overwritten by a rename
        std::function<void()> changed; ///< any of these, or a creation
    };

    explicit FileServer(bool foldsCase);

    [[nodiscard]] FileNodePtr find(const QByteArray &path) const; ///< null: not there
    [[nodiscard]] Io<FileNodePtr> make(const QByteArray &path, EntryKind kind);
    [[nodiscard]] Io<void> rename(const QByteArray &from, const QByteArray &to, bool replace);
    [[nodiscard]] Io<void> remove(const QByteArray &path);
    void write(const FileNodePtr &node, QByteArrayView data);
    void setContent(const FileNodePtr &node, const QByteArray &content); ///< as a producer that writes in place
    void flush(const FileNodePtr &node); ///< and every rename so far: one journal
    void flushNames() { m_undo.clear(); }
    void losePower(Rng &dice);

    /// All files, path and node, in order.
    void each(const std::function<void(const QByteArray &path, const FileNodePtr &node)> &visitor) const;

    bool readOnly = false;
    bool full = false;
    Watcher watcher;

private:
    struct Undo
    {
        Micros at = 0;
        std::function<void()> back;
    };
    struct Place
    {
        FileNodePtr folder;
        QByteArray leaf;
    };
    [[nodiscard]] std::optional<Place> placeOf(const QByteArray &path) const;
    [[nodiscard]] QByteArray folded(const QByteArray &name) const;
    void remember(std::function<void()> back);
    void touched(const FileNodePtr &node);

    bool m_foldsCase;
    std::uint64_t m_ids = 1;
    FileNodePtr m_root;
    std::deque<Undo> m_undo;
    std::vector<std::weak_ptr<FileNode>> m_dirty;
};

} // namespace dtf::sim
