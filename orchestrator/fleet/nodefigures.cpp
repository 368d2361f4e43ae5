// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/fleet/nodefigures.h"

#include <algorithm>
#include <cmath>

namespace dtf {

namespace {

qint64 minuteOf(MonoTime time)
{
    return time.value / NodeFigureRing::step;
}

} // namespace

void NodeFigureRing::take(MonoTime now, double cpuPercent, bool running)
{
    if (m_last && now - *m_last <= longestGap) {
        for (MonoTime from = *m_last; from < now;) {
            const qint64 minute = minuteOf(from);
            const MonoTime to = std::min(now, MonoTime {(minute + 1) * milliseconds(step)});
            const qint64 ms = (to - from).count();
            Step &part = at(minute);
            part.knownMs += ms;
            part.busyMs += m_running ? ms : 0;
            from = to;
        }
    }
    if (cpuPercent >= 0) {
        Step &part = at(minuteOf(now));
        part.cpuSum += cpuPercent;
        ++part.cpuCount;
    }
    m_last = now;
    m_running = running;
}

QList<int> NodeFigureRing::cpuPercent(MonoTime now) const
{
    QList<int> out;
    for (qint64 minute = minuteOf(now) - steps; minute < minuteOf(now); ++minute) {
        const Step *part = known(minute);
        out.append(part && part->cpuCount > 0 ? static_cast<int>(std::lround(part->cpuSum / part->cpuCount)) : -1);
    }
    return out;
}

QList<int> NodeFigureRing::busyPercent(MonoTime now) const
{
    QList<int> out;
    for (qint64 minute = minuteOf(now) - steps; minute < minuteOf(now); ++minute) {
        const Step *part = known(minute);
        out.append(part && part->knownMs > 0 ? static_cast<int>((part->busyMs * 100 + part->knownMs / 2) / part->knownMs) : -1);
    }
    return out;
}

milliseconds NodeFigureRing::sinceLastStep(MonoTime now)
{
    return milliseconds(now.value % step);
}

NodeFigureRing::Step &NodeFigureRing::at(qint64 minute)
{
    Step &part = m_steps[static_cast<size_t>(minute) % m_steps.size()];
    if (part.minute != minute) {
        part = {};
        part.minute = minute;
    }
    return part;
}

const NodeFigureRing::Step *NodeFigureRing::known(qint64 minute) const
{
    if (minute < 0) {
        return nullptr;
    }
    const Step &part = m_steps[static_cast<size_t>(minute) % m_steps.size()];
    return part.minute == minute ? &part : nullptr;
}

} // namespace dtf
