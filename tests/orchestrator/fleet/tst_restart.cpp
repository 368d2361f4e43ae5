// SPDX-License-Identifier: GPL-3.0-or-later
// What an earlier life of the orchestrator had begun, or knew.
#include "tests/orchestrator/fleet/fleetbench.h"

using namespace dtf;

class TestRestart : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anOpenMoveIsSettledByALook_data();
    void anOpenMoveIsSettledByALook();
    void anOpenHoldGoesOnAfterARestart();
    void anOpenHoldIsLookedForUntilALookIsSure();
    void markedDoneAndKilledAfterTheCommit();
    void rolledForwardAndKilledBeforeTheAnswer();
    void heldAsGoneAndBackInItsStageIsRolledForward();
    void aNewStoreUsesNoCommandNumberAgain();
    void aCommandOfLongAgoIsNotCarriedOut();
    void filesOfANodeThatIsNotConfiguredAnyMoreComeToAnEnd();
    void aFolderThatNobodyKnowsIsEmptied();
};

void TestRestart::anOpenMoveIsSettledByALook_data()
{
    QTest::addColumn<int>("where");
    QTest::addColumn<int>("state");
    QTest::newRow("the move had happened") << int(SeenWhere::Assigned) << int(JobState::Assigned);
    QTest::newRow("and the agent has it") << int(SeenWhere::Running) << int(JobState::Running);
    QTest::newRow("it had not happened") << int(SeenWhere::Incoming) << int(JobState::Waiting);
}

void TestRestart::anOpenMoveIsSettledByALook()
{
    QFETCH(int, where);
    QFETCH(int, state);
    FleetBench bench;
    TokenName token {{}, 1, {}, "a.csv"};
    const JobRecord record = FleetBench::openIntent(JobState::Moving, "incoming/a.csv", {});
    token.job = record.id;
    if (SeenWhere(where) == SeenWhere::Running) {
        token.boot = FleetBench::bootOf(1);
    }
    const QByteArray path = SeenWhere(where) == SeenWhere::Assigned ? layout::assigned(FleetBench::node(1), token)
        : SeenWhere(where) == SeenWhere::Running                    ? layout::running(FleetBench::node(1), token)
                                                                    : QByteArray("incoming/a.csv");
    StoreSnapshot snapshot;
    snapshot.jobs.append(record);
    snapshot.jobs.first().intentTarget = layout::assigned(FleetBench::node(1), {record.id, 1, {}, "a.csv"});
    const Step first = bench.state.restore(snapshot, bench.now);
    QCOMPARE(first.traces.size(), 1);
    QVERIFY(first.actions.isEmpty()); // looks before it moves
    QVERIFY(first.wantZone);
    ++bench.now.mono.value;
    (void)bench.apply(TraceDone {bench.now.mono, {{record.id, FleetBench::seen(SeenWhere(where), 1, token, path)}}});
    COMPARE_WORDS(bench.jobs[record.id].state, JobState(state));
    QCOMPARE(bench.jobs[record.id].place, path);
    QVERIFY(bench.jobs[record.id].intentTarget.isEmpty());
    QCOMPARE(bench.audited(AuditKind::JobRecovered, record.id), 1);
}

void TestRestart::anOpenHoldGoesOnAfterARestart()
{
    FleetBench bench;
    const JobId id = FleetBench::openIntent(JobState::Failed, {}, {}).id;
    const QByteArray place = layout::failed({id, 1, {}, "a.csv"});
    const QByteArray target = layout::hold({id, 1, {}, "a.csv"});
    StoreSnapshot snapshot;
    snapshot.jobs.append(FleetBench::openIntent(JobState::Failed, place, target));
    bench.remember(bench.state.restore(snapshot, bench.now));
    QVERIFY(bench.actions.isEmpty());
    ++bench.now.mono.value;
    (void)bench.apply(TraceDone {bench.now.mono, {{id, FleetBench::seen(SeenWhere::Failed, 0, {id, 1, {}, "a.csv"}, place)}}});
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().target, target);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
}

void TestRestart::anOpenHoldIsLookedForUntilALookIsSure()
{
    FleetBench bench;
    const JobId id = FleetBench::openIntent(JobState::Failed, {}, {}).id;
    const QByteArray place = layout::failed({id, 1, {}, "a.csv"});
    StoreSnapshot snapshot;
    snapshot.jobs.append(FleetBench::openIntent(JobState::Failed, place, layout::hold({id, 1, {}, "a.csv"})));
    bench.remember(bench.state.restore(snapshot, bench.now));
    bench.wait(1);
    (void)bench.apply(TraceDone {bench.now.mono, {}}); // the share was away: no answer about this one
    bench.wait(60);
    QVERIFY(bench.actions.isEmpty());
    (void)bench.apply(ShareHealth {true, {}, {}});
    qsizetype looks = 0;
    for (int i = 0; i < 25; ++i) {
        bench.skip(1);
        looks += bench.apply(Tick {}).traces.size();
    }
    QVERIFY(looks >= 2 && looks <= 3);
    (void)bench.apply(TraceDone {bench.now.mono, {{id, FleetBench::seen(SeenWhere::Failed, 0, {id, 1, {}, "a.csv"}, place)}}});
    QCOMPARE(bench.actions.size(), 1);
    bench.skip(20);
    QVERIFY(bench.apply(Tick {}).traces.isEmpty());
}

/// The token lies in the stage of the orchestrator that was killed; this one has another boot and can't guess that path.
void TestRestart::markedDoneAndKilledAfterTheCommit()
{
    FleetBench bench;
    const JobId id = FleetBench::openIntent(JobState::Failed, {}, {}).id;
    StoreSnapshot snapshot;
    snapshot.jobs.append(FleetBench::openIntent(
        JobState::Failed, layout::failed({id, 1, {}, "a.csv"}), layout::completed(bench.now.wall, id, "a.csv")));
    bench.remember(bench.state.restore(snapshot, bench.now));
    (void)bench.apply(ShareHealth {true, {}, {}});
    ++bench.now.mono.value;
    (void)bench.apply(TraceDone {bench.now.mono, {{id, std::nullopt}}});
    const StageName stage {id, 1, FleetBench::boot("dddddddd")};
    const SeenToken staged =
        FleetBench::seen(SeenWhere::Stage, 0, {id, 1, stage.boot, "a.csv"}, layout::stagedToken(stage, "a.csv"));
    for (int i = 0; i < 10 && bench.jobs.value(id).state != JobState::Done; ++i) {
        bench.wait(5);
        (void)bench.apply(bench.zone({staged}));
        while (!bench.actions.isEmpty()) { // only a move out of that stage can succeed
            const bool right = bench.actions.first().kind == ActionKind::RollForward && bench.actions.first().stage == stage;
            (void)bench.answer(right ? MoveOutcome::Moved : MoveOutcome::Lost);
        }
    }
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
}

/// The stage is the agent's: its results must not be parted from their token.
void TestRestart::rolledForwardAndKilledBeforeTheAnswer()
{
    FleetBench bench;
    const JobId id = FleetBench::openIntent(JobState::Publishing, {}, {}).id;
    const StageName stage {id, 1, FleetBench::bootOf(1)};
    const SeenToken staged =
        FleetBench::seen(SeenWhere::Stage, 0, {id, 1, stage.boot, "a.csv"}, layout::stagedToken(stage, "a.csv"));
    StoreSnapshot snapshot;
    snapshot.jobs.append(
        FleetBench::openIntent(JobState::Publishing, staged.path, layout::completed(bench.now.wall, id, "a.csv")));
    snapshot.jobs.first().boot = stage.boot;
    bench.remember(bench.state.restore(snapshot, bench.now));
    ++bench.now.mono.value;
    (void)bench.apply(TraceDone {bench.now.mono, {{id, staged}}});
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::RollForward);
    QVERIFY(bench.actions.first().stage == stage);
    QCOMPARE(bench.actions.first().target, layout::completed(bench.now.wall, id, "a.csv"));
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
}

void TestRestart::heldAsGoneAndBackInItsStageIsRolledForward()
{
    FleetBench bench;
    JobRecord record = FleetBench::openIntent(JobState::Hold, {}, {});
    const StageName stage {record.id, 1, FleetBench::bootOf(1)};
    const SeenToken staged =
        FleetBench::seen(SeenWhere::Stage, 0, {record.id, 1, stage.boot, "a.csv"}, layout::stagedToken(stage, "a.csv"));
    record.place = staged.path;
    record.boot = stage.boot;
    StoreSnapshot snapshot;
    snapshot.jobs.append(record);
    bench.remember(bench.state.restore(snapshot, bench.now));
    bench.open();
    bench.wait(1);
    (void)bench.apply(bench.zone({staged}));
    COMPARE_WORDS(bench.jobs[record.id].state, JobState::Publishing);
    bench.wait(11, {1, 2});
    (void)bench.apply(bench.zone({staged}));
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::RollForward);
}

namespace {

qint64 numberOfNextCommand(FleetBench &bench)
{
    (void)bench.command(1, NodeAction::RestartBrowser);
    return bench.state.heartbeatReply(FleetBench::node(1), bench.now, 10).commands.last().id;
}

} // namespace

/// An agent that has obeyed a number ignores it ever after.
void TestRestart::aNewStoreUsesNoCommandNumberAgain()
{
    FleetBench before;
    (void)before.state.restore({}, before.now);
    before.open();
    const qint64 used = numberOfNextCommand(before);
    for (const bool restored : {false, true}) {
        FleetBench after;
        after.skip(1);
        StoreSnapshot snapshot;
        if (restored) {
            snapshot.settings.append({"command.next", QByteArray::number(used - 5)}); // yesterday's copy
        }
        (void)after.state.restore(snapshot, after.now);
        after.open();
        QVERIFY(numberOfNextCommand(after) > used);
    }
    FleetBench clockBack;
    clockBack.now.wall.msecsSinceEpoch -= 86'400'000;
    StoreSnapshot snapshot;
    snapshot.settings.append({"command.next", QByteArray::number(used + 1)});
    (void)clockBack.state.restore(snapshot, clockBack.now);
    clockBack.open();
    QVERIFY(numberOfNextCommand(clockBack) > used);
}

void TestRestart::aCommandOfLongAgoIsNotCarriedOut()
{
    FleetBench bench;
    JobRecord record = FleetBench::openIntent(JobState::Running, {}, {});
    record.place = layout::running(FleetBench::node(1), {record.id, 1, FleetBench::bootOf(1), "a.csv"});
    record.stopAsked = true;
    StoreSnapshot snapshot;
    snapshot.jobs.append(record);
    const auto asked = [&](qint64 id, CommandKind kind, qint64 minutesAgo) {
        CommandRecord command;
        command.node = FleetBench::node(1);
        command.command.id = id;
        command.command.kind = kind;
        command.command.job = record.id;
        command.command.epoch = 1;
        command.asked = {bench.now.wall.msecsSinceEpoch - minutesAgo * 60'000};
        snapshot.commands.append(command);
    };
    asked(7, CommandKind::Stop, 61);
    asked(8, CommandKind::RestartBrowser, 59);
    const Step step = bench.state.restore(snapshot, bench.now);
    bench.remember(step);
    QCOMPARE(step.store.commandsDone, QList<qint64> {7});
    QVERIFY(!bench.jobs[record.id].stopAsked); // it may be asked for again
    QCOMPARE(bench.audited(AuditKind::NodeState, record.id), 1);
    bench.open();
    const QList<AgentCommand> open = bench.state.heartbeatReply(FleetBench::node(1), bench.now, 10).commands;
    QCOMPARE(open.size(), 1);
    QCOMPARE(open.first().id, qint64(8));
}

/// DTF-09 was taken out of the configuration with a file begun and another one not.
void TestRestart::filesOfANodeThatIsNotConfiguredAnyMoreComeToAnEnd()
{
    FleetBench bench;
    const NodeName gone = FleetBench::node(9);
    JobRecord unbegun = FleetBench::openIntent(JobState::Assigned, {}, {});
    unbegun.node = gone;
    unbegun.place = layout::assigned(gone, {unbegun.id, 1, {}, "a.csv"});
    JobRecord begun = FleetBench::openIntent(JobState::Running, {}, {});
    begun.id = *JobId::parse("01KA0000000000000000000002");
    begun.name = "b.csv";
    begun.node = gone;
    begun.boot = FleetBench::bootOf(9);
    begun.place = layout::running(gone, {begun.id, 1, begun.boot, "b.csv"});
    StoreSnapshot snapshot;
    snapshot.jobs = {unbegun, begun};
    bench.remember(bench.state.restore(snapshot, bench.now));
    bench.open();
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().source, unbegun.place);
    QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(1), {unbegun.id, 2, {}, "a.csv"}));
    (void)bench.answer();
    bench.wait(61, {1, 2});
    COMPARE_WORDS(bench.jobs[begun.id].state, JobState::InDoubt);
    const auto alert = bench.alert(AlertKind::NodeLost, gone.bytes());
    QVERIFY(alert && alert->detail.contains("not in the orchestrator's configuration"));
    bench.wait(700, {1, 2});
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Hold);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[begun.id].state, JobState::Hold);
    const Step step = bench.apply(NodeForgotten {7, gone, {}, "operator:anna"});
    QVERIFY(step.replies.value(0).second.ok);
    QVERIFY(!bench.alert(AlertKind::NodeLost, gone.bytes()));
    QVERIFY(!bench.state.nodeNames().contains(gone));
}

/// As above, and the store is lost too.
void TestRestart::aFolderThatNobodyKnowsIsEmptied()
{
    FleetBench bench;
    const NodeName gone = FleetBench::node(9);
    const TokenName token {*JobId::parse("01KA0000000000000000000001"), 4, {}, "a.csv"};
    (void)bench.apply(ShareHealth {true, {}, {}});
    (void)bench.apply(bench.zone({FleetBench::seen(SeenWhere::Assigned, 9, token, layout::assigned(gone, token))}));
    for (const int n : {1, 9}) { // its agent may still be let in: it gets nothing
        (void)bench.beat(n);
    }
    QVERIFY(!bench.state.heartbeatReply(gone, bench.now, 10).mayClaim);
    bench.wait(120, {1, 9});
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(1), {token.job, 5, {}, "a.csv"}));
}

QTEST_APPLESS_MAIN(TestRestart)
#include "tst_restart.moc"
