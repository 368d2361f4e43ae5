// SPDX-License-Identifier: GPL-3.0-or-later
// Heartbeats, silence, and what time alone brings about.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/policy/lostrun.h"
#include "orchestrator/store/auditwords.h"

#include "common/protocol/version.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds tickEvery(1'000);
constexpr milliseconds longStall(10'000); ///< after so long everybody starts afresh: their beats are still in our sockets
constexpr milliseconds vanishWindow(60'000);
constexpr milliseconds unownedAfter(60'000); ///< an agent that is heard says within seconds what it has in hand
constexpr milliseconds aliveFresh(45'000); ///< the alive file is touched every 10 s and looked at every reconcile

} // namespace

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
    if (n.oldBoots.contains(beat.boot) && n.liveness != Liveness::Lost) { // a clone that took over and went lets the old one back
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
        const bool twin = n->liveness == Liveness::Alive && beat.boot != n->boot;
        if (!twin) {
            n->refusal = refusal;
        }
        return;
    }
    if (beat.boot == n->boot && beat.seq <= n->beat.seq && n->beat.boot == beat.boot) {
        return; // a duplicate or an overtaken one
    }
    if (beat.boot != n->boot) {
        if (!n->boot.isEmpty()) {
            if (n->oldBoots.size() > 64) {
                n->oldBoots.clear();
            }
            n->oldBoots.insert(n->boot);
        }
        n->oldBoots.remove(beat.boot);
        n->rivals.clear();
        n->boot = beat.boot;
        n->rival = {};
        n->machine = beat.machine;
        n->machineBoot = beat.machineBoot;
        c.dirtyNodes.insert(n->config.name);
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
    for (const RunningJob &run : beat.running) {
        Job *job = find(run.job);
        if (!job || job->epoch != run.epoch) {
            continue;
        }
        if (job->state == JobState::InDoubt && job->node == nodeIndex(n->config.name)) {
            (void)advance(c, *job, JobEvent::NodeCameBack, AuditKind::NodeState, "its node is heard again and still runs it",
                "orchestrator");
        }
        if (!run.trouble.isEmpty() && job->state == JobState::Running) {
            raise(c, AlertKind::JobStuck, AlertSeverity::Warning, job->id.toBytes26(),
                job->name + " on " + n->config.name.bytes() + ": " + run.trouble.toUtf8());
        }
        JobExtra &extra = job->more();
        extra.heard = c.now.mono;
        const QByteArray line = run.lastLine.toUtf8();
        if (extra.lastLine != line || extra.progress != run.progress) {
            extra.lastLine = line;
            extra.progress = run.progress;
            c.step.changedJobs.insert(job->id);
        }
    }
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

void FleetState::lose(Context &c, FleetNode &n)
{
    n.liveness = Liveness::Lost;
    n.lostSince = c.now.mono;
    n.since = c.now.wall;
    audit(c, AuditKind::NodeState, nullptr, n.config.name, nodeNews(NodeNews::Lost, "silent for 30 s or longer"), "orchestrator");
    if (!mayBeOff(n)) {
        raise(c, AlertKind::NodeLost, AlertSeverity::Critical, n.config.name.bytes(),
            "silent; its files that were not begun go elsewhere");
    }
    n.browserDownSince.reset(); // of a silent node nothing is known
    clear(c, AlertKind::BrowserDown, n.config.name.bytes());
    returnAssigned(c, n, "its node is lost", "orchestrator");
    const QSet<JobId> jobs = n.jobs;
    for (const JobId &id : jobs) {
        Job *job = find(id);
        if (job && job->state == JobState::Running) {
            (void)advance(c, *job, JobEvent::NodeWentSilent, AuditKind::JobInDoubt,
                "its node is silent: nobody knows how the run goes", "orchestrator");
        }
    }
    c.step.changedNodes.insert(n.config.name);
}

void FleetState::returnAssigned(Context &c, FleetNode &n, const QByteArray &why, const QByteArray &actor)
{
    const QSet<JobId> jobs = n.jobs;
    for (const JobId &id : jobs) {
        Job *job = find(id);
        const bool wantedHere = job && job->extra && job->extra->wantNode == n.config.name && n.liveness == Liveness::Alive
            && n.admin == AdminState::InService;
        if (job && job->state == JobState::Assigned && !job->hasPending() && !wantedHere) {
            (void)advance(c, *job, JobEvent::ReturnedToPool, AuditKind::JobRequeued, why, actor);
        }
    }
}

void FleetState::judgeNodes(Context &c)
{
    const LivenessRules rules {m_config.suspectAfter, m_config.lostAfter, m_config.startGrace};
    const auto silenceOf = [&](const FleetNode &n) {
        return c.now.mono - (n.liveness == Liveness::Unseen ? m_started : n.lastBeat);
    };
    int late = 0;
    int pool = 0;
    for (const FleetNode &n : m_nodes) {
        if (n.beat.seq == 0 || mayBeOff(n) || (n.liveness == Liveness::Lost && c.now.mono - n.lostSince > vanishWindow)) {
            continue; // never seen in this life, or gone for long
        }
        ++pool;
        late += silenceOf(n) >= m_config.suspectAfter ? 1 : 0;
    }
    const bool frozen = looksLikeOurFault(late, pool);
    for (FleetNode &n : m_nodes) {
        const Liveness next = judgeLiveness(n.liveness, silenceOf(n), c.now.mono - m_started, rules);
        if (next == n.liveness) {
            continue;
        }
        if (next != Liveness::Lost) {
            n.liveness = next;
            n.since = c.now.wall;
            audit(c, AuditKind::NodeState, nullptr, n.config.name, nodeNews(NodeNews::Suspect, "no heartbeat, gets nothing new"),
                "orchestrator");
            c.step.changedNodes.insert(n.config.name);
        } else if (!frozen) {
            lose(c, n);
        } else if (!m_gates.frozen) {
            m_gates.frozen = true;
            raise(c, AlertKind::ManyNodesLost, AlertSeverity::Critical, {},
                QByteArray::number(late) + " of " + QByteArray::number(pool)
                    + " nodes went silent at once; nothing is taken from them until they return");
            c.step.summaryChanged = true;
        }
    }
    if (m_gates.frozen && !frozen) {
        m_gates.frozen = false;
        clear(c, AlertKind::ManyNodesLost, {});
    }
}

void FleetState::judgeDoubtful(Context &c)
{
    for (FleetNode &n : m_nodes) {
        const bool lost = n.liveness == Liveness::Lost;
        const QSet<JobId> jobs = n.jobs;
        for (const JobId &id : jobs) {
            Job *job = find(id);
            const bool begun = job && (job->state == JobState::InDoubt || (job->state == JobState::Running && !lost));
            if (!begun || job->hasPending()) {
                continue;
            }
            const MonoTime known = std::max(m_started, job->changedMono);
            DoubtfulRun run;
            if (lost) {
                run.silence = c.now.mono - std::max(std::max(n.lastBeat, n.aliveMoved), known);
                run.aliveFileMoving = n.aliveSeen && c.now.mono - n.aliveMoved < aliveFresh;
            } else {
                // The node is heard, but its agent does not have this file in hand: a clone took it, or the journal is gone.
                run.silence = c.now.mono - std::max(job->extra ? job->extra->heard : MonoTime {}, known);
                if (job->state == JobState::Running && run.silence > unownedAfter) {
                    (void)advance(c, *job, JobEvent::NodeWentSilent, AuditKind::JobInDoubt,
                        "its node is heard, but the agent there does not have it in hand", "orchestrator");
                    continue;
                }
            }
            run.policy = m_config.lostRun;
            run.hardLimit = m_config.hardLimit;
            switch (judgeLostRun(run)) {
            case LostRunVerdict::Wait:
                break;
            case LostRunVerdict::Hold:
                begin(c, *job, ActionKind::Hold, Cause::NodeLost,
                    lost ? "no sign of its node for longer than a run may take: it may or may not have been uploaded"
                         : "its node's agent has not had it in hand for longer than a run may take: it may or may not have been "
                           "uploaded",
                    "orchestrator");
                break;
            case LostRunVerdict::Requeue:
                touch(c, *job, [](Job &j) { j.rerunAllowed = true; });
                (void)advance(c, *job, JobEvent::Requeued, AuditKind::JobRequeued,
                    "its node is lost and the pipeline may run twice (lost_run = requeue)", "orchestrator");
                break;
            }
        }
    }
}

void FleetState::judgeStuck(Context &c)
{
    qint64 waiting = 0;
    qint64 oldest = c.now.wall.msecsSinceEpoch;
    if (!m_waiting.empty()) {
        for (auto at = m_waiting.begin(); at != m_waiting.end() && waiting < 1000;
             ++at, ++waiting) { // oldest within a priority come first
            const Job *job = find(at->id);
            oldest = qMin(oldest, job->accepted.msecsSinceEpoch);
        }
    }
    if (c.now.wall.msecsSinceEpoch - oldest > m_config.stuckAfter.count()) {
        raise(c, AlertKind::JobStuck, AlertSeverity::Warning, {},
            QByteArray::number(qint64(m_waiting.size())) + " files wait, the oldest for longer than "
                + QByteArray::number(qint64(m_config.stuckAfter.count() / 60'000)) + " minutes");
    } else {
        clear(c, AlertKind::JobStuck, {});
    }
    for (const FleetNode &n : m_nodes) {
        for (const JobId &id : n.jobs) {
            const Job *job = find(id);
            if (job && job->state == JobState::Assigned
                && c.now.wall.msecsSinceEpoch - job->changed.msecsSinceEpoch > m_config.stuckAfter.count()) {
                raise(c, AlertKind::JobStuck, AlertSeverity::Warning, id.toBytes26(),
                    job->name + ": waits in the folder of " + n.config.name.bytes());
            }
        }
    }
}

void FleetState::on(Context &c, const Tick &)
{
    const milliseconds stall = ownStall(c.now.mono - m_lastTick, tickEvery);
    m_lastTick = c.now.mono;
    if (stall > milliseconds(0)) {
        for (FleetNode &n : m_nodes) {
            // What came out of our sockets before this tick is heard now, and no later.
            const auto shifted = [&](MonoTime at) { return stall >= longStall ? c.now.mono : std::min(c.now.mono, at + stall); };
            n.lastBeat = shifted(n.lastBeat);
            n.aliveMoved = shifted(n.aliveMoved);
            if (n.unableSince) {
                n.unableSince = shifted(*n.unableSince);
            }
            if (n.browserDownSince) {
                n.browserDownSince = shifted(*n.browserDownSince);
            }
        }
        m_started = m_started + stall;
    }
    rollDay(c);
    judgeNodes(c);
    judgeBrowsers(c);
    judgeUnable(c);
    judgeDoubtful(c);
    if (c.now.mono - m_lastStuckLook >= seconds(10)) {
        m_lastStuckLook = c.now.mono;
        judgeStuck(c);
        forgetAffinityWaits();
    }
    const QSet<JobId> troubled = m_troubled;
    for (const JobId &id : troubled) {
        Job *job = find(id);
        if (!job || !job->extra || job->extra->tries == 0 || !(job->hasPending() || job->state == JobState::Moving)) {
            m_troubled.remove(id);
        } else if (job->extra->inFlight || job->extra->retryAt > c.now.mono) {
            continue;
        } else if (job->hasPending()) {
            issue(c, *job);
        } else {
            job->extra->retryAt = c.now.mono + seconds(10);
            c.step.traces.append({id, traceCandidates(*job, c.now)});
        }
    }
    lookForUnsettled(c);
    m_dispatchWanted = m_dispatchWanted || !m_waiting.empty();
}

/// What an earlier life had begun is looked for until a look is sure: the share may have been away when we asked first.
void FleetState::lookForUnsettled(Context &c)
{
    if (m_unsettled.isEmpty() || !m_gates.shareOk || c.now.mono - m_lastUnsettledLook < seconds(10)) {
        return;
    }
    m_lastUnsettledLook = c.now.mono;
    m_unsettled.removeIf([this](const JobId &id) {
        const Job *job = find(id);
        return !job || !(job->hasPending() || job->state == JobState::Moving);
    });
    for (const JobId &id : std::as_const(m_unsettled)) {
        c.step.traces.append({id, traceCandidates(*find(id), c.now)});
    }
}

void FleetState::on(Context &c, const ShareHealth &event)
{
    if (event.ok != m_gates.shareOk || (!event.ok && event.detail != m_shareDetail)) {
        m_gates.shareOk = event.ok;
        m_shareDetail = event.detail;
        audit(c, AuditKind::ShareState, nullptr, {}, event.ok ? QByteArray("the share answers") : event.detail, "orchestrator");
        if (event.ok) {
            clear(c, AlertKind::ShareDown, {});
        } else {
            raise(c, AlertKind::ShareDown, AlertSeverity::Critical, {}, event.detail);
        }
        c.step.wantZone = event.ok;
        c.step.summaryChanged = true;
        m_dispatchWanted = true;
    }
    if (event.ok && !event.uuid.isEmpty()
        && event.uuid != m_shareUuid) { // the first one ever, or adopted: the only one from now on
        m_shareUuid = event.uuid;
        c.step.store.settings.append({"share.uuid", m_shareUuid});
    }
    for (const auto &[name, mark] : event.alive) {
        FleetNode *n = node(name);
        if (n && n->aliveMark != mark) {
            n->aliveMoved = n->aliveSeen || n->aliveMark.isEmpty() ? c.now.mono : n->aliveMoved;
            n->aliveSeen = !n->aliveMark.isEmpty();
            n->aliveMark = mark;
        }
    }
}

void FleetState::on(Context &c, const StoreHealth &event)
{
    m_gates.storeOk = event.ok;
    m_storeDetail = event.detail;
    if (event.ok) {
        clear(c, AlertKind::StoreFailing, {});
    } else {
        raise(c, AlertKind::StoreFailing, AlertSeverity::Critical, {}, event.detail);
    }
    c.step.summaryChanged = true;
    m_dispatchWanted = true;
}

void FleetState::on(Context &c, const AccessRefused &event)
{
    audit(c, AuditKind::CommandRefused, nullptr, {}, event.what, event.who);
}

} // namespace dtf
