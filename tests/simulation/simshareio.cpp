// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/simshareio.h"

#include "tests/simulation/simfile.h"

#include <algorithm>

namespace dtf::sim {

namespace {

/// Can Windows have this name?

} // namespace

EntryInfo infoOf(const FileNode &node)
{
    return {node.name, node.kind, node.content.size(), node.mtimeNs, QByteArray::number(static_cast<qulonglong>(node.id)),
        node.links};
}

SimShareIo::SimShareIo(std::shared_ptr<Mount> mount)
    : m_mount(std::move(mount))
{ }

Io<void> SimShareIo::call(const std::function<Io<void>(FileServer &)> &what, bool changes)
{
    Scheduler &scheduler = Scheduler::get();
    if (Fiber::current() == nullptr) { // set-up, before time begins
        return what(m_mount->server());
    }
    const ProcessPtr process = scheduler.current();
    Rng &dice = process->dice;
    scheduler.crashPoint();
    const auto spoil = std::exchange(process->spoil, Process::Spoil::Nothing);
    scheduler.pause(dice.within(30_us, m_mount->slowest));
    while (m_mount->hangsUntil > scheduler.now()) {
        scheduler.pause(m_mount->hangsUntil - scheduler.now());
    }
    if (m_mount->cut) {
        scheduler.pause(dice.within(1_sec, 20_sec));
        if (m_mount->cut) {
            return ioFail(IoKind::Trouble, 110);
        }
    }
    if (m_mount->root == Mount::Root::Gone || (m_pinned != 0 && m_pinned != m_mount->mounted)) {
        return ioFail(IoKind::RootGone, 0);
    }
    if (spoil == Process::Spoil::Refuse || dice.chance(m_mount->fails)) {
        return ioFail(IoKind::Trouble, 5);
    }
    const Io<void> result = what(m_mount->server());
    const bool lost = spoil == Process::Spoil::DoAndDeny || (changes && dice.chance(m_mount->repliesLost));
    scheduler.pause(dice.within(30_us, m_mount->slowest));
    scheduler.crashPoint();
    process->spoil = Process::Spoil::Nothing;
    return lost || m_mount->cut ? ioFail(IoKind::Trouble, 5) : result;
}

SharePath SimShareIo::real(FileServer &server, const SharePath &path) const
{
    const qsizetype slash = path.lastIndexOf('/');
    if (!m_mount->mangles || !path.mid(slash + 1).contains("~M")) {
        return path;
    }
    const SharePath folder = slash < 0 ? SharePath() : path.left(slash);
    if (const FileNodePtr node = server.find(folder)) {
        for (const auto &[key, child] : node->children) {
            if (!isPlain(child->name) && aliasOf(*child) == path.mid(slash + 1)) {
                return folder + '/' + child->name;
            }
        }
    }
    return path;
}

Io<FileNodePtr> SimShareIo::resolve(FileServer &server, const SharePath &path)
{
    if (m_mount->notFoundAge > 0) {
        const auto it = m_notFound.find(path);
        if (it != m_notFound.end() && it->second > Scheduler::get().now()) {
            return ioFail(IoKind::NotFound, 2); // a cached lie, perhaps
        }
    }
    const FileNodePtr node = server.find(real(server, path));
    if (!node) {
        if (m_mount->notFoundAge > 0) {
            m_notFound[path] = Scheduler::get().now() + m_mount->notFoundAge;
        }
        return ioFail(IoKind::NotFound, 2);
    }
    return node;
}

void SimShareIo::forget(const SharePath &path)
{
    m_notFound.erase(path);
    m_listings.erase(path.left(std::max<qsizetype>(0, path.lastIndexOf('/'))));
}

Io<void> SimShareIo::pin()
{
    m_pinned = 0;
    return call(
        [&](FileServer &server) -> Io<void> {
            if (!server.find(layout::sentinel())) {
                return ioFail(IoKind::NotFound, 2);
            }
            if (m_mount->mounted != m_pinned) {
                m_listings.clear();
                m_notFound.clear();
            }
            m_pinned = m_mount->mounted;
            return {};
        },
        false);
}

Io<QList<EntryInfo>> SimShareIo::read(FileServer &server, const SharePath &folder)
{
    const Micros now = Scheduler::get().now();
    if (const auto it = m_listings.find(folder); it != m_listings.end() && now - it->second.at < m_mount->listingAge) {
        return it->second.entries;
    }
    const Io<FileNodePtr> node = resolve(server, folder);
    if (!node) {
        return tl::unexpected(node.error());
    }
    if ((*node)->kind != EntryKind::Directory) {
        return ioFail(IoKind::NotRegular, 20);
    }
    QList<EntryInfo> entries;
    for (const auto &[key, child] : (*node)->children) {
        EntryInfo info = infoOf(*child);
        if (m_mount->mangles && !isPlain(info.name)) {
            info.name = aliasOf(*child);
        }
        entries.append(info);
    }
    if (m_mount->listingAge > 0) {
        m_listings[folder] = {now, entries};
    }
    return entries;
}

Io<QList<EntryInfo>> SimShareIo::list(const SharePath &folder, bool withDetails)
{
    QList<EntryInfo> entries;
    const Io<void> done = call(
        [&](FileServer &server) -> Io<void> {
            return read(server, folder).map([&](const QList<EntryInfo> &found) { entries = found; });
        },
        false);
    if (!done) {
        return tl::unexpected(done.error());
    }
    if (!withDetails) {
        for (EntryInfo &entry : entries) {
            entry.size = 0;
            entry.mtimeNs = 0;
            entry.fileId.clear();
        }
    }
    return entries;
}

Io<void> SimShareIo::visit(const SharePath &folder, const ShareFs::Visitor &visitor)
{
    return list(folder, false).map([&](const QList<EntryInfo> &entries) {
        for (const EntryInfo &entry : entries) {
            visitor(entry.name);
        }
    });
}

Io<EntryInfo> SimShareIo::look(const SharePath &path)
{
    EntryInfo found;
    return call(
        [&](FileServer &server) -> Io<void> {
            return resolve(server, path).map([&](const FileNodePtr &node) { found = infoOf(*node); });
        },
        false)
        .map([&] { return found; });
}

Io<void> SimShareIo::rename(const SharePath &source, const SharePath &target, std::optional<MoveKind> kind, bool replace)
{
    return call(
        [&](FileServer &server) -> Io<void> {
            forget(source);
            forget(target);
            const SharePath from = real(server, source);
            const FileNodePtr node = server.find(from);
            if (!node) {
                return ioFail(IoKind::NotFound, 2);
            }
            if (kind && *kind != MoveKind::Anything
                && node->kind != (*kind == MoveKind::File ? EntryKind::File : EntryKind::Directory)) {
                return ioFail(IoKind::NotRegular, 0);
            }
            if (server.readOnly) {
                return ioFail(IoKind::ReadOnly, 30);
            }
            if (node->denied) {
                return ioFail(IoKind::Denied, 13);
            }
            if (node->lockedUntil > Scheduler::get().now() || (node->kind == EntryKind::File && node->writers > 0)) {
                return ioFail(IoKind::Busy, 16);
            }
            return server.rename(from, target, replace);
        },
        true);
}

Io<void> SimShareIo::move(const SharePath &source, const SharePath &target, MoveKind kind)
{
    return rename(source, target, kind, false);
}

Io<void> SimShareIo::moveExclusive(const SharePath &source, const SharePath &target)
{
    return rename(source, target, std::nullopt, false);
}

Io<void> SimShareIo::moveReplacing(const SharePath &source, const SharePath &target)
{
    return rename(source, target, std::nullopt, true);
}

Io<ClosedLook> SimShareIo::lookWhetherClosed(const SharePath &path)
{
    ClosedLook look;
    return call(
        [&](FileServer &server) -> Io<void> {
            return resolve(server, path).map([&](const FileNodePtr &node) {
                look = {infoOf(*node), node->writers == 0 && node->lockedUntil <= Scheduler::get().now()};
            });
        },
        false)
        .map([&] { return look; });
}

Io<std::unique_ptr<IoFile>> SimShareIo::openWith(const SharePath &path, bool mayMake, bool mustMake, bool writes)
{
    std::unique_ptr<IoFile> file;
    const Io<void> done = call(
        [&](FileServer &server) -> Io<void> {
            if (writes && server.readOnly) {
                return ioFail(IoKind::ReadOnly, 30);
            }
            if (writes) {
                forget(path);
            }
            Io<FileNodePtr> node = resolve(server, path);
            if (node && mustMake) {
                return ioFail(IoKind::Exists, 17);
            }
            if (!node && mayMake) {
                node = server.make(path, EntryKind::File);
            }
            if (!node) {
                return tl::unexpected(node.error());
            }
            if ((*node)->kind != EntryKind::File) {
                return ioFail(IoKind::NotRegular, 0);
            }
            if ((*node)->denied) {
                return ioFail(IoKind::Denied, 13);
            }
            if ((*node)->lockedUntil > Scheduler::get().now()) {
                return ioFail(IoKind::Busy, 16);
            }
            file = std::make_unique<SimFile>(*this, *node, writes);
            return {};
        },
        mayMake);
    if (!done) {
        return tl::unexpected(done.error());
    }
    return file;
}

Io<std::unique_ptr<IoFile>> SimShareIo::openRead(const SharePath &path)
{
    return openWith(path, false, false, false);
}

Io<std::unique_ptr<IoFile>> SimShareIo::createNew(const SharePath &path)
{
    return openWith(path, true, true, true);
}

Io<std::unique_ptr<IoFile>> SimShareIo::openAppend(const SharePath &path)
{
    return openWith(path, true, false, true);
}

Io<void> SimShareIo::makeFolder(const SharePath &folder)
{
    return call(
        [&](FileServer &server) -> Io<void> {
            forget(folder);
            const FileNodePtr there = server.find(folder);
            if (there) {
                return there->kind == EntryKind::Directory ? Io<void>() : ioFail(IoKind::Exists, 17);
            }
            if (server.readOnly) {
                return ioFail(IoKind::ReadOnly, 30);
            }
            if (server.full) {
                return ioFail(IoKind::NoSpace, 28);
            }
            return server.make(folder, EntryKind::Directory).map([](const FileNodePtr &) {});
        },
        true);
}

Io<void> SimShareIo::removeFile(const SharePath &path)
{
    return call(
        [&](FileServer &server) -> Io<void> {
            forget(path);
            const FileNodePtr node = server.find(path);
            if (!node) {
                return ioFail(IoKind::NotFound, 2);
            }
            if (server.readOnly) {
                return ioFail(IoKind::ReadOnly, 30);
            }
            return node->kind == EntryKind::Directory ? ioFail(IoKind::NotRegular, 21) : server.remove(path);
        },
        true);
}

Io<void> SimShareIo::removeFolder(const SharePath &folder)
{
    return call(
        [&](FileServer &server) -> Io<void> {
            forget(folder);
            return server.readOnly ? ioFail(IoKind::ReadOnly, 30) : server.remove(folder);
        },
        true);
}

Io<void> SimShareIo::syncFolder(const SharePath &)
{
    return call(
        [&](FileServer &server) -> Io<void> {
            server.flushNames();
            return {};
        },
        false);
}

Io<qint64> SimShareIo::freeBytes()
{
    qint64 bytes = 0;
    return call(
        [&](FileServer &server) -> Io<void> {
            bytes = server.full ? 0 : qint64 {1} << 40;
            return {};
        },
        false)
        .map([&] { return bytes; });
}

} // namespace dtf::sim
