// SPDX-License-Identifier: GPL-3.0-or-later
// What consoles and agents are shown of the fleet.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/store/store.h"

#include "common/protocol/version.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// The displayed state of a node: the first thing that keeps it from taking files, and its code.
std::pair<QString, QString> displayedState(const FleetNode &n, const std::optional<Gate> &closed)
{
    if (!n.refusal.isEmpty()) {
        return {u"refused"_s, n.refusal};
    }
    if (n.liveness != Liveness::Alive) {
        return {QString(toString(n.liveness)), {}};
    }
    if (n.admin != AdminState::InService) {
        return {QString(toString(n.admin)), QString::fromUtf8(n.adminReason)};
    }
    if (closed && *closed != Gate::Capacity) {
        const QString state = *closed == Gate::Browser ? QString(toString(n.beat.browserState)) : QString(toString(*closed));
        const bool own = *closed == Gate::Agent;
        return {state, *closed == Gate::NodeShare ? n.beat.shareDetail : own ? n.beat.closedBy : n.beat.browserDetail};
    }
    return {n.beat.running.isEmpty() && n.jobs.isEmpty() ? u"ready"_s : u"busy"_s, {}};
}

} // namespace

HeartbeatReply FleetState::heartbeatReply(const NodeName &name, const Now &now, int heartbeatSeconds) const
{
    HeartbeatReply reply;
    reply.protocol = protocolVersion;
    reply.orchestratorBoot = m_boot;
    reply.time = now.wall;
    reply.heartbeatSeconds = heartbeatSeconds;
    const FleetNode *n = node(name);
    if (!n) {
        reply.accepted = false;
        reply.refusal = u"this orchestrator knows no node %1: add a [[node]] for it to its configuration"_s.arg(name.toString());
        return reply;
    }
    reply.accepted = n->answer.isEmpty();
    reply.refusal = n->answer;
    reply.twin = n->twin;
    reply.mayClaim = n->admin == AdminState::InService && reply.accepted && !m_gates.maintenance;
    if (reply.accepted) {
        reply.commands = n->commands;
    }
    return reply;
}

std::optional<NodeView> FleetState::nodeView(const NodeName &name, const Now &now) const
{
    const FleetNode *n = node(name);
    if (!n) {
        return std::nullopt;
    }
    NodeView view;
    view.node = name;
    const std::optional<Gate> closed = firstClosedGate(slotOf(*n));
    std::tie(view.state, view.stateDetail) = displayedState(*n, closed);
    view.stateReason = closed ? QString(toString(*closed)) : QString();
    view.since = n->since;
    view.paused = n->admin == AdminState::Paused;
    view.draining = n->admin == AdminState::Draining;
    if (n->admin != AdminState::InService) {
        view.pausedBy = QString::fromUtf8(n->adminBy);
        view.pausedReason = QString::fromUtf8(n->adminReason);
    }
    view.beat = n->beat;
    view.beat.node = name;
    view.heartbeatAgeMs = n->beat.seq == 0 ? -1 : (now.mono - n->lastBeat).count();
    view.assigned = static_cast<int>(n->jobs.size());
    view.doneToday = n->doneToday;
    view.failedToday = n->failedToday;
    return view;
}

std::optional<JobView> FleetState::jobView(const JobId &id) const
{
    const Job *job = find(id);
    if (!job) {
        return std::nullopt;
    }
    JobView view = viewOf(record(*job));
    if (job->extra) {
        view.lastLine = QString::fromUtf8(job->extra->lastLine);
    }
    return view;
}

FleetSummary FleetState::summary(const Now &now) const
{
    FleetSummary s;
    s.orchestratorBoot = m_boot;
    s.time = now.wall;
    s.version = QStringLiteral(DTF_VERSION);
    s.dispatchPaused = m_gates.maintenance;
    s.dispatchPausedBy = QString::fromUtf8(m_pausedBy);
    s.dispatchPausedReason = QString::fromUtf8(m_pausedReason);
    s.shareOk = m_gates.shareOk;
    s.shareDetail = QString::fromUtf8(m_shareDetail);
    s.storeOk = m_gates.storeOk;
    s.storeDetail = QString::fromUtf8(m_storeDetail);
    for (size_t i = 0; i < m_counts.size(); ++i) {
        s.jobsByState.append(m_counts[i] + m_finalToday[i]);
    }
    if (!m_waiting.empty()) {
        s.oldestWaitingMs = qMax<qint64>(0, now.wall.msecsSinceEpoch - find(m_waiting.begin()->id)->accepted.msecsSinceEpoch);
    }
    s.doneToday = m_finalToday[static_cast<size_t>(JobState::Done)];
    s.evictionsFrozen = m_gates.frozen;
    return s;
}

StateView FleetState::stateView(const Now &now) const
{
    StateView view;
    view.summary = summary(now);
    for (const FleetNode &n : m_nodes) {
        view.nodes.append(*nodeView(n.config.name, now));
    }
    view.alerts = m_alerts.values();
    return view;
}

FiguresView FleetState::figures(const Now &now) const
{
    FiguresView view;
    view.to = {now.wall.msecsSinceEpoch - NodeFigureRing::sinceLastStep(now.mono).count()};
    view.stepSeconds = static_cast<int>(NodeFigureRing::step.count() / 1000);
    for (const FleetNode &n : m_nodes) {
        view.nodes.append({n.config.name, n.figures.cpuPercent(now.mono), n.figures.busyPercent(now.mono)});
    }
    return view;
}

QList<JobView> FleetState::activeJobs(int limit) const
{
    std::vector<const Job *> jobs;
    jobs.reserve(m_jobs.size());
    for (const auto &[id, job] : m_jobs) {
        jobs.push_back(&job);
    }
    const auto newer = [](const Job *a, const Job *b) {
        return std::make_pair(b->changed, b->id) < std::make_pair(a->changed, a->id);
    };
    const size_t count = std::min(jobs.size(), static_cast<size_t>(std::max(0, limit)));
    std::partial_sort(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(count), jobs.end(), newer);
    QList<JobView> views;
    for (size_t i = 0; i < count; ++i) {
        views.append(*jobView(jobs[i]->id));
    }
    return views;
}

std::optional<WhyView> FleetState::why(const JobId &id, const Now &now) const
{
    const Job *job = find(id);
    if (!job) {
        return std::nullopt;
    }
    WhyView view;
    view.job = *jobView(id);
    if (job->state != JobState::Waiting) {
        view.verdict = toString(job->state);
        view.detail = view.job.detail;
        return view;
    }
    WaitingFile file = waitingFile(*job);
    const auto serving =
        std::count_if(m_nodes.begin(), m_nodes.end(), [this](const FleetNode &n) { return servesFiles(slotOf(n)); });
    if (!job->rerunAllowed) {
        view.verdict = u"needs-decision"_s;
        view.detail = u"it may have run before: an operator must allow another run"_s;
    } else if (job->hasPending()) {
        view.verdict = toString(job->extra->pending);
        view.detail = u"a move of its file is under way"_s;
    } else if (job->extra && job->extra->retryAt > now.mono) {
        view.verdict = u"retry-wait"_s;
        view.detail = u"moving it failed, next try in %1 s: %2"_s.arg((job->extra->retryAt - now.mono).count() / 1000 + 1)
                          .arg(QString::fromUtf8(job->extra->detail));
    } else if (const auto gate = firstClosedGate(m_gates, file)) {
        view.verdict = toString(*gate);
        if (*gate == Gate::Maintenance) {
            view.detail = u"dispatch is paused by %1: %2"_s.arg(QString::fromUtf8(m_pausedBy), QString::fromUtf8(m_pausedReason));
        } else if (*gate == Gate::Share) {
            view.detail = QString::fromUtf8(m_shareDetail);
        } else if (*gate == Gate::Store) {
            view.detail = QString::fromUtf8(m_storeDetail);
        } else if (*gate == Gate::Serial) {
            for (const auto &[otherId, other] : m_jobs) {
                if (otherId != id && holdsKeys(other)
                    && (nameKey(other) == nameKey(*job) || (!job->serialKey.isEmpty() && other.serialKey == job->serialKey))) {
                    view.detail = u"behind %1 (%2)"_s.arg(QString::fromUtf8(other.name), otherId.toString());
                    break;
                }
            }
        }
    } else {
        view.verdict = u"waiting-for-node"_s;
        QList<NodeSlot> slotsOfAll;
        for (const FleetNode &n : m_nodes) {
            slotsOfAll.append(slotOf(n));
        }
        const auto chosen = chooseNode(slotsOfAll, file, serving <= 1);
        const auto left = affinityWaitLeft(*job, file, now.mono);
        if (chosen && slotsOfAll[*chosen].node != file.affinity && left) {
            file.waitsFor = file.affinity;
            view.verdict = toString(Gate::Affinity);
            view.detail = u"waits for %1, which works on %2"_s.arg(file.affinity.toString(), QString::fromUtf8(job->affinity));
            view.until = WallTime {now.wall.msecsSinceEpoch + left->count()};
        }
    }
    for (const FleetNode &n : m_nodes) {
        WhyNode row;
        row.node = n.config.name;
        const NodeSlot slot = slotOf(n);
        for (const auto &[gate, pass] : walkGates(m_gates, slot, file, serving <= 1)) {
            GateView g;
            g.gate = toString(gate);
            g.pass = pass;
            if (!pass && gate == Gate::Browser) {
                g.detail = QString(toString(slot.browser)) + u": "_s + n.beat.browserDetail;
            } else if (!pass && gate == Gate::Capacity) {
                g.detail = u"%1 of %2 places taken"_s.arg(slot.load).arg(slot.capacity);
            } else if (!pass && gate == Gate::InService) {
                g.detail =
                    u"%1 by %2: %3"_s.arg(toString(n.admin), QString::fromUtf8(n.adminBy), QString::fromUtf8(n.adminReason));
            } else if (!pass && gate == Gate::Disk) {
                g.detail =
                    u"%1 MB free, %2 MB needed"_s.arg(slot.diskFree / 1'000'000).arg((slot.minDiskFree + file.size) / 1'000'000);
            } else if (!pass && gate == Gate::NodeShare) {
                g.detail = n.shutUntil ? u"its folder on the share refuses files"_s : n.beat.shareDetail;
            } else if (!pass && gate == Gate::Agent) {
                g.detail = n.beat.closedBy;
            } else if (!pass && gate == Gate::Pool) {
                g.detail = toString(n.liveness);
            }
            row.gates.append(g);
        }
        view.nodes.append(row);
        if (view.verdict == "waiting-for-node"_L1 && !row.gates.isEmpty() && row.gates.last().pass) {
            view.verdict = u"dispatchable"_s;
        }
    }
    return view;
}

QList<StableFile> FleetState::filesInIncoming() const
{
    QList<StableFile> files;
    for (const auto &[id, job] : m_jobs) {
        if (job.inIncoming()
            && (job.state == JobState::Waiting || job.state == JobState::Moving || job.state == JobState::Hold)) {
            files.append({id, job.name, job.size, job.mtimeNs, job.stamp, Cause::None, {}});
        }
    }
    return files;
}

} // namespace dtf
