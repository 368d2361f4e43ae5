// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"

#include "common/core/escape.h"
#include "common/core/random.h"
#include "common/share/contentcopy.h"
#include "common/share/localshareprivate.h"
#include "common/share/sharepath.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

class CopyOutSides final : public CopySides
{
public:
    CopyOutSides(ShareIo &io, const SharePath &source, const QString &target)
        : m_io(io)
        , m_source(source)
        , m_target(target)
    { }
    Io<std::unique_ptr<IoFile>> openSource() override { return m_io.openRead(m_source); }
    Io<EntryInfo> lookAtSource() override { return m_io.look(m_source); }
    Io<std::unique_ptr<IoFile>> createTarget() override { return createLocal(m_target); }
    Io<std::unique_ptr<IoFile>> openTarget() override { return openLocal(m_target); }
    void removeTarget() override { (void)removeLocal(m_target); }

private:
    ShareIo &m_io;
    const SharePath &m_source;
    const QString &m_target;
};

class CopyInSides final : public CopySides
{
public:
    CopyInSides(ShareIo &io, const QString &source, const SharePath &target)
        : m_io(io)
        , m_source(source)
        , m_target(target)
    { }
    Io<std::unique_ptr<IoFile>> openSource() override { return openLocal(m_source); }
    Io<EntryInfo> lookAtSource() override
    {
        return openLocal(m_source).and_then([](std::unique_ptr<IoFile> file) { return file->info(); });
    }
    Io<std::unique_ptr<IoFile>> createTarget() override { return m_io.createNew(m_target); }
    Io<std::unique_ptr<IoFile>> openTarget() override { return m_io.openRead(m_target); }
    void removeTarget() override { (void)m_io.removeFile(m_target); }

private:
    ShareIo &m_io;
    const QString &m_source;
    const SharePath &m_target;
};

} // namespace

QByteArray randomName()
{
    return QByteArray::number(random64(), 16).rightJustified(16, '0');
}

double ShareMoveOps::random()
{
    return randomFraction();
}

Result<void> LocalShareFs::Private::ready()
{
    beat();
    if (io->isPinned()) {
        return {};
    }
    return identify().map([](const ShareIdentity &) {});
}

Result<void> LocalShareFs::Private::ready(const SharePath &path)
{
    if (!isSharePath(path)) {
        return fail(ErrorCode::InvalidArgument, u"not a path below the share: \"%1\""_s.arg(escapedForLog(path)));
    }
    return ready();
}

tl::unexpected<Error> LocalShareFs::Private::failed(const IoError &error, QLatin1StringView what, QByteArrayView path)
{
    if (error.kind == IoKind::RootGone) {
        io->unpin();
    }
    return tl::unexpected<Error>(toError(error, what, path));
}

Result<ContentHash> LocalShareFs::Private::noted(Result<ContentHash> result)
{
    if (!result && result.error().code == ErrorCode::ShareDown) {
        io->unpin();
    }
    return result;
}

Presence LocalShareFs::Private::presence(const SharePath &path)
{
    beat();
    const auto found = io->look(path);
    return found ? Presence::Present : found.error().kind == IoKind::NotFound ? Presence::Absent : Presence::Unknown;
}

Presence LocalShareFs::Private::provenPresence(const SharePath &path)
{
    beat();
    const auto file = io->openRead(path);
    if (file) {
        return Presence::Present;
    }
    switch (file.error().kind) {
    case IoKind::NotFound:
        return Presence::Absent;
    case IoKind::Denied:
    case IoKind::NotRegular:
        return presence(path);
    default:
        return Presence::Unknown;
    }
}

LocalShareFs::LocalShareFs(const QString &root, const ShareTiming &timing)
    : LocalShareFs(makeShareIo(root), timing)
{ }

LocalShareFs::LocalShareFs(std::unique_ptr<ShareIo> io, const ShareTiming &timing)
    : d(std::make_unique<Private>())
{
    d->io = std::move(io);
    d->timing = timing;
}

LocalShareFs::~LocalShareFs() = default;

void LocalShareFs::bind(const QByteArray &uuid)
{
    d->boundUuid = uuid;
}

void LocalShareFs::cancel()
{
    d->cancel.cancel();
}

MonoTime LocalShareFs::lastSign() const
{
    return {milliseconds(d->sign.load(std::memory_order_relaxed))};
}

Result<QList<EntryInfo>> LocalShareFs::list(const SharePath &folder, bool withDetails)
{
    return d->asked(folder, "list"_L1, [&] { return d->io->list(folder, withDetails); });
}

Result<void> LocalShareFs::visit(const SharePath &folder, const Visitor &visitor)
{
    const Visitor beating = [&](const QByteArray &name) {
        d->beat();
        visitor(name);
    };
    return d->asked(folder, "list"_L1, [&] { return d->io->visit(folder, beating); });
}

Result<EntryInfo> LocalShareFs::look(const SharePath &path)
{
    return d->asked(path, "look at"_L1, [&] { return d->io->look(path); });
}

Result<EntryInfo> LocalShareFs::glance(const SharePath &path)
{
    return d->asked(path, "look at"_L1, [&] { return d->io->glance(path); });
}

Result<ClosedLook> LocalShareFs::lookWhetherClosed(const SharePath &path)
{
    return d->asked(path, "open"_L1, [&] { return d->io->lookWhetherClosed(path); });
}

void LocalShareFs::hold(bool on)
{
    d->io->hold(on);
}

MoveResult LocalShareFs::atomicMove(const SharePath &source, const SharePath &target)
{
    for (const SharePath &path : {source, target}) {
        if (const auto ready = d->ready(path); !ready) {
            return {MoveOutcome::Failed, ready.error(), false};
        }
    }
    const auto kind = isStageFolder(source) ? ShareIo::MoveKind::Folder
        : isRefusal(source, target)         ? ShareIo::MoveKind::Anything
                                            : ShareIo::MoveKind::File;
    // A local disk's renames are by name; an SMB client's are not (MoveOps::proveTarget).
    const bool byHandle = kind == ShareIo::MoveKind::File && d->timing.cacheLifetime > milliseconds(0);
    const auto rename = [&] {
        d->beat();
        return d->io->move(source, target, kind);
    };
    const auto prove = [&] {
        d->beat();
        return d->io->openRead(target).map([](const std::unique_ptr<IoFile> &) {});
    };
    ShareMoveOps ops(
        d->cancel, rename, [&] { return d->presence(source); },
        [&] { return byHandle ? d->provenPresence(target) : d->presence(target); },
        byHandle ? ShareMoveOps::Rename(prove) : ShareMoveOps::Rename());
    const MoveResult result = moveWith(ops, d->timing, source);
    if (result.error.code == ErrorCode::ShareDown) {
        d->io->unpin();
    }
    return result;
}

Result<ContentHash> LocalShareFs::copyOut(const SharePath &source, const QString &localTarget, const Progress &progress)
{
    if (const auto ready = d->ready(source); !ready) {
        return tl::unexpected(ready.error());
    }
    CopyOutSides sides(*d->io, source, localTarget);
    return d->noted(copyWhole(sides, false, d->beating(progress), d->cancel, source));
}

Result<ContentHash> LocalShareFs::copyIn(const QString &localSource, const SharePath &target, const Progress &progress)
{
    if (const auto ready = d->ready(target); !ready) {
        return tl::unexpected(ready.error());
    }
    CopyInSides sides(*d->io, localSource, target);
    return d->noted(copyWhole(sides, true, d->beating(progress), d->cancel, target));
}

Result<ContentHash> LocalShareFs::hash(const SharePath &path, const Progress &progress)
{
    if (const auto ready = d->ready(path); !ready) {
        return tl::unexpected(ready.error());
    }
    const auto file = d->io->openRead(path);
    if (!file) {
        return d->failed(file.error(), "open"_L1, path);
    }
    return pump(**file, nullptr, d->beating(progress), d->cancel, path);
}

Result<void> LocalShareFs::makeFolder(const SharePath &folder)
{
    if (const auto ready = d->ready(folder); !ready) {
        return ready;
    }
    if (const auto made = d->io->makeFolder(folder); !made) {
        return d->failed(made.error(), "make folder"_L1, folder);
    }
    return {};
}

Result<void> LocalShareFs::syncFolders(const QList<SharePath> &folders)
{
    for (const SharePath &folder : folders) {
        if (const auto ready = d->ready(folder); !ready) {
            return ready;
        }
        if (const auto synced = d->io->syncFolder(folder); !synced) {
            return d->failed(synced.error(), "flush folder"_L1, folder);
        }
    }
    return {};
}

Result<qint64> LocalShareFs::freeBytes()
{
    if (const auto ready = d->ready(); !ready) {
        return tl::unexpected(ready.error());
    }
    const auto bytes = d->io->freeBytes();
    if (!bytes) {
        return d->failed(bytes.error(), "ask for free space"_L1, {});
    }
    return *bytes;
}

} // namespace dtf
