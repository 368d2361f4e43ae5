// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/orchestrator/api/echoserver.h"

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace dtf::echoserver;

namespace dtf {

class TestHttpLimits final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void deadlines_data();
    void deadlines();
    void suspendIsNotThePeersFault();
    void allConnectionsAreBounded();
    void lateAnswerIsDropped();
    void slowReaderIsCutOff();
    void connectionsPerAddressAreBounded();
    void clientThatVanishesWhileServed();
};

void TestHttpLimits::deadlines_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status"); // 0: closed without an answer
    QTest::newRow("nothing sent") << QByteArray() << 0;
    QTest::newRow("half a head") << QByteArray("GET / HTTP/1.1\r\nHo") << 408;
    QTest::newRow("half a body") << QByteArray("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc") << 408;
    QTest::newRow("never answered") << get("/never") << 503;
}

void TestHttpLimits::deadlines()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    HttpLimits limits;
    limits.head = limits.body = limits.answer = milliseconds(100);
    limits.tick = milliseconds(20);
    Server s(limits);
    RawClient client(s.port);
    if (!bytes.isEmpty()) {
        client.send(bytes);
    }
    QCOMPARE(client.next().status, status);
    QVERIFY(status == 503 || client.closed());
    QCOMPARE(s.server.counters().timedOut, 1);
}

void TestHttpLimits::suspendIsNotThePeersFault()
{
    HttpLimits limits;
    limits.tick = milliseconds(20);
    Server s(limits);
    RawClient idle(s.port);
    QCOMPARE(idle.ask(get("/")).status, 200);
    RawClient half(s.port);
    half.send("GET /half HTTP/1.1\r\n");
    QVERIFY(RawClient::spin([&] { return s.server.counters().open == 2; }));
    s.clock.jump = milliseconds(3'600'000); // the machine slept for an hour
    QVERIFY(RawClient::spin([&, until = s.clock.reads + 5] { return s.clock.reads >= until; })); // several ticks
    half.send(host + "\r\n");
    QCOMPARE(half.next().body, "GET /half 0"_ba);
    QCOMPARE(idle.ask(get("/again")).body, "GET /again 0"_ba);
}

void TestHttpLimits::allConnectionsAreBounded()
{
    HttpLimits limits;
    limits.connections = 2;
    Server s(limits);
    RawClient one(s.port);
    RawClient two(s.port);
    RawClient three(s.port);
    QVERIFY(three.closed());
    QCOMPARE(one.ask(get("/")).status, 200);
    one.socket().abort();
    QVERIFY(RawClient::spin([&] { return s.server.counters().open == 1; }));
    QCOMPARE(RawClient(s.port).ask(get("/")).status, 200);
}

void TestHttpLimits::lateAnswerIsDropped()
{
    HttpLimits limits;
    limits.answer = milliseconds(50);
    limits.tick = milliseconds(20);
    Server s(limits);
    RawClient client(s.port);
    QCOMPARE(client.ask(get("/never")).status, 503);
    s.handler.late(EchoHandler::text(200, "late"));
    QCOMPARE(client.ask(get("/next")).body, "GET /next 0"_ba); // not "late"
}

void TestHttpLimits::slowReaderIsCutOff()
{
    HttpLimits limits;
    limits.write = milliseconds(200);
    limits.tick = milliseconds(20);
    Server s(limits);
    RawClient client(s.port);
    client.socket().setReadBufferSize(1024);
    client.send(get("/large"));
    QVERIFY(RawClient::spin([&] { return s.server.counters().open == 0; }));
}

void TestHttpLimits::connectionsPerAddressAreBounded()
{
    HttpLimits limits;
    limits.perAddress = 3;
    limits.idle = milliseconds(300);
    limits.tick = milliseconds(20);
    Server s(limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(s.port));
        QCOMPARE(clients.back()->ask(get("/")).status, 200);
    }
    RawClient fourth(s.port);
    QVERIFY(fourth.closed());
    QCOMPARE(s.server.counters().turnedAway, 1);
    QVERIFY(RawClient::spin([&] { return s.server.counters().open == 0; })); // the idle ones are closed
    QCOMPARE(RawClient(s.port).ask(get("/")).status, 200);
}

void TestHttpLimits::clientThatVanishesWhileServed()
{
    Server s;
    {
        RawClient client(s.port);
        client.send(get("/never"));
        QVERIFY(RawClient::spin([&] { return s.handler.late != nullptr; }));
        client.socket().abort();
    }
    QVERIFY(RawClient::spin([&] { return s.server.counters().open == 0; }));
    s.handler.late(EchoHandler::text(200, "too late")); // nobody there: nothing happens
    QCOMPARE(RawClient(s.port).ask(get("/")).status, 200);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestHttpLimits)
#include "tst_httplimits.moc"
