// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/shareactions.h"

#include "common/core/logging.h"
#include "common/share/sharepath.h"

#include <QSet>

#include <optional>

DTF_LOG_CATEGORY(lcActions, "orchestrator.zone")

namespace dtf {

namespace {

bool isRecorded(const ShareAction &action, const EntryInfo &info, bool alsoIdentity)
{
    return info.kind == EntryKind::File && info.size == action.size && info.mtimeNs == action.mtimeNs
        && (!alsoIdentity || action.stamp == 0 || info.fileId.isEmpty() || fileStamp(info.fileId) == action.stamp);
}

ActionDone answer(const ShareAction &action, const MoveResult &move, const SharePath &place)
{
    ActionDone done;
    done.kind = action.kind;
    done.job = action.job;
    done.outcome = move.outcome;
    done.verified = move.verified;
    done.error = move.error;
    done.place = place;
    done.asked = action.target;
    return done;
}

ActionDone failed(const ShareAction &action, const Error &error)
{
    return answer(action, {MoveOutcome::Failed, error, false}, {});
}

/// Why nothing is moved: the file in incoming is not the one that was recorded.
std::optional<ActionDone> isAnother(ShareFs &share, const ShareAction &action)
{
    if (!action.checkStamp) {
        return std::nullopt;
    }
    const Result<EntryInfo> before = share.glance(action.source); // what arrives is looked at for good
    if (!before && before.error().code == ErrorCode::NotFound && action.kind == ActionKind::Dispatch) {
        // Taken back by its producer, as it seems. The fleet looks everywhere before it believes that; a rename in vain would
        // look for its target here for as long as caches live, with everybody else waiting behind it.
        return answer(action, {MoveOutcome::Lost, before.error(), false}, {});
    }
    if (before && !isRecorded(action, *before, true)) {
        ActionDone done = failed(action, {ErrorCode::Changed, QStringLiteral("changed in incoming")});
        done.changedBefore = true;
        return done;
    }
    return std::nullopt;
}

ActionDone dispatch(ShareFs &share, const ShareAction &action)
{
    ActionDone done = answer(action, share.atomicMove(action.source, action.target), action.target);
    if (done.outcome == MoveOutcome::Moved && action.checkStamp) {
        const Result<EntryInfo> after = share.look(action.target);
        // Absent already: the agent took it, and it checks what it took.
        done.changedAfter = after && !isRecorded(action, *after, true);
    }
    return done;
}

/// Folder with token and manifest becomes visible under its final name; also when somebody else did it already.
ActionDone publishStage(ShareFs &share, const ShareAction &action)
{
    const SharePath dayFolder = action.target.left(action.target.lastIndexOf('/'));
    if (const Result<void> made = share.makeFolder(dayFolder); !made) {
        return failed(action, made.error());
    }
    return answer(action, share.atomicMove(layout::stage(action.stage), action.target), action.target);
}

ActionDone markDone(ShareFs &share, const ShareAction &action)
{
    if (action.source.startsWith(layout::stageRoot() + '/')) {
        // A committed token belongs to the results beside it and never leaves them. The fleet looks again, and rolls it forward.
        return answer(action, {MoveOutcome::Lost, {ErrorCode::Changed, QStringLiteral("committed already")}, false}, {});
    }
    const SharePath stage = layout::stage(action.stage);
    const SharePath staged = layout::stagedToken(action.stage, action.name);
    if (!share.look(staged)) {
        if (const Result<void> made = share.makeFolder(stage); !made) {
            return failed(action, made.error());
        }
        if (!share.look(layout::stagedManifest(action.stage))) {
            if (const Result<void> wrote = share.writeSmall(layout::stagedManifest(action.stage), action.sidecar, false);
                !wrote) {
                return failed(action, wrote.error());
            }
        }
        const MoveResult commit = share.atomicMove(action.source, staged);
        if (commit.outcome != MoveOutcome::Moved) {
            return answer(action, commit, {});
        }
    }
    return publishStage(share, action);
}

/// The reason beside the token, for people who look at the share. Best effort: the store has it too.
void writeSidecar(ShareFs &share, const ShareAction &action)
{
    if (!action.sidecar.isEmpty()) {
        (void)share.writeSmall(layout::sidecar(action.target), action.sidecar, true);
    }
}

/// The reason of a token that has just left hold/ or failed/. Best effort: a later look finds what stays (SidecarTidier).
void removeSidecar(ShareFs &share, const SharePath &source)
{
    const SharePath sidecar = layout::sidecar(source);
    if (!tokenOfSidecar(sidecar)) {
        return; // it came from where no reasons lie
    }
    if (const Result<void> removed = share.removeSidecar(sidecar); !removed) {
        qCInfo(lcActions).noquote() << "a reason stays behind for now:" << removed.error().detail;
    }
}

/// A file that lies where it is to go (released, and held again before a node had it) is not moved onto itself: that never works.
MoveResult moveOrStay(ShareFs &share, const ShareAction &action)
{
    if (action.source != action.target) {
        return share.atomicMove(action.source, action.target);
    }
    const auto found = share.look(action.target);
    if (found) {
        return {MoveOutcome::Moved, {}, false};
    }
    return {found.error().code == ErrorCode::NotFound ? MoveOutcome::Lost : MoveOutcome::Failed, found.error(), false};
}

ActionDone carryOut(ShareFs &share, const ShareAction &action)
{
    if (const std::optional<ActionDone> another = isAnother(share, action)) {
        return *another;
    }
    switch (action.kind) {
    case ActionKind::None:
        break;
    case ActionKind::Dispatch:
        return dispatch(share, action);
    case ActionKind::Reject:
    case ActionKind::Hold:
    case ActionKind::Fail: {
        ActionDone done = answer(action, moveOrStay(share, action), action.target);
        if (done.outcome == MoveOutcome::Moved) {
            writeSidecar(share, action);
        }
        return done;
    }
    case ActionKind::MarkDone:
        return markDone(share, action);
    case ActionKind::RollForward:
        return publishStage(share, action);
    }
    return failed(action, {ErrorCode::Internal, QStringLiteral("no such action")});
}

} // namespace

ActionDone perform(ShareFs &share, const ShareAction &action)
{
    ActionDone done = carryOut(share, action);
    if (done.outcome == MoveOutcome::Moved && action.source != action.target) {
        removeSidecar(share, action.source);
    }
    return done;
}

QList<ActionDone> performAll(ShareFs &share, const QByteArray &expectedUuid, const QList<ShareAction> &actions, bool syncFolders)
{
    QList<ActionDone> results;
    results.reserve(actions.size());
    const Result<ShareIdentity> identity = share.identity();
    const bool ours = identity && identity->uuid == expectedUuid;
    QSet<SharePath> folders;
    const ShareHold hold(share);
    for (const ShareAction &action : actions) {
        if (!ours) {
            results.append(failed(action,
                identity ? Error {ErrorCode::ShareWrong, QStringLiteral("another share is mounted here")} : identity.error()));
            continue;
        }
        results.append(perform(share, action));
        if (syncFolders && results.last().outcome == MoveOutcome::Moved) {
            folders.insert(action.source.left(action.source.lastIndexOf('/')));
            folders.insert(action.target.left(action.target.lastIndexOf('/')));
        }
    }
    if (!folders.isEmpty()) {
        (void)share.syncFolders(
            folders.values()); // a file server flushes in its own time; what is lost by a power cut is seen by the next listing
    }
    return results;
}

} // namespace dtf
