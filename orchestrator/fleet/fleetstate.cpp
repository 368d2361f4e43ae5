// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/fleet/fleetstate.h"

#include "common/core/logging.h"
#include "orchestrator/store/auditwords.h"

#include <QByteArray>

DTF_LOG_CATEGORY(lcFleet, "orchestrator.fleet")

namespace dtf {

namespace {

constexpr qsizetype mostEndedRemembered = 200'000; ///< between two listings

} // namespace

using namespace Qt::StringLiterals;

QLatin1StringView toString(ActionKind kind)
{
    switch (kind) {
    case ActionKind::None:
        return "none"_L1;
    case ActionKind::Dispatch:
        return "dispatch"_L1;
    case ActionKind::Reject:
        return "reject"_L1;
    case ActionKind::Hold:
        return "hold"_L1;
    case ActionKind::Fail:
        return "fail"_L1;
    case ActionKind::MarkDone:
        return "mark-done"_L1;
    case ActionKind::RollForward:
        return "roll-forward"_L1;
    }
    return "none"_L1;
}

quint64 fileStamp(QByteArrayView fileId)
{
    if (fileId.isEmpty()) {
        return 0;
    }
    quint64 hash = 14695981039346656037ULL;
    for (const char c : fileId) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return hash == 0 ? 1 : hash;
}

FleetState::FleetState(const OrchestratorConfig &config, const BootId &boot)
    : m_config(config)
    , m_boot(boot)
{
    for (const NodeConfig &nodeConfig : config.nodes) {
        m_nodeIndex.insert(nodeConfig.name, static_cast<qint16>(m_nodes.size()));
        FleetNode fleetNode;
        fleetNode.config = nodeConfig;
        m_nodes.push_back(std::move(fleetNode));
    }
}

Step FleetState::apply(const FleetEvent &event, const Now &now)
{
    Context c {{}, now, {}, {}, {}};
    if (!m_startedSet) {
        m_started = now.mono;
        m_lastTick = now.mono;
        m_startedSet = true;
    }
    std::visit([&](const auto &e) { on(c, e); }, event);
    dispatchPass(c);
    finish(c);
    return std::move(c.step);
}

Job *FleetState::find(const JobId &id)
{
    const auto at = m_jobs.find(id);
    return at == m_jobs.end() ? nullptr : &at->second;
}

const Job *FleetState::find(const JobId &id) const
{
    const auto at = m_jobs.find(id);
    return at == m_jobs.end() ? nullptr : &at->second;
}

Job &FleetState::insert(Context &c, Job job)
{
    const JobId id = job.id;
    job.changed = c.now.wall;
    job.changedMono = c.now.mono;
    Job &kept = m_jobs.emplace(id, std::move(job)).first->second;
    enlist(kept, +1);
    c.dirty.insert(id);
    c.dirtyOrder.push_back(id);
    m_dispatchWanted = true;
    return kept;
}

QByteArray FleetState::nameKey(const Job &job)
{
    return "n:" + QString::fromUtf8(job.name).toCaseFolded().toUtf8(); // the share forgets case
}

bool FleetState::holdsKeys(const Job &job) const
{
    return isActive(job.state)
        || (job.state == JobState::Waiting && !job.inIncoming() && job.extra->place.startsWith("processing/"));
}

/// Adds the job to (+1) or takes it out of (-1) every index that depends on its fields. All edits go through touch(), so they
/// can't drift.
void FleetState::enlist(const Job &job, int sign)
{
    m_counts[static_cast<size_t>(job.state)] += sign;
    if (job.state == JobState::Waiting && !job.hasPending()) {
        const WaitKey key {-job.priority, job.id};
        if (sign > 0) {
            m_waiting.insert(key);
        } else {
            m_waiting.erase(key);
        }
    }
    if (holdsKeys(job)) {
        const auto count = [&](const QByteArray &key) {
            if ((m_busyKeys[key] += sign) <= 0) {
                m_busyKeys.remove(key);
            }
        };
        count(nameKey(job));
        if (!job.serialKey.isEmpty()) {
            count("k:" + job.serialKey);
        }
    }
    if (job.node >= 0 && isActive(job.state) && job.state != JobState::Publishing) {
        FleetNode &n = m_nodes[static_cast<size_t>(job.node)];
        if (sign > 0) {
            n.jobs.insert(job.id);
        } else {
            n.jobs.remove(job.id);
        }
    }
}

bool FleetState::serialBlocked(const Job &job) const
{
    if (m_busyKeys.isEmpty()) {
        return false;
    }
    const int own = holdsKeys(job) ? 1 : 0;
    return m_busyKeys.value(nameKey(job)) > own || (!job.serialKey.isEmpty() && m_busyKeys.value("k:" + job.serialKey) > own);
}

FleetNode *FleetState::node(const NodeName &name)
{
    const auto at = m_nodeIndex.constFind(name);
    return at == m_nodeIndex.cend() ? nullptr : &m_nodes[static_cast<size_t>(*at)];
}

const FleetNode *FleetState::node(const NodeName &name) const
{
    const auto at = m_nodeIndex.constFind(name);
    return at == m_nodeIndex.cend() ? nullptr : &m_nodes[static_cast<size_t>(*at)];
}

qint16 FleetState::nodeIndex(const NodeName &name) const
{
    return m_nodeIndex.value(name, -1);
}

NodeName FleetState::nodeNameOf(const Job &job) const
{
    return job.node < 0 ? NodeName {} : m_nodes[static_cast<size_t>(job.node)].config.name;
}

QList<NodeName> FleetState::nodeNames() const
{
    QList<NodeName> names;
    for (const FleetNode &n : m_nodes) {
        names.append(n.config.name);
    }
    return names;
}

void FleetState::audit(
    Context &c, AuditKind kind, const Job *job, const NodeName &nodeName, const QByteArray &detail, const QByteArray &actor) const
{
    AuditEvent event;
    event.kind = kind;
    event.time = c.now.wall;
    if (job) {
        event.job = job->id;
        event.epoch = job->epoch;
    }
    event.node = nodeName;
    event.actor = actor;
    event.detail = detail.left(2000);
    c.step.store.audit.append(std::move(event));
}

bool FleetState::advance(Context &c, Job &job, JobEvent event, AuditKind kind, const QByteArray &detail, const QByteArray &actor)
{
    const Result<JobState> next = transition(job.state, event);
    if (!next) {
        qCWarning(lcFleet).noquote() << "job" << job.id.toString() << "ignored:" << next.error().detail
                                     << QString::fromUtf8(detail);
        audit(c, kind, &job, nodeNameOf(job), ignoredWord.data() + next.error().detail.toUtf8() + ": " + detail, actor);
        return false;
    }
    touch(c, job, [&](Job &j) { j.state = *next; });
    if (job.extra) {
        job.extra->runTrouble.clear();
    }
    clearForJob(c, job, {AlertKind::JobStuck}); // it has gone on
    audit(c, kind, &job, nodeNameOf(job), detail, actor);
    return true;
}

void FleetState::raise(Context &c, AlertKind kind, AlertSeverity severity, const QByteArray &subject, const QByteArray &detail)
{
    const std::pair key {static_cast<int>(kind), subject};
    if (m_alerts.contains(key)) {
        return; // one message per cause
    }
    if (!subject.isEmpty() && isStorm(kind)) {
        raise(c, kind, severity, {}, "more files than are listed here one by one: look at the list of files by their state");
        return;
    }
    const Alert alert {kind, severity, subject, c.now.wall, detail.left(1000)};
    m_alerts.insert(key, alert);
    c.step.store.alertsRaised.append(alert);
    audit(c, AuditKind::AlertRaised, nullptr, {}, QByteArray(toString(kind).data()) + ' ' + subject + ": " + detail,
        "orchestrator");
}

void FleetState::clear(Context &c, AlertKind kind, const QByteArray &subject)
{
    const auto at = m_alerts.find({static_cast<int>(kind), subject});
    if (at == m_alerts.end()) {
        return;
    }
    c.step.store.alertsCleared.append(*at);
    m_alerts.erase(at);
    audit(c, AuditKind::AlertCleared, nullptr, {}, QByteArray(toString(kind).data()) + ' ' + subject, "orchestrator");
    if (!subject.isEmpty() && isAboutFile(kind) && openAlerts(kind, 2) < 2) {
        clear(c, kind, {}); // the last of those that were listed is over
    }
}

void FleetState::finish(Context &c)
{
    for (const JobId &id : c.dirtyOrder) {
        Job *job = find(id);
        c.step.store.jobs.append(record(*job));
        job->known = true;
        c.step.changedJobs.insert(id);
        if (isFinal(job->state)) {
            ++m_finalToday[static_cast<size_t>(job->state)];
            enlist(*job, -1);
            clear(c, AlertKind::JobStuck, id.toBytes26());
            m_jobs.erase(id);
            if (m_ended.size() < mostEndedRemembered) {
                m_ended.insert(id, c.now.mono);
            }
        }
    }
    for (const NodeName &name : c.dirtyNodes) {
        c.step.store.nodes.append(record(*node(name)));
        c.step.changedNodes.insert(name);
    }
    if (!c.dirtyOrder.empty() || !c.step.store.alertsRaised.isEmpty() || !c.step.store.alertsCleared.isEmpty()) {
        c.step.summaryChanged = true;
    }
}

void FleetState::rollDay(Context &c)
{
    const qint64 day = c.now.wall.msecsSinceEpoch / 86'400'000;
    if (day == m_today) {
        return;
    }
    m_today = day;
    m_finalToday.fill(0);
    for (FleetNode &n : m_nodes) {
        n.doneToday = 0;
        n.failedToday = 0;
    }
}

} // namespace dtf
