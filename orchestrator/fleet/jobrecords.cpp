// SPDX-License-Identifier: GPL-3.0-or-later
// Between the compact jobs in memory and the records of the store.
#include "orchestrator/fleet/fleetstate.h"

namespace dtf {

JobRecord FleetState::record(const Job &job) const
{
    JobRecord r;
    r.id = job.id;
    r.name = job.name;
    r.state = job.state;
    r.place = job.place();
    r.node = nodeNameOf(job);
    r.epoch = job.epoch;
    r.attempts = job.attempts;
    r.priority = job.priority;
    r.affinity = job.affinity;
    r.serialKey = job.serialKey;
    r.size = job.size;
    r.mtimeNs = job.mtimeNs;
    r.fileId = job.stamp == 0 ? QByteArray() : QByteArray::number(job.stamp, 16);
    r.accepted = job.accepted;
    r.changed = job.changed;
    r.cause = job.cause;
    r.stopAsked = job.stopAsked;
    r.rerunAllowed = job.rerunAllowed;
    r.sideEffects = job.sideEffects;
    r.known = job.known;
    if (job.extra) {
        r.intentTarget = job.extra->intentTarget;
        r.boot = job.extra->boot;
        r.sha256 = job.extra->sha256;
        r.detail = job.extra->detail;
        r.wantNode = job.extra->wantNode;
        r.rows = job.extra->rows;
    }
    return r;
}

namespace {

/// Which action an open intent that is no dispatch was for: its target tells.
ActionKind actionOfTarget(const SharePath &target)
{
    return target.startsWith("hold/")     ? ActionKind::Hold
        : target.startsWith("failed/")    ? ActionKind::Fail
        : target.startsWith("rejected/")  ? ActionKind::Reject
        : target.startsWith("completed/") ? ActionKind::MarkDone
                                          : ActionKind::None;
}

} // namespace

Job FleetState::fromRecord(const JobRecord &r) const
{
    Job job;
    job.id = r.id;
    job.name = r.name;
    job.state = r.state;
    job.node = nodeIndex(r.node);
    job.epoch = r.epoch;
    job.attempts = static_cast<quint16>(r.attempts);
    job.priority = r.priority;
    job.affinity = r.affinity;
    job.serialKey = r.serialKey;
    job.size = r.size;
    job.mtimeNs = r.mtimeNs;
    job.stamp = r.fileId.toULongLong(nullptr, 16);
    job.accepted = r.accepted;
    job.changed = r.changed;
    job.cause = r.cause;
    job.stopAsked = r.stopAsked;
    job.rerunAllowed = r.rerunAllowed;
    job.sideEffects = r.sideEffects;
    job.known = true;
    const bool plain = r.place == layout::incoming(r.name) && r.intentTarget.isEmpty() && r.boot.isEmpty() && r.sha256.isEmpty()
        && r.detail.isEmpty() && r.wantNode.isEmpty() && r.rows < 0;
    if (!plain) {
        JobExtra &extra = job.more();
        if (r.place != layout::incoming(r.name)) {
            extra.place = r.place;
        }
        extra.intentTarget = r.intentTarget;
        extra.boot = r.boot;
        extra.sha256 = r.sha256;
        extra.detail = r.detail;
        extra.wantNode = r.wantNode;
        extra.rows = r.rows;
        if (r.state != JobState::Moving && !r.intentTarget.isEmpty()) {
            // What is committed is never marked done by hand: whatever was to become of it, its stage is rolled forward.
            extra.pending = r.state == JobState::Publishing ? ActionKind::RollForward : actionOfTarget(r.intentTarget);
            extra.pendingCause = r.cause;
            extra.pendingDetail = r.detail;
            extra.pendingActor = "orchestrator";
        }
    }
    return job;
}

NodeRecord FleetState::record(const FleetNode &n) const
{
    NodeRecord r;
    r.node = n.config.name;
    if (!n.retired) { // once it is configured again it serves
        r.paused = n.admin == AdminState::Paused;
        r.draining = n.admin == AdminState::Draining;
        r.by = n.adminBy;
        r.reason = n.adminReason;
        r.changed = n.adminChanged;
    }
    r.lastBoot = n.boot;
    r.machine = n.machine;
    r.machineBoot = n.machineBoot;
    return r;
}

} // namespace dtf
