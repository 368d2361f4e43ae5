// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/halfclose.h"
#include "tests/orchestrator/api/echoserver.h"

#include <QLibrary>

using namespace Qt::StringLiterals;
using namespace dtf::echoserver;

namespace dtf {

namespace {

/// Wine 8 forgets a reset that comes while WSAAsyncSelect() asks for nothing, as Qt does while it reads. Windows tells it with
/// the next such call.
bool isWine()
{
#ifdef Q_OS_WIN
    return QLibrary::resolve(u"ntdll"_s, "wine_get_version") != nullptr;
#else
    return false;
#endif
}

} // namespace

class TestHttpServer final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answersAndKeepsTheConnection();
    void refusesWhatIsNoRequest_data();
    void refusesWhatIsNoRequest();
    void answersPipelinedRequestsInOrder();
    void readsABodyLargerThanItsBuffer();
    void readsChunkedBodies();
    void bodyOfManySingleBytes();
    void tooLargeBodyIsReadablyRefused_data();
    void tooLargeBodyIsReadablyRefused();
    void expectContinueIsAnswered();
    void halfClosedClientIsAnswered();
    void aClientThatIsGoneIsForgotten();
    void largeAnswerArrives();
};

void TestHttpServer::answersAndKeepsTheConnection()
{
    Server s;
    RawClient client(s.port);
    const auto first = client.ask(get("/a?b=c"));
    QCOMPARE(first.status, 200);
    QCOMPARE(first.body, "GET /a 0"_ba);
    QVERIFY(first.head.contains("Cache-Control: no-store\r\n"));
    QVERIFY(first.head.contains("X-Content-Type-Options: nosniff\r\n"));
    QVERIFY(first.head.contains("Connection: keep-alive\r\n"));
    QCOMPARE(client.ask(post("/b", "12345")).body, "POST /b 5"_ba);
    const auto last = client.ask("GET /c HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
    QCOMPARE(last.status, 200);
    QVERIFY(client.closed());
}

void TestHttpServer::refusesWhatIsNoRequest_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray start = "POST / HTTP/1.1\r\n" + host;
    const auto row = [](const char *name, const QByteArray &bytes, int status) { QTest::newRow(name) << bytes << status; };
    row("length, then coding", start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    row("coding, then length", start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400);
    row("two lengths that differ", start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400);
    row("two equal lengths", start + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400);
    row("negative length", start + "Content-Length: -1\r\n\r\n", 400);
    row("length with a sign", start + "Content-Length: +5\r\n\r\nhello", 400);
    row("overflowing length", start + "Content-Length: 99999999999999999999999\r\n\r\n", 400);
    row("length in a list", start + "Content-Length: 5, 5\r\n\r\nhello", 400);
    row("unknown coding", start + "Transfer-Encoding: gzip\r\n\r\n", 501);
    row("coding that ends in chunked's look-alike", start + "Transfer-Encoding: xchunked\r\n\r\n", 501);
    row("stacked codings", start + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501);
    row("bare LF", "GET / HTTP/1.1\nHost: localhost\n\n", 400);
    row("bare LF in the fields", "GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400);
    row("bare CR", "GET / HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n", 400);
    row("folded line", "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 400);
    row("space before the first field", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", 400);
    row("space before the colon", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400);
    row("field without colon", "GET / HTTP/1.1\r\nHost localhost\r\n\r\n", 400);
    row("NUL", QByteArrayLiteral("GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n"), 400);
    row("escape character", "GET / HTTP/1.1\r\nHost: localhost\r\nX: \x1b[2J\r\n\r\n", 400);
    row("no Host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("two Hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400);
    row("two tokens", "GET / HTTP/1.1\r\n" + host + "Authorization: a\r\nAuthorization: b\r\n\r\n", 400);
    row("HTTP/1.0", "GET / HTTP/1.0\r\n" + host + "\r\n", 505);
    row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("HTTP/0.9", "GET /\r\n\r\n", 400);
    row("TLS greeting", QByteArray("\x16\x03\x01\x02\x00\x01\x00", 7), 400);
    row("absolute form", "GET http://localhost/ HTTP/1.1\r\n" + host + "\r\n", 400);
    row("asterisk form", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 400);
    row("connect", "CONNECT example:443 HTTP/1.1\r\n" + host + "\r\n", 400);
    row("target of 3,000 characters", get('/' + QByteArray(3000, 'a')), 400);
    row("head of 17 KiB", "GET / HTTP/1.1\r\n" + host + "X: " + QByteArray(17 * 1024, 'a') + "\r\n\r\n", 431);
    row("head without an end", "GET / HTTP/1.1\r\n" + host + "X: " + QByteArray(40 * 1024, 'a'), 431);
    row("65 fields", "GET / HTTP/1.1\r\n" + host + QByteArray("X: y\r\n").repeated(64) + "\r\n", 431);
    row("unknown expectation", start + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417);
    row("chunk size that is no number", start + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400);
    row("chunk without its line end", start + "Transfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n", 400);
    row("1 GB announced", start + "Content-Length: 1073741824\r\n\r\n", 413);
}

void TestHttpServer::refusesWhatIsNoRequest()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    Server s;
    RawClient client(s.port);
    const auto answer = client.ask(bytes);
    QCOMPARE(answer.status, status);
    QVERIFY(answer.head.contains("Connection: close\r\n"));
    QVERIFY(client.closed());
    QCOMPARE(RawClient(s.port).ask(get("/")).status, 200); // and the server lives
}

void TestHttpServer::answersPipelinedRequestsInOrder()
{
    Server s;
    RawClient client(s.port);
    QByteArray all;
    for (int i = 0; i < 200; ++i) {
        all += i % 2 ? get("/" + QByteArray::number(i)) : post("/" + QByteArray::number(i), "GET /x HTTP/1.1\r\n\r\n");
    }
    client.send(all);
    for (int i = 0; i < 200; ++i) {
        const QByteArray path = "/" + QByteArray::number(i);
        QCOMPARE(client.next().body, i % 2 ? "GET " + path + " 0" : "POST " + path + " 19");
    }
}

void TestHttpServer::readsABodyLargerThanItsBuffer()
{
    Server s;
    RawClient client(s.port);
    const QByteArray body(1024 * 1024, 'b');
    QCOMPARE(client.ask(post("/", body)).body, "POST / 1048576"_ba);
    QCOMPARE(s.handler.lastBody, body);
    QCOMPARE(client.ask(get("/next")).body, "GET /next 0"_ba);
}

void TestHttpServer::readsChunkedBodies()
{
    Server s;
    RawClient client(s.port);
    QByteArray bytes = "POST /c HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 50; ++i) {
        bytes += "7d0\r\n" + QByteArray(2000, 'c') + "\r\n";
    }
    client.send(bytes + "0\r\n\r\n" + get("/after"));
    QCOMPARE(client.next().body, "POST /c 100000"_ba);
    QCOMPARE(client.next().body, "GET /after 0"_ba);
}

void TestHttpServer::bodyOfManySingleBytes()
{
    Server s;
    RawClient client(s.port);
    const QByteArray bytes = post("/slow", "0123456789") + get("/next");
    for (const char c : bytes) {
        client.send(QByteArray(1, c));
        QTest::qWait(0);
    }
    QCOMPARE(client.next().body, "POST /slow 10"_ba);
    QCOMPARE(client.next().body, "GET /next 0"_ba);
}

void TestHttpServer::tooLargeBodyIsReadablyRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray start = "POST / HTTP/1.1\r\n" + host;
    QTest::newRow("announced and sent") << start + "Content-Length: 4000000\r\n\r\n" + QByteArray(4'000'000, 'x');
    QTest::newRow("chunked") << start + "Transfer-Encoding: chunked\r\n\r\n3d0900\r\n" + QByteArray(4'000'000, 'x');
    QTest::newRow("refused on the head") << "POST /refuse HTTP/1.1\r\n" + host + "Content-Length: 4000000\r\n\r\n"
            + QByteArray(4'000'000, 'x');
}

void TestHttpServer::tooLargeBodyIsReadablyRefused()
{
    QFETCH(QByteArray, bytes);
    Server s;
    RawClient client(s.port);
    const auto answer = client.ask(bytes); // all of it is sent before the answer is read: a reset would lose the answer
    QVERIFY(answer.status == 413 || answer.status == 403);
    QVERIFY(s.handler.lastBody.isEmpty());
    QVERIFY(client.closed());
}

void TestHttpServer::expectContinueIsAnswered()
{
    Server s;
    RawClient client(s.port);
    QCOMPARE(client.ask("POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n").status, 100);
    QCOMPARE(client.ask("abc").body, "POST / 3"_ba);
}

void TestHttpServer::halfClosedClientIsAnswered()
{
    Server s;
    RawClient client(s.port);
    client.send(post("/", "abc"));
    closeSendingSide(client.socket()); // FIN follows the request at once
    QCOMPARE(client.next().body, "POST / 3"_ba);
    QVERIFY(RawClient::spin([&] { return s.server.counters().open == 0; }));
}

/// Closed both ways: the answer is met by a reset.
void TestHttpServer::aClientThatIsGoneIsForgotten()
{
    HttpLimits limits;
    if (isWine()) { // where only the time that a connection may be idle ends it
        limits.idle = milliseconds(1);
    }
    Server s(limits);
    RawClient client(s.port);
    client.send(post("/", "abc"));
    client.socket().disconnectFromHost();
    QVERIFY(RawClient::spin([&] { return s.handler.lastBody == "abc"; }));
    QVERIFY(RawClient::spin([&] { return s.server.counters().open == 0; }));
}

void TestHttpServer::largeAnswerArrives()
{
    Server s;
    RawClient client(s.port);
    QCOMPARE(client.ask(get("/large")).body.size(), 8'000'000);
    QCOMPARE(client.ask(get("/")).status, 200);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestHttpServer)
#include "tst_httpserver.moc"
