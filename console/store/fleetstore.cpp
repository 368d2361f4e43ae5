// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/fleetstore.h"

#include <algorithm>

namespace dtf {

namespace {

constexpr milliseconds tellEvery {1'000};

bool sameCause(const Alert &a, const Alert &b)
{
    return a.kind == b.kind && a.subject == b.subject;
}

bool moreUrgent(const Alert &a, const Alert &b)
{
    if (a.acknowledged.has_value() != b.acknowledged.has_value()) {
        return !a.acknowledged;
    }
    return a.severity != b.severity ? a.severity > b.severity : a.since < b.since;
}

} // namespace

FleetStore::FleetStore(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{ }

void FleetStore::take(const FeedSnapshot &snapshot)
{
    QList<NodeName> removed;
    QMap<NodeName, NodeView> nodes;
    for (const NodeView &node : snapshot.state.nodes) {
        nodes.insert(node.node, node);
    }
    for (auto at = m_nodes.cbegin(); at != m_nodes.cend(); ++at) {
        if (!nodes.contains(at.key())) {
            removed.append(at.key());
        }
    }
    const bool first = !m_hasSnapshot;
    m_nodes = std::move(nodes);
    m_nodesAt.clear();
    for (auto at = m_nodes.cbegin(); at != m_nodes.cend(); ++at) {
        m_nodesAt.insert(at.key(), m_clock.now().mono);
    }
    m_hasSnapshot = true;
    m_connected = true;
    m_heard = m_clock.now().mono; // before anybody is told and asks how old it is
    setSummary(snapshot.state.summary);
    const QList<Alert> before = m_alerts;
    setAlerts(snapshot.state.alerts);
    Q_EMIT nodesChanged(m_nodes.keys(), removed);
    Q_EMIT jobsChanged(snapshot.jobs);
    Q_EMIT snapshotTaken();
    for (const Alert &alert : std::as_const(m_alerts)) {
        const bool known = std::any_of(before.begin(), before.end(), [&](const Alert &old) { return sameCause(old, alert); });
        if (!first && !known) {
            Q_EMIT alertRaised(alert);
        }
    }
    heard();
}

void FleetStore::take(const FeedDelta &delta)
{
    if (!m_hasSnapshot) {
        return;
    }
    if (delta.summary) {
        setSummary(*delta.summary);
    }
    QList<NodeName> changed;
    for (const NodeView &node : delta.nodes) {
        m_nodes.insert(node.node, node);
        m_nodesAt.insert(node.node, m_clock.now().mono);
        changed.append(node.node);
    }
    if (!changed.isEmpty()) {
        Q_EMIT nodesChanged(changed, {});
    }
    if (!delta.jobs.isEmpty()) {
        Q_EMIT jobsChanged(delta.jobs);
    }
    if (!delta.alertsRaised.isEmpty() || !delta.alertsCleared.isEmpty()) {
        QList<Alert> alerts = m_alerts;
        QList<Alert> fresh;
        for (const Alert &alert : delta.alertsCleared) {
            alerts.removeIf([&](const Alert &old) { return sameCause(old, alert); });
        }
        for (const Alert &alert : delta.alertsRaised) { // also an acknowledgement of one that was there
            if (alerts.removeIf([&](const Alert &old) { return sameCause(old, alert); }) == 0) {
                fresh.append(alert);
            }
            alerts.append(alert);
        }
        setAlerts(std::move(alerts));
        for (const Alert &alert : std::as_const(fresh)) {
            Q_EMIT alertRaised(alert);
        }
    }
    if (!delta.audit.isEmpty()) {
        Q_EMIT auditArrived(delta.audit);
    }
    heard();
}

void FleetStore::heard()
{
    if (m_connected) {
        m_heard = m_clock.now().mono;
        if (m_told != Freshness::Current || *m_heard - m_toldAt >= tellEvery) {
            tellFreshness();
        }
    }
}

void FleetStore::tick()
{
    tellFreshness();
}

void FleetStore::lost(const Error &error)
{
    m_connected = false;
    m_error = error;
    tellFreshness();
}

void FleetStore::openSaved(const FeedSnapshot &snapshot)
{
    take(snapshot);
    m_saved = true;
    m_connected = false;
    tellFreshness();
}

void FleetStore::forgetAll()
{
    const QList<NodeName> nodes = m_nodes.keys();
    m_nodes.clear();
    m_nodesAt.clear();
    m_hasSnapshot = false;
    m_connected = false;
    m_saved = false;
    m_heard.reset();
    m_error = {};
    setSummary({});
    setAlerts({});
    Q_EMIT nodesChanged({}, nodes);
    Q_EMIT forgotten();
    tellFreshness();
}

FeedSnapshot FleetStore::state(const QList<JobView> &jobs) const
{
    FeedSnapshot whole;
    whole.state = {m_summary, m_nodes.values(), m_alerts};
    for (NodeView &node : whole.state.nodes) {
        node.heartbeatAgeMs = node.heartbeatAgeMs < 0 ? -1 : nodeSilence(node.node).count();
    }
    whole.jobs = jobs;
    return whole;
}

Freshness FleetStore::freshness() const
{
    if (!m_hasSnapshot) {
        return Freshness::Nothing;
    }
    if (!m_connected) {
        return Freshness::Gone;
    }
    return *age() <= currentFor ? Freshness::Current : Freshness::Old;
}

std::optional<milliseconds> FleetStore::age() const
{
    if (!m_heard) {
        return std::nullopt;
    }
    return m_clock.now().mono - *m_heard;
}

milliseconds FleetStore::nodeSilence(const NodeName &node) const
{
    const auto at = m_nodes.constFind(node);
    if (at == m_nodes.cend() || at->heartbeatAgeMs < 0) {
        return milliseconds(0);
    }
    if (m_saved) {
        return milliseconds(at->heartbeatAgeMs);
    }
    return milliseconds(at->heartbeatAgeMs) + (m_clock.now().mono - m_nodesAt.value(node));
}

milliseconds FleetStore::sinceOrchestratorTime(WallTime time) const
{
    const milliseconds atSummary(m_summary.time.msecsSinceEpoch - time.msecsSinceEpoch);
    return std::max(milliseconds(0), m_saved ? atSummary : atSummary + (m_clock.now().mono - m_summaryAt));
}

void FleetStore::tellFreshness()
{
    m_told = freshness();
    m_toldAt = m_clock.now().mono;
    Q_EMIT freshnessChanged();
}

void FleetStore::setAlerts(QList<Alert> alerts)
{
    // Sorting pointers: GCC 12 and 14 take the swap of an optional for the use of something uninitialised.
    QList<const Alert *> order;
    for (const Alert &alert : std::as_const(alerts)) {
        order.append(&alert);
    }
    std::stable_sort(order.begin(), order.end(), [](const Alert *a, const Alert *b) { return moreUrgent(*a, *b); });
    QList<Alert> sorted;
    for (const Alert *alert : std::as_const(order)) {
        sorted.append(*alert);
    }
    m_alerts = std::move(sorted);
    Q_EMIT alertsChanged();
}

void FleetStore::setSummary(const FleetSummary &summary)
{
    m_summary = summary;
    m_summaryAt = m_clock.now().mono;
    Q_EMIT summaryChanged();
}

} // namespace dtf
