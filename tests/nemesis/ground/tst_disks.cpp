// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/mounts.h"
#include "tests/nemesis/ground/stories.h"

#include <QDir>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// Local disks that fill up: the orchestrator's store, an agent's state, an agent's scratch.
class GroundDisks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theStoresDisk();
    void theStateDiskInTheMiddleOfARun();
    void theScratchDiskSendsFilesElsewhere();
    void aFileThatFitsNowhereWaits();
};

namespace {

constexpr qint64 megabyte = 1'000'000;

Mount smallDisk(const QString &where, qint64 bytes)
{
    return QDir().mkpath(where) ? Mount::memory(where, bytes) : Mount();
}

/// Leaves `free` bytes.
bool leave(const QString &disk, qint64 free)
{
    const QString ballast = disk + u"/ballast"_s;
    return fillUp(ballast) && QFile::resize(ballast, qMax<qint64>(0, QFileInfo(ballast).size() - free));
}

/// A node's silence counts for a third of the product's time.
void lostSooner(Fleet &fleet)
{
    fleet.plan().orchestrator.set("liveness", "suspect_seconds", 6);
    fleet.plan().orchestrator.set("liveness", "lost_seconds", 9);
}

} // namespace

void GroundDisks::initTestCase()
{
    if (!ownMounts()) {
        QSKIP("needs the right to mount");
    }
}

void GroundDisks::theStoresDisk()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(waitingNodes(2));
    const QString disk = fleet.folder() + u"/store"_s;
    const Mount mount = smallDisk(disk, 16 * megabyte);
    QVERIFY(mount.isMounted());
    BEGIN(fleet);
    dropFiles(fleet, 0, 6);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2
            && fleet.api().count(JobState::Waiting) == 2,
        seconds(30));
    QVERIFY(fillUp(disk + u"/ballast"_s));
    letGo(fleet); // what the agents report can't be kept
    dropFiles(fleet, 6, 40);
    // The log's old pages take a few rows more; then it says so, and dispatches nothing from that moment on.
    WITHIN("the orchestrator says that its store fails", !fleet.api().state().summary.storeOk, seconds(30));
    QVERIFY(fleet.api().alert(AlertKind::StoreFailing));
    const qsizetype then = fleet.share().incoming().size();
    QVERIFY2(
        stays([&] { return fleet.share().incoming().size() == then; }, seconds(4)), "it moved a file without a record of it");
    UNTIL(fleet.share().tokens("assigned").isEmpty() && fleet.share().tokens("running").isEmpty(), seconds(30)); // agents go on
    QVERIFY(fleet.api().node("DTF-01").heartbeatAgeMs < 10'000);
    const QList<PlacedToken> done = fleet.share().tokens("done");
    QVERIFY(!done.isEmpty());
    QVERIFY(QFile::remove(disk + u"/ballast"_s));
    WITHIN("it goes on", fleet.api().state().summary.storeOk, seconds(45)); // its pauses grow to 30 s
    UNTIL(fleet.allDone(40), seconds(90));
    QVERIFY(eachWasTriedOnce(fleet));
    for (const PlacedToken &token : done) { // reports that came meanwhile count: claimed, started, done are all there
        QCOMPARE(fleet.api().audited(token.token.job, AuditKind::JobStarted), 1);
        QCOMPARE(fleet.api().audited(token.token.job, AuditKind::JobDone), 1);
    }
    ALL_IS_WELL(fleet);
}

void GroundDisks::theStateDiskInTheMiddleOfARun()
{
    Fleet fleet(waitingNodes(2));
    const QString disk = fleet.folder() + u"/DTF-01/state"_s;
    const Mount mount = smallDisk(disk, 24 * megabyte);
    QVERIFY(mount.isMounted());
    lostSooner(fleet);
    BEGIN(fleet);
    dropFiles(fleet, 0, 4);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2, seconds(30));
    const qint64 agent = fleet.agent(1).program().pid();
    QVERIFY(fillUp(disk + u"/ballast"_s));
    UNTIL(fleet.api().node("DTF-01").beat.diskFree < megabyte, seconds(20)); // it has noticed
    letGo(fleet);
    // The run ends as if nothing had happened; the next file is not begun here but elsewhere.
    UNTIL(fleet.allDone(4), seconds(60));
    QCOMPARE(fleet.doneByNode().value("DTF-01"), 1);
    QCOMPARE(fleet.doneByNode().value("DTF-02"), 3);
    QVERIFY(fleet.agent(1).program().isRunning() && fleet.agent(1).program().pid() == agent);
    QVERIFY(QFile::remove(disk + u"/ballast"_s));
    UNTIL(fleet.api().isReady("DTF-01") && fleet.api().node("DTF-01").beat.closedBy.isEmpty(), seconds(30)); // noticed, too
    dropFiles(fleet, 4, 8);
    UNTIL(fleet.allDone(8), seconds(60));
    QVERIFY(fleet.doneByNode().value("DTF-01") > 1);
    QVERIFY(eachWasTriedOnce(fleet));
    ALL_IS_WELL(fleet);
}

void GroundDisks::theScratchDiskSendsFilesElsewhere()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(waitingNodes(2));
    const QString disk = fleet.folder() + u"/DTF-01/scratch"_s;
    const Mount mount = smallDisk(disk, 64 * megabyte);
    QVERIFY(mount.isMounted());
    lostSooner(fleet);
    BEGIN(fleet);
    dropFiles(fleet, 0, 4);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2, seconds(30));
    QVERIFY(leave(disk, 3 * megabyte)); // less than is wanted, enough for what runs
    letGo(fleet);
    UNTIL(fleet.allDone(4), seconds(60));
    QCOMPARE(fleet.doneByNode().value("DTF-01"), 1);
    // Room for small files only: a large one goes to the other node at once.
    QVERIFY(QFile::remove(disk + u"/ballast"_s) && leave(disk, 20 * megabyte));
    UNTIL(fleet.api().node("DTF-01").beat.diskFree > 15 * megabyte, seconds(20));
    for (const char *name : {"large 1.csv", "large 2.csv"}) {
        fleet.drop(name, QByteArray(30 * megabyte, name[6]));
    }
    UNTIL(fleet.allDone(6), seconds(60));
    QVERIFY(eachWasTriedOnce(fleet));
    for (const JobView &job : fleet.api().jobs()) {
        QVERIFY(!job.name.startsWith(u"large"_s) || job.node.bytes() == "DTF-02");
    }
    ALL_IS_WELL(fleet);
}

void GroundDisks::aFileThatFitsNowhereWaits()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(copyingNodes(1));
    const QString disk = fleet.folder() + u"/DTF-01/scratch"_s;
    const Mount mount = smallDisk(disk, 160 * megabyte);
    QVERIFY(mount.isMounted());
    BEGIN(fleet);
    QVERIFY(leave(disk, 20 * megabyte));
    UNTIL(fleet.api().node("DTF-01").beat.diskFree < 25 * megabyte, seconds(20));
    fleet.drop("large.csv", QByteArray(40 * megabyte, 'x'));
    fleet.drop("small.csv", "content of small");
    UNTIL(fleet.api().jobNamed(u"small.csv"_s).state == JobState::Done, seconds(30)); // the others flow
    const WhyView why = fleet.api().why(fleet.api().jobNamed(u"large.csv"_s).job);
    QCOMPARE(why.verdict, u"waiting-for-node"_s);
    QCOMPARE(why.nodes.first().gates.last().gate, u"disk"_s);
    QVERIFY2(
        why.nodes.first().gates.last().detail.contains(u"50 MB needed"_s), qUtf8Printable(why.nodes.first().gates.last().detail));
    QVERIFY(QFile::remove(disk + u"/ballast"_s));
    UNTIL(fleet.allDone(2), seconds(30)); // by itself
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::GroundDisks)
#include "tst_disks.moc"
