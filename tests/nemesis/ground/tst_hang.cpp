// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/loads.h"
#include "tests/nemesis/ground/stories.h"

#include <QFile>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// A share whose calls do not return, as a silent file server's.
class GroundHang : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { qunsetenv("LD_PRELOAD"); }
    void underTheOrchestratorWithACrowdAtTheDoor();
    void underOneAgent();
};

namespace {

const seconds noticedWithin(10);
const seconds healedWithin(15);

/// A way to the share of somebody's own, which can hang.
QString ownWay(const Fleet &fleet, const QString &name)
{
    const QString way = fleet.folder() + u'/' + name;
    if (!QFile::link(fleet.sharePath(), way)) {
        qFatal("no link can be made");
    }
    return way;
}

void hang(const QString &way, bool on)
{
    const QString flag = way + u".hang"_s;
    if (on ? !writeFile(flag, {}) : !QFile::remove(flag)) {
        qFatal("the share can't be made to hang");
    }
}

} // namespace

void GroundHang::initTestCase()
{
    if (SANITIZED) {
        QSKIP("a sanitizer's runtime wants to be loaded first");
    }
    qputenv("LD_PRELOAD", HANGSHARE);
}

void GroundHang::underTheOrchestratorWithACrowdAtTheDoor()
{
    Fleet fleet(scriptNodes(2,
        {u"/bin/sh"_s, u"-c"_s,
            u"until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; stat -c %s -- \"$1\" > \"$DTF_OUT/size\""_s, u"size"_s,
            u"{file}"_s}));
    const QString way = ownWay(fleet, u"orchestrators-way"_s);
    fleet.plan().orchestrator.set("share", "root", way);
    fleet.plan().strangers = {u"DTF-99"_s};
    BEGIN(fleet);
    dropFiles(fleet, 0, 2);
    UNTIL(fleet.api().count(JobState::Running) == 2, seconds(30));
    dropHuge(fleet, "huge.csv", hugeSize()); // copied and hashed by its agent while the orchestrator's share hangs
    UNTIL(fleet.api().jobNamed(u"huge.csv"_s).state == JobState::Assigned, seconds(30));
    dropFiles(fleet, 3, 6);
    UNTIL(fleet.api().count(JobState::Assigned) == 2 && fleet.api().count(JobState::Waiting) == 2, seconds(30));
    SlowCrowd crowd(fleet.port(), 500);
    crowd.begin();
    UNTIL(crowd.open() >= 400, seconds(20));
    BeatMeter meter(fleet.port(), "DTF-99", "token-of-the-node-DTF-99");
    meter.begin();
    hang(way, true);
    WITHIN("the orchestrator says that its share hangs", orchestratorSaysTheShareIs(fleet, false), noticedWithin);
    QVERIFY(fleet.api().alert(AlertKind::ShareDown));
    letGo(fleet); // the agents go on
    UNTIL(fleet.share().tokens("done").size() == 4, isLongRun() ? seconds(600) : seconds(60));
    QVERIFY2(stays([&] { return fleet.share().incoming().size() == 2; }, seconds(3)), "it moved files on a share that hangs");
    QVERIFY(fleet.api().node("DTF-01").beat.shareOk && fleet.api().node("DTF-02").beat.shareOk);
    hang(way, false);
    WITHIN("it goes on", orchestratorSaysTheShareIs(fleet, true), healedWithin);
    UNTIL(fleet.allDone(6), seconds(30));
    const BeatMeter::Figures figures = meter.end();
    crowd.end();
    print("while the share hung, a huge file was hashed and 500 slow connections were open", figures);
    QVERIFY(figures.answers > 200);
    QVERIFY2(figures.p99 < 250, "heartbeats were kept waiting"); // the bound is 50 ms on a machine of its own
    const QStringList complaints = complaintsBesideHuge(fleet, "huge.csv");
    QVERIFY2(complaints.isEmpty(), qUtf8Printable(complaints.join(u'\n')));
}

void GroundHang::underOneAgent()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(waitingNodes(2));
    const QString way = ownWay(fleet, u"way-of-the-first"_s);
    fleet.plan().nodes[0].settings.set("share", "root", way);
    fleet.plan().orchestrator.set("liveness", "suspect_seconds", 6); // in proportion
    fleet.plan().orchestrator.set("liveness", "lost_seconds", 9);
    BEGIN(fleet);
    dropFiles(fleet, 0, 4);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2, seconds(30));
    hang(way, true);
    WITHIN("the orchestrator knows", !fleet.api().node("DTF-01").beat.shareOk, noticedWithin);
    letGo(fleet);
    // What it has not begun goes elsewhere; what it ran stays its own, and nobody begins it again.
    WITHIN("its unbegun file is done elsewhere", fleet.api().count(JobState::Done) == 3, seconds(35));
    QCOMPARE(fleet.doneByNode().value("DTF-02"), 3);
    QCOMPARE(fleet.share().tokens("running").size(), 1);
    hang(way, false);
    WITHIN("it goes on", fleet.api().node("DTF-01").beat.shareOk, healedWithin);
    UNTIL(fleet.allDone(4), seconds(60));
    QVERIFY(eachWasTriedOnce(fleet));

    hang(way, true); // and it can be stopped while its share hangs
    UNTIL(!fleet.api().node("DTF-01").beat.shareOk, seconds(30));
    QVERIFY(fleet.agent(1).stop());
    hang(way, false);
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::GroundHang)
#include "tst_hang.moc"
