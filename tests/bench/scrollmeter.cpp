// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/scrollmeter.h"

#include "tests/bench/consoleclient.h"

#include <QHeaderView>
#include <QScrollBar>

#include <algorithm>
#include <cstdio>

namespace dtf::bench {

namespace {

constexpr int frameMs = 16;

} // namespace

ScrollMeter::ScrollMeter(QTableView &table, int frames)
    : m_table(table)
    , m_frames(frames)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(frameMs);
    connect(&m_timer, &QTimer::timeout, this, &ScrollMeter::step);
}

void ScrollMeter::start(std::function<void()> done)
{
    m_done = std::move(done);
    m_timer.start();
}

void ScrollMeter::step()
{
    QScrollBar *bar = m_table.verticalScrollBar();
    const double began = monotonicMs();
    const int step =
        m_table.verticalScrollMode() == QAbstractItemView::ScrollPerItem ? 3 : 3 * m_table.verticalHeader()->defaultSectionSize();
    bar->setValue(bar->value() >= bar->maximum() ? 0 : bar->value() + step);
    m_table.viewport()->repaint();
    m_times.push_back(monotonicMs() - began);
    if (static_cast<int>(m_times.size()) >= m_frames) {
        m_timer.stop();
        m_done();
    }
}

void ScrollMeter::print(const char *what) const
{
    std::vector<double> sorted = m_times;
    std::sort(sorted.begin(), sorted.end());
    if (!sorted.empty()) {
        std::printf("%s: frame p50 %.1f ms, p99 %.1f ms, max %.1f ms (%d rows, %zu frames)\n", what, sorted[sorted.size() / 2],
            sorted[sorted.size() * 99 / 100], sorted.back(), m_table.model()->rowCount(), sorted.size());
        std::fflush(stdout);
    }
}

} // namespace dtf::bench
