// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/recorder.h"
#include "tests/support/fleet.h"

#include <QTest>

#include <algorithm>
#include <random>

namespace dtf {

using namespace Qt::StringLiterals;

/// Everything an agent has said comes again, ten times and in any order: after a retry, from a proxy, from an attacker with a
/// recording.
class Replay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingHappensTwice();
};

namespace {

QList<QByteArray> tenTimesShuffled(const QList<QByteArray> &requests)
{
    QList<QByteArray> all;
    for (int i = 0; i < 10; ++i) {
        all += requests;
    }
    std::mt19937 random(4711);
    std::shuffle(all.begin(), all.end(), random);
    return all;
}

} // namespace

void Replay::nothingHappensTwice()
{
    FleetPlan plan = scriptNodes(
        1, {u"/bin/sh"_s, u"-c"_s, u"grep -q bad \"$1\" && exit 3; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"x"_s, u"{file}"_s});
    plan.orchestrator.set("listen", "hosts", QStringList {u"127.0.0.9"_s});
    plan.nodes[0].orchestrator = u"127.0.0.9"_s;
    Fleet fleet(plan);
    QVERIFY2(fleet.prepare(), fleet.problem()); // its port is known from here on
    Recorder recorder(QHostAddress(u"127.0.0.9"_s), fleet.port());
    QVERIFY(recorder.isListening());
    QVERIFY2(fleet.startAll(), fleet.problem());
    const QList<QByteArray> names {"a.csv", "b.csv", "c.csv", "d.csv", "e.csv"};
    for (const QByteArray &name : names) {
        fleet.drop(name, name == "c.csv" ? "bad" : "content of " + name);
    }
    UNTIL(fleet.allDone(4) && fleet.api().count(JobState::Hold) == 1, seconds(60));
    UNTIL(fleet.api().node("DTF-01").beat.outbox == 0, seconds(30));
    const auto rows = [&] { return fleet.api().audit().size(); };
    const auto attempts = [&] {
        QList<int> list;
        for (const QByteArray &name : names) {
            list += fleet.api().jobNamed(QString::fromUtf8(name)).attempts;
        }
        return list;
    };
    const QList<int> once = attempts();
    QCOMPARE(once, (QList<int> {1, 1, 1, 1, 1}));
    qsizetype known = rows();
    const QList<QByteArray> posts = recorder.posts();
    QVERIFY2(
        std::count_if(posts.begin(), posts.end(), [](const QByteArray &p) { return p.startsWith("POST /api/v1/reports"); }) >= 3,
        "nothing was recorded");

    QCOMPARE(replay(fleet.port(), tenTimesShuffled(posts)), posts.size() * 10);
    QCOMPARE(rows(), known);
    QCOMPARE(attempts(), once);

    // The marks outlive the orchestrator.
    fleet.killOrchestrator();
    QVERIFY(fleet.startOrchestrator());
    UNTIL(fleet.api().isReady("DTF-01"), seconds(30));
    const auto aboutFiles = [&] {
        const QList<AuditRow> audit = fleet.api().audit();
        return std::count_if(audit.begin(), audit.end(), [](const AuditRow &r) { return !r.event.job.isNull(); });
    };
    const qsizetype before = aboutFiles();
    QCOMPARE(replay(fleet.port(), tenTimesShuffled(posts)), posts.size() * 10);
    QCOMPARE(aboutFiles(), before);
    QCOMPARE(attempts(), once);

    // And a new life of the agent: what the old one said is stale, and takes nothing from the new one.
    fleet.agent(1).kill();
    QVERIFY(fleet.agent(1).start());
    const QList<QByteArray> old = recorder.posts();
    BootId boot;
    UNTIL((boot = fleet.api().node("DTF-01").beat.boot,
              fleet.agent(1).program().output().contains(boot.toString()) && fleet.api().isReady("DTF-01")),
        seconds(60));
    const qsizetype atLast = aboutFiles();
    known = rows();
    QCOMPARE(replay(fleet.port(), tenTimesShuffled(old)), old.size() * 10);
    QCOMPARE(aboutFiles(), atLast);
    QVERIFY2(rows() <= known + 3, "one row and one alert tell of the stale life, and no more");
    QCOMPARE(fleet.api().node("DTF-01").beat.boot, boot);
    fleet.drop("f.csv", "content of f"); // the new life still gets work
    UNTIL(fleet.allDone(5), seconds(60));
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Replay)
#include "tst_replay.moc"
