// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/feed/deltabatch.h"

namespace dtf {

namespace {

template <typename T, typename Key> void putNewest(QList<T> &list, QHash<Key, qsizetype> &at, const Key &key, const T &value)
{
    const auto found = at.constFind(key);
    if (found != at.cend()) {
        list[*found] = value;
        return;
    }
    at.insert(key, list.size());
    list.append(value);
}

} // namespace

void DeltaBatch::addAlert(const Alert &alert, bool raised)
{
    const auto same = [&](const Alert &other) { return other.kind == alert.kind && other.subject == alert.subject; };
    m_delta.alertsRaised.removeIf(same);
    m_delta.alertsCleared.removeIf(same);
    (raised ? m_delta.alertsRaised : m_delta.alertsCleared).append(alert);
}

void DeltaBatch::add(const FeedDelta &delta)
{
    m_empty = false;
    if (m_overflowed) {
        return;
    }
    const auto entries = [](const FeedDelta &d) {
        return d.nodes.size() + d.jobs.size() + d.audit.size() + d.alertsRaised.size() + d.alertsCleared.size();
    };
    if (entries(m_delta) + entries(delta) > m_maxEntries) {
        m_overflowed = true;
        m_delta = {};
        return;
    }
    for (const NodeView &node : delta.nodes) {
        putNewest(m_delta.nodes, m_nodeAt, node.node, node);
    }
    for (const JobView &job : delta.jobs) {
        putNewest(m_delta.jobs, m_jobAt, job.job, job);
    }
    for (const Alert &alert : delta.alertsRaised) {
        addAlert(alert, true);
    }
    for (const Alert &alert : delta.alertsCleared) {
        addAlert(alert, false);
    }
    m_delta.audit += delta.audit;
    if (delta.summary) {
        m_delta.summary = delta.summary;
    }
}

FeedDelta DeltaBatch::take()
{
    m_nodeAt.clear();
    m_jobAt.clear();
    m_empty = true;
    m_overflowed = false;
    return std::exchange(m_delta, {});
}

} // namespace dtf
