// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that fall silent, and what becomes of their files.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/policy/lostrun.h"
#include "orchestrator/store/auditwords.h"

namespace dtf {

namespace {

constexpr milliseconds vanishWindow(60'000);
constexpr milliseconds unownedAfter(60'000); ///< an agent that is heard says within seconds what it has in hand
constexpr milliseconds aliveFresh(45'000); ///< the alive file is touched every 10 s and looked at every reconcile

} // namespace

void FleetState::lose(Context &c, FleetNode &n)
{
    n.liveness = Liveness::Lost;
    n.lostSince = c.now.mono;
    n.since = c.now.wall;
    audit(c, AuditKind::NodeState, nullptr, n.config.name, nodeNews(NodeNews::Lost, "silent for 30 s or longer"), "orchestrator");
    if (!mayBeOff(n)) {
        raise(c, AlertKind::NodeLost, AlertSeverity::Critical, n.config.name.bytes(),
            "silent; its files that were not begun go elsewhere" + (n.retired ? "; " + n.adminReason : QByteArray()));
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
            leavesItsNode(c, *job, n, why, actor);
        }
    }
}

/// An unbegun file goes back into the pool; one of which that is not certain waits for its agent's word, and without an agent for
/// a person's.
void FleetState::leavesItsNode(Context &c, Job &job, const FleetNode &n, const QByteArray &why, const QByteArray &actor)
{
    if (job.rerunAllowed) {
        (void)advance(c, job, JobEvent::ReturnedToPool, AuditKind::JobRequeued, why, actor);
    } else if (n.liveness == Liveness::Lost) {
        begin(c, job, ActionKind::Hold, Cause::NodeLost,
            why + ", and this store does not know what came before: it may or may not have been uploaded", "orchestrator");
    }
}

/// Its agent says of this file, found by a store that did not know it, that it has not begun it.
void FleetState::provenUnbegun(Context &c, const FleetNode &n, Job &job)
{
    touch(c, job, [](Job &j) { j.rerunAllowed = true; });
    audit(c, AuditKind::JobRecovered, &job, n.config.name, "its agent has not begun it", "agent:" + n.config.name.bytes());
    if (n.admin != AdminState::InService) {
        leavesItsNode(c, job, n, "its node takes no files now", "orchestrator");
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

} // namespace dtf
