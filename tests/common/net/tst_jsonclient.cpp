// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/jsonclient.h"
#include "tests/common/net/rawserver.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace dtf {

class TestJsonClient final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_replies.clear();
        m_server = std::make_unique<RawServer>();
        m_server->answer = [](const QByteArray &) { return RawServer::http("200 OK", "{\"answer\":42}"); };
        m_client = std::make_unique<JsonClient>(options());
    }

    void cleanup()
    {
        QCOMPARE(m_client ? m_client->inFlight() : 0, 0);
        m_client.reset();
        m_server.reset();
    }

    void getSendsTheTokenAndReadsTheAnswer()
    {
        get(u"/api/v1/jobs?state=hold&page=2"_s);
        QVERIFY(m_replies.isEmpty()); // never from within
        QTRY_COMPARE(m_replies.size(), 1);
        QVERIFY(m_replies[0].result.has_value());
        QCOMPARE(m_replies[0].result->value("answer"_L1).toInt(), 42);
        QCOMPARE(m_replies[0].status, 200);
        QVERIFY(m_server->lastRequest.startsWith("GET /api/v1/jobs?state=hold&page=2 HTTP/1.1\r\n"));
        QVERIFY(head().contains("\r\nauthorization: Bearer secret-secret-secret-0001\r\n"));
        QVERIFY(head().contains("\r\naccept-encoding: identity\r\n"));
        QVERIFY(!head().contains("\r\norigin:"));
    }

    void postSendsJson()
    {
        m_client->post(u"/api/v1/heartbeat"_s, {{u"seq"_s, 17}}, this, keep());
        QTRY_COMPARE(m_replies.size(), 1);
        QVERIFY(m_server->lastRequest.startsWith("POST /api/v1/heartbeat HTTP/1.1\r\n"));
        QVERIFY(head().contains("\r\ncontent-type: application/json\r\n"));
        QVERIFY(m_server->lastRequest.endsWith("\r\n\r\n{\"seq\":17}"));
    }

    void answers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("code"); // "ok" or an error's word
        QTest::addColumn<QString>("detail");
        const auto row = [](const char *name, const QByteArray &answer, const char *code, const char *detail = "") {
            QTest::newRow(name) << answer << QString::fromLatin1(code) << QString::fromLatin1(detail);
        };
        const auto refusal = [](const QByteArray &code) { return "{\"error\":{\"code\":\"" + code + "\",\"detail\":\"why\"}}"; };
        row("201", RawServer::http("201 Created", "{}"), "ok");
        row("204 without a body", "HTTP/1.1 204 No Content\r\n\r\n", "ok");
        row("200 without a body", RawServer::http("200 OK", ""), "parse-error", "JSON");
        row("200 with a list", RawServer::http("200 OK", "[]"), "parse-error", "JSON");
        row("200 with HTML", RawServer::http("200 OK", "<html>"), "parse-error", "JSON");
        row("302 is not followed", RawServer::http("302 Found", "", "Location: http://127.0.0.1:9/\r\n"), "unavailable",
            "HTTP 302: redirections");
        row("400", RawServer::http("400 Bad Request", "<html>"), "invalid-argument", "HTTP 400");
        row("401", RawServer::http("401 Unauthorized", "", "WWW-Authenticate: Bearer\r\n"), "unauthorised");
        row("401 asking for a password", RawServer::http("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"x\"\r\n"),
            "unauthorised");
        row("403", RawServer::http("403 Forbidden", ""), "forbidden");
        row("404", RawServer::http("404 Not Found", ""), "not-found");
        row("408", RawServer::http("408 Request Timeout", ""), "timeout");
        row("409", RawServer::http("409 Conflict", ""), "stale");
        row("413", RawServer::http("413 Too Large", ""), "too-large");
        row("426", RawServer::http("426 Upgrade Required", ""), "version-mismatch");
        row("429", RawServer::http("429 Too Many Requests", ""), "too-many");
        row("500", RawServer::http("500 Oops", ""), "internal");
        row("503", RawServer::http("503 Unavailable", ""), "unavailable");
        row("the body's own code", RawServer::http("400 Bad Request", refusal("parse-error")), "parse-error", "why");
        row("the body's own code, 403", RawServer::http("403 Forbidden", refusal("forbidden")), "forbidden", "why");
        row("an unknown code in the body", RawServer::http("409 Conflict", refusal("sulking")), "stale", "HTTP 409");
        row("larger than allowed", RawServer::http("200 OK", "{\"a\":\"" + QByteArray(20'000, 'x') + "\"}"), "too-large");
        row("endless", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n" + QByteArray(20'000, 'x') + "\r\n4e20\r\n",
            "too-large");
    }
    void answers()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, code);
        QFETCH(const QString, detail);
        m_server->answer = [&answer](const QByteArray &) { return answer; };
        get(u"/x"_s);
        QTRY_COMPARE(m_replies.size(), 1);
        const auto &result = m_replies[0].result;
        QCOMPARE(result ? u"ok"_s : QString(toString(result.error().code)), code);
        QVERIFY2(result || result.error().detail.startsWith(detail), qPrintable(result ? QString() : result.error().detail));
        QCOMPARE(m_server->requests, 1);
    }

    void aRefusalKeepsItsBody()
    {
        m_server->answer = [](const QByteArray &) {
            return RawServer::http("409 Conflict", "{\"ok\":false,\"code\":\"stale\"}");
        };
        get(u"/x"_s);
        QTRY_COMPARE(m_replies.size(), 1);
        QCOMPARE(toString(m_replies[0].result.error().code), "stale"_L1);
        QCOMPARE(m_replies[0].status, 409);
        QCOMPARE(m_replies[0].body.value("code"_L1).toString(), u"stale"_s);
    }

    void brokenConnections_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 O");
        QTest::newRow("half a body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":");
    }
    void brokenConnections()
    {
        QFETCH(const QByteArray, answer);
        m_server->closeAfter = true;
        m_server->answer = [&answer](const QByteArray &) { return answer; };
        get(u"/x"_s);
        QTRY_COMPARE(m_replies.size(), 1);
        QVERIFY(!m_replies[0].result.has_value());
        QCOMPARE(toString(m_replies[0].result.error().code), "unavailable"_L1);
    }

    void nobodyListens()
    {
        m_server->close();
        get(u"/x"_s);
        QTRY_COMPARE(m_replies.size(), 1);
        QCOMPARE(toString(m_replies[0].result.error().code), "unavailable"_L1);
        QCOMPARE(m_replies[0].status, 0);
    }

    /// A server that begins and never ends is given up at the deadline, although bytes keep the connection busy.
    void deadline_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("silent") << QByteArray();
        QTest::newRow("half a body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    }
    void deadline()
    {
        QFETCH(const QByteArray, answer);
        m_server->answer = [&answer](const QByteArray &) { return answer; };
        m_client->get(u"/x"_s, this, keep(), 50ms);
        QTRY_COMPARE(m_replies.size(), 1);
        QCOMPARE(toString(m_replies[0].result.error().code), "timeout"_L1);
    }

    void tooManyAtOnce()
    {
        m_server->answer = [](const QByteArray &) { return QByteArray(); };
        for (int i = 0; i < 5; ++i) {
            get(u"/x"_s);
        }
        QVERIFY(m_replies.isEmpty());
        QTRY_COMPARE(m_replies.size(), 1); // four are allowed
        QCOMPARE(toString(m_replies[0].result.error().code), "too-many"_L1);
        m_client->cancelAll();
        QCOMPARE(m_client->inFlight(), 0);
        QTRY_COMPARE(m_replies.size(), 5);
        QCOMPARE(toString(m_replies[4].result.error().code), "cancelled"_L1);
    }

    void theTokenGoesToItsServerOnly_data()
    {
        QTest::addColumn<QString>("target");
        QTest::newRow("absolute") << u"http://127.0.0.1:9/x"_s;
        QTest::newRow("other host") << u"//example.invalid/x"_s;
        QTest::newRow("other scheme") << u"file:///etc/passwd"_s;
    }
    void theTokenGoesToItsServerOnly()
    {
        QFETCH(const QString, target);
        get(target);
        QTRY_COMPARE(m_replies.size(), 1);
        QCOMPARE(toString(m_replies[0].result.error().code), "invalid-argument"_L1);
    }

    void nobodyIsCalledWhoIsGone()
    {
        auto context = std::make_unique<QObject>();
        m_client->get(u"/x"_s, context.get(), keep());
        context.reset();
        QTRY_COMPARE(m_client->inFlight(), 0);
        QVERIFY(m_replies.isEmpty());
    }

    void theClientMayBeDeletedWhileItAsks()
    {
        m_server->answer = [](const QByteArray &) { return QByteArray(); };
        get(u"/x"_s);
        QTRY_COMPARE(m_server->requests, 1);
        m_client.reset();
        QVERIFY(m_replies.isEmpty());
    }

    void theClientMayBeDeletedByItsCallback()
    {
        bool called = false;
        m_client->get(u"/x"_s, this, [this, &called](const JsonReply &) {
            m_client.reset();
            called = true;
        });
        QTRY_VERIFY(called);
    }

private:
    JsonClient::Options options() const { return {m_server->url(), "secret-secret-secret-0001", 10s, 16'384, 4}; }
    JsonClient::Callback keep()
    {
        return [this](const JsonReply &reply) { m_replies.append(reply); };
    }
    /// The last request with the names of its fields in lower case: Qt 6.8 sends them so, 6.4 as they were given.
    QByteArray head() const
    {
        QByteArrayList lines = m_server->lastRequest.split('\n');
        for (QByteArray &line : lines) {
            const qsizetype name = std::max(line.indexOf(':'), qsizetype {0});
            line = line.left(name).toLower() + line.mid(name);
        }
        return lines.join('\n');
    }
    void get(const QString &target) { m_client->get(target, this, keep()); }

    std::unique_ptr<RawServer> m_server;
    std::unique_ptr<JsonClient> m_client;
    QList<JsonReply> m_replies;
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestJsonClient)
#include "tst_jsonclient.moc"
