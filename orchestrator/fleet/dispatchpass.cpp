// SPDX-License-Identifier: GPL-3.0-or-later
// Late binding: a file gets a node only when one can take it now.
#include "orchestrator/fleet/fleetstate.h"

#include <algorithm>

namespace dtf {

namespace {

constexpr int mostPerPass = 1'024; ///< one store transaction and one round of the share worker
constexpr int mostPassedOver = 2'048; ///< files that stay for their node, looked at in one pass

} // namespace

NodeSlot FleetState::slotOf(const FleetNode &n) const
{
    NodeSlot s;
    s.node = n.config.name;
    s.liveness = n.liveness;
    s.refused = !n.refusal.isEmpty();
    s.admin = n.admin;
    s.browser = n.beat.browserState;
    s.shareOk = n.beat.shareOk && !n.shutUntil;
    s.agentClosed = !n.beat.closedBy.isEmpty();
    s.load = static_cast<int>(n.jobs.size());
    s.capacity = 1 + n.config.prefetch;
    s.diskFree = n.beat.diskFree;
    s.minDiskFree = n.config.minDiskFree;
    s.errorRate = errorRate(n);
    s.idleSince = n.idleSince;
    return s;
}

WaitingFile FleetState::waitingFile(const Job &job) const
{
    WaitingFile file;
    file.size = job.size;
    if (job.extra) {
        file.wanted = job.extra->wantNode;
        file.excluded = job.extra->excluded;
    }
    if (!job.affinity.isEmpty()) {
        file.affinity = m_affinity.value(job.affinity);
    }
    file.serialBlocked = serialBlocked(job);
    return file;
}

bool FleetState::worksOn(const FleetNode &n, const QByteArray &affinityKey) const
{
    return std::any_of(n.jobs.cbegin(), n.jobs.cend(), [&](const JobId &id) {
        const Job *job = find(id);
        return job && job->affinity == affinityKey;
    });
}

/// As of now; the wait begins when another node would have taken it for the first time.
std::optional<milliseconds> FleetState::affinityWaitLeft(const Job &job, const WaitingFile &file, MonoTime now) const
{
    const FleetNode *n = file.affinity.isEmpty() ? nullptr : node(file.affinity);
    const milliseconds waited = now - m_affinityWaits.value(job.id, now);
    if (!n || waited >= m_config.affinityWait) {
        return std::nullopt;
    }
    return dtf::affinityWaitLeft(slotOf(*n), worksOn(*n, job.affinity), file, waited, m_config.affinityWait);
}

/// Those of files that went another way: on hold, withdrawn, taken by a report.
void FleetState::forgetAffinityWaits()
{
    m_affinityWaits.removeIf([this](const auto &wait) {
        const Job *job = find(wait.key());
        return !job || job->state != JobState::Waiting;
    });
}

void FleetState::dispatchPass(Context &c)
{
    if (!m_dispatchWanted) {
        return;
    }
    m_dispatchWanted = false;
    if (m_waiting.empty() || firstClosedGate(m_gates, WaitingFile {}) || m_inFlight >= mostInFlight) {
        return;
    }
    QList<NodeSlot> open;
    int serving = 0;
    for (const FleetNode &n : m_nodes) {
        NodeSlot slot = slotOf(n);
        serving += servesFiles(slot) ? 1 : 0;
        if (!firstClosedGate(slot)) {
            open.append(std::move(slot));
        }
    }
    int sent = 0;
    int passedOver = 0;
    bool more = false;
    for (auto at = m_waiting.begin(); at != m_waiting.end() && !open.isEmpty();) {
        Job *job = find(at->id);
        ++at; // touch() below takes the job out of the set
        if (job->extra && (job->extra->retryAt > c.now.mono || job->extra->inFlight)) {
            continue;
        }
        if (m_vanished.contains(job->id)) {
            continue; // what lies in incoming under its name is another file
        }
        if (!job->rerunAllowed) {
            continue; // I4: it may have run; only an operator's or a policy's event lets it run again
        }
        const WaitingFile file = waitingFile(*job);
        if (file.serialBlocked) {
            continue;
        }
        const auto chosen = chooseNode(open, file, serving <= 1);
        if (!chosen) {
            continue;
        }
        const bool elsewhere = !file.affinity.isEmpty() && open[*chosen].node != file.affinity;
        if (elsewhere && affinityWaitLeft(*job, file, c.now.mono)) {
            if (!m_affinityWaits.contains(job->id)) {
                m_affinityWaits.insert(job->id, c.now.mono);
            }
            if (++passedOver >= mostPassedOver) {
                break; // 100,000 files of one key must not be looked at with every event
            }
            continue;
        }
        if (sent >= mostPerPass || m_inFlight >= mostInFlight) {
            more = true;
            break;
        }
        const FleetNode *itsNode = elsewhere ? node(file.affinity) : nullptr;
        const bool spilled = itsNode && isWorthWaitingFor(slotOf(*itsNode), worksOn(*itsNode, job->affinity), file);
        m_affinityWaits.remove(job->id);
        NodeSlot &slot = open[*chosen];
        const NodeName name = slot.node;
        ++slot.load;
        if (slot.load >= slot.capacity) {
            open.removeAt(*chosen);
        }
        const SharePath here = job->place();
        const NodeName before = nodeNameOf(*job);
        if (before == name && job->epoch > 0 && here == layout::assigned(name, {job->id, job->epoch, {}, job->name})) {
            (void)advance(c, *job, JobEvent::BackToItsNode, AuditKind::JobAssigned, "stays at " + here, "orchestrator");
            c.step.hints.insert(name);
            continue;
        }
        ShareAction action;
        action.kind = ActionKind::Dispatch;
        action.job = job->id;
        action.source = here;
        action.name = job->name;
        action.checkStamp = job->inIncoming();
        action.size = job->size;
        action.mtimeNs = job->mtimeNs;
        action.stamp = job->stamp;
        touch(c, *job, [&](Job &j) {
            ++j.epoch;
            j.node = nodeIndex(name);
            j.state = JobState::Moving; // Waiting → Moving is DispatchBegun
            j.more().intentTarget = layout::assigned(name, {j.id, j.epoch, {}, j.name});
        });
        action.target = job->extra->intentTarget;
        c.step.actions.append(std::move(action));
        if (!job->affinity.isEmpty() && !spilled) { // the next ones still prefer the node that has most of them
            m_affinity.insert(job->affinity, name);
        }
        ++m_inFlight;
        ++sent;
    }
    m_dispatchWanted = more; // our own edits need no further pass
}

} // namespace dtf
