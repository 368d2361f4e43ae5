// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/consoleclient.h"

#include "console/consoleapp.h"
#include "console/views/filesview.h"
#include "console/views/nodesview.h"
#include "tests/bench/orchestratorbench.h"
#include "tests/bench/scrollmeter.h"
#include "tests/bench/stallmeter.h"

#include <QApplication>
#include <QEvent>

#include <cstdio>

#include <time.h>

namespace dtf::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr int settleMs = 3'000;
constexpr int frames = 600;

/// Says once when a table has painted rows.
class FirstRows final : public QObject
{
public:
    FirstRows(QTableView &table, std::function<void()> seen)
        : m_table(table)
        , m_seen(std::move(seen))
    {
        table.viewport()->installEventFilter(this);
    }
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && m_table.model()->rowCount() > 0 && m_seen) {
            QTimer::singleShot(0, this, std::exchange(m_seen, {})); // this paint is given to the window system before
        }
        return false;
    }

private:
    QTableView &m_table;
    std::function<void()> m_seen;
};

} // namespace

double monotonicMs()
{
    timespec now {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

int measureConsole(QApplication &application, const QUrl &server, double startedMs, int seconds)
{
    ConsoleApp console;
    console.connectTo({u"BENCH"_s, server, "operator-token-0123456789abcdef"});
    console.window().show();
    MainWindow &window = console.window();
    qint64 deltas = 0;
    qint64 jobs = 0;
    QObject::connect(&console.store(), &FleetStore::jobsChanged, &application, [&](const QList<JobView> &changed) {
        ++deltas;
        jobs += changed.size();
    });
    StallMeter stalls;
    stalls.begin();
    bool both = false;
    const auto seen = [&](const char *what) {
        std::printf("first rows of the %s on the screen: %.0f ms after the process was begun\n", what, monotonicMs() - startedMs);
        if (std::exchange(both, true)) {
            stalls.print("opening");
        }
    };
    FirstRows nodes(*window.nodes()->table(), [&] { seen("nodes"); });
    FirstRows files(*window.files()->table(), [&] { seen("files"); });
    QTimer::singleShot(settleMs, &application, [&] {
        deltas = jobs = 0;
        stalls.begin();
    });
    ScrollMeter scroll(*window.files()->table(), frames);
    QTimer::singleShot(settleMs + seconds * 1'000, &application, [&] {
        stalls.print("under changes");
        std::printf("under changes: %.0f jobs/s in %.1f deltas/s; %d rows; RSS %lld kB, peak %lld kB\n",
            static_cast<double>(jobs) / seconds, static_cast<double>(deltas) / seconds,
            window.files()->table()->model()->rowCount(), static_cast<long long>(residentKb()),
            static_cast<long long>(peakResidentKb()));
        stalls.begin();
        scroll.start([&] {
            scroll.print("scrolling the files under changes");
            stalls.print("scrolling");
            std::printf("at the end: RSS %lld kB, peak %lld kB, %d rows\n", static_cast<long long>(residentKb()),
                static_cast<long long>(peakResidentKb()), window.files()->table()->model()->rowCount());
            QApplication::exit(0);
        });
    });
    return QApplication::exec();
}

} // namespace dtf::bench
