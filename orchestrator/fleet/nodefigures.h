// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QList>

#include <array>
#include <optional>

namespace dtf {

/// What one node's heartbeats told in the last hour, minute by minute. Minutes are those of the monotonic clock. Pure but for its
/// own memory, which is fixed.
class NodeFigureRing
{
public:
    static constexpr int steps = 60;
    static constexpr milliseconds step {60'000};
    /// A heartbeat speaks for the time since the one before, but for no longer gap than this: what was in between is not known.
    static constexpr milliseconds longestGap {45'000};

    /// A heartbeat. `cpuPercent`: -1 unknown. `running`: it runs a file from now on.
    void take(MonoTime now, double cpuPercent, bool running);
    /// The last `steps` whole minutes, oldest first; -1: not known.
    [[nodiscard]] QList<int> cpuPercent(MonoTime now) const;
    [[nodiscard]] QList<int> busyPercent(MonoTime now) const;
    /// How long ago the last whole minute ended.
    [[nodiscard]] static milliseconds sinceLastStep(MonoTime now);

private:
    struct Step
    {
        qint64 minute = -1;
        double cpuSum = 0;
        int cpuCount = 0;
        qint64 knownMs = 0;
        qint64 busyMs = 0;
    };
    Step &at(qint64 minute);
    [[nodiscard]] const Step *known(qint64 minute) const;

    std::array<Step, steps + 1> m_steps; ///< by minute modulo their number: the one that runs is the last
    std::optional<MonoTime> m_last;
    bool m_running = false;
};

} // namespace dtf
