// SPDX-License-Identifier: GPL-3.0-or-later
// Heartbeats: whose are taken, and what they bring.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/store/auditwords.h"

#include "common/protocol/version.h"

namespace dtf {

using namespace Qt::StringLiterals;

/// Why this heartbeat is not taken; empty: it is.
QString FleetState::refuseBeat(Context &c, FleetNode &n, const Heartbeat &beat)
{
    const PeerVersion version = judgeVersion(beat.protocol);
    if (version == PeerVersion::TooOld || version == PeerVersion::Future) {
        return u"protocol %1 is not spoken here (%2 to %3): update the older side"_s.arg(beat.protocol)
            .arg(oldestProtocolVersion)
            .arg(protocolVersion);
    }
    if (n.boot.isEmpty() || beat.boot == n.boot) {
        return {};
    }
    const QByteArray name = n.config.name.bytes();
    const auto old = n.oldBoots.find(beat.boot);
    if (old != n.oldBoots.end() && !speaksOn(*old, beat, c.now)) {
        return u"another agent has taken over the name %1; should this one go on speaking, it is judged by its next heartbeats"_s
            .arg(n.config.name.toString());
    }
    if (old != n.oldBoots.end() && n.liveness != Liveness::Lost) { // a clone that took over and went lets the old one back
        raise(c, AlertKind::ClonedNode, AlertSeverity::Critical, name,
            "an agent that was replaced still speaks as " + name + " (boot " + beat.boot.bytes() + "): two agents use this name");
        return u"another agent has taken over the name %1: a cloned VM? Give this one a name of its own"_s.arg(
            n.config.name.toString());
    }
    // A clone knows the boot before its own as well as the successor does; but its machine was started by itself.
    const bool successor = beat.previousBoot == n.boot && beat.machine == n.machine && beat.machineBoot == n.machineBoot;
    const bool incumbentHeard = n.liveness == Liveness::Alive && c.now.mono - n.lastBeat < m_config.suspectAfter;
    if (!successor && incumbentHeard) {
        n.rival = beat.boot;
        if (n.rivals.size() >= 16 && !n.rivals.contains(beat.boot)) {
            n.rivals.clear(); // they ask again
        }
        const auto since = n.rivals.constFind(beat.boot);
        if (since == n.rivals.cend()) {
            n.rivals.insert(beat.boot, c.now.mono);
        } else {
            n.twin = n.heardAt - *since >= provenTwinAfter;
        }
        if (beat.machine != n.machine) {
            raise(c, AlertKind::ClonedNode, AlertSeverity::Critical, name,
                "a second agent speaks as " + name + " (machine " + beat.machine + "); the first one is kept");
        }
        return u"another agent was heard under the name %1 a moment ago; this one is taken once that one is silent"_s.arg(
            n.config.name.toString());
    }
    return {};
}

/// True for an old life that has sent a later heartbeat well after its first one since it was replaced.
bool FleetState::speaksOn(OldLife &life, const Heartbeat &beat, const Now &now)
{
    if (!life.heard) {
        life = {now.mono, beat.seq};
    }
    return beat.seq > life.seq && now.mono - *life.heard >= provenAliveAfter;
}

/// Another agent than before speaks for the node from now on.
void FleetState::replace(Context &c, FleetNode &n, const Heartbeat &beat)
{
    if (!n.boot.isEmpty()) {
        if (n.oldBoots.size() >= 64) {
            n.oldBoots.clear();
        }
        n.oldBoots.insert(n.boot, {});
    }
    n.oldBoots.remove(beat.boot);
    n.rivals.clear();
    n.boot = beat.boot;
    n.rival = {};
    n.machine = beat.machine;
    n.machineBoot = beat.machineBoot;
    c.dirtyNodes.insert(n.config.name);
}

/// What its agent says it has in hand, and what it would take next: its journal knows of no run of these.
void FleetState::takeRuns(Context &c, const FleetNode &n, const Heartbeat &beat)
{
    for (const RunningJob &run : beat.running) {
        Job *job = find(run.job);
        if (!job || job->epoch != run.epoch) {
            continue;
        }
        if (job->state == JobState::InDoubt && job->node == nodeIndex(n.config.name)) {
            (void)advance(c, *job, JobEvent::NodeCameBack, AuditKind::NodeState, "its node is heard again and still runs it",
                "orchestrator");
        }
        JobExtra &extra = job->more();
        extra.heard = c.now.mono;
        if (const QByteArray trouble = run.trouble.toUtf8(); extra.runTrouble != trouble) {
            extra.runTrouble = trouble;
            judgeStuck(c, *job);
        }
        const QByteArray line = run.lastLine.toUtf8();
        if (extra.lastLine != line || extra.progress != run.progress) {
            extra.lastLine = line;
            extra.progress = run.progress;
            c.step.changedJobs.insert(job->id);
        }
    }
    for (const JobId &id : beat.queued) {
        Job *job = find(id);
        if (job && job->state == JobState::Assigned && !job->rerunAllowed && !job->hasPending()
            && job->node == nodeIndex(n.config.name)) {
            provenUnbegun(c, n, *job);
        }
    }
}

void FleetState::on(Context &c, const BeatReceived &event)
{
    const Heartbeat &beat = event.beat;
    FleetNode *n = node(beat.node);
    if (!n) {
        return; // not one of ours; the reply says so
    }
    n->twin = false;
    const QString refusal = refuseBeat(c, *n, beat);
    n->answer = refusal;
    if (!refusal.isEmpty()) {
        const QByteArray told = beat.boot.bytes() + refusal.toUtf8();
        if (!n->refusalsTold.contains(told)) {
            if (n->refusalsTold.size() >= 64) {
                n->refusalsTold.clear();
            }
            n->refusalsTold.insert(told);
            audit(c, AuditKind::NodeState, nullptr, n->config.name, nodeNews(NodeNews::Refused, refusal.toUtf8()),
                "agent:" + n->config.name.bytes());
        }
        const bool twin = beat.boot != n->boot && (n->liveness == Liveness::Alive || n->oldBoots.contains(beat.boot));
        if (!twin) {
            n->refusal = refusal;
        }
        return;
    }
    if (beat.boot == n->boot && beat.seq <= n->beat.seq && n->beat.boot == beat.boot) {
        return; // a duplicate or an overtaken one
    }
    if (beat.boot != n->boot) {
        replace(c, *n, beat);
    }
    if (!n->rival.isEmpty()) {
        const QByteArray name = n->config.name.bytes();
        raise(c, AlertKind::ClonedNode, AlertSeverity::Critical, name,
            "a second agent speaks as " + name + " (boot " + n->rival.bytes() + "); the first one is kept");
        n->rival = {};
    }
    n->refusal.clear();
    const BrowserState browserBefore = n->beat.browserState;
    const bool shareBefore = n->beat.shareOk;
    const bool openBefore = n->beat.closedBy.isEmpty();
    const bool first = n->beat.seq == 0;
    n->beat = beat;
    n->lastBeat = c.now.mono;
    n->heardAt = c.now.mono;
    n->figures.take(c.now.mono, beat.cpuPercent, !beat.running.isEmpty());
    if (n->liveness != Liveness::Alive) {
        welcome(c, *n);
    }
    takeRuns(c, *n, beat);
    const bool changed = first || browserBefore != beat.browserState || shareBefore != beat.shareOk;
    browserAlerts(c, *n, changed);
    if (changed) {
        n->since = c.now.wall;
        audit(c, AuditKind::NodeState, nullptr, n->config.name,
            browserNews(beat.browserState, beat.shareOk, beat.browserDetail.toUtf8()), "agent:" + n->config.name.bytes());
        m_dispatchWanted = true;
    }
    m_dispatchWanted = m_dispatchWanted || openBefore != beat.closedBy.isEmpty();
    c.step.changedNodes.insert(n->config.name);
}

void FleetState::welcome(Context &c, FleetNode &n)
{
    const bool back = n.liveness == Liveness::Lost;
    n.liveness = Liveness::Alive;
    n.since = c.now.wall;
    clear(c, AlertKind::NodeLost, n.config.name.bytes());
    audit(
        c, AuditKind::NodeState, nullptr, n.config.name, nodeNews(back ? NodeNews::HeardAgain : NodeNews::Heard), "orchestrator");
    if (m_gates.frozen) {
        m_gates.frozen = false;
        clear(c, AlertKind::ManyNodesLost, {});
    }
    c.step.changedNodes.insert(n.config.name);
    m_dispatchWanted = true;
}

} // namespace dtf
