// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/sharetasks.h"

#include "common/core/logging.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace dtf::sharetasks {

using namespace Qt::StringLiterals;

namespace {

bool sameFile(const EntryInfo &a, const EntryInfo &b)
{
    return a.size == b.size && a.mtimeNs == b.mtimeNs && a.fileId == b.fileId;
}

MoveResult notMoved(const Error &error)
{
    return {MoveOutcome::Failed, error, false};
}

/// True, false, or an error when it can't be known.
Result<bool> isThere(ShareFs &fs, const SharePath &path)
{
    if (path.isEmpty()) {
        return false;
    }
    const auto found = fs.look(path);
    if (found) {
        return true;
    }
    if (found.error().code == ErrorCode::NotFound) {
        return false;
    }
    return tl::unexpected(found.error());
}

constexpr qint64 mostManifestBytes = qint64 {16} * 1024 * 1024; ///< 10,000 results with long names

/// A visible result of this job: is it this attempt's? The path does not say; another attempt, or a person, may have ended it.
/// What can't be understood is nobody's: then our own results become evidence, which is the safe side.
Result<bool> isOwnResult(ShareFs &fs, const SharePath &folder, const TokenName &token, const QList<BootId> &claimBoots)
{
    const Result<QByteArray> bytes = fs.readSmall(folder + "/manifest.json", mostManifestBytes);
    if (!bytes && bytes.error().code != ErrorCode::NotFound && bytes.error().code != ErrorCode::TooLarge) {
        return tl::unexpected(bytes.error());
    }
    const QJsonObject manifest = bytes ? QJsonDocument::fromJson(*bytes).object() : QJsonObject();
    const std::optional<BootId> boot = BootId::parse(manifest.value("boot"_L1).toString().toLatin1());
    return manifest.value("attempt"_L1).toInteger() == qint64 {token.epoch} && boot && claimBoots.contains(*boot);
}

} // namespace

Result<void> checkShare(ShareFs &fs, const QByteArray &uuid)
{
    const auto identity = fs.identity();
    if (!identity) {
        return tl::unexpected(identity.error());
    }
    if (uuid.isEmpty()) {
        return fail(ErrorCode::ShareDown, u"the share has not been seen yet"_s);
    }
    if (identity->uuid != uuid) {
        return fail(ErrorCode::ShareWrong, u"the folder holds another share"_s);
    }
    return {};
}

event::Listed listFolders(ShareFs &fs, const NodeName &node)
{
    event::Listed listed;
    const auto identity = fs.identity();
    if (!identity) {
        listed.result = tl::unexpected(identity.error());
        return listed;
    }
    listed.shareUuid = identity->uuid;
    const auto read = [&](const SharePath &folder, bool withBoot, QList<TokenName> &tokens) {
        const auto entries = fs.list(folder, false);
        if (!entries) {
            listed.result = tl::unexpected(entries.error());
            return;
        }
        for (const EntryInfo &entry : *entries) {
            const auto token = parseToken(entry.name);
            if (token && token->epoch > 0 && token->boot.isEmpty() != withBoot) {
                tokens.append(*token);
            }
        }
    };
    read(layout::processing(node), false, listed.assigned);
    if (listed.result) {
        read(layout::running(node), true, listed.running);
    }
    return listed;
}

event::Copied copyOut(
    ShareFs &fs, const QByteArray &uuid, const effect::CopyOut &what, const QString &scratchDir, const Progress &alive)
{
    event::Copied copied;
    const auto failed = [&](const Error &error, bool local) {
        copied.result = tl::unexpected(error);
        copied.localTrouble = local;
        return copied;
    };
    if (const auto ok = checkShare(fs, uuid); !ok) {
        return failed(ok.error(), false);
    }
    const auto before = fs.look(what.source);
    if (!before) {
        return failed(before.error(), false);
    }
    if (before->kind != EntryKind::File) {
        return failed({ErrorCode::NotRegular, u"not a file"_s}, false);
    }
    const Scratch scratch = scratchOf(scratchDir, {what.token.job, what.token.epoch});
    if (const auto fresh = makeFresh(scratch); !fresh) {
        return failed(fresh.error(), true);
    }
    const auto content = fs.copyOut(what.source, scratch.input(what.token.name), alive);
    if (!content) {
        return failed(content.error(), content.error().code == ErrorCode::NoSpace);
    }
    const auto after = fs.look(what.source);
    if (!after) {
        return failed(after.error(), false);
    }
    if (!sameFile(*before, *after) || content->size != after->size) {
        return failed({ErrorCode::Changed, u"it changed while it was copied"_s}, false);
    }
    copied.result = event::CopiedFile {*after, *content};
    return copied;
}

SharePath folderOf(const SharePath &path)
{
    return path.left(path.lastIndexOf('/'));
}

namespace {

/// A run must not begin before its claim is on the server's disk: a server that loses its power and forgets the claim would offer
/// the file once more. What can't be flushed (SMB has no call for folders) is seen by the listings that follow.
MoveResult flushed(ShareFs &fs, MoveResult moved, const SharePath &source, const SharePath &target)
{
    if (moved.outcome == MoveOutcome::Moved) {
        (void)fs.syncFolders({folderOf(source), folderOf(target)});
    }
    return moved;
}

} // namespace

MoveResult move(ShareFs &fs, const QByteArray &uuid, const SharePath &source, const SharePath &target)
{
    if (source.isEmpty() || target.isEmpty()) {
        return notMoved({ErrorCode::InvalidArgument, u"no path on the share"_s});
    }
    if (const auto ok = checkShare(fs, uuid); !ok) {
        return notMoved(ok.error());
    }
    return flushed(fs, fs.atomicMove(source, target), source, target);
}

MoveResult makeVisible(ShareFs &fs, const QByteArray &uuid, const effect::MakeVisible &what)
{
    if (const auto ok = checkShare(fs, uuid).and_then([&] { return fs.makeFolder(what.dayFolder); }); !ok) {
        return notMoved(ok.error());
    }
    return flushed(fs, fs.atomicMove(layout::stage(what.stage), what.target), layout::stage(what.stage), what.target);
}

Result<void> verify(ShareFs &fs, const QByteArray &uuid, const effect::VerifyToken &what, const Progress &alive)
{
    if (const auto ok = checkShare(fs, uuid); !ok) {
        return ok;
    }
    const auto now = fs.look(what.path);
    if (!now) {
        return tl::unexpected(now.error());
    }
    if (sameFile(*now, what.seen) && !now->fileId.isEmpty()) {
        return {};
    }
    if (now->size != what.input.size) {
        return fail(ErrorCode::Changed, u"its size changed"_s);
    }
    const auto content = fs.hash(what.path, alive);
    if (!content) {
        return tl::unexpected(content.error());
    }
    return content->sha256 == what.input.sha256 ? Result<void>() : fail(ErrorCode::Changed, u"its content changed"_s);
}

Result<void> look(ShareFs &fs, const QByteArray &uuid, const SharePath &path)
{
    return checkShare(fs, uuid).and_then([&]() -> Result<void> { return fs.look(path).map([](const EntryInfo &) {}); });
}

event::Located locate(ShareFs &fs, const QByteArray &uuid, const effect::Locate &what, const NodeName &node)
{
    event::Located found;
    if (const auto ok = checkShare(fs, uuid); !ok) {
        found.place = tl::unexpected(ok.error());
        return found;
    }
    struct Candidate
    {
        SharePath path;
        TokenPlace place;
        BootId boot;
        WallTime day;
    };
    // In the order in which a token moves on, so that one that moves meanwhile is not missed.
    QList<Candidate> candidates {{layout::assigned(node, what.token), TokenPlace::Assigned, {}, {}}};
    const auto with = [&](const BootId &boot) { return TokenName {what.token.job, what.token.epoch, boot, what.token.name}; };
    for (const BootId &boot : what.claimBoots) {
        candidates.append({layout::running(node, with(boot)), TokenPlace::Running, boot, {}});
    }
    for (const BootId &boot : what.stageBoots) {
        const StageName stage {what.token.job, what.token.epoch, boot};
        candidates.append({layout::stagedToken(stage, what.token.name), TokenPlace::Staged, boot, {}});
    }
    for (const WallTime day : what.days) {
        candidates.append({layout::completed(day, what.token.job, what.token.name), TokenPlace::Final, {}, day});
    }
    for (const BootId &boot : what.claimBoots) {
        candidates.append({layout::hold(with(boot)), TokenPlace::Held, boot, {}});
    }
    candidates.append({layout::failed(what.token), TokenPlace::Failed, {}, {}});
    candidates.append({layout::rejected(what.token.job, what.token.name), TokenPlace::Rejected, {}, {}});
    for (const Candidate &candidate : candidates) {
        const auto there = isThere(fs, candidate.path);
        if (!there) {
            found.place = tl::unexpected(there.error());
            return found;
        }
        if (*there && candidate.place == TokenPlace::Final) {
            const Result<bool> own = isOwnResult(fs, candidate.path, what.token, what.claimBoots);
            if (!own) {
                found.place = tl::unexpected(own.error());
                return found;
            }
            if (!*own) {
                continue;
            }
        }
        if (*there) {
            found.place = candidate.place;
            found.boot = candidate.boot;
            found.day = candidate.day;
            return found;
        }
    }
    found.place = TokenPlace::Nowhere;
    return found;
}

Result<void> writeSidecar(ShareFs &fs, const QByteArray &uuid, const effect::WriteSidecar &what)
{
    return checkShare(fs, uuid).and_then([&] { return fs.writeSmall(what.path, what.json, false); });
}

Result<void> touchAlive(ShareFs &fs, const QByteArray &uuid, const NodeName &node, const BootId &boot, WallTime now)
{
    return checkShare(fs, uuid).and_then(
        [&] { return fs.writeSmall(layout::alive(node), boot.bytes() + '\n' + utcTimestamp(now).toLatin1() + '\n', true); });
}

} // namespace dtf::sharetasks
