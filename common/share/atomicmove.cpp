// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/atomicmove.h"

#include "common/core/backoff.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

MoveResult cancelled(MoveOutcome outcome)
{
    return {outcome, {ErrorCode::Cancelled, u"cancelled while waiting"_s}, false};
}

/// Until the target shows up or no cache can lie any more.
MoveResult lookForOutcome(MoveOps &ops, const ShareTiming &timing, const IoError &why, QByteArrayView source)
{
    const Error error = toError(why, "rename"_L1, source);
    const MonoTime begin = ops.now();
    Backoff backoff(milliseconds(100), milliseconds(1000));
    for (;;) {
        const milliseconds elapsed = ops.now() - begin; // read before looking: the look is at least this late
        const bool final = timing.cacheLifetime <= milliseconds(0) || elapsed > timing.cacheLifetime;
        const Presence target = ops.lookAtTarget();
        if (target == Presence::Present && why.kind != IoKind::Exists) {
            return {MoveOutcome::Moved, {}, true};
        }
        if (final) {
            const MoveOutcome outcome = conclude(why.kind, ops.lookAtSource(), target);
            const bool certain = outcome == MoveOutcome::Moved || outcome == MoveOutcome::Lost;
            return {outcome, certain ? Error {} : error, outcome == MoveOutcome::Moved};
        }
        const milliseconds left = timing.cacheLifetime - elapsed + milliseconds(1);
        if (!ops.wait(std::min(backoff.next(), left))) {
            return cancelled(MoveOutcome::Ambiguous);
        }
    }
}

/// The rename was answered with yes.
MoveResult keepOrLose(MoveOps &ops, const ShareTiming &timing, QByteArrayView source)
{
    const MonoTime begin = ops.now();
    Backoff backoff(milliseconds(20), milliseconds(1000));
    for (;;) {
        const Io<void> proof = ops.proveTarget();
        if (proof) {
            return {MoveOutcome::Moved, {}, false};
        }
        switch (proof.error().kind) {
        case IoKind::Busy:
        case IoKind::TooMany:
            break;
        case IoKind::Denied: // it may not be read; that it is there must do
            if (ops.lookAtTarget() == Presence::Present) {
                return {MoveOutcome::Moved, {}, false};
            }
            return lookForOutcome(ops, timing, proof.error(), source);
        default:
            return lookForOutcome(ops, timing, proof.error(), source);
        }
        const milliseconds left = timing.busyRetry - (ops.now() - begin);
        if (left <= milliseconds(0)) {
            return {MoveOutcome::Ambiguous, toError(proof.error(), "open what was moved from"_L1, source), false};
        }
        if (!ops.wait(std::min(withJitter(backoff.next(), ops.random()), left))) {
            return cancelled(MoveOutcome::Ambiguous);
        }
    }
}

} // namespace

MoveStep stepAfter(IoKind kind)
{
    switch (kind) {
    case IoKind::NotFound: // the source is gone, by whomever
    case IoKind::Exists: // a replayed rename finds its own target
    case IoKind::Trouble:
        return MoveStep::Look;
    case IoKind::Busy:
    case IoKind::TooMany:
        return MoveStep::RetryLater;
    case IoKind::NoFolder:
    case IoKind::CrossDevice:
    case IoKind::ReadOnly:
    case IoKind::NoSpace:
    case IoKind::Denied:
    case IoKind::NotRegular:
    case IoKind::Invalid:
    case IoKind::RootGone:
    case IoKind::Unsupported:
        return MoveStep::Refused;
    }
    return MoveStep::Look;
}

MoveOutcome conclude(IoKind why, Presence source, Presence target)
{
    if (target == Presence::Unknown) {
        return MoveOutcome::Ambiguous;
    }
    if (why == IoKind::Exists) {
        if (target == Presence::Absent || source == Presence::Unknown) {
            return MoveOutcome::Ambiguous;
        }
        return source == Presence::Present ? MoveOutcome::Failed : MoveOutcome::Moved;
    }
    if (target == Presence::Present) {
        return MoveOutcome::Moved;
    }
    if (why == IoKind::NotFound) {
        // A source that is there after all was a cached lie, or a new file of that name: the caller must look at it afresh.
        return source == Presence::Absent ? MoveOutcome::Lost : MoveOutcome::Ambiguous;
    }
    return source == Presence::Present ? MoveOutcome::Failed : MoveOutcome::Ambiguous;
}

MoveResult moveWith(MoveOps &ops, const ShareTiming &timing, QByteArrayView source)
{
    const MonoTime begin = ops.now();
    Backoff backoff(milliseconds(50), milliseconds(2000));
    for (;;) {
        const Io<void> answer = ops.rename();
        if (answer) {
            return keepOrLose(ops, timing, source);
        }
        switch (stepAfter(answer.error().kind)) {
        case MoveStep::Refused:
            return {MoveOutcome::Failed, toError(answer.error(), "rename"_L1, source), false};
        case MoveStep::Look:
            return lookForOutcome(ops, timing, answer.error(), source);
        case MoveStep::RetryLater:
            break;
        }
        const milliseconds left = timing.busyRetry - (ops.now() - begin);
        if (left <= milliseconds(0)) {
            return {MoveOutcome::Busy, toError(answer.error(), "rename"_L1, source), false};
        }
        if (!ops.wait(std::min(withJitter(backoff.next(), ops.random()), left))) {
            return cancelled(MoveOutcome::Busy);
        }
    }
}

} // namespace dtf
