// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator may do with a file in each of its states; a stale click changes nothing.
#include "tests/orchestrator/fleet/stagedfile.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestOperators : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyActionInEveryState_data();
    void everyActionInEveryState();
    void aStaleClickChangesNothing_data();
    void aStaleClickChangesNothing();
    void twoClicksAreOneChange();
    void requeueRunsAgainWhereItWasAsked();
    void stopReachesTheAgentUntilItIsDone();
    void aStopThatFailedMayBeAskedForAgain();
    void aNodeIsAskedOnce();
    void releaseOnlyWhatNeverRan();
    void aHeldFileOfALostStoreIsNotReleased();
};

void TestOperators::everyActionInEveryState_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("action");
    QTest::addColumn<bool>("accepted");
    const std::pair<JobState, const char *> table[] = {
        // Requeue, Hold, Release, Stop, Done
        {JobState::Waiting, "-H---"},
        {JobState::Moving, "-----"},
        {JobState::Assigned, "RH---"},
        {JobState::Running, "---S-"},
        {JobState::InDoubt, "RH-SD"},
        {JobState::Publishing, "-----"},
        {JobState::Hold, "R---D"}, // it ran: release is refused
        {JobState::Failed, "RH--D"},
        {JobState::Done, "-----"},
    };
    for (const auto &[state, row] : table) {
        for (int action = 0; action < 5; ++action) {
            QTest::addRow("%s a file that is %s", toString(JobAction(action)).data(), toString(state).data())
                << int(state) << action << (row[action] != '-');
        }
    }
}

void TestOperators::everyActionInEveryState()
{
    QFETCH(int, state);
    QFETCH(int, action);
    QFETCH(bool, accepted);
    Staged staged {JobState(state)};
    FleetBench &bench = staged.bench;
    COMPARE_WORDS(bench.jobs[staged.id].state, JobState(state));
    const qsizetype before = bench.actions.size();
    const int refusals = bench.audited(AuditKind::CommandRefused);
    const OperatorReply reply = bench.command(staged.id, JobAction(action));
    QCOMPARE(reply.ok, accepted);
    QVERIFY(!reply.detail.isEmpty());
    if (!accepted) {
        QCOMPARE(bench.audited(AuditKind::CommandRefused), refusals + 1);
        COMPARE_WORDS(bench.jobs[staged.id].state, JobState(state));
        QCOMPARE(bench.actions.size(), before);
    }
}

void TestOperators::aStaleClickChangesNothing_data()
{
    QTest::addColumn<int>("epoch");
    QTest::addColumn<int>("state");
    QTest::newRow("an older attempt") << 0 << -1;
    QTest::newRow("a later attempt") << 2 << -1;
    QTest::newRow("another state") << 1 << int(JobState::Waiting);
}

void TestOperators::aStaleClickChangesNothing()
{
    QFETCH(int, epoch);
    QFETCH(int, state);
    Staged staged {JobState::Hold};
    OperatorRequest request;
    request.expectEpoch = Epoch(epoch);
    if (state >= 0) {
        request.expectState = JobState(state);
    }
    const OperatorReply reply = staged.bench.command(staged.id, JobAction::Requeue, request);
    QVERIFY(!reply.ok);
    QCOMPARE(reply.code, u"stale"_s);
    COMPARE_WORDS(staged.bench.jobs[staged.id].state, JobState::Hold);
    QVERIFY(staged.bench.actions.isEmpty());
}

void TestOperators::twoClicksAreOneChange()
{
    Staged staged {JobState::Failed};
    QVERIFY(staged.bench.command(staged.id, JobAction::Done).ok);
    QVERIFY(!staged.bench.command(staged.id, JobAction::Done).ok);
    QVERIFY(!staged.bench.command(staged.id, JobAction::Requeue).ok); // the first one is under way
    QCOMPARE(staged.bench.actions.size(), 1);
    (void)staged.bench.answer();
    COMPARE_WORDS(staged.bench.jobs[staged.id].state, JobState::Done);
}

void TestOperators::requeueRunsAgainWhereItWasAsked()
{
    Staged staged {JobState::Hold};
    OperatorRequest request;
    request.node = FleetBench::node(3);
    request.expectEpoch = 1;
    request.expectState = JobState::Hold;
    QVERIFY(staged.bench.command(staged.id, JobAction::Requeue, request).ok);
    QCOMPARE(staged.bench.actions.size(), 1);
    QCOMPARE(staged.bench.actions.first().target, layout::assigned(FleetBench::node(3), {staged.id, 2, {}, "a.csv"}));
    QVERIFY(staged.bench.jobs[staged.id].rerunAllowed); // I4: this event allowed it
}

void TestOperators::stopReachesTheAgentUntilItIsDone()
{
    Staged staged {JobState::Running};
    const Step step = staged.bench.apply(JobCommanded {7, staged.id, JobAction::Stop, {}, "operator:anna"});
    QCOMPARE(step.commands.size(), 1);
    const AgentCommand stop = step.commands.first().second;
    QCOMPARE(stop.job, staged.id);
    QCOMPARE(stop.epoch, Epoch(1)); // of this attempt only
    QCOMPARE(step.store.commands.size(), 1); // survives a restart
    QCOMPARE(staged.bench.state.heartbeatReply(FleetBench::node(1), staged.bench.now, 15).commands.size(), 1);
    for (int click = 0; click < 40; ++click) { // they push nobody's command out, and are not done again
        QCOMPARE(staged.bench.command(staged.id, JobAction::Stop).code, QString(toString(ErrorCode::Stale)));
    }
    QCOMPARE(staged.bench.state.heartbeatReply(FleetBench::node(1), staged.bench.now, 15).commands.size(), 1);
    QCOMPARE(staged.bench.audited(AuditKind::JobStopAsked), 1);
    Report done = staged.bench.reportOf(staged.id, ReportKind::CommandDone);
    done.commandId = stop.id;
    (void)staged.bench.apply(staged.bench.batch(1, done));
    QVERIFY(staged.bench.state.heartbeatReply(FleetBench::node(1), staged.bench.now, 15).commands.isEmpty());
    QVERIFY(!staged.bench.command(staged.id, JobAction::Stop).ok); // the run is being ended
}

void TestOperators::aStopThatFailedMayBeAskedForAgain()
{
    Staged staged {JobState::Running};
    const Step step = staged.bench.apply(JobCommanded {7, staged.id, JobAction::Stop, {}, "operator:anna"});
    Report failed = staged.bench.reportOf(staged.id, ReportKind::CommandDone);
    failed.commandId = step.commands.first().second.id;
    failed.ok = false;
    (void)staged.bench.apply(staged.bench.batch(1, failed));
    QVERIFY(staged.bench.command(staged.id, JobAction::Stop).ok);
}

void TestOperators::aNodeIsAskedOnce()
{
    FleetBench bench(1);
    bench.open(1);
    const QString stale(toString(ErrorCode::Stale));
    for (const NodeAction action : {NodeAction::RestartBrowser, NodeAction::RestartAgent, NodeAction::Pause, NodeAction::Drain}) {
        QVERIFY(bench.command(1, action).ok);
        QCOMPARE(bench.command(1, action).code, stale);
    }
    QCOMPARE(bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).commands.size(), 2);
    NodeCommanded now {7, FleetBench::node(1), NodeAction::RestartBrowser, {}, "operator:anna"};
    now.body.now = true; // not after the running file
    QVERIFY(bench.apply(now).replies.first().second.ok);
}

void TestOperators::releaseOnlyWhatNeverRan()
{
    Staged staged {JobState::Waiting};
    FleetBench &bench = staged.bench;
    QVERIFY(bench.command(staged.id, JobAction::Hold).ok);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[staged.id].state, JobState::Hold);
    QVERIFY(bench.command(staged.id, JobAction::Release).ok);
    (void)bench.beat(1);
    QCOMPARE(bench.actions.size(), 1);
    QVERIFY(bench.actions.first().source.startsWith("hold/"));
}

void TestOperators::aHeldFileOfALostStoreIsNotReleased()
{
    FleetBench bench;
    const TokenName token {*JobId::parse("01KA0000000000000000000001"), 2, FleetBench::bootOf(1), "a.csv"};
    (void)bench.apply(ShareHealth {true, {}, {}});
    (void)bench.apply(bench.zone({FleetBench::seen(SeenWhere::Hold, 0, token, layout::hold(token))}));
    COMPARE_WORDS(bench.jobs[token.job].state, JobState::Hold);
    QCOMPARE(bench.jobs[token.job].attempts, 0); // nobody remembers how often
    const OperatorReply reply = bench.command(token.job, JobAction::Release);
    QVERIFY2(!reply.ok, "its name says that an agent had claimed it: it may have been uploaded");
    (void)bench.beat(1);
    QVERIFY(bench.actions.isEmpty());
}

QTEST_APPLESS_MAIN(TestOperators)
#include "tst_operators.moc"
