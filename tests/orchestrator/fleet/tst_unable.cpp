// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that are heard and yet take no files: they must not keep or draw what others could do.
#include "tests/orchestrator/fleet/fleetbench.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestUnable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void unbegunFilesLeaveANodeThatCannotTakeThem_data();
    void unbegunFilesLeaveANodeThatCannotTakeThem();
    void aShortTroubleMovesNothing();
    void anAgentThatTakesNothingSaysWhy();
    void withNobodyElseTheyStay();
    void whatWasWantedThereStays();
    void aFolderThatRefusesNeitherDrawsNorEndsFiles();
    void aFileThatNoFolderTakesIsHeld();
};

namespace {

using Edit = std::function<void(Heartbeat &)>;

void waitBeating(FleetBench &bench, int seconds, const Edit &first)
{
    for (int i = 0; i < seconds; i += 10) {
        (void)bench.beat(1, first);
        (void)bench.beat(2);
        bench.wait(10);
    }
}

void noShare(Heartbeat &beat)
{
    beat.shareOk = false;
}

/// All open moves, refused when they lead into a folder in `shut`; how many were refused.
int answerAll(FleetBench &bench, const QList<int> &shut)
{
    int refused = 0;
    while (!bench.actions.isEmpty()) {
        const bool no = std::any_of(shut.begin(), shut.end(),
            [&](int n) { return bench.actions.first().target.startsWith(layout::processing(FleetBench::node(n))); });
        (void)bench.answer(no ? MoveOutcome::Failed : MoveOutcome::Moved, [no](ActionDone &done) {
            if (no) {
                done.error = {ErrorCode::PermissionDenied, u"refused"_s};
            }
        });
        refused += no ? 1 : 0;
    }
    return refused;
}

} // namespace

void TestUnable::unbegunFilesLeaveANodeThatCannotTakeThem_data()
{
    QTest::addColumn<Edit>("edit");
    QTest::newRow("it does not see the share") << Edit(noShare);
    QTest::newRow("nobody is logged in") << Edit([](Heartbeat &b) { b.browserState = BrowserState::LoginRequired; });
    QTest::newRow("its agent takes none") << Edit([](Heartbeat &b) { b.closedBy = u"the agent is stopping"_s; });
    QTest::newRow("its disk is full") << Edit([](Heartbeat &b) { b.diskFree = 1; });
}

void TestUnable::unbegunFilesLeaveANodeThatCannotTakeThem()
{
    QFETCH(Edit, edit);
    FleetBench bench(2, [](OrchestratorConfig &config) {
        for (NodeConfig &node : config.nodes) {
            node.minDiskFree = 1000;
        }
    });
    bench.open();
    const JobId id = bench.assigned("a.csv");
    QCOMPARE(bench.numberOf(id), 1);
    waitBeating(bench, 20, edit);
    QVERIFY(bench.actions.isEmpty());
    waitBeating(bench, 20, edit);
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(2), {id, 2, {}, "a.csv"}));
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    QCOMPARE(bench.numberOf(id), 2);
}

void TestUnable::aShortTroubleMovesNothing()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    for (int round = 0; round < 5; ++round) {
        waitBeating(bench, 20, noShare);
        waitBeating(bench, 10, {});
    }
    QVERIFY(bench.actions.isEmpty());
    QCOMPARE(bench.numberOf(id), 1);
}

void TestUnable::anAgentThatTakesNothingSaysWhy()
{
    FleetBench bench(1);
    bench.open();
    (void)bench.beat(1, [](Heartbeat &beat) { beat.closedBy = u"the agent is stopping"_s; });
    const JobId id = bench.file("a.csv");
    bench.wait(3);
    QVERIFY(bench.actions.isEmpty());
    const auto view = bench.state.nodeView(FleetBench::node(1), bench.now);
    QCOMPARE(view->state, u"agent-ready"_s);
    QCOMPARE(view->stateDetail, u"the agent is stopping"_s);
    const auto why = bench.state.why(id, bench.now);
    QVERIFY(why);
    QCOMPARE(why->nodes.first().gates.last().gate, u"agent-ready"_s);
    QCOMPARE(why->nodes.first().gates.last().detail, u"the agent is stopping"_s);
    (void)bench.beat(1); // an agent of the version before never says it
    bench.wait(1);
    QCOMPARE(bench.actions.size(), 1);
}

void TestUnable::withNobodyElseTheyStay()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    for (int i = 0; i < 12; ++i) {
        (void)bench.beat(1, noShare);
        (void)bench.beat(2, noShare);
        bench.wait(10);
    }
    QVERIFY(bench.actions.isEmpty());
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
}

void TestUnable::whatWasWantedThereStays()
{
    FleetBench bench;
    bench.open();
    (void)bench.beat(1, noShare);
    const JobId id = bench.file("a.csv");
    QCOMPARE(bench.actions.size(), 1); // to the second
    (void)bench.answer(MoveOutcome::Failed);
    OperatorRequest there;
    there.node = FleetBench::node(1);
    (void)bench.command(id, JobAction::Requeue, there);
    bench.wait(3);
    QVERIFY(bench.actions.isEmpty());
    (void)bench.beat(1);
    (void)bench.answer();
    QCOMPARE(bench.numberOf(id), 1);
    waitBeating(bench, 90, noShare);
    QVERIFY(bench.actions.isEmpty());
    QCOMPARE(bench.numberOf(id), 1);
}

void TestUnable::aFolderThatRefusesNeitherDrawsNorEndsFiles()
{
    FleetBench bench;
    bench.open();
    QList<JobId> ids;
    for (int i = 0; i < 12; ++i) {
        ids.append(bench.file("file " + QByteArray::number(i) + ".csv"));
    }
    int refused = 0;
    for (int second = 0; second < 300; ++second) {
        refused += answerAll(bench, {1});
        for (const JobId &id : ids) {
            if (bench.jobs[id].state == JobState::Assigned) {
                (void)bench.report(2, id, ReportKind::Claimed);
                (void)bench.report(2, id, ReportKind::Done);
            }
        }
        if (second % 10 == 0) {
            (void)bench.beat(1);
            (void)bench.beat(2);
        }
        bench.wait(1);
    }
    for (const JobId &id : ids) {
        COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
        QCOMPARE(bench.numberOf(id), 2);
    }
    QVERIFY2(refused < 20, QByteArray::number(refused).constData());

    // Nobody's folder takes anything: they wait, however long.
    const JobId first = bench.file("later 1.csv");
    const JobId second = bench.file("later 2.csv");
    const JobId third = bench.file("later 3.csv");
    const auto waitRefused = [&](int seconds, const QList<int> &shut) {
        for (int i = 0; i < seconds; ++i) {
            (void)answerAll(bench, shut);
            if (i % 10 == 0) {
                (void)bench.beat(1);
                (void)bench.beat(2);
            }
            bench.wait(1);
        }
    };
    waitRefused(600, {1, 2});
    for (const JobId &id : {first, second, third}) {
        QVERIFY(bench.jobs[id].state == JobState::Waiting || bench.jobs[id].state == JobState::Moving);
    }
    waitRefused(100, {});
    QCOMPARE(
        std::count_if(bench.jobs.begin(), bench.jobs.end(), [](const JobRecord &j) { return j.state == JobState::Assigned; }), 2);
}

void TestUnable::aFileThatNoFolderTakesIsHeld()
{
    FleetBench bench;
    bench.open();
    const JobId stubborn = bench.file("stubborn.csv");
    int tries = 0;
    for (int i = 0; i < 120 && bench.jobs[stubborn].state != JobState::Hold; ++i) {
        tries += answerAll(bench, {1, 2});
        if (i % 10 == 0) {
            (void)bench.beat(1);
            (void)bench.beat(2);
        }
        bench.wait(1);
    }
    COMPARE_WORDS(bench.jobs[stubborn].state, JobState::Hold);
    COMPARE_WORDS(bench.jobs[stubborn].cause, Cause::FileUnreadable);
    QVERIFY(tries >= 4 && tries <= 10);
    QVERIFY(bench.alert(AlertKind::JobHeld, stubborn.toBytes26()));
    const JobId other = bench.assigned("other.csv"); // it left no mark on the nodes
    COMPARE_WORDS(bench.jobs[other].state, JobState::Assigned);
}

QTEST_GUILESS_MAIN(TestUnable)
#include "tst_unable.moc"
