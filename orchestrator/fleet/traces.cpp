// SPDX-License-Identifier: GPL-3.0-or-later
// Direct looks for single files: where they may be, and what it means to find them there or nowhere.
#include "orchestrator/fleet/fleetstate.h"

#include "common/share/namepolicy.h"

#include <algorithm>

namespace dtf {

namespace {

constexpr qint64 dayMs = 86'400'000;
constexpr qint64 mostDaysBack = 31;
constexpr milliseconds reportPatience(20'000); ///< an agent that is heard delivers its reports within seconds

} // namespace

void FleetState::on(Context &c, const TraceDone &event)
{
    for (const auto &[id, seen] : event.found) {
        m_unsettled.remove(id);
        Job *job = find(id);
        if (!job) {
            // In incoming lies somebody's new file of that name, which the scanner meets.
            const bool news = seen && seen->where != SeenWhere::Completed && seen->where != SeenWhere::Rejected
                && seen->where != SeenWhere::Incoming;
            if (news && !m_ended.contains(id)) {
                adoptUnknown(c, *seen);
            }
            continue;
        }
        if (job->changedMono > event.startedAt) {
            continue;
        }
        if (m_vanished.contains(id) && job->state == JobState::Waiting && job->inIncoming() && !job->hasPending()) {
            settleVanished(c, *job, seen);
            continue;
        }
        if (job->hasPending() && !job->extra->inFlight
            && (!seen || seen->where == SeenWhere::Incoming || seen->path == job->place())) {
            // The intent was open. If its source is gone the answer is Lost, and the next listing tells where it is.
            issue(c, *job);
        } else if (seen && seen->where == SeenWhere::Completed && reportsFollow(*job, event.startedAt)) {
            if (job->more().missing == 0) {
                job->extra->missing = 1;
                job->extra->missingSince = event.startedAt;
            }
        } else if (seen && hasBegun(job->state) && seen->where == SeenWhere::Assigned && seen->token.epoch == job->epoch) {
            putBack(c, *job, *seen, event.startedAt);
        } else if (seen && (job->place() != seen->path || job->state == JobState::Moving || job->hasPending())) {
            adopt(c, *job, *seen);
        } else if (!seen) {
            missing(c, *job, event.startedAt);
        }
    }
}

/// True while the agent that ended this job will probably say so itself: its reports (claimed, started, exited, done) belong into
/// the audit in their order and count the attempts; the share alone only shows the end. Bounded, and never for a lost node.
bool FleetState::reportsFollow(const Job &job, MonoTime seenAt) const
{
    const bool onANode = job.state == JobState::Assigned || job.state == JobState::Running || job.state == JobState::InDoubt
        || job.state == JobState::Publishing;
    const FleetNode *n = node(nodeNameOf(job));
    if (!onANode || job.hasPending() || !n || n->liveness == Liveness::Lost) {
        return false;
    }
    if (n->liveness == Liveness::Unseen) {
        return seenAt - m_started < m_config.startGrace;
    }
    return !job.extra || job.extra->missing == 0 || seenAt - job.extra->missingSince < reportPatience;
}

/// Looks this far apart are not both out of the same cache.
milliseconds FleetState::sureAfter() const
{
    return std::max<milliseconds>(seconds(15), m_config.shareCache * 2);
}

/// No listing and no direct look finds it. One look may be a stale cache: two, further apart than the caches live, are not.
void FleetState::missing(Context &c, Job &job, MonoTime seenAt)
{
    JobExtra &extra = job.more();
    if (extra.missing == 0) {
        extra.missing = 1;
        extra.missingSince = seenAt;
        return;
    }
    ++extra.missing;
    if (seenAt - extra.missingSince < sureAfter() || job.state == JobState::Hold) {
        return;
    }
    if (job.state == JobState::Moving && job.inIncoming()) {
        c.step.forget.append({job.id, job.name});
        (void)advance(c, job, JobEvent::Vanished, AuditKind::JobWithdrawn,
            "gone from incoming before it was moved, and nowhere else", "orchestrator");
        return;
    }
    touch(c, job, [&](Job &j) {
        j.cause = Cause::ShareTrouble;
        j.extra->detail = "its file can't be found anywhere on the share; last seen at " + job.place();
        j.extra->pending = ActionKind::None;
        j.rerunAllowed = false;
        j.state = JobState::Hold;
    });
    audit(c, AuditKind::JobHeld, &job, nodeNameOf(job), job.extra->detail, "orchestrator");
    raise(c, AlertKind::JobHeld, AlertSeverity::Critical, job.id.toBytes26(), job.name + ": " + job.extra->detail);
}

QList<SeenToken> FleetState::traceCandidates(const Job &job, const Now &now) const
{
    QList<SeenToken> list;
    const auto add = [&](SeenWhere where, const NodeName &nodeName, const TokenName &token, const SharePath &path) {
        list.append({where, nodeName, token, path, 0});
    };
    const NodeName nodeName = nodeNameOf(job);
    const BootId boot = job.extra ? job.extra->boot : BootId {};
    const TokenName bare {job.id, 0, {}, job.name};
    const TokenName withEpoch {job.id, job.epoch, {}, job.name};
    const TokenName withBoot {job.id, job.epoch, boot, job.name};
    if (job.epoch > 0 && !nodeName.isEmpty()) {
        add(SeenWhere::Assigned, nodeName, withEpoch, layout::assigned(nodeName, withEpoch));
        if (!boot.isEmpty()) {
            add(SeenWhere::Running, nodeName, withBoot, layout::running(nodeName, withBoot));
        }
    }
    if (!boot.isEmpty() && job.epoch > 0) {
        add(SeenWhere::Stage, nodeName, withBoot, layout::stagedToken({job.id, job.epoch, boot}, job.name));
        add(SeenWhere::Hold, nodeName, withBoot, layout::hold(withBoot));
    }
    add(SeenWhere::Hold, nodeName, job.epoch > 0 ? withEpoch : bare, layout::hold(job.epoch > 0 ? withEpoch : bare));
    add(SeenWhere::Failed, nodeName, job.epoch > 0 ? withEpoch : bare, layout::failed(job.epoch > 0 ? withEpoch : bare));
    add(SeenWhere::Rejected, nodeName, bare, layout::rejected(job.id, safeName(job.name)));
    // An agent's clock may be on another day; a store from an older copy may have missed some; ours may have jumped meanwhile.
    const auto dayOf = [](WallTime time) { return time.msecsSinceEpoch / dayMs; };
    const auto [first, last] = std::minmax({dayOf(now.wall), dayOf(job.accepted), dayOf(job.changed)});
    for (qint64 day = last + 1; day >= std::max(first - 1, last - mostDaysBack); --day) {
        add(SeenWhere::Completed, nodeName, bare, layout::completed({day * dayMs}, job.id, job.name));
    }
    const SharePath here = job.place();
    if (job.inIncoming()) {
        add(SeenWhere::Incoming, {}, bare, here);
    } else if (const auto token = parseToken(here.mid(here.lastIndexOf('/') + 1))) {
        const bool running = here.contains("/running/");
        const SeenWhere where = here.startsWith("hold/") ? SeenWhere::Hold
            : here.startsWith("failed/")                 ? SeenWhere::Failed
            : running                                    ? SeenWhere::Running
                                                         : SeenWhere::Assigned;
        const QList<QByteArray> parts = here.split('/');
        const Result<NodeName> owner = parts.size() > 2 ? NodeName::parse(parts[1]) : NodeName::parse({});
        add(where, owner ? *owner : NodeName {}, *token, here);
    }
    return list;
}

} // namespace dtf
