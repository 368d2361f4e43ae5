// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/mounts.h"
#include "tests/nemesis/ground/stories.h"

#include <QDir>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// The share as a mount that goes, becomes another, fills up, refuses writes; and as something that only some can reach.
class GroundShares : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aMountUnderEverybody();
    void onlyTheOrchestratorIsCutOff();
    void onlyAnAgentIsCutOff();
};

namespace {

const seconds noticedWithin(10);
const seconds healedWithin(15);

/// The disk behind the share, and the way there that everybody uses.
struct MountedShare
{
    explicit MountedShare(const Fleet &fleet)
        : disk(fleet.folder() + u"/disk"_s)
        , root(fleet.sharePath())
    {
        if (QDir().mkpath(disk) && QDir().mkpath(root)) {
            behind = Mount::memory(disk, qint64 {32} * 1024 * 1024);
            way = Mount::way(disk, root);
        }
    }
    [[nodiscard]] ShareLook look() const { return ShareLook(disk.toStdString()); }

    QString disk;
    QString root;
    Mount behind;
    Mount way;
    Mount over;
};

struct Fault
{
    const char *name;
    std::function<bool(MountedShare &)> begin;
    std::function<bool(MountedShare &)> heal;
    bool mountPointIsEmpty; ///< and must stay so
    bool onlyLong = false; ///< not in every run
};

bool putSomethingOver(MountedShare &share)
{
    share.over = Mount::memory(share.root, 1024 * 1024);
    return share.over.isMounted();
}

bool takeItAway(MountedShare &share)
{
    share.over.undo();
    return true;
}

const QList<Fault> faults {
    {"unmounted",
        [](MountedShare &share) {
            share.way.undo();
            return true;
        },
        [](MountedShare &share) {
            share.way = Mount::way(share.disk, share.root);
            return share.way.isMounted();
        },
        true},
    {"an empty file system mounted over it", putSomethingOver, takeItAway, true, true},
    {"another share mounted over it",
        [](MountedShare &share) {
            return putSomethingOver(share)
                && writeFile(share.root + u"/DTF_SHARE_ID"_s, "8d5ba07d-6b0a-4d0c-9e0b-0123456789ab\n1\n");
        },
        takeItAway, false, true},
    {"read-only", [](MountedShare &share) { return share.way.setReadOnly(true); },
        [](MountedShare &share) { return share.way.setReadOnly(false); }, false},
    {"full", [](MountedShare &share) { return fillUp(share.disk + u"/ballast"_s); },
        [](MountedShare &share) { return QFile::remove(share.disk + u"/ballast"_s); }, false},
};

} // namespace

void GroundShares::initTestCase()
{
    if (!ownMounts()) {
        QSKIP("needs the right to mount");
    }
}

/// One file runs, one lies in the node's folder, one waits when the share goes; the run ends meanwhile.
void GroundShares::aMountUnderEverybody()
{
    Fleet fleet(waitingNodes(1));
    MountedShare share(fleet);
    QVERIFY(share.way.isMounted());
    BEGIN(fleet);
    qsizetype done = 0;
    for (const Fault &fault : faults) {
        if (fault.onlyLong && !isLongRun()) {
            continue;
        }
        qInfo("fault: %s", fault.name);
        letGo(fleet, false);
        for (int i = 0; i < 3; ++i) {
            fleet.drop(
                QByteArray(fault.name) + ' ' + QByteArray::number(i) + ".csv", QByteArray(fault.name) + QByteArray::number(i));
        }
        UNTIL(fleet.api().count(JobState::Running) == 1 && fleet.api().count(JobState::Assigned) == 1
                && fleet.api().count(JobState::Waiting) == 1,
            seconds(30));
        QVERIFY2(fault.begin(share), fault.name);
        WITHIN("the orchestrator says so", orchestratorSaysTheShareIs(fleet, false), noticedWithin);
        WITHIN("everybody says so, further", everybodySaysTheShareIs(fleet, false), noticedWithin);
        QVERIFY(fleet.api().alert(AlertKind::ShareDown));
        const QStringList there = namesIn(share.root);
        letGo(fleet); // the run ends and has nowhere to put its results
        QVERIFY2(stays([&] { return namesIn(share.root) == there && (!fault.mountPointIsEmpty || there.isEmpty()); }, seconds(3)),
            fault.name);
        QCOMPARE(share.look().tokens("running").size(), 1);
        QCOMPARE(share.look().tokens("assigned").size(), 1);
        QCOMPARE(share.look().incoming().size(), 1);
        QVERIFY(share.look().manifestComplaints().isEmpty()); // nothing half
        QVERIFY2(fault.heal(share), fault.name);
        WITHIN("everybody goes on", everybodySaysTheShareIs(fleet, true), healedWithin);
        done += 3;
        UNTIL(fleet.allDone(done), seconds(60));
    }
    QVERIFY(eachWasTriedOnce(fleet));
    const QList<JobView> jobs = fleet.api().jobs();
    ALL_IS_WELL(fleet);
    QCOMPARE(logsWithoutAnEnd(share.look(), jobs), QStringList()); // though the agent was ended as soon as the last one was done
}

void GroundShares::onlyTheOrchestratorIsCutOff()
{
    FleetPlan plan = waitingNodes(2);
    Fleet fleet(plan);
    MountedShare share(fleet); // the orchestrator's way
    const QString theirs = fleet.folder() + u"/seen-by-agents"_s;
    QVERIFY(share.way.isMounted() && QDir().mkpath(theirs));
    const Mount way = Mount::way(share.disk, theirs);
    QVERIFY(way.isMounted());
    fleet.plan().agents.set("share", "root", theirs);
    BEGIN(fleet);
    dropFiles(fleet, 0, 6);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2
            && fleet.api().count(JobState::Waiting) == 2,
        seconds(30));
    share.way.undo();
    WITHIN("the orchestrator says so", orchestratorSaysTheShareIs(fleet, false), noticedWithin);
    letGo(fleet); // they finish what they have, and say so
    UNTIL(fleet.allDone(4), seconds(30));
    QCOMPARE(share.look().tokens("done").size(), 4);
    QVERIFY2(stays([&] { return share.look().incoming().size() == 2 && namesIn(share.root).isEmpty(); }, seconds(4)),
        "it went on without a share");
    QCOMPARE(fleet.api().count(JobState::Waiting), 2);
    const StateView state = fleet.api().state();
    QVERIFY(std::all_of(state.nodes.begin(), state.nodes.end(), [](const NodeView &n) { return n.beat.shareOk; }));
    share.way = Mount::way(share.disk, share.root);
    QVERIFY(share.way.isMounted());
    WITHIN("it goes on", orchestratorSaysTheShareIs(fleet, true), healedWithin);
    UNTIL(fleet.allDone(6), seconds(30));
    ALL_IS_WELL(fleet);
}

void GroundShares::onlyAnAgentIsCutOff()
{
    Fleet fleet(waitingNodes(2));
    const QString its = fleet.folder() + u"/seen-by-the-first"_s;
    QVERIFY(QDir().mkpath(fleet.sharePath()) && QDir().mkpath(its));
    Mount way = Mount::way(fleet.sharePath(), its);
    QVERIFY(way.isMounted());
    fleet.plan().nodes[0].settings.set("share", "root", its);
    BEGIN(fleet);
    dropFiles(fleet, 0, 4);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2, seconds(30));
    way.undo();
    WITHIN("the orchestrator knows", !fleet.api().node("DTF-01").beat.shareOk, noticedWithin);
    QVERIFY(fleet.api().state().summary.shareOk); // it is not its own trouble
    letGo(fleet);
    fleet.drop("later.csv", "content of later");
    // The other one works on; this one's run stays where it is, by whatever name it is called, and nobody else begins it.
    UNTIL(fleet.api().jobNamed(u"later.csv"_s).state == JobState::Done, seconds(30));
    QCOMPARE(fleet.api().jobNamed(u"later.csv"_s).node.bytes(), QByteArray("DTF-02"));
    QVERIFY(stays([&] { return fleet.share().tokens("running").size() == 1 && namesIn(its).isEmpty(); }, seconds(3)));
    way = Mount::way(fleet.sharePath(), its);
    QVERIFY(way.isMounted());
    WITHIN("it goes on", fleet.api().node("DTF-01").beat.shareOk, healedWithin);
    UNTIL(fleet.allDone(5), seconds(60));
    QVERIFY(eachWasTriedOnce(fleet));
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::GroundShares)
#include "tst_shares.moc"
