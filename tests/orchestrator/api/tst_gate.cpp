// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/feed/deltabatch.h"
#include "orchestrator/api/gate/hostrules.h"
#include "orchestrator/api/gate/query.h"
#include "orchestrator/api/gate/ratelimit.h"
#include "orchestrator/api/gate/route.h"
#include "orchestrator/api/handlers/dayreport.h"
#include "orchestrator/api/handlers/metrics.h"
#include "orchestrator/api/http/peeraddress.h"
#include "tests/orchestrator/api/apifixture.h"
#include "tests/orchestrator/api/fakefleet.h"
#include "tests/support/comparewords.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QTest>
#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace dtf {

class TestGate final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void hosts_data();
    void hosts();
    void origins();
    void routes_data();
    void routes();
    void queries_data();
    void queries();
    void jobFiltersAreRead();
    void rateLimitForgetsAfterItsWindow();
    void rateLimitIsBounded();
    void addressesAreGrouped();
    void deltasAreGathered();
    void tooManyChangesBecomeOverflow();
    void reportCountsOneDay();
    void reportSaysWhenItIsIncomplete();
    void metricsAreWellFormed();
};

void TestGate::hosts_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QString>("local");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *host, const QString &local, bool allowed) {
        QTest::newRow(host) << QByteArray(host) << local << allowed;
    };
    row("localhost", u"127.0.0.1"_s, true);
    row("LOCALHOST:3000", u"127.0.0.1"_s, true);
    row("localhost:3001", u"127.0.0.1"_s, false);
    row("127.0.0.1:3000", u"127.0.0.1"_s, true);
    row("10.0.0.5:3000", u"10.0.0.5"_s, true);
    row("10.0.0.5", u"::ffff:10.0.0.5"_s, true);
    row("10.0.0.6:3000", u"10.0.0.5"_s, false);
    row("[::1]:3000", u"::1"_s, true);
    row("[::2]:3000", u"::1"_s, false);
    row("dtf-orch:3000", u"10.0.0.5"_s, true);
    row("dtf-orch.example", u"10.0.0.5"_s, false);
    row("proxy.example:443", u"10.0.0.5"_s, true);
    row("proxy.example", u"10.0.0.5"_s, false);
    row("evil.example:3000", u"127.0.0.1"_s, false);
    row("localhost.evil.example", u"127.0.0.1"_s, false);
    row("localhost:", u"127.0.0.1"_s, false);
    row("localhost:03000", u"127.0.0.1"_s, false);
    row("localhost:3000:3000", u"127.0.0.1"_s, false);
    row("user@localhost", u"127.0.0.1"_s, false);
    row("", u"127.0.0.1"_s, false);
    row(":3000", u"127.0.0.1"_s, false);
    row("2130706433", u"127.0.0.1"_s, false);
}

void TestGate::hosts()
{
    QFETCH(QByteArray, host);
    QFETCH(QString, local);
    const HostRules rules({u"DTF-Orch"_s, u"proxy.example:443"_s, QString()});
    QTEST(rules.hostAllowed(host, QHostAddress(local), 3000), "allowed");
}

void TestGate::origins()
{
    QVERIFY(HostRules::originAllowed(std::nullopt, "localhost:3000"));
    QVERIFY(HostRules::originAllowed("http://localhost:3000"_ba, "localhost:3000"));
    for (const QByteArray &foreign : {"null"_ba, ""_ba, "http://evil.example"_ba, "http://localhost"_ba,
             "http://localhost:3001"_ba, "http://localhost:3000.evil.example"_ba, "ftp://localhost:3000"_ba}) {
        QVERIFY2(!HostRules::originAllowed(foreign, "localhost:3000"), foreign.constData());
    }
}

void TestGate::routes_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("status"); // 200: found
    QTest::addColumn<int>("endpoint");
    const auto row = [](const QByteArray &line, int status, Endpoint endpoint = Endpoint::Health) {
        QTest::newRow(line.constData()) << line << status << static_cast<int>(endpoint);
    };
    const QByteArray job = "/api/v1/jobs/" + apifixture::jobText;
    row("GET /healthz", 200, Endpoint::Health);
    row("POST /api/v1/heartbeat", 200, Endpoint::Heartbeat);
    row("GET /api/v1/whoami", 200, Endpoint::WhoAmI);
    row("POST /api/v1/whoami", 405);
    row("GET /api/v1/jobs", 200, Endpoint::Jobs);
    row("GET " + job, 200, Endpoint::Job);
    row("GET " + job + "/why", 200, Endpoint::Why);
    row("GET " + job + "/log", 200, Endpoint::JobLog);
    for (const char *action : {"requeue", "hold", "release", "stop", "done"}) {
        row("POST " + job + '/' + action, 200, Endpoint::JobCommand);
    }
    for (const char *action : {"pause", "resume", "drain", "restart-browser", "restart-agent", "picture", "self-check"}) {
        row(QByteArray("POST /api/v1/nodes/DTF-01/") + action, 200, Endpoint::NodeCommand);
    }
    row("POST /api/v1/dispatch/pause", 200, Endpoint::DispatchCommand);
    row("POST /api/v1/dispatch/resume", 200, Endpoint::DispatchCommand);
    row("POST /api/v1/alerts/login-needed/DTF-01/ack", 200, Endpoint::AlertAck);
    row("POST /api/v1/alerts/job-rejected/" + apifixture::jobText + "/ack", 200, Endpoint::AlertAck);
    row("POST /api/v1/alerts/share-down/-/ack", 200, Endpoint::AlertAck);
    row("POST /api/v1/alerts/share-down//ack", 400);
    row("POST /api/v1/alerts/login-needed/dtf-01/ack", 400);
    row("POST /api/v1/alerts/full-moon/DTF-01/ack", 404);
    row("POST /api/v1/alerts/login-needed/DTF-01/snooze", 404);
    row("GET /api/v1/alerts/login-needed/DTF-01/ack", 405);
    row("POST /api/v1/dispatch/stop", 404);
    row("POST " + job + "/explode", 404);
    row("POST " + job, 405);
    row("GET /api/v1/heartbeat", 405);
    row("DELETE " + job, 405);
    row("POST " + job + "/why", 405);
    row("GET /api/v1/jobs/", 400);
    row("GET /api/v1/jobs/..", 400);
    row("GET /api/v1/jobs/01jdcq5t3m8yzkx4w9rvn7b2hc", 400);
    row("POST /api/v1/nodes/dtf-01/pause", 400);
    row("POST /api/v1/nodes/CON/pause", 400);
    row("GET /", 404);
    row("GET //healthz", 404);
    row("GET /healthz/", 404);
    row("GET /%68ealthz", 404);
    row("GET /api/v2/jobs", 404);
}

void TestGate::routes()
{
    QFETCH(QByteArray, line);
    QFETCH(int, status);
    const qsizetype space = line.indexOf(' ');
    const auto route = findRoute(line.left(space), line.mid(space + 1));
    QCOMPARE(route ? 200 : route.error().status, status);
    if (route) {
        QTEST(static_cast<int>(route->endpoint), "endpoint");
    }
    QCOMPARE(status == 405, !route && !route.error().allow.isEmpty());
}

void TestGate::queries_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *query, bool good) { QTest::newRow(query) << QByteArray(query) << good; };
    row("", true);
    row("state=waiting,running&limit=1000", true);
    row("text=Agency%20A+b", true);
    row("node=DTF-01&cause=zero-rows", true);
    row("limit=0", false);
    row("limit=1001", false);
    row("limit=01", false);
    row("limit= 1", false);
    row("limit=1&limit=2", false);
    row("state=bad", false);
    row("state=", false);
    row("node=../x", false);
    row("cause=unheard-of", false);
    row("colour=red", false);
    row("text=%ff", false);
    row("text=a%00b", false);
    row("novalue", false);
    row("=x", false);
    row("&", false);
    row("te%78t=a", false);
}

void TestGate::queries()
{
    QFETCH(QByteArray, query);
    const auto map = parseQuery(query);
    const bool good = map && jobQueryFrom(*map);
    QTEST(good, "good");
}

void TestGate::jobFiltersAreRead()
{
    const auto query =
        jobQueryFrom(*parseQuery("state=failed,in_doubt&node=DTF-02&text=caf%C3%A9+1&cause=timeout&cursor=x%2By&limit=7"));
    QVERIFY(!query); // "timeout" is no cause
    const auto right =
        jobQueryFrom(*parseQuery("state=failed,in_doubt&node=DTF-02&text=caf%C3%A9+1&cause=hard-limit&cursor=x%2By&limit=7"));
    QVERIFY(right);
    QVERIFY(right->states == QList<JobState>({JobState::Failed, JobState::InDoubt}));
    QCOMPARE(right->node.bytes(), "DTF-02"_ba);
    QCOMPARE(right->text, "caf\xc3\xa9 1"_ba);
    COMPARE_WORDS(right->cause, Cause::HardLimit);
    QCOMPARE(right->cursor, "x+y"_ba);
    QCOMPARE(right->limit, 7);
}

void TestGate::rateLimitForgetsAfterItsWindow()
{
    RateLimit limit(2, milliseconds(1000));
    const MonoTime start {milliseconds(5)};
    QVERIFY(limit.allow("a", start));
    QVERIFY(limit.allow("a", start));
    QVERIFY(!limit.allow("a", start + milliseconds(999)));
    QVERIFY(limit.allow("b", start));
    QVERIFY(limit.allow("a", start + milliseconds(1000)));
}

void TestGate::rateLimitIsBounded()
{
    RateLimit limit(1, milliseconds(1000), 3);
    for (const char *key : {"a", "b", "c"}) {
        QVERIFY(limit.allow(key, {}));
    }
    QVERIFY(!limit.allow("d", {}));
    QVERIFY(limit.allow("d", MonoTime {milliseconds(1000)}));
}

void TestGate::addressesAreGrouped()
{
    QCOMPARE(peerKey(QHostAddress(u"10.1.2.3"_s)), "10.1.2.3"_ba);
    QCOMPARE(peerKey(QHostAddress(u"::ffff:10.1.2.3"_s)), "10.1.2.3"_ba);
    QCOMPARE(peerKey(QHostAddress(u"2001:db8:1:2:aaaa::1"_s)), peerKey(QHostAddress(u"2001:db8:1:2:bbbb::2"_s)));
    QVERIFY(peerKey(QHostAddress(u"2001:db8:1:2::1"_s)) != peerKey(QHostAddress(u"2001:db8:1:3::1"_s)));
}

void TestGate::deltasAreGathered()
{
    DeltaBatch batch(100);
    QVERIFY(batch.isEmpty());
    FeedDelta delta;
    JobView job;
    job.job = *JobId::parse(apifixture::jobText);
    job.state = JobState::Waiting;
    delta.jobs = {job};
    delta.alertsRaised = {Alert {AlertKind::ShareDown, AlertSeverity::Critical, {}, {}, {}}};
    delta.audit = {AuditRow {1, {}, {}}};
    batch.add(delta);
    delta.jobs[0].state = JobState::Running;
    delta.alertsCleared = std::exchange(delta.alertsRaised, {});
    delta.audit = {AuditRow {2, {}, {}}};
    batch.add(delta);
    const FeedDelta one = batch.take();
    QCOMPARE(one.jobs.size(), 1);
    COMPARE_WORDS(one.jobs[0].state, JobState::Running); // the newest
    QCOMPARE(one.alertsRaised.size(), 0);
    QCOMPARE(one.alertsCleared.size(), 1); // raised and cleared: cleared
    QCOMPARE(one.audit.size(), 2); // every row
    QVERIFY(batch.isEmpty());
    QVERIFY(batch.take().jobs.isEmpty());
}

void TestGate::tooManyChangesBecomeOverflow()
{
    DeltaBatch batch(3);
    FeedDelta delta;
    delta.audit = {AuditRow {1, {}, {}}, AuditRow {2, {}, {}}};
    batch.add(delta);
    QVERIFY(!batch.overflowed());
    batch.add(delta);
    QVERIFY(batch.overflowed());
    QVERIFY(batch.take().audit.isEmpty());
    QVERIFY(!batch.overflowed());
}

namespace {

JobView ended(JobState state, const char *node, const char *when)
{
    JobView job;
    job.state = state;
    if (*node) {
        job.node = apifixture::node(node);
    }
    job.changed = {QDateTime::fromString(QString::fromLatin1(when), Qt::ISODate).toMSecsSinceEpoch()};
    return job;
}

} // namespace

void TestGate::reportCountsOneDay()
{
    FakeFleet fleet;
    JobPage first;
    first.next = u"more"_s;
    first.jobs = {ended(JobState::Done, "DTF-01", "2026-11-24T00:00:00Z"),
        ended(JobState::Done, "DTF-01", "2026-11-23T23:59:59Z"), ended(JobState::Failed, "DTF-02", "2026-11-23T12:00:00Z")};
    JobPage second;
    second.next = u"and more"_s;
    second.jobs = {
        ended(JobState::Rejected, "", "2026-11-23T00:00:00Z"), ended(JobState::Done, "DTF-01", "2026-11-22T23:59:59Z")};
    fleet.jobPages = {first, second};
    std::optional<DayReport> report;
    makeDayReport(fleet, QDate(2026, 11, 23), [&](const Result<DayReport> &result) { report = *result; });
    QVERIFY(report);
    QVERIFY(report->complete);
    QCOMPARE(report->outcomes.value(JobState::Done), 1);
    QCOMPARE(report->outcomes.value(JobState::Failed), 1);
    QCOMPARE(report->outcomes.value(JobState::Rejected), 1);
    QCOMPARE(report->perNode.value(apifixture::node("DTF-02")).value(JobState::Failed), 1);
    QCOMPARE(report->perNode.size(), 2);
    QCOMPARE(fleet.jobQueries.size(), 2); // the second page reaches the day before: no third one
    QCOMPARE(fleet.jobQueries[1].cursor, "more"_ba);
}

void TestGate::reportSaysWhenItIsIncomplete()
{
    FakeFleet fleet;
    JobPage page;
    page.next = u"more"_s;
    page.jobs = {ended(JobState::Done, "DTF-01", "2026-11-23T12:00:00Z")};
    fleet.jobPages = QList<JobPage>(30, page);
    std::optional<DayReport> report;
    makeDayReport(fleet, QDate(2026, 11, 23), [&](const Result<DayReport> &result) { report = *result; });
    QVERIFY(report);
    QVERIFY(!report->complete);
    QCOMPARE(fleet.jobQueries.size(), 20);
}

void TestGate::metricsAreWellFormed()
{
    StateView state = apifixture::state();
    state.nodes[0].state = u"evil\"}\n"_s; // a word from our own state machine; even a wrong one breaks no line
    state.alerts = {Alert {AlertKind::LoginNeeded, AlertSeverity::Critical, "DTF-01", {}, "a\nb"}};
    const HttpCounters http;
    const LinkCounters links;
    const QByteArray text = metricsText(state, &http, &links);
    QVERIFY(text.endsWith('\n'));
    static const QRegularExpression line(
        u"^(# (HELP|TYPE) dtf_[a-z_]+ .+|dtf_[a-z_]+(\\{([a-z]+=\"[^\"\\\\]*\",?)+\\})? -?[0-9.e+]+)$"_s);
    for (const QByteArray &one : text.trimmed().split('\n')) {
        QVERIFY2(line.match(QString::fromUtf8(one)).hasMatch(), one.constData());
    }
    QVERIFY(text.contains("dtf_alerts{kind=\"login-needed\",severity=\"critical\",acknowledged=\"false\"} 1\n"));
    QVERIFY(text.contains("dtf_share_ok 1\n"));
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestGate)
#include "tst_gate.moc"
