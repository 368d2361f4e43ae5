// SPDX-License-Identifier: GPL-3.0-or-later
// Ends that the share shows before anybody reports them: told as what they are, and once.
#include "tests/orchestrator/fleet/fleetbench.h"

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

QByteArray detailOf(const FleetBench &bench, AuditKind kind, const JobId &id)
{
    for (const AuditEvent &event : bench.audit) {
        if (event.kind == kind && event.job == id) {
            return event.detail;
        }
    }
    return {};
}

/// The token that node 1's agent left at an end.
SeenToken ended(SeenWhere where, const JobId &id)
{
    const TokenName held {id, 1, FleetBench::bootOf(1), "a.csv"};
    const TokenName failed {id, 1, {}, "a.csv"};
    switch (where) {
    case SeenWhere::Hold:
        return FleetBench::seen(where, 0, held, layout::hold(held));
    case SeenWhere::Failed:
        return FleetBench::seen(where, 0, failed, layout::failed(failed));
    case SeenWhere::Rejected:
        return FleetBench::seen(where, 0, {id, 0, {}, "a.csv"}, layout::rejected(id, "a.csv"));
    default:
        return FleetBench::seen(where, 0, {id, 0, {}, "a.csv"}, layout::completed({1'795'000'000'000}, id, "a.csv"));
    }
}

/// A listing shows the first two, a direct look the others.
void look(FleetBench &bench, const SeenToken &seen)
{
    ++bench.now.mono.value;
    if (seen.where == SeenWhere::Hold || seen.where == SeenWhere::Failed) {
        (void)bench.apply(bench.zone({seen}));
    } else {
        (void)bench.apply(TraceDone {bench.now.mono, {{seen.token.job, seen}}});
    }
}

} // namespace

class TestFound : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anEndIsAuditedAsWhatItIs_data();
    void anEndIsAuditedAsWhatItIs();
    void itsAgentTellsWhyAfterwards_data();
    void itsAgentTellsWhyAfterwards();
    void noRowsAreNoRowsWhoeverIsFirst();
    void aMereChangeOfPlaceIsARecovery();
    void reportsThatComeAfterTheEndKeepTheirKinds();
    void aClaimThatTheServerForgotIsHeldNotRunAgain();
    void anOldListingOfAClaimedFileChangesNothing();
    void aFileThatItsAgentHasDoneWithIsHeld();
    void whoHoldsAFileThatIsLongDoneHoldsNoOther();
};

void TestFound::anEndIsAuditedAsWhatItIs_data()
{
    QTest::addColumn<int>("where");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("alert"); // -1: none
    const auto row = [](SeenWhere where, AuditKind kind, JobState state, int alert) {
        QTest::newRow(toString(state).data()) << int(where) << int(kind) << int(state) << alert;
    };
    row(SeenWhere::Hold, AuditKind::JobHeld, JobState::Hold, int(AlertKind::JobHeld));
    row(SeenWhere::Failed, AuditKind::JobFailed, JobState::Failed, int(AlertKind::JobFailed));
    row(SeenWhere::Rejected, AuditKind::JobRejected, JobState::Rejected, int(AlertKind::JobRejected));
    row(SeenWhere::Completed, AuditKind::JobDone, JobState::Done, -1);
}

void TestFound::anEndIsAuditedAsWhatItIs()
{
    QFETCH(int, where);
    QFETCH(int, kind);
    QFETCH(int, state);
    QFETCH(int, alert);
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    const SeenToken seen = ended(SeenWhere(where), id);
    look(bench, seen);
    if (SeenWhere(where) == SeenWhere::Completed) { // its agent is heard, so its own word is waited for
        COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
        bench.wait(21, {1, 2});
        look(bench, seen);
    }
    COMPARE_WORDS(bench.jobs[id].state, JobState(state));
    QCOMPARE(bench.audited(AuditKind(kind), id), 1);
    QCOMPARE(bench.audited(AuditKind::JobRecovered, id), 0);
    QVERIFY(detailOf(bench, AuditKind(kind), id).contains("found at " + seen.path));
    QCOMPARE(bench.state.stateView(bench.now).alerts.size(), alert < 0 ? 0 : 1);
    QVERIFY(alert < 0 || bench.alert(AlertKind(alert), id.toBytes26()));
    const auto view = bench.state.nodeView(FleetBench::node(1), bench.now);
    QCOMPARE(view->doneToday, JobState(state) == JobState::Done ? 1 : 0);
    QCOMPARE(view->failedToday, JobState(state) == JobState::Hold || JobState(state) == JobState::Failed ? 1 : 0);
    look(bench, seen); // and once
    QCOMPARE(bench.audited(AuditKind(kind), id), 1);
}

void TestFound::itsAgentTellsWhyAfterwards_data()
{
    QTest::addColumn<int>("where");
    QTest::addColumn<int>("report");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("alert");
    QTest::newRow("held") << int(SeenWhere::Hold) << int(ReportKind::Held) << int(AuditKind::JobHeld) << int(AlertKind::JobHeld);
    QTest::newRow("failed") << int(SeenWhere::Failed) << int(ReportKind::Failed) << int(AuditKind::JobFailed)
                            << int(AlertKind::JobFailed);
}

void TestFound::itsAgentTellsWhyAfterwards()
{
    QFETCH(int, where);
    QFETCH(int, report);
    QFETCH(int, kind);
    QFETCH(int, alert);
    FleetBench bench;
    bench.open();
    bench.wait(1); // the day has begun
    const JobId id = bench.running("a.csv");
    look(bench, ended(SeenWhere(where), id));
    const WallTime since = bench.alert(AlertKind(alert), id.toBytes26())->since;
    bench.wait(3, {1, 2});
    Report told = bench.reportOf(id, ReportKind(report));
    told.cause = Cause::ExitCode;
    told.detail = u"exit code 7"_s;
    const Step step = bench.apply(bench.batch(1, told));
    COMPARE_WORDS(bench.jobs[id].cause, Cause::ExitCode);
    QCOMPARE(bench.jobs[id].detail, QByteArray("exit code 7"));
    QCOMPARE(bench.audited(AuditKind(kind), id), 1); // it failed once
    QCOMPARE(detailOf(bench, AuditKind::JobRecovered, id), QByteArray("its agent tells why: exit code 7 [exit-code]"));
    QCOMPARE(step.store.alertsRaised.size(), 1);
    const auto open = bench.alert(AlertKind(alert), id.toBytes26());
    QCOMPARE(open->detail, QByteArray("a.csv: exit code 7"));
    QVERIFY(open->since == since);
    QCOMPARE(bench.state.nodeView(FleetBench::node(1), bench.now)->failedToday, 1);
}

void TestFound::noRowsAreNoRowsWhoeverIsFirst()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    look(bench, ended(SeenWhere::Hold, id));
    Report told = bench.reportOf(id, ReportKind::Held);
    told.cause = Cause::ZeroRows;
    (void)bench.apply(bench.batch(1, told));
    QVERIFY(bench.alert(AlertKind::ZeroRows, id.toBytes26()));
    QVERIFY(!bench.alert(AlertKind::JobHeld, id.toBytes26()));
}

void TestFound::aMereChangeOfPlaceIsARecovery()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    const TokenName renamed {id, 1, FleetBench::boot("cccccccc"), "a.csv"};
    ++bench.now.mono.value;
    (void)bench.apply(
        bench.zone({FleetBench::seen(SeenWhere::Running, 1, renamed, layout::running(FleetBench::node(1), renamed))}));
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
    QCOMPARE(bench.audited(AuditKind::JobRecovered, id), 1);
    QCOMPARE(bench.state.nodeView(FleetBench::node(1), bench.now)->failedToday, 0);
}

void TestFound::reportsThatComeAfterTheEndKeepTheirKinds()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    look(bench, ended(SeenWhere::Completed, id));
    bench.wait(21, {1, 2});
    look(bench, ended(SeenWhere::Completed, id));
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
    for (const ReportKind kind :
        {ReportKind::Claimed, ReportKind::Started, ReportKind::Exited, ReportKind::Committed, ReportKind::Done}) {
        QVERIFY(!bench.report(1, id, kind).wantZone); // nothing to look for
    }
    for (const AuditKind kind : {AuditKind::JobClaimed, AuditKind::JobStarted, AuditKind::JobExited, AuditKind::JobPublishing,
             AuditKind::JobDone, AuditKind::JobRecovered}) {
        QCOMPARE(bench.audited(kind, id), 1);
    }
    QCOMPARE(bench.audited(AuditKind::LateResult, id), 0);
    QCOMPARE(bench.state.stateView(bench.now).alerts.size(), 0);
}

namespace {

SeenToken unbegun(const JobId &id)
{
    const TokenName token {id, 1, {}, "a.csv"};
    return FleetBench::seen(SeenWhere::Assigned, 1, token, layout::assigned(FleetBench::node(1), token));
}

} // namespace

void TestFound::aClaimThatTheServerForgotIsHeldNotRunAgain()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    ++bench.now.mono.value;
    (void)bench.apply(bench.zone({unbegun(id)}));
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running); // the listing may be old
    QVERIFY(bench.actions.isEmpty());
    bench.wait(31, {2}); // its node is lost meanwhile: nobody else gets it
    (void)bench.apply(bench.zone({unbegun(id)}));
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Hold);
    QCOMPARE(bench.actions.first().source, unbegun(id).path);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
    COMPARE_WORDS(bench.jobs[id].cause, Cause::Fenced);
    QVERIFY(!bench.jobs[id].rerunAllowed);
    QVERIFY(bench.alert(AlertKind::JobHeld, id.toBytes26()));
}

void TestFound::anOldListingOfAClaimedFileChangesNothing()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    const TokenName claimed {id, 1, FleetBench::bootOf(1), "a.csv"};
    ++bench.now.mono.value;
    (void)bench.apply(bench.zone({unbegun(id)}));
    bench.wait(16, {1, 2});
    (void)bench.apply(
        bench.zone({FleetBench::seen(SeenWhere::Running, 1, claimed, layout::running(FleetBench::node(1), claimed))}));
    bench.wait(16, {1, 2});
    (void)bench.apply(bench.zone({unbegun(id)})); // the first one does not count any more
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
    QVERIFY(bench.actions.isEmpty());
    QCOMPARE(bench.audited(AuditKind::JobRecovered, id), 0);
}

void TestFound::aFileThatItsAgentHasDoneWithIsHeld()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv"); // a store that knows nothing of the run
    (void)bench.report(1, id, ReportKind::Fenced);
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Hold);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
}

/// A store from yesterday believes a file in incoming that is done; another one has its name by now.
void TestFound::whoHoldsAFileThatIsLongDoneHoldsNoOther()
{
    FleetBench bench;
    (void)bench.apply(ShareHealth {true, {}, {}});
    (void)bench.apply(bench.zone({}));
    const JobId id = bench.file("a.csv"); // no node is there
    (void)bench.command(id, JobAction::Hold);
    QCOMPARE(bench.actions.size(), 1);
    QVERIFY(bench.actions.first().checkStamp);
    QCOMPARE(bench.actions.first().size, qint64(10));
    bench.wait(1);
    const Step step = bench.answer(MoveOutcome::Failed, [](ActionDone &done) { done.changedBefore = true; });
    QCOMPARE(step.traces.size(), 1);
    QCOMPARE(step.forget.size(), 1); // what lies there is a new file
    COMPARE_WORDS(bench.jobs[id].state, JobState::Waiting);
    bench.wait(1);
    (void)bench.apply(TraceDone {bench.now.mono, {{id, ended(SeenWhere::Completed, id)}}});
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
}

QTEST_APPLESS_MAIN(TestFound)
#include "tst_found.moc"
