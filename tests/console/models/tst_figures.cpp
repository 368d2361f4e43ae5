// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/fleetfigures.h"

#include <QTest>

using namespace dtf;

namespace {

constexpr qint64 hourMs = 3'600'000;

FleetSummary summaryOf(qint64 waiting, qint64 done, qint64 failed)
{
    FleetSummary summary;
    summary.jobsByState = QList<qint64>(11, 0);
    summary.jobsByState[int(JobState::Waiting)] = waiting;
    summary.jobsByState[int(JobState::Failed)] = failed;
    summary.doneToday = done;
    return summary;
}

} // namespace

class TestFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_is_done_against_what_stopped()
    {
        QVERIFY(!okPercent(summaryOf(5, 0, 0)));
        QCOMPARE(*okPercent(summaryOf(5, 99, 1)), 99.0);
        QCOMPARE(*okPercent(summaryOf(0, 0, 3)), 0.0);
    }

    void the_backlog_ends_at_the_rate_of_the_last_two_hours()
    {
        HistoryView history;
        history.to = {100 * hourMs + hourMs / 2};
        QVERIFY(!backlogLeft(summaryOf(10, 0, 0), history));
        history.hours = {{{98 * hourMs}, 500, 0, 0, 0, -1, -1}, {{99 * hourMs}, 20, 2, 2, 5, 9'000, 4'000},
            {{100 * hourMs}, 6, 0, 0, 0, -1, -1}};
        QCOMPARE(backlogLeft(summaryOf(10, 0, 0), history)->count(), hourMs / 2); // 30 files in 90 minutes
        QVERIFY(!backlogLeft(summaryOf(0, 0, 0), history));
        QCOMPARE(medianWait(history)->count(), 4'000);
        HistoryView idle = history;
        idle.hours = {{{99 * hourMs}, 0, 0, 0, 7, -1, -1}, {{100 * hourMs}, 0, 0, 0, 0, -1, -1}};
        QVERIFY(!backlogLeft(summaryOf(10, 0, 0), idle)); // a rejected file says nothing of the nodes
        QVERIFY(!medianWait(idle));
        HistoryView young;
        young.to = {100 * hourMs + 60'000};
        young.hours = {{{100 * hourMs}, 3, 0, 0, 0, -1, -1}};
        QVERIFY(!backlogLeft(summaryOf(10, 0, 0), young));
    }
};

QTEST_GUILESS_MAIN(TestFigures)
#include "tst_figures.moc"
