// SPDX-License-Identifier: GPL-3.0-or-later
// The share says where a file is: what a listing shows wins over what was believed.
#include "orchestrator/fleet/fleetstate.h"

#include <vector>

namespace dtf {

namespace {

JobState stateOf(const SeenToken &seen)
{
    switch (seen.where) {
    case SeenWhere::Assigned:
        return JobState::Assigned;
    case SeenWhere::Running:
        return JobState::Running;
    case SeenWhere::Stage:
        return JobState::Publishing;
    case SeenWhere::Hold:
        return JobState::Hold;
    case SeenWhere::Failed:
        return JobState::Failed;
    case SeenWhere::Completed:
        return JobState::Done;
    case SeenWhere::Rejected:
        return JobState::Rejected;
    case SeenWhere::Incoming:
        return JobState::Waiting;
    }
    return JobState::Waiting;
}

QByteArray causeWords(const SeenToken &seen)
{
    return "found at " + seen.path;
}

/// What the audit calls it when a job that was `before` is found `now`: an end is told as an end, though nobody saw the move.
AuditKind kindOfFind(JobState before, JobState now)
{
    if (before == now) {
        return AuditKind::JobRecovered;
    }
    switch (now) {
    case JobState::Hold:
        return AuditKind::JobHeld;
    case JobState::Failed:
        return AuditKind::JobFailed;
    case JobState::Done:
        return AuditKind::JobDone;
    case JobState::Rejected:
        return AuditKind::JobRejected;
    case JobState::Waiting:
    case JobState::Moving:
    case JobState::Assigned:
    case JobState::Running:
    case JobState::InDoubt:
    case JobState::Publishing:
    case JobState::Withdrawn:
        break;
    }
    return AuditKind::JobRecovered;
}

} // namespace

void FleetState::on(Context &c, const ZoneSeen &event)
{
    QSet<JobId> seenJobs;
    for (const SeenToken &seen : event.tokens) {
        seenJobs.insert(seen.token.job);
        Job *job = find(seen.token.job);
        if (!job && m_ended.value(seen.token.job, MonoTime {milliseconds(-1)}) >= event.startedAt) {
            continue; // it ended while the listing was made, or while we stood still with it
        }
        if (!job) {
            if (event.startedAt < m_started + seconds(1) || !m_gates.settled) {
                adoptUnknown(c, seen);
            } else {
                // Later on every token has a job. One that ended after this listing began is no news; anything else is looked at
                // again.
                c.step.traces.append({seen.token.job, {seen}});
            }
            continue;
        }
        if (job->changedMono >= event.startedAt || job->hasPending() || (job->extra && job->extra->inFlight)) {
            continue; // it moved while the listing was made
        }
        if (job->extra) {
            job->extra->missing = 0;
        }
        const bool back = hasBegun(job->state) && seen.where == SeenWhere::Assigned && seen.token.epoch == job->epoch;
        if (job->extra && !back) {
            job->extra->backSince = {};
        }
        if (back) {
            putBack(c, *job, seen, event.startedAt);
        } else if (job->place() != seen.path || (seen.where == SeenWhere::Stage && job->state != JobState::Publishing)) {
            adopt(c, *job, seen); // also one that was held as gone and is back, committed
        } else if (seen.where == SeenWhere::Stage && job->state == JobState::Publishing
            && event.startedAt - job->changedMono >= seconds(10)) {
            begin(
                c, *job, ActionKind::RollForward, Cause::None, "its agent left the committed result unpublished", "orchestrator");
        }
    }
    m_ended.clear();
    if (event.complete) {
        std::vector<JobId> gone;
        for (const auto &[id, job] : m_jobs) {
            // A move that an earlier life began and whose source one look did not find: looked for again until that is sure.
            const bool missed = job.state == JobState::Moving && job.extra && job.extra->missing > 0;
            const bool elsewhere =
                (job.inIncoming() && !missed) || job.changedMono >= event.startedAt || job.hasPending() || isFinal(job.state);
            if (!elsewhere && !seenJobs.contains(id)) {
                gone.push_back(id);
            }
        }
        m_vanished.removeIf([this](const JobId &id) {
            const Job *job = find(id);
            return !job || job->state != JobState::Waiting || !job->inIncoming();
        });
        gone.insert(gone.end(), m_vanished.cbegin(), m_vanished.cend()); // an earlier look may not have been sure
        for (const JobId &id : gone) {
            c.step.traces.append({id, traceCandidates(*find(id), c.now)});
        }
        if (!m_gates.settled) {
            m_gates.settled = true;
            m_dispatchWanted = true;
            c.step.summaryChanged = true;
        }
    }
}

/// The store was lost or restored from an older copy: what this token has behind it, nobody remembers.
void FleetState::adoptUnknown(Context &c, const SeenToken &seen)
{
    Job unknown;
    unknown.id = seen.token.job;
    unknown.name = seen.token.name;
    unknown.size = seen.size;
    unknown.accepted = c.now.wall;
    unknown.epoch = seen.token.epoch;
    if (!seen.node.isEmpty()) {
        ensureNode(c, seen.node);
    }
    unknown.node = nodeIndex(seen.node);
    adopt(c, insert(c, std::move(unknown)), seen, false);
}

/// The job is where `seen` says, whatever we believed. An older epoch than ours is believed only because it is the one token
/// there is.
void FleetState::adopt(Context &c, Job &job, const SeenToken &seen, bool known)
{
    if (!seen.node.isEmpty()) {
        ensureNode(c, seen.node);
    }
    const JobState before = job.state;
    const bool ownMove = job.hasPending();
    const QByteArray why = ownMove ? job.extra->pendingDetail : QByteArray();
    const SharePath placeBefore = job.place();
    leavesIncoming(c, job, seen.path);
    const bool staysWaiting =
        before == JobState::Waiting && !job.inIncoming() && seen.where == SeenWhere::Assigned && seen.path == placeBefore;
    touch(c, job, [&](Job &j) {
        JobExtra &extra = j.more();
        extra.pending = ActionKind::None;
        extra.inFlight = false;
        extra.intentTarget.clear();
        extra.missing = 0;
        extra.place = seen.where == SeenWhere::Incoming ? SharePath() : seen.path;
        extra.boot = seen.token.boot;
        if (seen.token.epoch > 0) {
            j.epoch = seen.token.epoch;
        }
        if (!seen.node.isEmpty()) {
            j.node = nodeIndex(seen.node);
        }
        j.state = staysWaiting ? JobState::Waiting : stateOf(seen);
        if (seen.where == SeenWhere::Running) {
            const FleetNode *n = node(seen.node);
            j.rerunAllowed = false;
            if (!n || n->liveness == Liveness::Lost) {
                j.state = JobState::InDoubt;
            }
        }
        if (seen.where == SeenWhere::Assigned) {
            // Put there by an allowed dispatch and not begun. Of one that the store does not know only its agent's journal can
            // tell that: a file server may have forgotten the claim.
            j.rerunAllowed = known;
        }
    });
    audit(c, known ? kindOfFind(before, job.state) : AuditKind::JobRecovered, &job, nodeNameOf(job),
        placeBefore + " -> " + causeWords(seen) + (why.isEmpty() ? why : ": " + why), "orchestrator");
    if (hasBegun(before) && !ownMove
        && (job.state == JobState::Done || job.state == JobState::Hold || job.state == JobState::Failed)) {
        ended(c, node(nodeNameOf(job)), job, job.state != JobState::Done);
    }
    const QByteArray subject = job.id.toBytes26();
    switch (job.state) {
    case JobState::Hold:
        raise(c, AlertKind::JobHeld, AlertSeverity::Critical, subject, job.name + ": " + causeWords(seen));
        break;
    case JobState::Failed:
        raise(c, AlertKind::JobFailed, AlertSeverity::Warning, subject, job.name + ": " + causeWords(seen));
        break;
    case JobState::Assigned: {
        FleetNode *n = node(seen.node);
        if (n && n->liveness == Liveness::Alive && n->admin == AdminState::InService) {
            c.step.hints.insert(seen.node);
        } else if (n && (n->liveness == Liveness::Lost || n->retired)) {
            leavesItsNode(c, job, *n, n->retired ? n->adminReason : QByteArray("its node is lost"), "orchestrator");
        }
        break;
    }
    case JobState::Rejected:
        raise(c, AlertKind::JobRejected, AlertSeverity::Warning, subject, job.name + ": " + causeWords(seen));
        break;
    case JobState::Done:
        clearForJob(c, job, {AlertKind::JobHeld, AlertKind::JobFailed, AlertKind::ZeroRows});
        break;
    default:
        break;
    }
}

/// Its run has begun, and yet it lies unbegun in its node's folder under the same epoch. Mostly the listing is old; but a file
/// server that lost its power may have lost the claim with it. Then its agent never takes it again (its journal knows the run),
/// and nobody else may: a person decides.
void FleetState::putBack(Context &c, Job &job, const SeenToken &seen, MonoTime seenAt)
{
    JobExtra &extra = job.more();
    if (extra.backSince == MonoTime {}) {
        extra.backSince = seenAt;
    }
    if (seenAt - extra.backSince < sureAfter()) {
        return;
    }
    audit(c, AuditKind::JobRecovered, &job, nodeNameOf(job), job.place() + " -> " + causeWords(seen), "orchestrator");
    touch(c, job, [&](Job &j) {
        j.state = JobState::Assigned;
        j.rerunAllowed = false;
        j.extra->place = seen.path;
        j.extra->boot = {};
        j.extra->backSince = {};
        j.extra->missing = 0;
    });
    begin(c, job, ActionKind::Hold, Cause::Fenced,
        "its run had begun, but the file server has put it back: it may or may not have been uploaded", "orchestrator");
}

/// It was not our own answered move: the scanner must hear that the name is free, or the next file of that name is never seen.
void FleetState::leavesIncoming(Context &c, const Job &job, const SharePath &place)
{
    if (job.inIncoming() && !place.startsWith("incoming/")) {
        c.step.forget.append({job.id, job.name});
    }
}

} // namespace dtf
