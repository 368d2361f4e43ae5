// SPDX-License-Identifier: GPL-3.0-or-later
// What the fleet does on the share, and what it makes of the answers.
#include "orchestrator/fleet/fleetstate.h"

#include "common/protocol/codec.h"
#include "common/share/namepolicy.h"
#include "orchestrator/store/auditwords.h"
#include "orchestrator/store/store.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace dtf {

namespace {

constexpr milliseconds firstRetry(1'000);
constexpr milliseconds longestRetry(60'000);
constexpr milliseconds shutFor(30'000); ///< a folder that refuses files is tried with the next one after this

/// Trouble of the whole share, not of this file: it does not count against the file.
bool isShareTrouble(ErrorCode code)
{
    return code == ErrorCode::ShareDown || code == ErrorCode::ShareWrong || code == ErrorCode::ReadOnly
        || code == ErrorCode::NoSpace || code == ErrorCode::Cancelled;
}

AuditKind auditKindOf(ActionKind kind)
{
    switch (kind) {
    case ActionKind::None:
        return AuditKind::JobRecovered;
    case ActionKind::Dispatch:
        return AuditKind::JobAssigned;
    case ActionKind::Reject:
        return AuditKind::JobRejected;
    case ActionKind::Hold:
        return AuditKind::JobHeld;
    case ActionKind::Fail:
        return AuditKind::JobFailed;
    case ActionKind::MarkDone:
    case ActionKind::RollForward:
        return AuditKind::JobDone;
    }
    return AuditKind::JobRecovered;
}

JobEvent eventOf(ActionKind kind)
{
    switch (kind) {
    case ActionKind::Reject:
        return JobEvent::Refused;
    case ActionKind::Hold:
        return JobEvent::HeldBack;
    case ActionKind::Fail:
        return JobEvent::GaveUp;
    case ActionKind::None:
    case ActionKind::Dispatch:
    case ActionKind::MarkDone:
    case ActionKind::RollForward:
        break;
    }
    return JobEvent::Finished;
}

SharePath targetOf(const Job &job, ActionKind kind, WallTime now)
{
    const BootId boot = job.extra ? job.extra->boot : BootId {};
    switch (kind) {
    case ActionKind::Reject:
        return layout::rejected(job.id, safeName(job.name));
    case ActionKind::Hold:
        return layout::hold({job.id, job.epoch, job.epoch > 0 ? boot : BootId {}, job.name});
    case ActionKind::Fail:
        return layout::failed({job.id, job.epoch, {}, job.name});
    case ActionKind::MarkDone:
    case ActionKind::RollForward:
        return layout::completed(now, job.id, job.name);
    case ActionKind::None:
    case ActionKind::Dispatch:
        break;
    }
    return {};
}

} // namespace

/// Opens an intent: durable first, then the share worker moves, then the answer settles it.
void FleetState::begin(Context &c, Job &job, ActionKind kind, Cause cause, const QByteArray &detail, const QByteArray &actor)
{
    touch(c, job, [&](Job &j) {
        JobExtra &extra = j.more();
        extra.pending = kind;
        extra.pendingCause = cause;
        extra.pendingDetail = detail;
        extra.pendingActor = actor;
        extra.intentTarget = targetOf(j, kind, c.now.wall);
        extra.detail = detail;
        extra.tries = 0;
        j.cause = cause;
    });
    issue(c, job);
}

void FleetState::issue(Context &c, Job &job)
{
    JobExtra &extra = job.more();
    ShareAction action;
    action.kind = extra.pending;
    action.job = job.id;
    action.source = job.place();
    action.target = extra.intentTarget;
    action.name = job.name;
    // A store from yesterday may know a name that belongs to another file by now. What is refused was seen a moment ago, and need
    // not be a file.
    action.checkStamp = job.inIncoming() && extra.pending != ActionKind::Reject;
    action.size = job.size;
    action.mtimeNs = job.mtimeNs;
    action.stamp = job.stamp;
    JobView view = viewOf(record(job));
    view.changed = c.now.wall;
    view.detail = QString::fromUtf8(extra.pendingActor + ": " + extra.pendingDetail);
    if (const Result<JobState> next = transition(job.state, eventOf(extra.pending))) {
        view.state = *next;
    }
    action.sidecar = QJsonDocument(toJson(view)).toJson();
    action.stage = {job.id, qMax<Epoch>(1, job.epoch), extra.pending == ActionKind::RollForward ? extra.boot : m_boot};
    extra.inFlight = true;
    c.step.actions.append(std::move(action));
}

void FleetState::retryLater(Context &c, Job &job, const QByteArray &why)
{
    JobExtra &extra = job.more();
    extra.inFlight = false;
    if (extra.tries == 0) {
        extra.firstTrouble = c.now.mono;
        audit(c, AuditKind::JobRecovered, &job, nodeNameOf(job), "not moved yet: " + why, "orchestrator");
    }
    const int shift = qMin(extra.tries, 6);
    extra.tries = qMin(extra.tries + 1, 1000);
    extra.retryAt = c.now.mono + std::min(firstRetry * (1 << shift), longestRetry);
    extra.detail = why;
    m_troubled.insert(job.id);
    c.step.changedJobs.insert(job.id);
}

/// Of actions that waited for the store: what a later event has settled otherwise is not done any more. Its intent is no longer
/// in the store either, so nobody would know of the move after a crash.
void FleetState::dropSuperseded(QList<ShareAction> &actions)
{
    actions.removeIf([this](const ShareAction &action) {
        const Job *job = find(action.job);
        const bool target = job && job->extra && job->extra->intentTarget == action.target;
        if (action.kind == ActionKind::Dispatch) {
            const bool wanted = target && job->state == JobState::Moving;
            m_inFlight = wanted ? m_inFlight : qMax(0, m_inFlight - 1);
            m_dispatchWanted = m_dispatchWanted || !wanted;
            return !wanted;
        }
        return !target || job->extra->pending != action.kind;
    });
}

void FleetState::on(Context &c, const ActionsDone &event)
{
    for (const ActionDone &done : event.results) {
        if (done.kind == ActionKind::Dispatch) {
            m_inFlight = qMax(0, m_inFlight - 1);
        }
        Job *job = find(done.job);
        if (!job) {
            continue;
        }
        if (done.kind == ActionKind::Dispatch) {
            dispatched(c, *job, done);
        } else if (job->hasPending() && job->extra->pending == done.kind && job->extra->intentTarget == done.asked) {
            settled(c, *job, done);
        }
    }
    m_dispatchWanted = true;
}

void FleetState::dispatched(Context &c, Job &job, const ActionDone &done)
{
    if (job.state != JobState::Moving || !job.extra || job.extra->intentTarget != done.asked) {
        return; // a report or a listing was quicker, perhaps so much that the job is on its next way already
    }
    const QByteArray from = job.place();
    const NodeName target = nodeNameOf(job);
    if (done.outcome == MoveOutcome::Moved) {
        touch(c, job, [&](Job &j) {
            j.more().place = done.place;
            j.extra->intentTarget.clear();
            j.extra->tries = 0;
            j.extra->detail.clear();
            j.extra->boot = {};
        });
        (void)advance(c, job, JobEvent::DispatchArrived, AuditKind::JobAssigned,
            from + " -> " + done.place + (done.verified ? " (confirmed by a look after an error)" : ""), "orchestrator");
        if (done.changedAfter) {
            begin(
                c, job, ActionKind::Reject, Cause::ChangedMeanwhile, "the file changed while it was being moved", "orchestrator");
            return;
        }
        FleetNode *n = node(target);
        if (n) {
            n->refusedMoves.clear();
        }
        if (n && n->liveness != Liveness::Lost && n->admin == AdminState::InService) {
            c.step.hints.insert(target);
        } else {
            (void)advance(
                c, job, JobEvent::ReturnedToPool, AuditKind::JobRequeued, "its node left the pool meanwhile", "orchestrator");
        }
        return;
    }
    if (done.outcome == MoveOutcome::Ambiguous || done.outcome == MoveOutcome::Lost) {
        // Lost may also mean: applied, its reply lost, and claimed by the agent before we looked. Only a look everywhere tells.
        retryLater(c, job, done.error.detail.toUtf8());
        c.step.wantZone = true;
        c.step.traces.append({job.id, traceCandidates(job, c.now)});
        return;
    }
    // Certain: nothing was moved by us. No token of the new epoch exists, so the old number holds.
    touch(c, job, [&](Job &j) {
        j.more().intentTarget.clear();
        --j.epoch;
        const Result<JobState> next = transition(j.state, JobEvent::DispatchCancelled);
        j.state = next ? *next : j.state;
        j.extra->inFlight = false;
    });
    if (done.changedBefore) {
        c.step.forget.append({job.id, job.name});
        // What lies there now is taken as a new file. Where this one is a store from yesterday may not know: it is looked for.
        m_vanished.insert(job.id);
        c.step.traces.append({job.id, traceCandidates(job, c.now)});
    } else if (isShareTrouble(done.error.code)) {
        job.more().retryAt = c.now.mono + seconds(2);
    } else {
        // The file or the node's folder: elsewhere it shows. A folder that refuses must neither draw all files nor end any of
        // them.
        FleetNode *n = node(target);
        bool folderRefuses = false;
        if (n && done.outcome == MoveOutcome::Failed) { // busy is the file
            n->refusedMoves.insert(job.id);
            folderRefuses = refusesMoves(*n);
            n->shutUntil = folderRefuses ? std::optional(c.now.mono + shutFor) : std::nullopt;
            job.more().excluded = target;
        }
        retryLater(c, job, done.error.detail.toUtf8());
        if (!folderRefuses && c.now.mono - job.extra->firstTrouble >= m_config.shareBusyRetry) {
            touch(c, job, [](Job &j) { j.cause = Cause::FileUnreadable; });
            if (advance(c, job, JobEvent::HeldBack, AuditKind::JobHeld, "could not be moved: " + done.error.detail.toUtf8(),
                    "orchestrator")) {
                raise(c, AlertKind::JobHeld, AlertSeverity::Warning, job.id.toBytes26(),
                    job.name + ": " + done.error.detail.toUtf8());
            }
        }
    }
}

void FleetState::settled(Context &c, Job &job, const ActionDone &done)
{
    const ActionKind kind = done.kind;
    if (done.outcome == MoveOutcome::Moved) {
        const QByteArray from = job.place();
        const Cause cause = job.extra->pendingCause;
        const QByteArray why = job.extra->pendingDetail;
        const QByteArray actor = job.extra->pendingActor;
        touch(c, job, [&](Job &j) {
            j.extra->pending = ActionKind::None;
            j.extra->inFlight = false;
            j.extra->place = done.place;
            j.extra->intentTarget.clear();
            j.extra->tries = 0;
            j.extra->detail = why;
            j.cause = cause;
            j.rerunAllowed = false;
        });
        const bool ok =
            advance(c, job, eventOf(kind), auditKindOf(kind), withCause(from + " -> " + done.place + ": " + why, cause), actor);
        const bool byOperator = actor.startsWith("operator:");
        if (ok && kind == ActionKind::Reject) {
            raise(c, AlertKind::JobRejected, AlertSeverity::Warning, job.id.toBytes26(), job.name + ": " + why);
        } else if (ok && kind == ActionKind::Hold && !byOperator) {
            raise(c, AlertKind::JobHeld, AlertSeverity::Critical, job.id.toBytes26(), job.name + ": " + why);
        } else if (ok && kind == ActionKind::Fail) {
            raise(c, AlertKind::JobFailed, AlertSeverity::Warning, job.id.toBytes26(), job.name + ": " + why);
        } else if (ok) {
            clearForJob(c, job, {AlertKind::JobHeld, AlertKind::JobFailed, AlertKind::ZeroRows});
            if (kind == ActionKind::MarkDone) { // a person has looked at all of it
                clearForJob(c, job, {AlertKind::LateResult});
            }
        }
        return;
    }
    if (done.outcome == MoveOutcome::Lost || done.changedBefore) {
        const bool fromIncoming = job.inIncoming();
        touch(c, job, [](Job &j) {
            j.extra->pending = ActionKind::None;
            j.extra->inFlight = false;
            j.extra->intentTarget.clear();
        });
        if (fromIncoming) { // what lies there now is a new file; this one is looked for before it is given up
            c.step.forget.append({job.id, job.name});
            m_vanished.insert(job.id);
            c.step.traces.append({job.id, traceCandidates(job, c.now)});
            return;
        }
        audit(c, AuditKind::CommandRefused, &job, nodeNameOf(job),
            QByteArray(toString(kind).data()) + ": its token was moved by somebody else meanwhile", "orchestrator");
        c.step.wantZone = true;
        c.step.traces.append({job.id, traceCandidates(job, c.now)});
        return;
    }
    retryLater(c, job, done.error.detail.toUtf8());
}

} // namespace dtf
