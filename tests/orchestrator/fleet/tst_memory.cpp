// SPDX-License-Identifier: GPL-3.0-or-later
// The share says where a file is: unknown tokens, missing tokens.
#include "tests/orchestrator/fleet/fleetbench.h"

using namespace dtf;

class TestMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anUnknownTokenIsAdopted_data();
    void anUnknownTokenIsAdopted();
    void anUnknownUnbegunFileNeedsItsAgentsWord_data();
    void anUnknownUnbegunFileNeedsItsAgentsWord();
    void anUnknownUnbegunFileOfASilentNodeIsHeld();
    void missingIsHeldAfterTwoLooksFarApart();
    void aResultIsLookedForOnTheDaysThatAnyClockMayMean();
    void foundAgainIsNotMissing();
    void anIncompleteListingConcludesNothing();
    void aListingBegunBeforeTheMoveIsNotBelieved();
    void whatMayHaveRunGoesNowhereByItself_data();
    void whatMayHaveRunGoesNowhereByItself();
    void aCommittedStageLeftAloneIsRolledForward();
    void todaysFiguresGoOn();
    void yesterdaysFiguresDoNot();
};

void TestMemory::anUnknownTokenIsAdopted_data()
{
    QTest::addColumn<int>("where");
    QTest::addColumn<int>("state");
    const auto row = [](SeenWhere where, JobState state) { QTest::newRow(toString(state).data()) << int(where) << int(state); };
    row(SeenWhere::Assigned, JobState::Assigned);
    row(SeenWhere::Running, JobState::Running);
    row(SeenWhere::Stage, JobState::Publishing);
    row(SeenWhere::Hold, JobState::Hold);
    row(SeenWhere::Failed, JobState::Failed);
}

void TestMemory::anUnknownTokenIsAdopted()
{
    QFETCH(int, where);
    QFETCH(int, state);
    FleetBench bench;
    (void)bench.beat(1);
    const TokenName token {*JobId::parse("01KA0000000000000000000001"), 4, {}, "a.csv"};
    const QByteArray path = "somewhere/" + format(token);
    (void)bench.apply(bench.zone({FleetBench::seen(SeenWhere(where), 1, token, path)}));
    COMPARE_WORDS(bench.jobs[token.job].state, JobState(state));
    QCOMPARE(bench.jobs[token.job].place, path);
    QCOMPARE(bench.jobs[token.job].epoch, Epoch(4)); // the share's, so that the next one is higher
    QCOMPARE(bench.audited(AuditKind::JobRecovered, token.job), 1);
    (void)bench.apply(bench.zone({FleetBench::seen(SeenWhere(where), 1, token, path)}));
    QCOMPARE(bench.audited(AuditKind::JobRecovered, token.job), 1);
}

namespace {

/// A new store finds a file that lies unbegun in node 1's folder, perhaps only because the file server forgot the claim.
JobId foundUnbegun(FleetBench &bench)
{
    const TokenName token {*JobId::parse("01KA0000000000000000000001"), 4, {}, "a.csv"};
    (void)bench.apply(ShareHealth {true, {}, {}});
    (void)bench.apply(
        bench.zone({FleetBench::seen(SeenWhere::Assigned, 1, token, layout::assigned(FleetBench::node(1), token))}));
    return token.job;
}

} // namespace

void TestMemory::anUnknownUnbegunFileNeedsItsAgentsWord_data()
{
    QTest::addColumn<bool>("queued");
    QTest::newRow("its agent would take it next") << true;
    QTest::newRow("its agent's journal knows of a run") << false;
}

void TestMemory::anUnknownUnbegunFileNeedsItsAgentsWord()
{
    QFETCH(bool, queued);
    FleetBench bench;
    const JobId id = foundUnbegun(bench);
    (void)bench.beat(2);
    (void)bench.beat(1, [](Heartbeat &beat) { beat.queued.clear(); }); // has not looked yet
    QVERIFY(bench.command(1, NodeAction::Pause).ok);
    bench.wait(20, {2});
    QVERIFY(bench.actions.isEmpty());
    (void)bench.beat(1, [&](Heartbeat &beat) {
        if (!queued) {
            beat.queued.clear();
        }
    });
    QCOMPARE(bench.actions.size(), queued ? 1 : 0);
    if (queued) {
        QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(2), {id, 5, {}, "a.csv"}));
    } else {
        COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    }
}

void TestMemory::anUnknownUnbegunFileOfASilentNodeIsHeld()
{
    FleetBench bench;
    const JobId id = foundUnbegun(bench);
    bench.wait(61, {2});
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Hold);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
    COMPARE_WORDS(bench.jobs[id].cause, Cause::NodeLost);
    QVERIFY(bench.alert(AlertKind::JobHeld, id.toBytes26()));
}

void TestMemory::missingIsHeldAfterTwoLooksFarApart()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    const auto look = [&] {
        ++bench.now.mono.value;
        const Step step = bench.apply(bench.zone({}));
        QCOMPARE(step.traces.size(), 1);
        QCOMPARE(step.traces.first().job, id);
        (void)bench.apply(TraceDone {bench.now.mono, {{id, std::nullopt}}});
    };
    look();
    bench.wait(14, {1, 2});
    look();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
    bench.wait(20, {1, 2});
    look();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
    QVERIFY(!bench.jobs[id].rerunAllowed);
    QVERIFY(bench.actions.isEmpty()); // there is nothing to move
}

void TestMemory::aResultIsLookedForOnTheDaysThatAnyClockMayMean()
{
    constexpr qint64 day = 86'400'000;
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    const WallTime then = bench.now.wall;
    bench.now.wall.msecsSinceEpoch += 3 * day; // our clock jumps; the agent's was a day late
    bench.wait(1);
    const Step step = bench.apply(bench.zone({}));
    QCOMPARE(step.traces.size(), 1);
    for (const qint64 off : {-1, 0, 1, 3, 4}) {
        const SharePath path = layout::completed({then.msecsSinceEpoch + off * day}, id, "a.csv");
        const auto is = [&](const SeenToken &candidate) { return candidate.path == path; };
        QVERIFY2(std::any_of(step.traces[0].candidates.cbegin(), step.traces[0].candidates.cend(), is), path.constData());
    }
}

void TestMemory::foundAgainIsNotMissing()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    const TokenName token {id, 1, FleetBench::bootOf(1), "a.csv"};
    const SeenToken here = FleetBench::seen(SeenWhere::Running, 1, token, bench.jobs[id].place);
    for (int i = 0; i < 6; ++i) {
        bench.wait(20, {1, 2});
        (void)bench.apply(TraceDone {bench.now.mono, {{id, std::nullopt}}});
        ++bench.now.mono.value;
        (void)bench.apply(bench.zone({here}));
    }
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
}

void TestMemory::anIncompleteListingConcludesNothing()
{
    FleetBench bench;
    bench.open();
    (void)bench.running("a.csv");
    bench.wait(20, {1, 2});
    QVERIFY(bench.apply(bench.zone({}, false)).traces.isEmpty());
}

void TestMemory::aListingBegunBeforeTheMoveIsNotBelieved()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    const int n = bench.numberOf(id);
    ++bench.now.mono.value;
    const ZoneSeen begun = bench.zone({FleetBench::seen(SeenWhere::Assigned, n, {id, 1, {}, "a.csv"}, bench.jobs[id].place)});
    bench.wait(1);
    (void)bench.report(n, id, ReportKind::Claimed);
    const QByteArray place = bench.jobs[id].place;
    (void)bench.apply(begun); // its answer comes late
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
    QCOMPARE(bench.jobs[id].place, place);

    // Held while the listing was under way: it does not run again for having been seen running.
    ++bench.now.mono.value;
    const TokenName token {id, 1, FleetBench::bootOf(n), "a.csv"};
    const ZoneSeen running = bench.zone({FleetBench::seen(SeenWhere::Running, n, token, place)});
    bench.wait(1);
    (void)bench.report(n, id, ReportKind::Held);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
    (void)bench.apply(running);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
}

void TestMemory::whatMayHaveRunGoesNowhereByItself_data()
{
    QTest::addColumn<bool>("allowed");
    QTest::newRow("somebody allowed it") << true;
    QTest::newRow("nobody did") << false;
}

/// Whatever brought it there: the store says that it waits, and that nobody allowed another run.
void TestMemory::whatMayHaveRunGoesNowhereByItself()
{
    QFETCH(bool, allowed);
    FleetBench bench;
    JobRecord record = FleetBench::openIntent(JobState::Waiting, {}, {});
    const TokenName token {record.id, 1, FleetBench::bootOf(1), "a.csv"};
    record.place = layout::running(FleetBench::node(1), token);
    record.rerunAllowed = allowed;
    StoreSnapshot snapshot;
    snapshot.jobs.append(record);
    bench.remember(bench.state.restore(snapshot, bench.now));
    bench.open();
    bench.wait(20, {1, 2});
    QCOMPARE(bench.actions.size(), allowed ? 1 : 0);
}

void TestMemory::aCommittedStageLeftAloneIsRolledForward()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    (void)bench.report(1, id, ReportKind::Committed);
    const StageName stage {id, 1, FleetBench::bootOf(1)};
    const SeenToken here =
        FleetBench::seen(SeenWhere::Stage, 0, {id, 1, stage.boot, "a.csv"}, layout::stagedToken(stage, "a.csv"));
    bench.wait(5, {1, 2});
    (void)bench.apply(bench.zone({here}));
    QVERIFY(bench.actions.isEmpty()); // its agent is at it
    bench.wait(10, {1, 2});
    (void)bench.apply(bench.zone({here}));
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::RollForward);
    QVERIFY(bench.actions.first().stage == stage);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
}

namespace {

/// As a store would tell it on the day of `now`.
StoreSnapshot endsOf(const Now &now)
{
    StoreSnapshot snapshot;
    snapshot.day = now.wall.msecsSinceEpoch / 86'400'000;
    snapshot.ended = {{JobState::Done, FleetBench::node(1), false, 40}, {JobState::Done, FleetBench::node(1), true, 2},
        {JobState::Done, *NodeName::parse("DTF-99"), false, 1}, {JobState::Rejected, {}, false, 5}};
    MemberRecord joined; // by a code, so the configuration does not know it
    joined.node = *NodeName::parse("DTF-99");
    snapshot.members = {joined};
    const auto open = [&](JobState state, int attempts, Cause cause, qint64 age) {
        JobRecord record = FleetBench::openIntent(state, "hold/x", {});
        record.id = *JobId::parse("01KA000000000000000000000" + QByteArray::number(snapshot.jobs.size()));
        record.attempts = attempts;
        record.cause = cause;
        record.changed = {now.wall.msecsSinceEpoch - age};
        snapshot.jobs.append(record);
    };
    open(JobState::Failed, 3, Cause::ExitCode, 0);
    open(JobState::Hold, 1, Cause::Crashed, 0);
    open(JobState::Hold, 1, Cause::MarkedByOperator, 0); // no fault of the node's
    open(JobState::Hold, 0, Cause::FileUnreadable, 0); // never ran
    open(JobState::Failed, 1, Cause::ExitCode, 86'400'000);
    return snapshot;
}

} // namespace

void TestMemory::todaysFiguresGoOn()
{
    FleetBench bench;
    (void)bench.state.restore(endsOf(bench.now), bench.now);
    bench.open();
    const FleetSummary before = bench.state.summary(bench.now);
    QCOMPARE(before.doneToday, 43);
    QCOMPARE(before.jobsByState[int(JobState::Done)], 43);
    QCOMPARE(before.jobsByState[int(JobState::Rejected)], 5);
    QCOMPARE(bench.state.nodeView(FleetBench::node(1), bench.now)->doneToday, 40);
    QCOMPARE(bench.state.nodeView(FleetBench::node(1), bench.now)->failedToday, 2);
    QCOMPARE(bench.state.nodeView(FleetBench::node(2), bench.now)->doneToday, 0);
    QCOMPARE(bench.state.nodeView(*NodeName::parse("DTF-99"), bench.now)->doneToday, 1);
    const JobId id = bench.running("b.csv");
    QCOMPARE(bench.numberOf(id), 1);
    (void)bench.report(1, id, ReportKind::Done);
    QCOMPARE(bench.state.summary(bench.now).doneToday, 44);
    QCOMPARE(bench.state.nodeView(FleetBench::node(1), bench.now)->doneToday, 41);
}

void TestMemory::yesterdaysFiguresDoNot()
{
    FleetBench bench;
    const StoreSnapshot snapshot = endsOf(bench.now); // read a moment before midnight
    bench.skip(86'400);
    (void)bench.state.restore(snapshot, bench.now);
    QCOMPARE(bench.state.summary(bench.now).doneToday, 0);
    QCOMPARE(bench.state.nodeView(FleetBench::node(1), bench.now)->doneToday, 0);
    QCOMPARE(bench.state.nodeView(FleetBench::node(1), bench.now)->failedToday, 0);
}

QTEST_APPLESS_MAIN(TestMemory)
#include "tst_memory.moc"
