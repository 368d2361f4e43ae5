// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/escape.h"
#include "common/share/localshareprivate.h"
#include "common/share/sharepath.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostSidecarBytes = qint64 {1024} * 1024;

} // namespace

Io<void> LocalShareFs::Private::writeNew(const SharePath &path, QByteArrayView content)
{
    auto file = io->createNew(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    auto done = (*file)->write(content);
    if (done) {
        done = (*file)->sync();
    }
    if (done) {
        done = (*file)->close();
    }
    file->reset();
    if (!done) {
        (void)io->removeFile(path);
    }
    return done;
}

Result<void> LocalShareFs::Private::publishSmall(const SharePath &path, QByteArrayView content, bool replace)
{
    if (!replace) {
        if (const auto found = io->look(path); found || found.error().kind != IoKind::NotFound) {
            return failed(found ? IoError {IoKind::Exists, 0} : found.error(), "write"_L1, path);
        }
    }
    const QByteArray folder = split(path).folder;
    SharePath temporary;
    Io<void> written;
    for (int attempt = 0; attempt < 3; ++attempt) { // after a failed flush only a new file can be trusted
        temporary = (folder.isEmpty() ? QByteArray() : folder + '/') + ".tmp-" + randomName();
        written = writeNew(temporary, content);
        if (!written) {
            (void)io->removeFile(temporary); // made all the same, when only the answer was lost
        }
        if (written || written.error().kind != IoKind::Trouble) {
            break;
        }
    }
    if (!written) {
        return failed(written.error(), "write"_L1, path);
    }
    const auto rename = [&]() -> Io<void> {
        if (replace) {
            return io->moveReplacing(temporary, path);
        }
        auto moved = io->moveExclusive(temporary, path);
        // Where no rename is certain not to replace, an exclusive creation still is.
        return !moved && moved.error().kind == IoKind::Unsupported ? writeNew(path, content) : moved;
    };
    const auto lookAtTarget = [&] {
        const auto found = replace ? readWhole(path, content.size()) : Result<QByteArray>();
        if (!replace) {
            return presence(path);
        }
        const bool other =
            found ? *found != content : found.error().code == ErrorCode::TooLarge || found.error().code == ErrorCode::NotFound;
        return found && !other ? Presence::Present : other ? Presence::Absent : Presence::Unknown;
    };
    ShareMoveOps ops(
        cancel, rename, [&] { return presence(temporary); }, lookAtTarget);
    MoveResult result = moveWith(ops, timing, path);
    (void)io->removeFile(temporary); // gone already, or of no use any more
    if (result.error.code == ErrorCode::ShareDown) {
        io->unpin();
    }
    if (result.outcome == MoveOutcome::Moved) {
        return {};
    }
    if (result.outcome == MoveOutcome::Lost) {
        return fail(ErrorCode::IoError, u"write %1: the temporary file vanished"_s.arg(escapedForLog(path)));
    }
    return tl::unexpected(result.error);
}

Result<QByteArray> LocalShareFs::Private::readWhole(const SharePath &path, qint64 maxBytes)
{
    const auto file = io->openRead(path);
    if (!file) {
        return failed(file.error(), "open"_L1, path);
    }
    const auto info = (*file)->info();
    if (!info) {
        return failed(info.error(), "stat"_L1, path);
    }
    QByteArray out;
    for (qint64 wanted = info->size + 1; info->size <= maxBytes && out.size() <= maxBytes; wanted = 4096) {
        QByteArray block(qMin(wanted, maxBytes + 1 - out.size()), Qt::Uninitialized);
        const auto got = (*file)->read(block.data(), block.size());
        if (!got) {
            return failed(got.error(), "read"_L1, path);
        }
        if (*got == 0) {
            return out;
        }
        out.append(block.constData(), *got);
    }
    return fail(ErrorCode::TooLarge, u"%1 is larger than %2 bytes"_s.arg(escapedForLog(path)).arg(maxBytes));
}

Result<void> LocalShareFs::Private::removeTree(const SharePath &folder, int depthLeft)
{
    if (depthLeft == 0) {
        return fail(ErrorCode::TooMany, u"%1 is nested too deeply"_s.arg(escapedForLog(folder)));
    }
    const auto entries = io->list(folder, false);
    if (!entries) {
        return failed(entries.error(), "list"_L1, folder);
    }
    for (const EntryInfo &entry : *entries) {
        beat();
        const SharePath path = folder + '/' + entry.name;
        if (entry.kind == EntryKind::Directory) {
            if (const auto removed = removeTree(path, depthLeft - 1); !removed) {
                return removed;
            }
        } else if (const auto removed = io->removeFile(path); !removed && removed.error().kind != IoKind::NotFound) {
            return failed(removed.error(), "remove"_L1, path);
        }
    }
    if (const auto removed = io->removeFolder(folder); !removed && removed.error().kind != IoKind::NotFound) {
        return failed(removed.error(), "remove"_L1, folder);
    }
    return {};
}

Result<void> LocalShareFs::writeSmall(const SharePath &path, QByteArrayView content, bool replace)
{
    if (const auto ready = d->ready(path); !ready) {
        return ready;
    }
    if (replace && !mayReplace(path)) {
        return fail(ErrorCode::InvalidArgument, u"may be a token, not replaced: "_s + escapedForLog(path));
    }
    return d->publishSmall(path, content, replace);
}

Result<QByteArray> LocalShareFs::readSmall(const SharePath &path, qint64 maxBytes)
{
    if (const auto ready = d->ready(path); !ready) {
        return tl::unexpected(ready.error());
    }
    return d->readWhole(path, maxBytes);
}

Result<QByteArray> LocalShareFs::readRange(const SharePath &path, qint64 offset, qint64 maxBytes)
{
    if (const auto ready = d->ready(path); !ready) {
        return tl::unexpected(ready.error());
    }
    const auto file = d->io->openRead(path);
    if (!file) {
        return d->failed(file.error(), "open"_L1, path);
    }
    if (const auto there = (*file)->seek(offset); !there) {
        return d->failed(there.error(), "seek in"_L1, path);
    }
    QByteArray out;
    while (out.size() < maxBytes) {
        QByteArray block(qMin(qint64 {64} * 1024, maxBytes - out.size()), Qt::Uninitialized);
        const auto got = (*file)->read(block.data(), block.size());
        if (!got) {
            return d->failed(got.error(), "read"_L1, path);
        }
        if (*got == 0) {
            break;
        }
        out.append(block.constData(), *got);
    }
    return out;
}

Result<void> LocalShareFs::appendLog(const SharePath &path, QByteArrayView lines)
{
    if (const auto ready = d->ready(path); !ready) {
        return ready;
    }
    if (!path.startsWith("logs/")) {
        return fail(ErrorCode::InvalidArgument, u"not a log: "_s + escapedForLog(path));
    }
    if (lines.isEmpty()) {
        return {};
    }
    const auto file = d->io->openAppend(path);
    if (!file) {
        return d->failed(file.error(), "open"_L1, path);
    }
    auto done = (*file)->write(lines.endsWith('\n') ? lines.toByteArray() : lines.toByteArray() + '\n');
    if (done) {
        done = (*file)->close();
    }
    return done ? Result<void>() : d->failed(done.error(), "append to"_L1, path);
}

Result<void> LocalShareFs::discardStage(const StageName &stage, QByteArrayView tokenName)
{
    const SharePath folder = layout::stage(stage);
    const SharePath token = layout::stagedToken(stage, tokenName);
    for (const SharePath &path : {folder, token}) {
        if (const auto ready = d->ready(path); !ready) {
            return ready;
        }
    }
    const auto there = d->io->look(folder);
    if (!there && there.error().kind == IoKind::NotFound) {
        return {};
    }
    if (!there || there->kind != EntryKind::Directory) {
        return d->failed(there ? IoError {IoKind::NotRegular, 0} : there.error(), "discard"_L1, folder);
    }
    const auto committed = d->io->look(token);
    if (committed) {
        return fail(ErrorCode::Forbidden, u"the stage is committed: "_s + escapedForLog(folder));
    }
    if (committed.error().kind != IoKind::NotFound) {
        return d->failed(committed.error(), "look at"_L1, token);
    }
    return d->removeTree(folder, 32);
}

Result<void> LocalShareFs::removeSidecar(const SharePath &path)
{
    if (const auto ready = d->ready(path); !ready) {
        return ready;
    }
    const std::optional<SharePath> token = tokenOfSidecar(path);
    if (!token) {
        return fail(ErrorCode::InvalidArgument, u"no reason beside a token, not removed: "_s + escapedForLog(path));
    }
    const auto beside = d->io->look(*token);
    if (beside) {
        return fail(ErrorCode::Forbidden, u"its token still lies beside it: "_s + escapedForLog(path));
    }
    if (beside.error().kind != IoKind::NotFound) {
        return d->failed(beside.error(), "look at"_L1, *token);
    }
    const auto content = d->readWhole(path, mostSidecarBytes);
    if (!content) {
        return content.error().code == ErrorCode::NotFound ? Result<void>() : tl::unexpected(content.error());
    }
    const auto parsed = parseToken(split(*token).leaf);
    const QJsonValue job = QJsonDocument::fromJson(*content).object().value("job"_L1);
    if (!parsed || job.toString() != parsed->job.toString()) { // nobody can know that id before the file was taken
        return fail(ErrorCode::Forbidden, u"does not name its job, so it may be a file itself: "_s + escapedForLog(path));
    }
    const auto removed = d->io->removeFile(path);
    return removed || removed.error().kind == IoKind::NotFound ? Result<void>() : d->failed(removed.error(), "remove"_L1, path);
}

Result<void> LocalShareFs::removeTemporary(const SharePath &path)
{
    if (const auto ready = d->ready(path); !ready) {
        return ready;
    }
    if (!isTemporary(path)) {
        return fail(ErrorCode::InvalidArgument, u"no temporary file of ours, not removed: "_s + escapedForLog(path));
    }
    const auto there = d->io->glance(path);
    if (there && there->kind != EntryKind::File) {
        return d->failed(IoError {IoKind::NotRegular, 0}, "remove"_L1, path);
    }
    const auto removed = d->io->removeFile(path);
    return removed || removed.error().kind == IoKind::NotFound ? Result<void>() : d->failed(removed.error(), "remove"_L1, path);
}

} // namespace dtf
