// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/fileserver.h"

#include "common/share/ioerror.h"

namespace dtf::sim {

namespace {

constexpr Micros journalEvery = 5_sec; ///< as ext4 commits by itself

} // namespace

bool isPlain(const QByteArray &name)
{
    return name.isEmpty() || (!name.endsWith('.') && !name.endsWith(' ') && std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 32 || QByteArrayView(":\\*?\"<>|").contains(c);
    }));
}

QByteArray aliasOf(const FileNode &node)
{
    const qsizetype dot = node.name.lastIndexOf('.');
    return "_" + QByteArray::number(static_cast<qulonglong>(node.id), 36).toUpper() + "~M"
        + (dot > 0 && isPlain(node.name.mid(dot)) ? node.name.mid(dot) : QByteArray());
}

FileServer::FileServer(bool foldsCase)
    : m_foldsCase(foldsCase)
    , m_root(std::make_shared<FileNode>())
{
    m_root->kind = EntryKind::Directory;
}

QByteArray FileServer::folded(const QByteArray &name) const
{
    return m_foldsCase ? name.toLower() : name;
}

FileNodePtr FileServer::find(const QByteArray &path) const
{
    FileNodePtr at = m_root;
    for (qsizetype from = 0; from < path.size();) {
        const qsizetype slash = path.indexOf('/', from);
        const QByteArray part = path.mid(from, slash < 0 ? -1 : slash - from);
        const auto it = at->children.find(folded(part));
        if (it == at->children.end()) {
            return nullptr;
        }
        at = it->second;
        from = slash < 0 ? path.size() : slash + 1;
    }
    return at;
}

std::optional<FileServer::Place> FileServer::placeOf(const QByteArray &path) const
{
    const qsizetype slash = path.lastIndexOf('/');
    const FileNodePtr folder = slash < 0 ? m_root : find(path.left(slash));
    if (!folder || folder->kind != EntryKind::Directory) {
        return std::nullopt;
    }
    return Place {folder, path.mid(slash + 1)};
}

void FileServer::remember(std::function<void()> back)
{
    const Micros now = Scheduler::get().now();
    while (!m_undo.empty() && now - m_undo.front().at > journalEvery) {
        m_undo.pop_front();
    }
    m_undo.push_back({now, std::move(back)});
    if (watcher.changed) {
        watcher.changed();
    }
}

void FileServer::touched(const FileNodePtr &node)
{
    node->mtimeNs = Scheduler::get().now() * 1'000 + 1'795'000'000'000'000'000;
    if (!node->dirty) {
        node->dirty = true;
        m_dirty.push_back(node);
    }
}

Io<FileNodePtr> FileServer::make(const QByteArray &path, EntryKind kind)
{
    const auto place = placeOf(path);
    if (!place) {
        return ioFail(IoKind::NoFolder, 2);
    }
    const QByteArray key = folded(place->leaf);
    if (place->folder->children.contains(key)) {
        return ioFail(IoKind::Exists, 17);
    }
    auto node = std::make_shared<FileNode>();
    node->kind = kind;
    node->id = ++m_ids;
    node->name = place->leaf;
    touched(node);
    place->folder->children[key] = node;
    remember([folder = place->folder, key] { folder->children.erase(key); });
    return node;
}

Io<void> FileServer::rename(const QByteArray &from, const QByteArray &to, bool replace)
{
    const auto source = placeOf(from);
    const auto target = placeOf(to);
    if (!source) {
        return ioFail(IoKind::NotFound, 2);
    }
    const QByteArray fromKey = folded(source->leaf);
    const auto it = source->folder->children.find(fromKey);
    if (it == source->folder->children.end()) {
        return ioFail(IoKind::NotFound, 2);
    }
    if (!target) {
        return ioFail(IoKind::NoFolder, 2);
    }
    const QByteArray toKey = folded(target->leaf);
    const auto there = target->folder->children.find(toKey);
    FileNodePtr old;
    if (there != target->folder->children.end() && there->second != it->second) {
        if (!replace) {
            return ioFail(IoKind::Exists, 17);
        }
        old = there->second;
    }
    const FileNodePtr node = it->second;
    const QByteArray oldName = node->name;
    source->folder->children.erase(it);
    node->name = target->leaf;
    target->folder->children[toKey] = node;
    remember([source = *source, target = *target, fromKey, toKey, node, old, oldName] {
        target.folder->children.erase(toKey);
        if (old) {
            target.folder->children[toKey] = old;
        }
        node->name = oldName;
        source.folder->children[fromKey] = node;
    });
    if (old && watcher.replaced) {
        watcher.replaced(to, old);
    }
    if (watcher.renamed) {
        watcher.renamed(from, to, node);
    }
    return {};
}

Io<void> FileServer::remove(const QByteArray &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return ioFail(IoKind::NotFound, 2);
    }
    const QByteArray key = folded(place->leaf);
    const auto it = place->folder->children.find(key);
    if (it == place->folder->children.end()) {
        return ioFail(IoKind::NotFound, 2);
    }
    const FileNodePtr node = it->second;
    if (!node->children.empty()) {
        return ioFail(IoKind::Trouble, 39);
    }
    place->folder->children.erase(it);
    remember([folder = place->folder, key, node] { folder->children[key] = node; });
    if (watcher.removed) {
        watcher.removed(path, node);
    }
    return {};
}

void FileServer::write(const FileNodePtr &node, QByteArrayView data)
{
    node->content.append(data);
    touched(node);
}

void FileServer::setContent(const FileNodePtr &node, const QByteArray &content)
{
    node->content = content;
    touched(node);
}

void FileServer::flush(const FileNodePtr &node)
{
    node->flushed = node->content;
    node->dirty = false;
    flushNames();
}

void FileServer::losePower(Rng &dice)
{
    for (auto back = dice.below(static_cast<std::int64_t>(m_undo.size()) + 1); back > 0; --back) {
        m_undo.back().back();
        m_undo.pop_back();
    }
    m_undo.clear();
    for (const std::weak_ptr<FileNode> &weak : m_dirty) {
        if (const FileNodePtr node = weak.lock(); node && node->dirty) {
            if (dice.chance(0.5)) {
                node->content = node->flushed;
            }
            node->flushed = node->content;
            node->dirty = false;
        }
    }
    m_dirty.clear();
}

void FileServer::each(const std::function<void(const QByteArray &path, const FileNodePtr &node)> &visitor) const
{
    const std::function<void(const QByteArray &, const FileNodePtr &)> walk = [&](const QByteArray &below,
                                                                                  const FileNodePtr &folder) {
        for (const auto &[key, node] : folder->children) {
            const QByteArray path = below + node->name;
            visitor(path, node);
            if (node->kind == EntryKind::Directory) {
                walk(path + '/', node);
            }
        }
    };
    walk({}, m_root);
}

} // namespace dtf::sim
