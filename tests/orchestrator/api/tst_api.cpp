// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/callerview.h"
#include "tests/orchestrator/api/gatedapi.h"
#include "tests/support/comparewords.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace dtf::apifixture;

namespace dtf {

namespace {

const QByteArray reason = R"({"reason":"test"})";
const QByteArray jobPath = "/api/v1/jobs/" + jobText;

} // namespace

class TestApi final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rolesAndRoutes_data();
    void rolesAndRoutes();
    void hostOriginAndContentType_data();
    void hostOriginAndContentType();
    void wrongTokensAreLimitedButNotTheRightOnes();
    void refusalsAreRemembered();
    void forgedNodeIsRefused();
    void reportsAreAcknowledged();
    void refusedHeartbeatIsAConflict();
    void futurePeerHearsAboutVersions();
    void hostileJsonIsRefused_data();
    void hostileJsonIsRefused();
    void errorsHaveTheirStatus_data();
    void errorsHaveTheirStatus();
    void pictureIsBytes();
    void logStartsAtItsOffset();
    void aResultIsBytesOfAName();
    void aSelfCheckNeedsNoReason();
    void healthTellsTroubleOnly();
    void badQueriesAreRefused();
    void eachIsToldWhoItIs();
};

void TestApi::rolesAndRoutes_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArrayList>("allowed"); // tokens that get 200; of the others none gets 401, an unknown one always
    const QByteArrayList readers {viewerToken, operatorToken};
    const QByteArrayList operators {operatorToken};
    const QByteArrayList nodes {nodeToken};
    const auto row = [](const QByteArray &method, const QByteArray &path, const QByteArray &body, const QByteArrayList &allowed) {
        QTest::newRow((method + ' ' + path).constData()) << method << path << body << allowed;
    };
    for (const QByteArray &path :
        {"/metrics"_ba, "/api/v1/state"_ba, "/api/v1/nodes"_ba, "/api/v1/jobs"_ba, jobPath, jobPath + "/why", jobPath + "/log",
            jobPath + "/attempts", jobPath + "/results", jobPath + "/result?name=a.csv", "/api/v1/nodes/figures"_ba,
            "/api/v1/alerts"_ba, "/api/v1/audit"_ba, "/api/v1/audit/verify"_ba, "/api/v1/history"_ba, "/api/v1/report"_ba}) {
        row("GET", path, {}, readers);
    }
    row("POST", "/api/v1/heartbeat", toBytes(toJson(beat())), nodes);
    row("POST", "/api/v1/reports", toBytes(toJson(ReportBatch {protocolVersion, node(), beat().boot, {}})), nodes);
    for (const char *action : {"requeue", "hold", "release", "stop", "done"}) {
        row("POST", jobPath + '/' + action, reason, operators);
    }
    for (const char *action : {"pause", "resume", "drain", "restart-browser", "restart-agent", "picture", "self-check"}) {
        row("POST", QByteArray("/api/v1/nodes/DTF-01/") + action, reason, operators);
    }
    row("POST", "/api/v1/dispatch/pause", reason, operators);
    row("POST", "/api/v1/dispatch/resume", reason, operators);
    row("POST", "/api/v1/alerts/login-needed/DTF-01/ack", reason, operators);
    row("GET", "/api/v1/whoami", {}, {viewerToken, operatorToken, nodeToken});
}

void TestApi::rolesAndRoutes()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArrayList, allowed);
    Api api;
    QVERIFY(api.port != 0);
    for (const QByteArray &token : {viewerToken, operatorToken, nodeToken}) {
        const auto answer = api.ask(request(method, path, token, body));
        QCOMPARE(answer.status, allowed.contains(token) ? 200 : 403);
        QVERIFY(answer.status == 200 || errorCode(answer) == "forbidden");
    }
    const qsizetype seen = api.fleet.commands.size() + api.fleet.beats.size() + api.fleet.batches.size();
    for (const QByteArray &token : {QByteArray(), viewerToken + 'x', viewerToken.chopped(1), "x"_ba}) {
        const auto answer = api.ask(request(method, path, token, body));
        QCOMPARE(answer.status, 401);
        QCOMPARE(errorCode(answer), "unauthorised"_ba);
        QVERIFY(answer.head.contains("WWW-Authenticate: Bearer"));
    }
    QCOMPARE(api.ask(request(method, path + "?token=" + operatorToken, {}, body)).status, 401); // in the header only
    QCOMPARE(api.fleet.commands.size() + api.fleet.beats.size() + api.fleet.batches.size(), seen); // nothing came through
}

void TestApi::hostOriginAndContentType_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<int>("status");
    const QByteArray json = "Content-Type: application/json\r\n";
    const QByteArray local = "Host: localhost\r\n";
    const auto row = [](const char *name, const QByteArray &fields, int status) { QTest::newRow(name) << fields << status; };
    row("plain", local + json, 200);
    row("with charset", local + "Content-Type: application/json; charset=UTF-8\r\n", 200);
    row("rebound name", "Host: evil.example\r\n" + json, 403);
    row("other port", "Host: localhost:1\r\n" + json, 403);
    row("foreign origin", local + json + "Origin: http://evil.example\r\n", 403);
    row("null origin", local + json + "Origin: null\r\n", 403);
    row("empty origin", local + json + "Origin:\r\n", 403);
    row("own origin", local + json + "Origin: http://localhost\r\n", 200);
    row("no type", local, 415);
    row("form", local + "Content-Type: application/x-www-form-urlencoded\r\n", 415);
    row("plain text", local + "Content-Type: text/plain\r\n", 415);
    row("json look-alike", local + "Content-Type: application/jsonp\r\n", 415);
    row("two types", local + json + json, 400);
    row("cookie instead of a token", local + json + "Cookie: token=x\r\n", 200); // ignored: the token is beside it
}

void TestApi::hostOriginAndContentType()
{
    QFETCH(QByteArray, fields);
    Api api;
    const auto answer = api.ask("POST /api/v1/dispatch/pause HTTP/1.1\r\n" + fields + "Authorization: Bearer " + operatorToken
        + "\r\nContent-Length: " + QByteArray::number(reason.size()) + "\r\n\r\n" + reason);
    QTEST(answer.status, "status");
    QCOMPARE(api.fleet.commands.size(), answer.status == 200 ? 1 : 0);
}

void TestApi::wrongTokensAreLimitedButNotTheRightOnes()
{
    Api api;
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(api.ask(request("GET", "/api/v1/state", "wrong")).status, 401);
    }
    const auto answer = api.ask(request("GET", "/api/v1/state", "wrong"));
    QCOMPARE(answer.status, 429);
    QVERIFY(answer.head.contains("Retry-After: 60\r\n"));
    QCOMPARE(api.ask(request("GET", "/api/v1/state", viewerToken)).status, 200);
}

void TestApi::refusalsAreRemembered()
{
    Api api;
    QCOMPARE(api.ask(request("POST", "/api/v1/dispatch/pause", viewerToken, reason)).status, 403);
    QCOMPARE(api.fleet.refusals, QByteArrayList {"viewer:bob@127.0.0.1: POST /api/v1/dispatch/pause"});
    for (int i = 0; i < 30; ++i) {
        (void)api.ask(request("GET", "/api/v1/state", "wrong"));
    }
    QCOMPARE(api.fleet.refusals.size(), 10); // a flood does not fill the audit
    QVERIFY(!api.fleet.refusals.join().contains("wrong\r"));
}

void TestApi::forgedNodeIsRefused()
{
    Api api;
    const auto answer = api.ask(request("POST", "/api/v1/heartbeat", nodeToken, toBytes(toJson(beat("DTF-02")))));
    QCOMPARE(answer.status, 403);
    QCOMPARE(api.ask(request("POST", "/api/v1/reports", nodeToken,
                         toBytes(toJson(ReportBatch {protocolVersion, node("DTF-02"), beat().boot, {}}))))
                 .status,
        403);
    QVERIFY(api.fleet.beats.isEmpty() && api.fleet.batches.isEmpty());
    QCOMPARE(api.fleet.refusals.size(), 2);
}

void TestApi::reportsAreAcknowledged()
{
    Api api;
    Report report;
    report.boot = beat().boot;
    report.seq = 4;
    report.job = *JobId::parse(jobText);
    report.epoch = 1;
    const ReportBatch batch {protocolVersion, node(), beat().boot, {report, report}};
    const auto answer = api.ask(request("POST", "/api/v1/reports", nodeToken, toBytes(toJson(batch))));
    QCOMPARE(answer.status, 200);
    QCOMPARE(fromJson<ReportAck>(QJsonDocument::fromJson(answer.body).object())->accepted, 2);
    QCOMPARE(api.fleet.batches[0].reports[1].seq, 4);
}

void TestApi::refusedHeartbeatIsAConflict()
{
    Api api;
    api.fleet.beatReply.accepted = false;
    api.fleet.beatReply.refusal = u"cloned"_s;
    const auto answer = api.ask(request("POST", "/api/v1/heartbeat", nodeToken, toBytes(toJson(beat()))));
    QCOMPARE(answer.status, 409);
    QCOMPARE(fromJson<HeartbeatReply>(QJsonDocument::fromJson(answer.body).object())->refusal, u"cloned"_s);
    QCOMPARE(errorCode(answer), "stale"_ba);
}

void TestApi::futurePeerHearsAboutVersions()
{
    Api api;
    Heartbeat future = beat();
    future.protocol = protocolVersion + 1;
    const auto answer = api.ask(request("POST", "/api/v1/heartbeat", nodeToken, toBytes(toJson(future))));
    QCOMPARE(answer.status, 400);
    QCOMPARE(errorCode(answer), "version-mismatch"_ba);
}

void TestApi::hostileJsonIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("array") << "[]"_ba;
    QTest::newRow("deep") << QByteArray(8'000, '[');
    QTest::newRow("duplicate key") << R"({"reason":"a","reason":"b"})"_ba;
    QTest::newRow("huge number") << R"({"reason":"a","x":1e400})"_ba;
    QTest::newRow("NaN") << R"({"reason":NaN})"_ba;
    QTest::newRow("NUL") << R"({"reason":"a\u0000"})"_ba;
    QTest::newRow("lone surrogate") << R"({"reason":"\ud800"})"_ba;
    QTest::newRow("no UTF-8") << "{\"reason\":\"\xff\"}"_ba;
    QTest::newRow("trailing") << R"({"reason":"a"}x)"_ba;
    QTest::newRow("wrong type") << R"({"reason":5})"_ba;
}

void TestApi::hostileJsonIsRefused()
{
    QFETCH(QByteArray, body);
    Api api;
    const auto answer = api.ask(request("POST", "/api/v1/dispatch/pause", operatorToken, body));
    QCOMPARE(answer.status, 400);
    QCOMPARE(errorCode(answer), "parse-error"_ba);
    QVERIFY(api.fleet.commands.isEmpty());
}

void TestApi::errorsHaveTheirStatus_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("status");
    const auto row = [](ErrorCode code, int status) { QTest::newRow(toString(code).data()) << static_cast<int>(code) << status; };
    row(ErrorCode::InvalidArgument, 400);
    row(ErrorCode::NotFound, 404);
    row(ErrorCode::Forbidden, 403);
    row(ErrorCode::Stale, 409);
    row(ErrorCode::IllegalTransition, 409);
    row(ErrorCode::TooLarge, 413);
    row(ErrorCode::TooMany, 429);
    row(ErrorCode::Timeout, 503);
    row(ErrorCode::ShareDown, 503);
    row(ErrorCode::StoreFailed, 503);
    row(ErrorCode::Internal, 500);
}

void TestApi::errorsHaveTheirStatus()
{
    QFETCH(int, code);
    Api api;
    api.fleet.error = Error {static_cast<ErrorCode>(code), u"because"_s};
    for (const QByteArray &bytes :
        {request("GET", jobPath, viewerToken), request("GET", "/api/v1/jobs", viewerToken),
            request("GET", jobPath + "/log", viewerToken), request("GET", "/api/v1/report", viewerToken),
            request("POST", jobPath + "/hold", operatorToken, reason),
            request("POST", "/api/v1/nodes/DTF-01/picture", operatorToken),
            request("POST", "/api/v1/nodes/DTF-01/self-check", operatorToken), request("GET", jobPath + "/attempts", viewerToken),
            request("GET", jobPath + "/results", viewerToken), request("GET", jobPath + "/result?name=x", viewerToken)}) {
        const auto answer = api.ask(bytes);
        QTEST(answer.status, "status");
        QCOMPARE(errorCode(answer), QByteArray(toString(static_cast<ErrorCode>(code)).data()));
    }
}

void TestApi::pictureIsBytes()
{
    Api api;
    api.fleet.png = QByteArray(3'000'000, '\x89');
    const auto answer = api.ask(request("POST", "/api/v1/nodes/DTF-01/picture", operatorToken));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.head.contains("Content-Type: image/png\r\n"));
    QCOMPARE(answer.body, api.fleet.png);
}

void TestApi::logStartsAtItsOffset()
{
    Api api;
    api.fleet.log = "0123456789<script>";
    const auto answer = api.ask(request("GET", jobPath + "/log?offset=4", viewerToken));
    QCOMPARE(answer.body, "456789<script>"_ba);
    QVERIFY(answer.head.contains("Content-Type: text/plain; charset=utf-8\r\n"));
    QCOMPARE(api.ask(request("GET", jobPath + "/log?offset=-1", viewerToken)).status, 400);
    QCOMPARE(api.ask(request("GET", jobPath + "/log?attempt=2&offset=4", viewerToken)).status, 200);
    QCOMPARE(api.fleet.logAttempts, (QList<Epoch> {0, 2}));
    QCOMPARE(api.ask(request("GET", jobPath + "/log?attempt=0", viewerToken)).status, 400);
    QCOMPARE(api.ask(request("GET", jobPath + "/log?attempt=4294967296", viewerToken)).status, 400);
}

void TestApi::aResultIsBytesOfAName()
{
    Api api;
    api.fleet.log = "0123456789";
    const auto answer = api.ask(request("GET", jobPath + "/result?name=sub/%C3%84%20b.csv&offset=7", viewerToken));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, "789"_ba);
    QVERIFY(answer.head.contains("Content-Type: application/octet-stream\r\n"));
    QCOMPARE(api.fleet.resultNames, QByteArrayList {"sub/\xc3\x84 b.csv"});
    for (const char *query : {"", "?offset=1", "?name=", "?name=a&offset=-1", "?name=a&path=b", "?name=%00"}) {
        QCOMPARE(api.ask(request("GET", jobPath + "/result" + query, viewerToken)).status, 400);
    }
    QCOMPARE(api.ask(request("GET", jobPath + "/result?name=" + QByteArray(1'025, 'a'), viewerToken)).status, 400);
    QCOMPARE(api.fleet.resultNames.size(), 1);
}

void TestApi::aSelfCheckNeedsNoReason()
{
    Api api;
    for (const QByteArray &body : {QByteArray(), "{}"_ba, reason}) {
        const auto answer = api.ask(request("POST", "/api/v1/nodes/DTF-01/self-check", operatorToken, body));
        QCOMPARE(answer.status, 200);
        const auto check = fromJson<CheckData>(QJsonDocument::fromJson(answer.body).object());
        QVERIFY(check && check->rows.size() == 1 && check->rows[0].ok);
    }
    QCOMPARE(api.fleet.commands[2].what, "self-check"_ba);
    QCOMPARE(api.fleet.commands[2].actor, "operator:anna"_ba);
}

void TestApi::healthTellsTroubleOnly()
{
    Api api;
    auto answer = api.ask(request("GET", "/healthz", {}));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, R"({"ok":true})"_ba);
    api.fleet.stateView.summary.storeOk = false;
    api.fleet.stateView.summary.storeDetail = u"/secret/path"_s;
    answer = api.ask(request("GET", "/healthz", {}));
    QCOMPARE(answer.status, 503);
    QCOMPARE(answer.body, R"({"ok":false})"_ba);
}

void TestApi::badQueriesAreRefused()
{
    Api api;
    for (const char *path : {"/api/v1/jobs?limit=5000", "/api/v1/jobs?colour=red", "/api/v1/jobs?sort=colour",
             "/api/v1/jobs?sort=name&order=up", "/api/v1/audit?order=up", "/api/v1/state?x=1", "/api/v1/report?day=yesterday",
             "/api/v1/audit?before=0", "/api/v1/audit?from=-1", "/api/v1/audit?to=now", "/api/v1/audit/verify?x=1",
             "/api/v1/history?hours=0", "/api/v1/history?hours=169", "/api/v1/history?days=1", "/api/v1/jobs?text=%00"}) {
        QCOMPARE(api.ask(request("GET", path, viewerToken)).status, 400);
    }
    QCOMPARE(api.ask(request("GET", "/api/v1/audit?order=newest&limit=5&after=7", viewerToken)).status, 200);
    QVERIFY(api.fleet.auditQueries[0].newestFirst);
    QCOMPARE(api.fleet.auditQueries[0].after, 7);
    QCOMPARE(api.ask(request("GET", "/api/v1/jobs", viewerToken)).status, 200);
    QCOMPARE(api.ask(request("GET", "/api/v1/jobs?sort=name&order=asc", viewerToken)).status, 200);
    QVERIFY(api.fleet.jobQueries[0].sort == JobSort::Changed && !api.fleet.jobQueries[0].ascending);
    QVERIFY(api.fleet.jobQueries[1].sort == JobSort::Name && api.fleet.jobQueries[1].ascending);
    QCOMPARE(api.ask(request("GET", "/api/v1/audit?before=9&from=1000&to=2000", viewerToken)).status, 200);
    QCOMPARE(api.fleet.auditQueries[1].before, 9);
    QCOMPARE(api.fleet.auditQueries[1].from.msecsSinceEpoch, 1000);
    QCOMPARE(api.fleet.auditQueries[1].to.msecsSinceEpoch, 2000);
    QCOMPARE(api.ask(request("GET", "/api/v1/history", viewerToken)).status, 200);
    QCOMPARE(api.ask(request("GET", "/api/v1/history?hours=168", viewerToken)).status, 200);
    QCOMPARE(api.fleet.historyHours, (QList<int> {24, 168}));
}

void TestApi::eachIsToldWhoItIs()
{
    Api api;
    const auto who = [&api](const QByteArray &token) {
        const auto answer = api.ask(request("GET", "/api/v1/whoami", token));
        return callerViewFrom(QJsonDocument::fromJson(answer.body).object());
    };
    const auto agent = who(nodeToken);
    QVERIFY2(agent.has_value(), qPrintable(agent ? QString() : agent.error().detail));
    QCOMPARE(agent->caller, u"agent:"_s + node().toString());
    QVERIFY(agent->node == node());
    QCOMPARE(agent->protocol, protocolVersion);
    QVERIFY(agent->time.msecsSinceEpoch > 0);
    const auto person = who(operatorToken);
    QVERIFY(person && person->caller.startsWith("operator:"_L1));
    QVERIFY(person->node.isEmpty() && !person->known);
    QCOMPARE(api.ask(request("GET", "/api/v1/whoami?node=DTF-09", nodeToken)).status, 400); // nobody else's matter
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestApi)
#include "tst_api.moc"
