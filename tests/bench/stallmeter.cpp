// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/stallmeter.h"

#include <algorithm>
#include <cstdio>

#include <time.h>

namespace dtf::bench {

namespace {

constexpr double frame = 16;

double milliseconds(clockid_t clock)
{
    timespec now {};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

} // namespace

StallMeter::StallMeter()
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(1);
    connect(&m_timer, &QTimer::timeout, this, &StallMeter::tick);
}

void StallMeter::begin()
{
    m_gaps.clear();
    m_own.clear();
    m_began = m_last = milliseconds(CLOCK_MONOTONIC);
    m_beganOwn = m_lastOwn = milliseconds(CLOCK_THREAD_CPUTIME_ID);
    m_timer.start();
}

void StallMeter::tick()
{
    const double now = milliseconds(CLOCK_MONOTONIC);
    const double own = milliseconds(CLOCK_THREAD_CPUTIME_ID);
    m_gaps.push_back(now - m_last);
    m_own.push_back(own - m_lastOwn);
    m_last = now;
    m_lastOwn = own;
}

StallMeter::Figures StallMeter::figures() const
{
    Figures figures;
    if (m_gaps.empty()) {
        return figures;
    }
    std::vector<double> sorted = m_gaps;
    std::sort(sorted.begin(), sorted.end());
    figures.ticks = static_cast<qint64>(sorted.size());
    figures.longestMs = sorted.back();
    figures.p99Ms = sorted[sorted.size() * 99 / 100];
    figures.longestOwnMs = *std::max_element(m_own.begin(), m_own.end());
    const auto above = [](double ms) { return ms > frame; };
    figures.above16 = std::count_if(m_gaps.begin(), m_gaps.end(), above);
    figures.ownAbove16 = std::count_if(m_own.begin(), m_own.end(), above);
    figures.ownPercent = 100 * (m_lastOwn - m_beganOwn) / std::max(1.0, m_last - m_began);
    return figures;
}

void StallMeter::print(const char *what) const
{
    const Figures f = figures();
    std::printf("%s: longest stall %.1f ms (own CPU %.1f ms), p99 %.1f ms, %lld of %lld above 16 ms (own CPU: %lld), thread busy "
                "%.0f %%\n",
        what, f.longestMs, f.longestOwnMs, f.p99Ms, static_cast<long long>(f.above16), static_cast<long long>(f.ticks),
        static_cast<long long>(f.ownAbove16), f.ownPercent);
    std::fflush(stdout);
}

} // namespace dtf::bench
