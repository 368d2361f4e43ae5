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

QTEST_APPLESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
