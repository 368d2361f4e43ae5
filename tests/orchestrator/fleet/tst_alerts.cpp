// SPDX-License-Identifier: GPL-3.0-or-later
// Troubles that people are told of: one message per cause, over when the cause is over.
#include "common/protocol/codec.h"
#include "tests/orchestrator/fleet/fleetbench.h"

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// Node 1 says this of its browser every ten seconds, node 2 is ready.
void say(FleetBench &bench, BrowserState state, int seconds, const QString &detail = {})
{
    for (int i = 0; i < seconds; ++i) {
        if (i % 10 == 0) {
            (void)bench.beat(1, [&](Heartbeat &beat) {
                beat.browserState = state;
                beat.browserDetail = detail;
            });
        }
        bench.wait(1);
        if (i % 10 == 9) {
            (void)bench.beat(2);
        }
    }
}

int raised(const FleetBench &bench, AlertKind kind)
{
    int count = 0;
    for (const AuditEvent &event : bench.audit) {
        count += event.kind == AuditKind::AlertRaised && event.detail.startsWith(toString(kind).data()) ? 1 : 0;
    }
    return count;
}

} // namespace

class TestAlerts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aBrowserThatRestartsInSecondsIsNone();
    void aBrowserDownForAMinuteIsOne();
    void aBrowserThatComesAndGoesCountsAnew();
    void anotherStoryOfTheBrowserTakesOver_data();
    void anotherStoryOfTheBrowserTakesOver();
    void aLostNodeTakesOver();
    void ourOwnStallIsNotTheBrowsers();
    void whatAnOperatorDecidesEndsTheAlert_data();
    void whatAnOperatorDecidesEndsTheAlert();
    void aFileThatItsNodeCannotPutAwayIsTold();
    void alertsOfNodesThatAreNoMoreEndAtStart();
    void whoHasSeenItIsShownUntilItIsOver();
    void whatNothingElseEndsEndsWhenSeen_data();
    void whatNothingElseEndsEndsWhenSeen();
    void anAcknowledgementOfSomethingElseIsRefused();
    void aHeldFileStaysOnTheListWhoeverHasSeenIt();
    void aStormIsOneMessageMore();
};

void TestAlerts::aBrowserThatRestartsInSecondsIsNone()
{
    FleetBench bench;
    bench.open();
    for (int i = 0; i < 20; ++i) {
        say(bench, BrowserState::Disconnected, 3);
        say(bench, BrowserState::Starting, 3);
        say(bench, BrowserState::Ready, 4);
    }
    QCOMPARE(raised(bench, AlertKind::BrowserDown), 0);
}

void TestAlerts::aBrowserDownForAMinuteIsOne()
{
    FleetBench bench;
    bench.open();
    for (int i = 0; i < 5; ++i) { // it tries and tries
        say(bench, BrowserState::Disconnected, 6, u"port 9222 is taken by another program"_s);
        say(bench, BrowserState::Starting, 5, u"waits for the endpoint file"_s);
    }
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01")); // 55 s
    say(bench, BrowserState::Disconnected, 5, u"port 9222 is taken by another program"_s);
    const auto alert = bench.alert(AlertKind::BrowserDown, "DTF-01");
    QVERIFY(alert);
    COMPARE_WORDS(alert->severity, AlertSeverity::Warning);
    QCOMPARE(alert->detail, QByteArray("disconnected: port 9222 is taken by another program"));
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-02"));
    say(bench, BrowserState::Disconnected, 600);
    say(bench, BrowserState::Starting, 600);
    QCOMPARE(raised(bench, AlertKind::BrowserDown), 1);
    say(bench, BrowserState::Ready, 1);
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01"));
}

void TestAlerts::aBrowserThatComesAndGoesCountsAnew()
{
    FleetBench bench;
    bench.open();
    say(bench, BrowserState::Disconnected, 50);
    say(bench, BrowserState::Ready, 1);
    say(bench, BrowserState::Disconnected, 50);
    QCOMPARE(raised(bench, AlertKind::BrowserDown), 0);
    say(bench, BrowserState::Disconnected, 12);
    QCOMPARE(raised(bench, AlertKind::BrowserDown), 1);
}

void TestAlerts::anotherStoryOfTheBrowserTakesOver_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("kind");
    QTest::newRow("a login page") << int(BrowserState::LoginRequired) << int(AlertKind::LoginNeeded);
    QTest::newRow("a crash loop") << int(BrowserState::Paused) << int(AlertKind::BrowserCrashLoop);
}

void TestAlerts::anotherStoryOfTheBrowserTakesOver()
{
    QFETCH(int, state);
    QFETCH(int, kind);
    FleetBench bench;
    bench.open();
    say(bench, BrowserState::Disconnected, 70);
    QVERIFY(bench.alert(AlertKind::BrowserDown, "DTF-01"));
    say(bench, BrowserState(state), 200);
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01"));
    QVERIFY(bench.alert(AlertKind(kind), "DTF-01"));
    say(bench, BrowserState::Disconnected, 30); // and back: it has a minute again
    QVERIFY(!bench.alert(AlertKind(kind), "DTF-01"));
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01"));
}

void TestAlerts::aLostNodeTakesOver()
{
    FleetBench bench;
    bench.open();
    say(bench, BrowserState::Disconnected, 70);
    QVERIFY(bench.alert(AlertKind::BrowserDown, "DTF-01"));
    bench.wait(31, {2});
    QVERIFY(bench.alert(AlertKind::NodeLost, "DTF-01"));
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01"));
    say(bench, BrowserState::Disconnected, 50); // heard again: nobody knows how long it was down meanwhile
    QVERIFY(!bench.alert(AlertKind::NodeLost, "DTF-01"));
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01"));
    say(bench, BrowserState::Disconnected, 20);
    QVERIFY(bench.alert(AlertKind::BrowserDown, "DTF-01"));
}

void TestAlerts::ourOwnStallIsNotTheBrowsers()
{
    FleetBench bench;
    bench.open();
    say(bench, BrowserState::Disconnected, 55);
    bench.skip(8); // we slept; its heartbeats are still in our sockets
    (void)bench.apply(Tick {});
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01"));
    bench.skip(3'600);
    (void)bench.apply(Tick {});
    say(bench, BrowserState::Disconnected, 50);
    QVERIFY(!bench.alert(AlertKind::BrowserDown, "DTF-01"));
    say(bench, BrowserState::Disconnected, 20);
    QVERIFY(bench.alert(AlertKind::BrowserDown, "DTF-01"));
}

void TestAlerts::whatAnOperatorDecidesEndsTheAlert_data()
{
    QTest::addColumn<int>("end");
    QTest::addColumn<int>("cause");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("action");
    const auto row = [](const char *name, ReportKind end, Cause cause, AlertKind kind, JobAction action) {
        QTest::newRow(name) << int(end) << int(cause) << int(kind) << int(action);
    };
    row("held, requeued", ReportKind::Held, Cause::Crashed, AlertKind::JobHeld, JobAction::Requeue);
    row("held, done by hand", ReportKind::Held, Cause::Crashed, AlertKind::JobHeld, JobAction::Done);
    row("failed, requeued", ReportKind::Failed, Cause::ExitCode, AlertKind::JobFailed, JobAction::Requeue);
    row("failed, done by hand", ReportKind::Failed, Cause::ExitCode, AlertKind::JobFailed, JobAction::Done);
    row("failed, taken in hand", ReportKind::Failed, Cause::ExitCode, AlertKind::JobFailed, JobAction::Hold);
    row("no rows, requeued", ReportKind::Held, Cause::ZeroRows, AlertKind::ZeroRows, JobAction::Requeue);
    row("no rows, done by hand", ReportKind::Held, Cause::ZeroRows, AlertKind::ZeroRows, JobAction::Done);
    row("late result, done by hand", ReportKind::Late, Cause::None, AlertKind::LateResult, JobAction::Done);
}

void TestAlerts::whatAnOperatorDecidesEndsTheAlert()
{
    QFETCH(int, end);
    QFETCH(int, cause);
    QFETCH(int, kind);
    QFETCH(int, action);
    FleetBench bench(1);
    bench.open(1);
    const JobId id = bench.running("a.csv");
    Report report = bench.reportOf(id, ReportKind(end));
    report.cause = Cause(cause);
    (void)bench.apply(bench.batch(1, report));
    if (ReportKind(end) == ReportKind::Late) {
        (void)bench.report(1, id, ReportKind::Held);
    }
    QVERIFY(bench.alert(AlertKind(kind), id.toBytes26()));
    QVERIFY(bench.command(id, JobAction(action)).ok);
    if (JobAction(action) != JobAction::Requeue) {
        (void)bench.answer();
    }
    QCOMPARE(bench.state.stateView(bench.now).alerts.size(), 0);
}

void TestAlerts::aFileThatItsNodeCannotPutAwayIsTold()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    (void)bench.report(1, id, ReportKind::Claimed);
    (void)bench.beat(1);
    QVERIFY(!bench.alert(AlertKind::JobStuck, id.toBytes26()));
    (void)bench.beat(1, [](Heartbeat &beat) { beat.running.first().trouble = u"hold/ refuses it"_s; });
    const auto alert = bench.alert(AlertKind::JobStuck, id.toBytes26());
    QVERIFY(alert);
    QVERIFY2(alert->detail.contains("a.csv: on DTF-01: hold/ refuses it"), alert->detail.constData());
    (void)bench.report(1, id, ReportKind::Held);
    QVERIFY(!bench.alert(AlertKind::JobStuck, id.toBytes26()));
}

void TestAlerts::alertsOfNodesThatAreNoMoreEndAtStart()
{
    FleetBench bench(1);
    StoreSnapshot snapshot;
    snapshot.alerts.append({AlertKind::NodeLost, AlertSeverity::Critical, "DTF-01", bench.now.wall, {}});
    snapshot.alerts.append({AlertKind::NodeLost, AlertSeverity::Critical, "DTF-02", bench.now.wall, {}});
    snapshot.alerts.append({AlertKind::ShareDown, AlertSeverity::Critical, {}, bench.now.wall, {}});
    const Step step = bench.state.restore(snapshot, bench.now);
    QCOMPARE(step.store.alertsCleared.size(), 1);
    QCOMPARE(step.store.alertsCleared.first().subject, QByteArray("DTF-02"));
    QCOMPARE(bench.state.stateView(bench.now).alerts.size(), 2);
}

void TestAlerts::whoHasSeenItIsShownUntilItIsOver()
{
    FleetBench bench;
    bench.open();
    say(bench, BrowserState::LoginRequired, 1);
    OperatorRequest body;
    body.reason = u"on my way"_s;
    const WallTime seen = bench.now.wall;
    const Step step = bench.apply(AlertCommanded {7, AlertKind::LoginNeeded, "DTF-01", body, "operator:anna"});
    QVERIFY(step.replies.value(0).second.ok);
    QCOMPARE(step.store.alertsRaised.size(), 1); // kept, and told to the consoles
    QCOMPARE(step.store.alertsCleared.size(), 0);
    QVERIFY(step.summaryChanged);
    const auto alert = bench.alert(AlertKind::LoginNeeded, "DTF-01");
    QVERIFY(alert && alert->acknowledged);
    QCOMPARE(alert->acknowledged->by, QByteArray("operator:anna"));
    QCOMPARE(alert->acknowledged->reason, QByteArray("on my way"));
    QVERIFY(alert->acknowledged->time == seen);
    QCOMPARE(bench.audited(AuditKind::AlertAcknowledged), 1);
    QCOMPARE(bench.audit.last().node, FleetBench::node(1));
    QCOMPARE(bench.audit.last().actor, QByteArray("operator:anna"));

    FleetBench later; // also after a restart
    StoreSnapshot snapshot;
    snapshot.alerts = step.store.alertsRaised;
    (void)later.state.restore(snapshot, later.now);
    QVERIFY(later.alert(AlertKind::LoginNeeded, "DTF-01")->acknowledged);

    say(bench, BrowserState::Ready, 1);
    QVERIFY(!bench.alert(AlertKind::LoginNeeded, "DTF-01"));
    say(bench, BrowserState::LoginRequired, 1); // the next one has been seen by nobody
    QVERIFY(bench.alert(AlertKind::LoginNeeded, "DTF-01"));
    QVERIFY(!bench.alert(AlertKind::LoginNeeded, "DTF-01")->acknowledged);
}

void TestAlerts::whatNothingElseEndsEndsWhenSeen_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("a rejected file") << int(AlertKind::JobRejected);
    QTest::newRow("a late result") << int(AlertKind::LateResult);
    QTest::newRow("two machines of one name") << int(AlertKind::ClonedNode);
}

void TestAlerts::whatNothingElseEndsEndsWhenSeen()
{
    QFETCH(int, kind);
    FleetBench bench(1);
    bench.open(1);
    QByteArray subject = "DTF-01";
    JobId id;
    const auto stranger = [](Heartbeat &beat) {
        beat.boot = FleetBench::boot("cccccccc");
        beat.machine = "another machine";
    };
    if (AlertKind(kind) == AlertKind::JobRejected) {
        id = bench.file("bad.exe", Cause::TypeNotAccepted);
        (void)bench.answer();
    } else if (AlertKind(kind) == AlertKind::LateResult) {
        id = bench.running("a.csv");
        (void)bench.report(1, id, ReportKind::Late);
    } else {
        (void)bench.beat(1, stranger);
    }
    subject = id.isNull() ? subject : id.toBytes26();
    QVERIFY(bench.alert(AlertKind(kind), subject));
    const Step step = bench.apply(AlertCommanded {7, AlertKind(kind), subject, {}, "operator:anna"});
    QVERIFY(step.replies.value(0).second.ok);
    QCOMPARE(step.store.alertsCleared.size(), 1);
    QCOMPARE(step.store.alertsRaised.size(), 0);
    QVERIFY(!bench.alert(AlertKind(kind), subject));
    QCOMPARE(bench.audited(AuditKind::AlertAcknowledged, id), 1); // in the file's history though it has left the memory
    if (AlertKind(kind) == AlertKind::ClonedNode) {
        (void)bench.beat(1, stranger);
        QVERIFY(bench.alert(AlertKind::ClonedNode, subject)); // still there
    }
}

void TestAlerts::anAcknowledgementOfSomethingElseIsRefused()
{
    FleetBench bench;
    bench.open();
    QCOMPARE(bench.acknowledge(AlertKind::LoginNeeded, "DTF-01").code, u"not-found"_s);
    say(bench, BrowserState::LoginRequired, 1);
    OperatorRequest body;
    body.expectSince = bench.alert(AlertKind::LoginNeeded, "DTF-01")->since;
    say(bench, BrowserState::Ready, 1);
    say(bench, BrowserState::LoginRequired, 1); // another login page than the one that was seen
    QCOMPARE(bench.acknowledge(AlertKind::LoginNeeded, "DTF-01", body).code, u"stale"_s);
    QVERIFY(!bench.alert(AlertKind::LoginNeeded, "DTF-01")->acknowledged);
    body.expectSince = bench.alert(AlertKind::LoginNeeded, "DTF-01")->since;
    QVERIFY(bench.acknowledge(AlertKind::LoginNeeded, "DTF-01", body).ok);
    const OperatorReply again = bench.acknowledge(AlertKind::LoginNeeded, "DTF-01");
    QCOMPARE(again.code, u"stale"_s);
    QVERIFY(again.detail.contains(u"operator:anna"_s));
    QCOMPARE(bench.audited(AuditKind::CommandRefused), 3);
    QCOMPARE(bench.audited(AuditKind::AlertAcknowledged), 1);
}

void TestAlerts::aHeldFileStaysOnTheListWhoeverHasSeenIt()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.running("a.csv");
    (void)bench.report(1, id, ReportKind::Held);
    QVERIFY(bench.acknowledge(AlertKind::JobHeld, id.toBytes26()).ok);
    QVERIFY(bench.alert(AlertKind::JobHeld, id.toBytes26())->acknowledged);
    QVERIFY(bench.command(id, JobAction::Requeue).ok);
    QVERIFY(!bench.alert(AlertKind::JobHeld, id.toBytes26()));
}

void TestAlerts::aStormIsOneMessageMore()
{
    FleetBench bench;
    bench.open();
    constexpr int count = 20'000;
    QList<JobId> ids;
    for (int i = 0; i < count; ++i) {
        ids.append(bench.file("tool " + QByteArray::number(i) + ".exe", Cause::TypeNotAccepted));
        (void)bench.answer();
    }
    const auto rejected = [&] {
        QList<Alert> alerts = bench.state.stateView(bench.now).alerts;
        alerts.removeIf([](const Alert &alert) { return alert.kind != AlertKind::JobRejected; });
        return alerts;
    };
    QCOMPARE(rejected().size(), 501);
    QVERIFY(bench.alert(AlertKind::JobRejected, {}));
    QVERIFY(fromJson<StateView>(toJson(bench.state.stateView(bench.now))));
    const JobId held = bench.assigned("a.csv");
    (void)bench.command(held, JobAction::Hold);
    (void)bench.answer();
    QVERIFY(!bench.alert(AlertKind::JobHeld, {})); // each kind has its own

    QVERIFY(bench.acknowledge(AlertKind::JobRejected, {}).ok); // seen: what comes now is told again
    (void)bench.acknowledge(AlertKind::JobRejected, ids.first().toBytes26());
    const JobId next = bench.file("next.exe", Cause::TypeNotAccepted);
    (void)bench.answer();
    QVERIFY(bench.alert(AlertKind::JobRejected, next.toBytes26()));
    const JobId oneMore = bench.file("one more.exe", Cause::TypeNotAccepted);
    (void)bench.answer();
    QVERIFY(!bench.alert(AlertKind::JobRejected, oneMore.toBytes26()));
    QVERIFY(bench.alert(AlertKind::JobRejected, {}));
}

QTEST_APPLESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
