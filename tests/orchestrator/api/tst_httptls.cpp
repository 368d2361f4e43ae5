// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/tlsidentity.h"
#include "tests/orchestrator/api/echoserver.h"
#include "tests/support/certificates.h"

using namespace Qt::StringLiterals;
using namespace dtf::echoserver;

namespace dtf {

/// The HTTP server behind TLS: the same service, the same bounds.
class TestHttpTls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const Certificates::Made own = m_made.make({.name = u"own"_s});
        const auto identity = loadTlsIdentity(own.certificate, own.key);
        QVERIFY(identity.has_value());
        m_tls = serverTls(*identity);
    }

    void manyRequestsOnOneConnection()
    {
        Server server({}, m_tls);
        RawClient client = RawClient::overTls(server.port);
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(client.ask(get("/a")).body, QByteArray("GET /a 0"));
        }
        client.send(get("/b") + get("/c"));
        QCOMPARE(client.next().body, QByteArray("GET /b 0"));
        QCOMPARE(client.next().body, QByteArray("GET /c 0"));
        QCOMPARE(server.server.counters().accepted, qint64 {1});
    }

    void largeBodiesGoBothWays()
    {
        Server server({}, m_tls);
        RawClient client = RawClient::overTls(server.port);
        QByteArray body(1024 * 1024, '\0'); // sixteen times what Qt may hold unread
        for (qsizetype i = 0; i < body.size(); ++i) {
            body[i] = static_cast<char>(i * 31 / 7);
        }
        QCOMPARE(client.ask(post("/a", body)).body, QByteArray("POST /a 1048576"));
        QVERIFY(server.handler.lastBody == body);
        QCOMPARE(client.ask(get("/large")).body.size(), qsizetype {8'000'000});
    }

    void aRefusalIsReadToItsEndAlthoughTheBodyStillComes()
    {
        Server server({}, m_tls);
        RawClient client = RawClient::overTls(server.port);
        client.send("POST /refuse HTTP/1.1\r\n" + host + "Content-Length: 1000000\r\n\r\n" + QByteArray(500'000, 'x'));
        QCOMPARE(client.next().status, 403);
        QVERIFY(client.closed());
    }

    void plainHttpHearsWhy()
    {
        Server server({}, m_tls);
        RawClient client(server.port);
        const auto answer = client.ask(get("/a"));
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.body, QByteArray("TLS is spoken here"));
        QVERIFY(client.closed());
        QCOMPARE(server.handler.judged, 0);
    }

    void aSlowHandshakeEndsInTime_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("the first byte") << QByteArray(1, '\x16');
        QTest::newRow("half a hello") << QByteArray::fromHex("16030100c8010000c40303") + QByteArray(32, 'r');
    }
    void aSlowHandshakeEndsInTime()
    {
        QFETCH(QByteArray, sent);
        HttpLimits limits;
        limits.tick = milliseconds(20);
        Server server(limits, m_tls);
        RawClient client(server.port);
        client.send(sent);
        QTRY_COMPARE(server.server.counters().open, 1);
        const int reads = server.clock.reads;
        server.clock.jump = milliseconds(300); // not its time yet
        QTRY_VERIFY(server.clock.reads >= reads + 4);
        QCOMPARE(server.server.counters().open, 1);
        for (int i = 0; i < 40 && server.server.counters().open > 0; ++i) { // in steps, so that it is no suspended process
            const int before = server.clock.reads;
            server.clock.jump += milliseconds(300);
            QTRY_VERIFY(server.clock.reads >= before + 2);
        }
        QVERIFY(client.closed());
        QCOMPARE(server.server.counters().open, 0);
        QCOMPARE(server.handler.judged, 0);
    }

    void rubbishEndsItsConnectionOnly()
    {
        Server server({}, m_tls);
        RawClient good = RawClient::overTls(server.port);
        for (const QByteArray &rubbish : {QByteArray("\x16\x03\x01\xff\xff", 5) + QByteArray(70'000, 'x'),
                 QByteArray("\x16\x16\x16\x16\x16\x16\x16\x16"), QByteArray::fromHex("150301000202")}) {
            RawClient bad(server.port);
            bad.send(rubbish);
            QVERIFY(bad.closed());
        }
        QCOMPARE(good.ask(get("/a")).status, 200);
        QTRY_COMPARE(server.server.counters().open, 1);
    }

    void oldTlsIsRefused()
    {
        Server server({}, m_tls);
        QSslSocket old;
        old.setPeerVerifyMode(QSslSocket::VerifyNone);
        QSslConfiguration configuration = old.sslConfiguration();
        QT_WARNING_PUSH
        QT_WARNING_DISABLE_DEPRECATED
        configuration.setProtocol(QSsl::TlsV1_1);
        QT_WARNING_POP
        old.setSslConfiguration(configuration);
        old.connectToHostEncrypted(u"127.0.0.1"_s, server.port);
        QTRY_COMPARE(old.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(!old.isEncrypted());
        QTRY_COMPARE(server.server.counters().open, 0);
    }

    void theBoundPerAddressHolds()
    {
        HttpLimits limits;
        limits.perAddress = 2;
        Server server(limits, m_tls);
        RawClient one = RawClient::overTls(server.port);
        RawClient two = RawClient::overTls(server.port);
        RawClient three(server.port);
        QVERIFY(three.closed());
        QCOMPARE(server.server.counters().turnedAway, qint64 {1});
        QCOMPARE(two.ask(get("/a")).status, 200);
    }

    /// An answer that nobody reads ends the connection, although Qt has encrypted all of it already.
    void anAnswerThatIsNotReadEndsTheConnection()
    {
        HttpLimits limits;
        limits.tick = milliseconds(20);
        limits.write = milliseconds(200);
        Server server(limits, m_tls);
        RawClient client = RawClient::overTls(server.port);
        client.socket().setReadBufferSize(1);
        for (int i = 0; i < 4; ++i) {
            client.send(get("/large"));
        }
        QTRY_COMPARE_WITH_TIMEOUT(server.server.counters().timedOut, qint64 {1}, 30'000);
        QTRY_COMPARE(server.server.counters().open, 0);
    }

private:
    Certificates m_made;
    QSslConfiguration m_tls;
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestHttpTls)
#include "tst_httptls.moc"
