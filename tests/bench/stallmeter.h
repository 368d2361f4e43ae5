// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <vector>

namespace dtf::bench {

/// How long this thread's event loop does not come round: the gaps between the ticks of a 1 ms timer, and how much of the
/// longest the thread itself was computing (the rest is the machine's: other processes, the disk). Thread: the measured one.
class StallMeter final : public QObject
{
public:
    StallMeter();
    void begin(); ///< forgets what was
    struct Figures
    {
        double longestMs = 0;
        double longestOwnMs = 0; ///< the most CPU time between two ticks
        double p99Ms = 0;
        qint64 above16 = 0;
        qint64 ownAbove16 = 0;
        qint64 ticks = 0;
        double ownPercent = 0; ///< CPU time of the thread of the whole time
    };
    [[nodiscard]] Figures figures() const;
    /// One line for people.
    void print(const char *what) const;

private:
    void tick();
    QTimer m_timer;
    double m_last = 0;
    double m_lastOwn = 0;
    double m_began = 0;
    double m_beganOwn = 0;
    std::vector<double> m_gaps; ///< ms
    std::vector<double> m_own;
};

} // namespace dtf::bench
