// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/protocol/messages.h"

#include <QMap>
#include <QObject>

#include <optional>

namespace dtf {

/// How far what is shown may be believed.
enum class Freshness {
    Nothing, ///< no snapshot yet
    Current, ///< the orchestrator was heard within FleetStore::currentFor
    Old, ///< it is connected, but was not heard for longer
    Gone, ///< no connection: the last state, for reading only
};

/// What the console knows of the fleet: the last snapshot and every delta since. Numbers and gaps are FeedClient's business; what
/// comes here is taken as it is. Nothing here is ever reset without a snapshot, and with one only the differences are told.
/// Thread: main.
class FleetStore final : public QObject
{
    Q_OBJECT

public:
    static constexpr milliseconds currentFor {5'000};

    explicit FleetStore(const Clock &clock, QObject *parent = nullptr);

    void take(const FeedSnapshot &snapshot);
    void take(const FeedDelta &delta);
    void heard(); ///< the orchestrator lives, nothing has changed
    void tick(); ///< once a second: time alone makes old what nobody has touched
    void lost(const Error &error);
    /// A state from a file, for reading only: nothing goes on from it, and its ages stand still.
    void openSaved(const FeedSnapshot &snapshot);
    /// Another orchestrator comes: nothing of this one may be taken for its.
    void forgetAll();
    [[nodiscard]] bool isSaved() const { return m_saved; }
    /// What is known, for a file; files are kept elsewhere.
    [[nodiscard]] FeedSnapshot state(const QList<JobView> &jobs) const;

    [[nodiscard]] const Clock &clock() const { return m_clock; }
    [[nodiscard]] const QMap<NodeName, NodeView> &nodes() const { return m_nodes; }
    [[nodiscard]] const QList<Alert> &alerts() const { return m_alerts; } ///< critical ones first, then the oldest
    [[nodiscard]] const FleetSummary &summary() const { return m_summary; }
    [[nodiscard]] Freshness freshness() const;
    [[nodiscard]] bool isCurrent() const { return freshness() == Freshness::Current; }
    /// Since the orchestrator was heard; empty: never.
    [[nodiscard]] std::optional<milliseconds> age() const;
    [[nodiscard]] const Error &lastError() const { return m_error; } ///< of the last loss
    /// Since the node's last heartbeat; 0 for one that was never heard.
    [[nodiscard]] milliseconds nodeSilence(const NodeName &node) const;
    /// Now minus this is when `time` of the orchestrator's clock was, by our clock: shown ages do not depend on two clocks.
    [[nodiscard]] milliseconds sinceOrchestratorTime(WallTime time) const;

Q_SIGNALS:
    void nodesChanged(const QList<dtf::NodeName> &changed, const QList<dtf::NodeName> &removed);
    void jobsChanged(const QList<dtf::JobView> &jobs); ///< changed or new; of a snapshot: all open ones it has
    void alertsChanged();
    void alertRaised(const dtf::Alert &alert); ///< not for those of the first snapshot
    void summaryChanged();
    void auditArrived(const QList<dtf::AuditRow> &rows);
    /// A snapshot replaced what deltas could not tell: whoever keeps pages of jobs or audit asks for them anew.
    void snapshotTaken();
    void forgotten(); ///< forgetAll(): what is kept elsewhere of this orchestrator goes too
    void freshnessChanged(); ///< also each time the age should be drawn anew, about once a second, however much is heard

private:
    void setAlerts(QList<Alert> alerts);
    void tellFreshness();
    void setSummary(const FleetSummary &summary);

    const Clock &m_clock;
    QMap<NodeName, NodeView> m_nodes;
    QMap<NodeName, MonoTime> m_nodesAt; ///< when heartbeatAgeMs of each was true, by our clock
    QList<Alert> m_alerts;
    FleetSummary m_summary;
    std::optional<MonoTime> m_heard;
    MonoTime m_summaryAt; ///< when m_summary.time was now
    bool m_hasSnapshot = false;
    bool m_connected = false;
    bool m_saved = false;
    Error m_error;
    Freshness m_told = Freshness::Nothing; ///< by the last freshnessChanged()
    MonoTime m_toldAt;
};

} // namespace dtf
