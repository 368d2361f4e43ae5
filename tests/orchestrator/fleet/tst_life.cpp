// SPDX-License-Identifier: GPL-3.0-or-later
// A file's way through the fleet, with every turn it may take.
#include "tests/orchestrator/fleet/fleetbench.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestLife : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fromIncomingToDone();
    void nothingMovesBeforeTheShareWasRead();
    void aRefusedFileIsRejectedAndNeverRun();
    void aFileTakenBackIsWithdrawn();
    void aFileGoneFromIncomingIsLookedFor();
    void anAnswerToAnEarlierMoveIsNoAnswer();
    void sameNamesGoOneAfterTheOther();
    void higherPriorityFirst();
    void maintenanceAndPause();
    void reportsTenTimesCountOnce();
    void beatsTenTimesCountOnce();
    void releasedGoesElsewhereUntilItsAttemptsAreUsedUp();
    void aReportOfAnotherNodeOrEpochChangesNothing();
    void moveOutcomes_data();
    void moveOutcomes();
    void busyForTooLongIsHeld();
    void aLostMoveBetweenNodesKeepsItsEpoch();
};

void TestLife::fromIncomingToDone()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.file("a.csv");
    QCOMPARE(bench.actions.size(), 1);
    const ShareAction move = bench.actions.first();
    COMPARE_WORDS(move.kind, ActionKind::Dispatch);
    QCOMPARE(move.source, QByteArray("incoming/a.csv"));
    QCOMPARE(move.target, layout::assigned(FleetBench::node(1), {id, 1, {}, "a.csv"}));
    QVERIFY(move.checkStamp);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Moving);
    QCOMPARE(bench.jobs[id].intentTarget, move.target);

    const Step arrived = bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    QCOMPARE(bench.jobs[id].place, move.target);
    QVERIFY(arrived.hints.contains(FleetBench::node(1)));

    (void)bench.report(1, id, ReportKind::Claimed);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
    QVERIFY(!bench.jobs[id].rerunAllowed);
    (void)bench.report(1, id, ReportKind::Started);
    QCOMPARE(bench.jobs[id].attempts, 1);
    (void)bench.report(1, id, ReportKind::Exited);
    (void)bench.report(1, id, ReportKind::Committed);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Publishing);
    (void)bench.report(1, id, ReportKind::Done);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
    QVERIFY(!bench.state.jobView(id)); // the store answers for it now
    for (const AuditKind kind : {AuditKind::JobAccepted, AuditKind::JobAssigned, AuditKind::JobClaimed, AuditKind::JobStarted,
             AuditKind::JobExited, AuditKind::JobPublishing, AuditKind::JobDone}) {
        QCOMPARE(bench.audited(kind, id), 1);
    }
}

void TestLife::nothingMovesBeforeTheShareWasRead()
{
    FleetBench bench;
    (void)bench.beat(1);
    (void)bench.file("a.csv");
    QVERIFY(bench.actions.isEmpty());
    (void)bench.apply(ShareHealth {true, {}, {}});
    QVERIFY(bench.actions.isEmpty());
    (void)bench.apply(bench.zone({}, false)); // a listing with a hole
    QVERIFY(bench.actions.isEmpty());
    (void)bench.apply(bench.zone({}));
    QCOMPARE(bench.actions.size(), 1);
}

void TestLife::aRefusedFileIsRejectedAndNeverRun()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.file("bad.exe", Cause::TypeNotAccepted);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Reject);
    QCOMPARE(bench.actions.first().target, layout::rejected(id, "bad.exe"));
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Rejected);
    COMPARE_WORDS(bench.jobs[id].cause, Cause::TypeNotAccepted);
    QCOMPARE(bench.audited(AuditKind::JobAssigned), 0);
}

void TestLife::aFileTakenBackIsWithdrawn()
{
    FleetBench bench;
    bench.open(0); // nobody takes it
    const JobId id = bench.file("a.csv");
    const Step step = bench.apply(FilesVanished {{id}});
    COMPARE_WORDS(bench.jobs[id].state, JobState::Waiting); // a store from yesterday may not know where it went
    QCOMPARE(step.traces.size(), 1);
    (void)bench.beat(1);
    QVERIFY(bench.actions.isEmpty());
    (void)bench.apply(TraceDone {bench.now.mono, {{id, std::nullopt}}});
    COMPARE_WORDS(bench.jobs[id].state, JobState::Withdrawn);
}

/// The orchestrator stood still between its rename and its answer; meanwhile the agent took the file, ran it and gave it back.
void TestLife::anAnswerToAnEarlierMoveIsNoAnswer()
{
    FleetBench bench(2);
    bench.open();
    const JobId id = bench.file("a.csv");
    const ShareAction first = bench.actions.takeFirst();
    const int node = bench.numberOf(id);
    for (const ReportKind kind : {ReportKind::Claimed, ReportKind::Started, ReportKind::Exited, ReportKind::Released}) {
        (void)bench.report(node, id, kind);
    }
    bench.wait(3, {1, 2});
    QCOMPARE(bench.actions.size(), 1); // its next way, to the other node
    const ShareAction second = bench.actions.first();
    QVERIFY(second.target != first.target);
    ActionDone late {first.kind, id, MoveOutcome::Moved, false, false, false, first.target, {}, first.target};
    (void)bench.apply(ActionsDone {{late}});
    COMPARE_WORDS(bench.jobs[id].state, JobState::Moving);
    QCOMPARE(bench.jobs[id].intentTarget, second.target);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    QCOMPARE(bench.jobs[id].place, second.target);
}

void TestLife::aFileGoneFromIncomingIsLookedFor()
{
    FleetBench bench;
    bench.open(0);
    const JobId id = bench.file("a.csv");
    (void)bench.apply(FilesVanished {{id}});
    const SharePath place = layout::completed(bench.now.wall, id, "a.csv");
    (void)bench.apply(TraceDone {bench.now.mono, {{id, FleetBench::seen(SeenWhere::Completed, 0, {id, 0, {}, "a.csv"}, place)}}});
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done); // it was done: the store that is at work was restored from before
    QCOMPARE(bench.audited(AuditKind::JobDone, id), 1);
}

void TestLife::sameNamesGoOneAfterTheOther()
{
    FleetBench bench;
    bench.open();
    const JobId first = bench.assigned("Same.csv");
    const JobId second = bench.file("sAME.csv"); // the share forgets case
    const JobId other = bench.file("other.csv");
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().job, other);
    (void)bench.answer();
    for (const ReportKind kind : {ReportKind::Claimed, ReportKind::Started, ReportKind::Exited, ReportKind::Committed}) {
        (void)bench.report(1, first, kind);
        QVERIFY(bench.actions.isEmpty());
    }
    (void)bench.report(1, first, ReportKind::Done);
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().job, second);
}

void TestLife::higherPriorityFirst()
{
    FleetBench bench(1, [](OrchestratorConfig &c) { c.priorities.append({QRegularExpression(u"^urgent"_s), 10}); });
    bench.open(0);
    const JobId oldest = bench.file("a.csv");
    (void)bench.file("b.csv");
    const JobId urgent = bench.file("urgent.csv");
    (void)bench.beat(1);
    QCOMPARE(bench.actions.size(), 1); // one place, one move
    QCOMPARE(bench.actions.first().job, urgent);
    (void)bench.answer();
    (void)bench.report(1, urgent, ReportKind::Claimed);
    (void)bench.report(1, urgent, ReportKind::Done);
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().job, oldest);
}

void TestLife::maintenanceAndPause()
{
    FleetBench bench;
    bench.open();
    QVERIFY(bench.apply(DispatchCommanded {1, true, {}, "operator:anna"}).replies.value(0).second.ok);
    QVERIFY(!bench.apply(DispatchCommanded {1, true, {}, "operator:bert"}).replies.value(0).second.ok); // already
    const JobId id = bench.file("a.csv");
    QVERIFY(bench.actions.isEmpty());
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).mayClaim);
    QVERIFY(bench.apply(DispatchCommanded {1, false, {}, "operator:anna"}).replies.value(0).second.ok);
    QCOMPARE(bench.actions.size(), 1);
    (void)bench.answer();
    QCOMPARE(bench.numberOf(id), 1);
    QVERIFY(bench.command(1, NodeAction::Pause).ok); // not begun: goes to the other node, with a new epoch
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(2), {id, 2, {}, "a.csv"}));
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).mayClaim);
    QVERIFY(bench.command(1, NodeAction::Resume).ok);
    QVERIFY(!bench.command(1, NodeAction::Resume).ok); // in service already
}

void TestLife::reportsTenTimesCountOnce()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    for (const ReportKind kind : {ReportKind::Claimed, ReportKind::Started, ReportKind::Committed, ReportKind::Done}) {
        const ReportsReceived sent = bench.batch(1, bench.reportOf(id, kind));
        for (int i = 0; i < 10; ++i) {
            const Step step = bench.apply(sent);
            QCOMPARE(step.acks.size(), 1);
            QCOMPARE(step.acks.first().second.accepted, 1); // acknowledged each time, or it would come for ever
            QVERIFY(i == 0 || step.store.audit.isEmpty());
        }
    }
    QCOMPARE(bench.jobs[id].attempts, 1);
    QCOMPARE(bench.audited(AuditKind::JobDone, id), 1);
}

void TestLife::beatsTenTimesCountOnce()
{
    FleetBench bench;
    bench.open(0);
    const Heartbeat sent = bench.heartbeat(1);
    QVERIFY(!bench.apply(BeatReceived {sent}).store.audit.isEmpty());
    for (int i = 0; i < 10; ++i) {
        QVERIFY(bench.apply(BeatReceived {sent}).store.audit.isEmpty());
    }
}

void TestLife::releasedGoesElsewhereUntilItsAttemptsAreUsedUp()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    int before = bench.numberOf(id);
    for (int attempt = 1; attempt < bench.config.maxAttempts; ++attempt) {
        (void)bench.report(before, id, ReportKind::Released);
        QCOMPARE(bench.actions.size(), 1);
        COMPARE_WORDS(bench.actions.first().kind, ActionKind::Dispatch);
        (void)bench.answer();
        const int after = bench.numberOf(id);
        QVERIFY(after != before);
        QCOMPARE(bench.jobs[id].epoch, Epoch(attempt + 1));
        (void)bench.report(after, id, ReportKind::Claimed);
        (void)bench.report(after, id, ReportKind::Started);
        before = after;
    }
    (void)bench.report(before, id, ReportKind::Released);
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Fail);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Failed);
    COMPARE_WORDS(bench.jobs[id].cause, Cause::AttemptsExhausted);
    QVERIFY(bench.actions.isEmpty());
}

void TestLife::aReportOfAnotherNodeOrEpochChangesNothing()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    const QByteArray place = bench.jobs[id].place;
    (void)bench.report(2, id, ReportKind::Claimed); // not its node
    Report old = bench.reportOf(id, ReportKind::Done);
    old.epoch = 9;
    QVERIFY(bench.apply(bench.batch(1, old)).wantZone); // the share decides
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    QCOMPARE(bench.jobs[id].place, place);
    QCOMPARE(bench.audited(AuditKind::LateResult, id), 2);
}

void TestLife::moveOutcomes_data()
{
    QTest::addColumn<int>("outcome");
    QTest::addColumn<QByteArray>("spoil");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("epoch");
    const auto row = [](const char *name, MoveOutcome outcome, const char *spoil, JobState state, int epoch) {
        QTest::newRow(name) << int(outcome) << QByteArray(spoil) << int(state) << epoch;
    };
    row("moved", MoveOutcome::Moved, "", JobState::Assigned, 1);
    row("moved after a lost reply", MoveOutcome::Moved, "verified", JobState::Assigned, 1);
    row("moved, but another content arrived", MoveOutcome::Moved, "after", JobState::Assigned, 1);
    row("lost: nobody knows yet", MoveOutcome::Lost, "", JobState::Moving, 1);
    row("ambiguous: nobody knows yet", MoveOutcome::Ambiguous, "", JobState::Moving, 1);
    row("busy", MoveOutcome::Busy, "", JobState::Waiting, 0);
    row("refused", MoveOutcome::Failed, "", JobState::Waiting, 0);
    row("the share is gone", MoveOutcome::Failed, "share", JobState::Waiting, 0);
    row("changed before", MoveOutcome::Failed, "before", JobState::Waiting, 0); // until it has been looked for
}

void TestLife::moveOutcomes()
{
    QFETCH(int, outcome);
    QFETCH(QByteArray, spoil);
    QFETCH(int, state);
    QFETCH(int, epoch);
    FleetBench bench;
    bench.open();
    const JobId id = bench.file("a.csv");
    const Step step = bench.answer(MoveOutcome(outcome), [&](ActionDone &done) {
        done.verified = spoil == "verified";
        done.changedAfter = spoil == "after";
        done.changedBefore = spoil == "before";
        done.error.code = spoil == "share" ? ErrorCode::ShareDown : ErrorCode::IoError;
    });
    COMPARE_WORDS(bench.jobs[id].state, JobState(state));
    QCOMPARE(int(bench.jobs[id].epoch), epoch);
    QCOMPARE(!step.traces.isEmpty(), JobState(state) == JobState::Moving || spoil == "before"); // only a look tells
    QCOMPARE(!step.forget.isEmpty(), spoil == "before"); // what lies there now is new
    if (spoil == "before") {
        const SharePath place = layout::incoming("a.csv");
        (void)bench.apply(
            TraceDone {bench.now.mono, {{id, FleetBench::seen(SeenWhere::Incoming, 0, {id, 0, {}, "a.csv"}, place)}}});
        COMPARE_WORDS(bench.jobs[id].state, JobState::Withdrawn);
        return;
    }
    QCOMPARE(bench.actions.size(), spoil == "after" ? 1 : 0); // never tried again in the same breath
    if (spoil == "after") {
        COMPARE_WORDS(bench.actions.first().kind, ActionKind::Reject);
    }
    if (JobState(state) == JobState::Waiting) {
        bench.wait(3, {1, 2});
        QCOMPARE(bench.actions.size(), 1);
        const int next = MoveOutcome(outcome) == MoveOutcome::Failed && spoil != "share" ? 2 : 1; // refused: the folder's fault?
        QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(next), {id, 1, {}, "a.csv"}));
    }
    if (JobState(state) == JobState::Moving) { // a look finds it where the lost reply put it
        ++bench.now.mono.value;
        const TokenName token {id, 1, {}, "a.csv"};
        const SharePath path = layout::assigned(FleetBench::node(1), token);
        (void)bench.apply(TraceDone {bench.now.mono, {{id, FleetBench::seen(SeenWhere::Assigned, 1, token, path)}}});
        COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
        QCOMPARE(bench.jobs[id].place, path);
    }
}

void TestLife::busyForTooLongIsHeld()
{
    FleetBench bench(1);
    bench.open(1);
    const JobId id = bench.file("a.csv");
    for (int i = 0; i < 300 && bench.jobs[id].state != JobState::Hold; ++i) {
        if (!bench.actions.isEmpty()) {
            (void)bench.answer(MoveOutcome::Busy, [](ActionDone &done) { done.error.code = ErrorCode::Busy; });
        }
        bench.wait(1);
        (void)bench.beat(1);
    }
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
    COMPARE_WORDS(bench.jobs[id].cause, Cause::FileUnreadable);
    QCOMPARE(bench.jobs[id].place, QByteArray("incoming/a.csv")); // nothing was touched
}

/// Applied, its reply lost, and claimed by the new node's agent before anybody looked: its reports must count.
void TestLife::aLostMoveBetweenNodesKeepsItsEpoch()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    QCOMPARE(bench.numberOf(id), 1);
    (void)bench.command(1, NodeAction::Pause);
    QCOMPARE(bench.actions.size(), 1);
    const Step step = bench.answer(MoveOutcome::Lost);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Moving);
    QCOMPARE(bench.jobs[id].epoch, Epoch(2));
    QCOMPARE(step.traces.size(), 1);
    QVERIFY(step.wantZone);
    (void)bench.report(2, id, ReportKind::Claimed);
    (void)bench.report(2, id, ReportKind::Started);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
    QCOMPARE(bench.jobs[id].attempts, 1);
}

QTEST_APPLESS_MAIN(TestLife)
#include "tst_life.moc"
