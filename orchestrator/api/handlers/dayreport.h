// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/fleetservice.h"

#include <QDate>
#include <QJsonObject>
#include <QMap>

namespace dtf {

class Clock;

/// How the files that came to rest on one UTC day ended. Each job counts once, by its present state and by the day it entered it:
/// a failed file that was requeued and done the next day counts as done on that day, not as failed on this one.
struct DayReport
{
    QDate day;
    bool complete = true; ///< false: more than 20,000 jobs came to rest since then; the counts are a part
    QMap<JobState, qint64> outcomes; ///< Done, Hold, Failed, Rejected, Withdrawn
    QMap<NodeName, QMap<JobState, qint64>> perNode; ///< under the node of the last attempt; without those never assigned
};

[[nodiscard]] QJsonObject toJson(const DayReport &report);

/// Adds those of `jobs` that changed on report.day. False once one is older than the day: later pages have nothing to add. Pure.
[[nodiscard]] bool addToReport(DayReport &report, const QList<JobView> &jobs);

/// Reads `day` from pages of FleetService::jobs, newest change first, at most 20 pages of 1,000.
void makeDayReport(FleetService &fleet, QDate day, FleetService::Callback<DayReport> done);

} // namespace dtf
