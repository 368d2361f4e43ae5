// SPDX-License-Identifier: GPL-3.0-or-later
// A node's last hour, minute by minute, from its heartbeats.
#include "orchestrator/fleet/nodefigures.h"
#include "tests/orchestrator/fleet/fleetbench.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestFigures : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void a_minute_is_the_mean_of_its_beats()
    {
        NodeFigureRing ring;
        for (int second = 0; second <= 60; second += 15) {
            ring.take(at(second), second == 60 ? 90 : second, false); // 0, 15, 30, 45 in the first minute
        }
        QCOMPARE(ring.cpuPercent(at(59)), unknown()); // it still runs
        QCOMPARE(ring.cpuPercent(at(60)).last(), 23);
        QCOMPARE(ring.busyPercent(at(60)).last(), 0);
        QCOMPARE(ring.cpuPercent(at(60)).size(), 60);
        QCOMPARE(ring.cpuPercent(at(119)).last(), 23);
        QCOMPARE(ring.cpuPercent(at(120)).last(), 90);
        QCOMPARE(ring.cpuPercent(at(120)).at(58), 23);
    }

    void a_run_over_the_minute_counts_in_both()
    {
        NodeFigureRing ring;
        ring.take(at(0), -1, false);
        ring.take(at(30), -1, true);
        ring.take(at(60 + 15), -1, false);
        ring.take(at(120), -1, false);
        QCOMPARE(ring.busyPercent(at(120)).mid(58), (QList<int> {50, 25}));
        QCOMPARE(ring.cpuPercent(at(120)), unknown()); // never told
    }

    void silence_is_not_idleness()
    {
        NodeFigureRing ring;
        ring.take(at(0), 10, true);
        ring.take(at(15), 10, true);
        ring.take(at(200), 20, false); // lost meanwhile
        ring.take(at(240), 20, false);
        const QList<int> busy = ring.busyPercent(at(300));
        QCOMPARE(busy.mid(55), (QList<int> {100, -1, -1, 0, -1}));
        QCOMPARE(ring.cpuPercent(at(300)).mid(55), (QList<int> {10, -1, -1, 20, 20}));
    }

    void an_hour_later_it_is_forgotten()
    {
        NodeFigureRing ring;
        ring.take(at(0), 50, true);
        ring.take(at(40), 50, true);
        QCOMPARE(ring.busyPercent(at(3'600)).first(), 100);
        QCOMPARE(ring.cpuPercent(at(3'659)).first(), 50);
        QCOMPARE(ring.busyPercent(at(3'660)), unknown());
        ring.take(at(61 * 60), 7, false); // takes the place of the first minute
        QCOMPARE(ring.cpuPercent(at(62 * 60)).last(), 7);
        QCOMPARE(ring.cpuPercent(at(62 * 60)).first(), -1);
    }

    void the_fleet_tells_of_every_node()
    {
        FleetBench bench;
        bench.open(2);
        bench.wait(180, {1});
        const FiguresView view = bench.state.figures(bench.now);
        QCOMPARE(view.stepSeconds, 60);
        QVERIFY(view.to <= bench.now.wall && bench.now.wall.msecsSinceEpoch - view.to.msecsSinceEpoch < 60'000);
        QCOMPARE(view.nodes.size(), bench.state.nodeNames().size());
        for (const NodeFigures &node : view.nodes) {
            QCOMPARE(node.busyPercent.size(), 60);
            QCOMPARE(node.busyPercent.last(), node.node == FleetBench::node(1) ? 0 : -1);
        }
    }

private:
    static MonoTime at(int second) { return {seconds(second)}; }
    static QList<int> unknown() { return QList<int>(60, -1); }
};

QTEST_APPLESS_MAIN(TestFigures)
#include "tst_figures.moc"
