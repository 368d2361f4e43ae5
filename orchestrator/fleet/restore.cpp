// SPDX-License-Identifier: GPL-3.0-or-later
// What the store remembers becomes memory again.
#include "orchestrator/fleet/fleetstate.h"

namespace dtf {

namespace {

constexpr qint64 commandsLiveMs = 3'600'000;

} // namespace

Step FleetState::restore(const StoreSnapshot &snapshot, const Now &now)
{
    Context c {{}, now, {}, {}, {}};
    m_started = now.mono;
    m_lastTick = now.mono;
    m_startedSet = true;
    rollDay(c);
    restoreMembers(snapshot);
    recallDay(snapshot); // of those, too
    restoreJobs(c, snapshot);
    restoreNodes(snapshot);
    restoreSettings(snapshot);
    restoreCommands(c, snapshot);
    for (const Alert &alert : snapshot.alerts) {
        m_alerts.insert({static_cast<int>(alert.kind), alert.subject}, alert);
    }
    clearForgotten(c);
    if (m_storeId.isEmpty()) {
        m_storeId = m_boot.bytes();
        c.step.store.settings.append({"store.id", m_storeId});
    }
    audit(c, AuditKind::OrchestratorStarted, nullptr, {},
        "boot " + m_boot.bytes() + ", " + QByteArray::number(snapshot.jobs.size()) + " open jobs", "orchestrator");
    if (snapshot.created) {
        audit(
            c, AuditKind::Gap, nullptr, {}, "the store is new: whatever the share holds came before this audit", "orchestrator");
    }
    c.step.wantZone = true;
    finish(c);
    return std::move(c.step);
}

void FleetState::restoreJobs(Context &c, const StoreSnapshot &snapshot)
{
    for (const JobRecord &jobRecord : snapshot.jobs) {
        const bool onItsNode = isActive(jobRecord.state) || jobRecord.place.startsWith(layout::processing(jobRecord.node) + '/');
        if (onItsNode && !jobRecord.node.isEmpty()) {
            ensureNode(c, jobRecord.node);
        }
        Job job = fromRecord(jobRecord);
        const bool moving = job.state == JobState::Moving;
        const auto [at, fresh] = m_jobs.emplace(job.id, std::move(job));
        if (!fresh) {
            continue;
        }
        enlist(at->second, +1);
        if (!at->second.affinity.isEmpty() && at->second.node >= 0 && isActive(at->second.state)) {
            m_affinity.insert(at->second.affinity, nodeNameOf(at->second));
        }
        if (moving || at->second.hasPending()) { // an intent was open: settle it from what is seen
            c.step.traces.append({at->first, traceCandidates(at->second, c.now)});
            m_unsettled.insert(at->first);
        }
    }
    m_lastUnsettledLook = c.now.mono;
    for (FleetNode &n : m_nodes) {
        if (n.retired) {
            returnAssigned(c, n, n.adminReason, "orchestrator");
        }
    }
}

void FleetState::restoreNodes(const StoreSnapshot &snapshot)
{
    for (const NodeRecord &nodeRecord : snapshot.nodes) {
        if (FleetNode *n = node(nodeRecord.node)) {
            if (!n->retired) {
                n->admin = nodeRecord.paused ? AdminState::Paused
                    : nodeRecord.draining    ? AdminState::Draining
                                             : AdminState::InService;
                n->adminBy = nodeRecord.by;
                n->adminReason = nodeRecord.reason;
                n->adminChanged = nodeRecord.changed;
            }
            n->boot = nodeRecord.lastBoot;
            n->machine = nodeRecord.machine;
            n->machineBoot = nodeRecord.machineBoot;
        }
    }
    for (const ReportMark &mark : snapshot.reportMarks) {
        if (FleetNode *n = node(mark.node)) {
            n->reportMarks.insert(mark.boot, mark.seq);
        }
    }
}

void FleetState::restoreSettings(const StoreSnapshot &snapshot)
{
    for (const auto &[key, value] : snapshot.settings) {
        if (key == "dispatch.paused") {
            m_gates.maintenance = value == "1";
        } else if (key == "dispatch.paused.by") {
            m_pausedBy = value;
        } else if (key == "dispatch.paused.reason") {
            m_pausedReason = value;
        } else if (key == "share.uuid" && !m_config.adoptShare) {
            m_shareUuid = value;
        } else if (key == "joincode.next") {
            m_nextCode = qMax(m_nextCode, value.toLongLong());
        } else if (key == "store.id") {
            m_storeId = value;
        } else if (key == "command.next") {
            m_nextCommand = qMax(m_nextCommand, value.toLongLong());
        }
    }
}

/// An agent does not do again what it has done under a number, and a store that was lost or restored does not remember which were
/// used: they go on from the clock. What was asked for long ago nobody expects any more.
void FleetState::restoreCommands(Context &c, const StoreSnapshot &snapshot)
{
    m_nextCommand = qMax(m_nextCommand, c.now.wall.msecsSinceEpoch);
    for (const CommandRecord &commandRecord : snapshot.commands) {
        const AgentCommand &command = commandRecord.command;
        m_nextCommand = qMax(m_nextCommand, command.id + 1);
        if (c.now.wall.msecsSinceEpoch - commandRecord.asked.msecsSinceEpoch <= commandsLiveMs) {
            if (FleetNode *n = node(commandRecord.node)) {
                n->commands.append(command);
            }
            continue;
        }
        c.step.store.commandsDone.append(command.id);
        Job *stopped = command.kind == CommandKind::Stop ? find(command.job) : nullptr;
        if (stopped && stopped->epoch == command.epoch && stopped->stopAsked) {
            touch(c, *stopped, [](Job &j) { j.stopAsked = false; }); // it may be asked for again
        }
        audit(c, AuditKind::NodeState, stopped, commandRecord.node,
            "command " + QByteArray::number(command.id) + " dropped: " + toString(command.kind).data() + " was asked by "
                + command.by.toUtf8() + " more than an hour before this start and never answered",
            "orchestrator");
    }
}

/// Today's figures go on where they were. A file that failed and was run again since counts by its later end only.
void FleetState::recallDay(const StoreSnapshot &snapshot)
{
    for (const EndedCount &ended : snapshot.day == m_today ? snapshot.ended : QList<EndedCount> {}) {
        m_finalToday[static_cast<size_t>(ended.state)] += ended.count;
        if (FleetNode *n = node(ended.node); n && ended.state == JobState::Done && !ended.byHand) {
            n->doneToday += static_cast<int>(ended.count);
        }
    }
    for (const JobRecord &job : snapshot.jobs) {
        const bool failed = (job.state == JobState::Hold || job.state == JobState::Failed) && job.attempts > 0
            && job.cause != Cause::MarkedByOperator && job.changed.msecsSinceEpoch / 86'400'000 == m_today;
        if (FleetNode *n = failed ? node(job.node) : nullptr) {
            ++n->failedToday;
        }
    }
}

} // namespace dtf
