// SPDX-License-Identifier: GPL-3.0-or-later
// Files that do not get on: whatever the reason, nobody else would say so.
#include "orchestrator/fleet/fleetstate.h"

#include <algorithm>

namespace dtf {

namespace {

constexpr int mostStuck = 100; ///< files with a message of their own

QByteArray minutes(milliseconds time)
{
    return QByteArray::number(qint64(time.count() / 60'000)) + " minutes";
}

} // namespace

/// Why this file is stuck, and what to do about it; empty: it is not. By our own monotonic time, since the share answers.
QByteArray FleetState::stuckWords(const Job &job, MonoTime now) const
{
    const milliseconds patience = m_config.stuckAfter;
    const MonoTime known = std::max(m_started, m_shareSince);
    if (job.hasPending() && job.extra->tries > 0 && now - std::max(known, job.extra->firstTrouble) > patience) {
        return "it can't be moved to " + job.extra->intentTarget + " since more than " + minutes(patience) + ": "
            + job.extra->detail + "; see to that folder and the one where it lies";
    }
    if (job.state == JobState::Running && job.extra && !job.extra->runTrouble.isEmpty()) {
        return "on " + nodeNameOf(job).bytes() + ": " + job.extra->runTrouble;
    }
    const bool mayRun = job.state == JobState::Running || job.state == JobState::InDoubt;
    const milliseconds limit = mayRun ? m_config.hardLimit + patience : patience;
    if (!isActive(job.state) || now - std::max(known, job.changedMono) <= limit) {
        return {};
    }
    const QByteArray name = nodeNameOf(job).bytes();
    switch (job.state) {
    case JobState::Moving:
        return "it has been on its way into the folder of " + name + " for more than " + minutes(limit)
            + "; look where it is, and at that folder";
    case JobState::Assigned:
        return "waits in the folder of " + name + " for more than " + minutes(limit) + "; look at that node, or put it on hold";
    case JobState::Publishing:
        return "its results are complete, but not visible after " + minutes(limit) + ": look at " + job.place() + " and " + name;
    default:
        return "nothing was heard of the end of its run on " + name + " for more than " + minutes(limit)
            + ", the hard limit included; look at that node, or stop the run";
    }
}

void FleetState::judgeStuck(Context &c)
{
    judgeWaiting(c);
    if (!m_gates.shareOk) {
        return; // that is the message
    }
    QList<QByteArray> over;
    auto at = m_alerts.lowerBound({static_cast<int>(AlertKind::JobStuck), QByteArray()});
    for (; at != m_alerts.end() && at->kind == AlertKind::JobStuck; ++at) {
        const auto id = JobId::parse(at->subject);
        const Job *job = id ? find(*id) : nullptr;
        if (!at->subject.isEmpty() && (!job || stuckWords(*job, c.now.mono).isEmpty())) {
            over.append(at->subject);
        }
    }
    for (const QByteArray &subject : std::as_const(over)) {
        clear(c, AlertKind::JobStuck, subject);
    }
    int open = openAlerts(AlertKind::JobStuck, mostStuck);
    for (auto job = m_jobs.cbegin(); job != m_jobs.cend() && open < mostStuck; ++job) {
        open += judgeStuck(c, job->second) ? 1 : 0;
    }
}

/// True: it is stuck, and that is told.
bool FleetState::judgeStuck(Context &c, const Job &job)
{
    const QByteArray words = stuckWords(job, c.now.mono);
    if (!words.isEmpty()) {
        raise(c, AlertKind::JobStuck, AlertSeverity::Warning, job.id.toBytes26(), job.name + ": " + words);
    }
    return !words.isEmpty();
}

/// One message for all that wait.
void FleetState::judgeWaiting(Context &c)
{
    qint64 waiting = 0;
    qint64 oldest = c.now.wall.msecsSinceEpoch;
    for (auto at = m_waiting.begin(); at != m_waiting.end() && waiting < 1000; ++at, ++waiting) { // oldest of a priority first
        oldest = qMin(oldest, find(at->id)->accepted.msecsSinceEpoch);
    }
    if (c.now.wall.msecsSinceEpoch - oldest > m_config.stuckAfter.count()) {
        raise(c, AlertKind::JobStuck, AlertSeverity::Warning, {},
            QByteArray::number(qint64(m_waiting.size())) + " files wait, the oldest for longer than "
                + minutes(m_config.stuckAfter));
    } else {
        clear(c, AlertKind::JobStuck, {});
    }
}

} // namespace dtf
