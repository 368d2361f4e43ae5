// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/fleetfigures.h"

namespace dtf {

namespace {

constexpr qint64 recentMs = qint64 {3} * 60 * 1'000; ///< they are asked for each minute
constexpr qint64 leastKnownMs = qint64 {10} * 60 * 1'000;
constexpr qsizetype hoursLookedAt = 2;

qint64 countOf(const FleetSummary &summary, std::initializer_list<JobState> states)
{
    qint64 sum = 0;
    for (const JobState state : states) {
        sum += summary.jobsByState.value(static_cast<int>(state));
    }
    return sum;
}

} // namespace

bool isRecent(WallTime to, const FleetSummary &summary)
{
    return summary.time.msecsSinceEpoch - to.msecsSinceEpoch <= recentMs;
}

std::optional<double> okPercent(const FleetSummary &summary)
{
    const qint64 stopped = countOf(summary, {JobState::Hold, JobState::InDoubt, JobState::Failed, JobState::Rejected});
    const qint64 all = summary.doneToday + stopped;
    return all == 0 ? std::nullopt : std::optional(100.0 * double(summary.doneToday) / double(all));
}

std::optional<milliseconds> medianWait(const HistoryView &history)
{
    for (auto hour = history.hours.crbegin(); hour != history.hours.crend(); ++hour) {
        if (hour->medianWaitMs >= 0) {
            return milliseconds(hour->medianWaitMs);
        }
    }
    return std::nullopt;
}

std::optional<milliseconds> backlogLeft(const FleetSummary &summary, const HistoryView &history)
{
    const qint64 waiting =
        countOf(summary, {JobState::Waiting, JobState::Moving, JobState::Assigned, JobState::Running, JobState::Publishing});
    if (waiting == 0 || history.hours.isEmpty()) {
        return std::nullopt;
    }
    const QList<HistoryHour> last = history.hours.last(std::min(hoursLookedAt, history.hours.size()));
    qint64 ended = 0;
    for (const HistoryHour &hour : last) {
        ended += hour.done + hour.failed + hour.held;
    }
    const qint64 known = history.to.msecsSinceEpoch - last.constFirst().start.msecsSinceEpoch;
    if (ended == 0 || known < leastKnownMs) {
        return std::nullopt;
    }
    return milliseconds(qint64(double(waiting) * double(known) / double(ended)));
}

} // namespace dtf
