// SPDX-License-Identifier: GPL-3.0-or-later
// Troubles that people are told of: one message per cause, over when the cause is over.
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
    void aStuckFileThatIsTakenIsNotStuck();
    void alertsOfNodesThatAreNoMoreEndAtStart();
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

void TestAlerts::aStuckFileThatIsTakenIsNotStuck()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    bench.wait(1'000, {1, 2});
    QVERIFY(bench.alert(AlertKind::JobStuck, id.toBytes26()));
    (void)bench.report(1, id, ReportKind::Claimed);
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

QTEST_APPLESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
