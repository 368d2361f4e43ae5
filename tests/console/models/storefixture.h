// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/fleetstore.h"

namespace dtf {

/// A clock that stands until it is moved.
struct StandingClock final : Clock
{
    [[nodiscard]] Now now() const override { return at; }
    Now at {{milliseconds(1'000'000)}, {1'700'000'000'000}};
};

inline const WallTime anyTime {1'700'000'000'000};

inline NodeView nodeIn(const char *name, const char *state)
{
    NodeView node;
    node.node = *NodeName::parse(name);
    node.state = QString::fromLatin1(state);
    node.beat.seq = 1;
    return node;
}

inline Alert alertOf(
    AlertKind kind, const QByteArray &subject, AlertSeverity severity = AlertSeverity::Warning, qint64 sinceSeconds = 0)
{
    return {kind, severity, subject, {anyTime.msecsSinceEpoch + sinceSeconds * 1000}, "why", {}};
}

inline Alert acknowledged(Alert alert, const QByteArray &by = "operator:anna")
{
    alert.acknowledged = Acknowledgement {anyTime, by, {}};
    return alert;
}

inline FleetSummary anySummary()
{
    FleetSummary summary;
    summary.time = anyTime;
    summary.jobsByState = QList<qint64>(11, 0);
    return summary;
}

inline FeedSnapshot snapshotOf(const QList<NodeView> &nodes, const QList<Alert> &alerts)
{
    FeedSnapshot whole;
    whole.state.summary = anySummary();
    whole.state.nodes = nodes;
    whole.state.alerts = alerts;
    return whole;
}

inline FeedDelta deltaOf(const QList<Alert> &raised, const QList<Alert> &cleared)
{
    FeedDelta delta;
    delta.alertsRaised = raised;
    delta.alertsCleared = cleared;
    return delta;
}

} // namespace dtf
