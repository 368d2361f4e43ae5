// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/history.h"

#include "orchestrator/store/auditwords.h"

#include <QHash>
#include <QMap>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// What the rows so far say of one node.
class LaneBuilder
{
public:
    explicit LaneBuilder(WallTime from)
        : m_from(from)
    { }

    void seed(const LaneSeed &seed)
    {
        if (seed.since > m_from || seed.since.msecsSinceEpoch == 0 || m_told) {
            return; // it has changed since: the rows tell
        }
        m_alive = seed.state != "lost" && seed.state != "suspect" && seed.state != "unseen" ? "alive" : seed.state;
        m_admin = seed.state == "paused" || seed.state == "draining" ? seed.state : QByteArray();
        m_browserOut = seed.state == "login_required" || seed.state == "disconnected" || seed.state == "starting";
    }

    void take(const HistoryRow &row)
    {
        const WallTime time = std::max(row.time, m_last); // the clock may have been set back
        if (row.kind == AuditKind::NodeState && row.job.isNull()) {
            takeState(row.detail, time);
        } else if (row.kind == AuditKind::JobStarted) {
            close(time);
            m_running = row.job;
            m_told = true;
            m_alive = m_alive.isEmpty() || m_alive == "unseen" ? "alive" : m_alive;
        } else if (row.kind == AuditKind::JobExited || row.kind == AuditKind::JobReleased) {
            if (m_running == row.job) {
                close(time);
                m_running = {};
            }
        } else if (row.kind == AuditKind::JobFailed || row.kind == AuditKind::JobHeld || row.kind == AuditKind::JobDone) {
            endRun(row, time);
        }
    }
    void stopped(WallTime time)
    {
        close(std::max(time, m_last));
        m_alive = "unseen";
        m_told = true;
    }
    [[nodiscard]] QList<LanePart> take(WallTime to)
    {
        close(std::max(to, m_from));
        return std::move(m_parts);
    }

private:
    void takeState(const QByteArray &detail, WallTime time)
    {
        close(time);
        const NodeNewsRead read = readNodeNews(detail);
        const bool silent = read.news == NodeNews::Lost || read.news == NodeNews::Suspect;
        if (!m_told && silent && m_alive.isEmpty()) {
            assumeBefore("ready"_L1); // it was heard until then
        }
        m_told = true;
        m_refused = read.news == NodeNews::Refused;
        switch (read.news) {
        case NodeNews::Heard:
        case NodeNews::HeardAgain:
            m_alive = "alive";
            break;
        case NodeNews::Suspect:
            m_alive = "suspect";
            break;
        case NodeNews::Lost:
            m_alive = "lost";
            break;
        case NodeNews::Paused:
            m_admin = "paused";
            break;
        case NodeNews::Draining:
            m_admin = "draining";
            break;
        case NodeNews::Resumed:
            m_admin.clear();
            break;
        case NodeNews::Browser:
            m_alive = "alive";
            m_browserOut = !read.takesFiles;
            break;
        case NodeNews::Refused:
        case NodeNews::Other:
            break;
        }
    }
    void endRun(const HistoryRow &row, WallTime time)
    {
        if (m_running == row.job) {
            close(time);
            m_running = {};
        }
        if (row.kind != AuditKind::JobDone) {
            for (auto part = m_parts.rbegin(); part != m_parts.rend(); ++part) { // its run is the last but a few
                if (m_runs.value(part->from.msecsSinceEpoch) == row.job && part->state == "busy"_L1) {
                    part->state = u"failed"_s;
                } else if (part->to.msecsSinceEpoch + hourMs < time.msecsSinceEpoch) {
                    break;
                }
            }
        }
    }
    [[nodiscard]] QLatin1StringView state() const
    {
        if (m_alive == "lost") {
            return "lost"_L1;
        }
        if (m_refused) {
            return "refused"_L1;
        }
        if (m_alive == "suspect") {
            return "suspect"_L1;
        }
        if (m_alive != "alive") {
            return "unknown"_L1;
        }
        if (!m_running.isNull()) {
            return "busy"_L1;
        }
        if (!m_admin.isEmpty()) {
            return m_admin == "paused" ? "paused"_L1 : "draining"_L1;
        }
        return m_browserOut ? "browser"_L1 : "ready"_L1;
    }
    void assumeBefore(QLatin1StringView state)
    {
        for (LanePart &part : m_parts) {
            part.state = state;
        }
    }
    /// What held until now becomes a part.
    void close(WallTime time)
    {
        const WallTime begin = std::max(m_last, m_from);
        m_last = std::max(m_last, time);
        if (time <= begin) {
            return;
        }
        const QLatin1StringView word = state();
        const bool sameRun =
            word != "busy"_L1 || m_runs.value(m_parts.isEmpty() ? -1 : m_parts.last().from.msecsSinceEpoch) == m_running;
        if (!m_parts.isEmpty() && m_parts.last().state == word && sameRun) {
            m_parts.last().to = time;
            return;
        }
        if (word == "busy"_L1) {
            m_runs.insert(begin.msecsSinceEpoch, m_running);
        }
        m_parts.append({word, begin, time});
    }

    WallTime m_from;
    WallTime m_last;
    QByteArray m_alive; ///< "alive", "suspect", "lost", "unseen"; empty: nothing known
    QByteArray m_admin; ///< "paused", "draining", empty
    bool m_browserOut = false;
    bool m_refused = false;
    bool m_told = false; ///< some row has said something of it
    JobId m_running;
    QList<LanePart> m_parts;
    QHash<qint64, JobId> m_runs; ///< the run of a busy part, by its begin
};

} // namespace

WallTime historyStart(const HistoryQuery &query)
{
    const qint64 hour = query.now.msecsSinceEpoch / hourMs;
    return {(hour - qBound(1, query.hours, 168) + 1) * hourMs};
}

QList<HistoryHour> historyHours(const HistoryQuery &query, const QList<EndedHour> &ended, const QList<HistoryRow> &rows)
{
    const qint64 first = historyStart(query).msecsSinceEpoch / hourMs;
    QList<HistoryHour> hours(query.now.msecsSinceEpoch / hourMs - first + 1);
    for (qsizetype i = 0; i < hours.size(); ++i) {
        hours[i].start = {(first + i) * hourMs};
    }
    for (const EndedHour &end : ended) {
        const qint64 i = end.hour - first;
        if (i < 0 || i >= hours.size()) {
            continue;
        }
        qint64 *count = end.state == JobState::Done ? &hours[i].done
            : end.state == JobState::Failed         ? &hours[i].failed
            : end.state == JobState::Hold           ? &hours[i].held
            : end.state == JobState::Rejected       ? &hours[i].rejected
                                                    : nullptr;
        if (count) {
            *count += end.count;
        }
    }
    QMap<qint64, QList<qint64>> waits;
    for (const HistoryRow &row : rows) {
        if (row.kind == AuditKind::JobAssigned && row.epoch == 1 && row.accepted.msecsSinceEpoch > 0) {
            waits[row.time.msecsSinceEpoch / hourMs - first].append(
                std::max<qint64>(0, row.time.msecsSinceEpoch - row.accepted.msecsSinceEpoch));
        }
    }
    for (auto at = waits.begin(); at != waits.end(); ++at) {
        if (at.key() >= 0 && at.key() < hours.size()) {
            std::sort(at->begin(), at->end());
            hours[at.key()].longestWaitMs = at->last();
            hours[at.key()].medianWaitMs = at->at((at->size() - 1) / 2);
        }
    }
    return hours;
}

QList<HistoryLane> historyLanes(const HistoryQuery &query, const QList<HistoryRow> &rows)
{
    const WallTime from = historyStart(query);
    QMap<NodeName, LaneBuilder> builders;
    for (const LaneSeed &seed : query.nodes.first(std::min<qsizetype>(query.nodes.size(), 1'000))) {
        auto at = builders.insert(seed.node, LaneBuilder(from));
        at->seed(seed);
    }
    for (const HistoryRow &row : rows) {
        if (row.kind == AuditKind::OrchestratorStarted || row.kind == AuditKind::OrchestratorStopped) {
            for (LaneBuilder &builder : builders) {
                builder.stopped(row.time);
            }
        } else if (const auto at = builders.find(row.node); at != builders.end()) {
            at->take(row);
        }
    }
    const qsizetype perLane = qBound(qsizetype(24), mostLaneParts / std::max(qsizetype(1), builders.size()), qsizetype(2'000));
    QList<HistoryLane> lanes;
    for (auto at = builders.begin(); at != builders.end(); ++at) {
        lanes.append({at.key(), coarse(at->take(query.now), perLane)});
    }
    return lanes;
}

QList<LanePart> coarse(const QList<LanePart> &parts, qsizetype most)
{
    if (parts.size() <= most) {
        return parts;
    }
    const qint64 from = parts.first().from.msecsSinceEpoch;
    const qint64 to = parts.last().to.msecsSinceEpoch;
    QList<LanePart> out;
    qsizetype at = 0;
    for (qsizetype cell = 0; cell < most; ++cell) {
        const qint64 begin = from + (to - from) * cell / most;
        const qint64 end = from + (to - from) * (cell + 1) / most;
        while (at + 1 < parts.size() && parts[at].to.msecsSinceEpoch <= begin) {
            ++at;
        }
        QString state = parts[at].state;
        qint64 longest = -1;
        for (qsizetype i = at; i < parts.size() && parts[i].from.msecsSinceEpoch < end; ++i) {
            const qint64 inside =
                std::min<qint64>(end, parts[i].to.msecsSinceEpoch) - std::max<qint64>(begin, parts[i].from.msecsSinceEpoch);
            const qint64 weight = parts[i].state == "failed"_L1 ? 2 * (end - begin)
                : parts[i].state == "lost"_L1                   ? end - begin
                                                                : inside;
            if (weight > longest) {
                longest = weight;
                state = parts[i].state;
            }
        }
        if (!out.isEmpty() && out.last().state == state) {
            out.last().to = {end};
        } else {
            out.append({state, {begin}, {end}});
        }
    }
    return out;
}

} // namespace dtf
