// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QTableView>
#include <QTimer>

#include <functional>
#include <vector>

namespace dtf::bench {

/// Scrolls a table downwards, three rows a frame as a wheel does, and takes the time of each frame: scrolling, painting and
/// giving it to the window system. Begins at the top again when it comes to the end.
class ScrollMeter final : public QObject
{
public:
    ScrollMeter(QTableView &table, int frames);
    void start(std::function<void()> done);
    void print(const char *what) const;

private:
    void step();

    QTableView &m_table;
    int m_frames = 0;
    QTimer m_timer;
    std::function<void()> m_done;
    std::vector<double> m_times; ///< ms
};

} // namespace dtf::bench
