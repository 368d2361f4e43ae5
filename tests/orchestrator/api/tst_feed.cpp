// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/orchestrator/api/linkfixture.h"

using namespace Qt::StringLiterals;
using namespace dtf::linkfixture;

namespace dtf {

class TestFeed final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void upgradesAreJudgedFirst_data();
    void upgradesAreJudgedFirst();
    void bytesBehindTheUpgradeAreRefused();
    void snapshotThenDeltasCountUp();
    void tooManyChangesGiveASnapshot();
    void resyncGivesASnapshot();
    void logsGoToThoseWhoAsked();
    void slowReaderIsDroppedAlone();
    void brokenFramesEndTheLink_data();
    void brokenFramesEndTheLink();
    void consoleThatTalksNonsenseIsRefused_data();
    void consoleThatTalksNonsenseIsRefused();
    void silentPeerIsDropped();
    void upgradedSocketsCountUntilTheyAreGone();
};

void TestFeed::upgradesAreJudgedFirst_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::newRow("feed, viewer") << upgrade("/api/v1/feed", viewerToken) << 101;
    QTest::newRow("feed, operator") << upgrade("/api/v1/feed", operatorToken) << 101;
    QTest::newRow("agent, node") << upgrade("/api/v1/agent", nodeToken) << 101;
    QTest::newRow("no token") << upgrade("/api/v1/feed", {}) << 401;
    QTest::newRow("wrong token") << upgrade("/api/v1/feed", "wrong") << 401;
    QTest::newRow("agent on the feed") << upgrade("/api/v1/feed", nodeToken) << 403;
    QTest::newRow("operator on the agents' link") << upgrade("/api/v1/agent", operatorToken) << 403;
    QTest::newRow("foreign origin") << upgrade("/api/v1/feed", viewerToken, "Origin: http://evil.example\r\n") << 403;
    QTest::newRow("body") << upgrade("/api/v1/feed", viewerToken, "Content-Length: 5\r\n") + "hello" << 400;
    QTest::newRow("old version") << upgrade("/api/v1/feed", viewerToken).replace("Version: 13", "Version: 8") << 426;
    QTest::newRow("bad key") << upgrade("/api/v1/feed", viewerToken).replace("dGhl", "!!!!") << 400;
    QTest::newRow("plain GET") << request("GET", "/api/v1/feed", viewerToken) << 426;
    QTest::newRow("elsewhere, upgrade ignored") << upgrade("/api/v1/state", viewerToken) << 200;
}

void TestFeed::upgradesAreJudgedFirst()
{
    QFETCH(QByteArray, bytes);
    Api api;
    RawClient client(api.port);
    QTEST(client.ask(bytes).status, "status");
    QCOMPARE(api.server->linkCounters().consoles, QByteArray(QTest::currentDataTag()).startsWith("feed,") ? 1 : 0);
}

void TestFeed::bytesBehindTheUpgradeAreRefused()
{
    Api api;
    RawClient client(api.port);
    const QByteArray text = encodeMessage(MessageType::AgentHello, hello());
    client.send(upgrade("/api/v1/agent", nodeToken) + frame(0x81, static_cast<quint64>(text.size()), text));
    QCOMPARE(client.next().status, 400); // too early: a client waits for the 101
    QCOMPARE(api.server->linkCounters().agents, 0);
}

void TestFeed::snapshotThenDeltasCountUp()
{
    Api api;
    api.fleet.active = {job(JobState::Waiting)};
    Peer console(api, u"/api/v1/feed"_s, viewerToken);
    const Message first = console.next();
    COMPARE_WORDS(first.type, MessageType::FeedHello);
    const auto greeting = *fromJson<FeedHello>(first.body);
    QCOMPARE(greeting.user, u"bob"_s);
    QCOMPARE(greeting.role, u"viewer"_s);
    QCOMPARE(greeting.protocol, protocolVersion);
    const Message second = console.next();
    COMPARE_WORDS(second.type, MessageType::Snapshot);
    const auto snapshot = *fromJson<FeedSnapshot>(second.body);
    QCOMPARE(snapshot.jobs.size(), 1);
    QCOMPARE(snapshot.state.nodes.size(), 1);

    api.publisher().publish(jobDelta(JobState::Assigned));
    api.publisher().publish(jobDelta(JobState::Running)); // within the coalescing time: one delta
    const auto one = *fromJson<FeedDelta>(console.next().body);
    QCOMPARE(one.number, snapshot.number + 1);
    QCOMPARE(one.jobs.size(), 1);
    COMPARE_WORDS(one.jobs[0].state, JobState::Running);
    api.publisher().publish(jobDelta(JobState::Done));
    QCOMPARE(fromJson<FeedDelta>(console.next().body)->number, snapshot.number + 2);

    Peer later(api, u"/api/v1/feed"_s, operatorToken);
    (void)later.next();
    QCOMPARE(fromJson<FeedSnapshot>(later.next().body)->number, snapshot.number + 2);
}

void TestFeed::tooManyChangesGiveASnapshot()
{
    LinkLimits limits = quick();
    limits.deltaEntries = 10;
    Api api(limits);
    Peer console(api, u"/api/v1/feed"_s, viewerToken);
    (void)console.next();
    (void)console.next();
    FeedDelta many;
    many.jobs = QList<JobView>(11, job(JobState::Waiting));
    api.publisher().publish(many);
    COMPARE_WORDS(console.next().type, MessageType::Snapshot);
    api.publisher().publish(jobDelta(JobState::Done));
    const Message next = console.next();
    COMPARE_WORDS(next.type, MessageType::Delta);
    QCOMPARE(fromJson<FeedDelta>(next.body)->number, 1);
}

void TestFeed::resyncGivesASnapshot()
{
    Api api;
    Peer console(api, u"/api/v1/feed"_s, viewerToken);
    (void)console.next();
    (void)console.next();
    console.say(MessageType::Resync, {});
    COMPARE_WORDS(console.next().type, MessageType::Snapshot);
}

void TestFeed::logsGoToThoseWhoAsked()
{
    Api api;
    Peer one(api, u"/api/v1/feed"_s, viewerToken);
    Peer other(api, u"/api/v1/feed"_s, operatorToken);
    for (Peer *peer : {&one, &other}) {
        (void)peer->next();
        (void)peer->next();
    }
    one.say(MessageType::Subscribe, toJson(FeedSubscribe {{*JobId::parse(jobText)}, false}));
    QVERIFY(RawClient::spin([&] {
        api.publisher().publishLog(lines());
        return !one.inbox().isEmpty();
    }));
    const Message log = one.next();
    COMPARE_WORDS(log.type, MessageType::Log);
    QCOMPARE(fromJson<LogLines>(log.body)->lines[0].text, u"line"_s);
    api.publisher().publish(jobDelta(JobState::Done));
    COMPARE_WORDS(other.next().type, MessageType::Delta); // and no line before it
}

void TestFeed::slowReaderIsDroppedAlone()
{
    Api api;
    Peer good(api, u"/api/v1/feed"_s, viewerToken);
    RawClient slow(api.port);
    QCOMPARE(slow.ask(upgrade("/api/v1/feed", viewerToken)).status, 101);
    slow.socket().setReadBufferSize(1); // reads no more
    QCOMPARE(api.server->linkCounters().consoles, 2);
    good.say(MessageType::Subscribe, toJson(FeedSubscribe {{}, false}));
    FeedDelta big;
    JobView view = job(JobState::Running);
    view.detail = QString(4000, u'x');
    big.jobs = QList<JobView>(1, view);
    for (int i = 0; i < 200; ++i) {
        view.job = JobId::fromBytes({1, static_cast<std::uint8_t>(i / 256), static_cast<std::uint8_t>(i % 256)});
        big.jobs.append(view);
    }
    int deltas = 0;
    (void)good.next();
    (void)good.next();
    api.publisher().publish(big);
    QVERIFY(RawClient::spin(
        [&] {
            if (!good.inbox().isEmpty()) { // the good one has read the last: the next
                good.inbox().clear();
                ++deltas;
                api.publisher().publish(big);
            }
            return api.server->linkCounters().consoles == 1;
        },
        30'000));
    QCOMPARE(api.server->linkCounters().consolesDropped, 1);
    QVERIFY(deltas > 0);
    QVERIFY(good.connected());
    good.inbox().clear();
    api.publisher().publish(jobDelta(JobState::Done));
    QVERIFY(RawClient::spin([&] { return !good.inbox().isEmpty(); }));
}

void TestFeed::brokenFramesEndTheLink_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::newRow("2 GB announced") << frame(0x81, quint64 {1} << 31, "x") << 1009;
    QTest::newRow("just over the limit") << frame(0x81, 256 * 1024 + 1, QByteArray(256 * 1024 + 1, 'x')) << 1009;
    QByteArray fragments = frame(0x01, 200'000, QByteArray(200'000, 'x'));
    fragments += frame(0x00, 200'000, QByteArray(200'000, 'x'));
    QTest::newRow("fragments over the limit") << fragments << 1009;
    QTest::newRow("not masked") << QByteArray("\x81\x02hi") << 1008; // Qt reads it all the same; then it is nonsense
    QTest::newRow("reserved bits") << frame(0xf1, 2, "hi") << 1002;
    QTest::newRow("unknown opcode") << frame(0x83, 2, "hi") << 1002;
    QTest::newRow("no UTF-8") << frame(0x81, 2, "\xff\xfe") << 1007;
    QTest::newRow("binary") << frame(0x82, 2, "hi") << 1008;
    QTest::newRow("continuation of nothing") << frame(0x80, 2, "hi") << 1002;
}

void TestFeed::brokenFramesEndTheLink()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    Api api;
    RawClient client(api.port);
    QCOMPARE(client.ask(upgrade("/api/v1/feed", viewerToken)).status, 101);
    QTRY_COMPARE(api.server->linkCounters().consoles, 1);
    QByteArray received;
    client.send(bytes);
    QVERIFY(RawClient::spin([&] {
        received += client.socket().readAll();
        return client.socket().state() == QAbstractSocket::UnconnectedState;
    }));
    received += client.socket().readAll();
    const char wanted[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    const qsizetype at = received.indexOf(QByteArray("\x88", 1));
    QVERIFY2(received.contains(QByteArray(wanted, 2)) && at >= 0, received.right(64).toHex().constData());
    QTRY_COMPARE(api.server->linkCounters().consoles, 0);
}

void TestFeed::consoleThatTalksNonsenseIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("no JSON") << u"hello"_s;
    QTest::newRow("unknown type") << u"{\"type\":\"reboot\",\"body\":{}}"_s;
    QTest::newRow("an agent's message") << u"{\"type\":\"log\",\"body\":{}}"_s;
    QTest::newRow("bad body") << u"{\"type\":\"subscribe\",\"body\":{\"jobs\":\"all\"}}"_s;
    QTest::newRow("deep") << QString(100'000, u'[');
}

void TestFeed::consoleThatTalksNonsenseIsRefused()
{
    QFETCH(QString, text);
    Api api;
    Peer console(api, u"/api/v1/feed"_s, viewerToken);
    (void)console.next();
    (void)console.next();
    console.socket().sendTextMessage(text);
    COMPARE_WORDS(console.next().type, MessageType::Error);
    QVERIFY(console.closed());
    QTRY_COMPARE(api.server->linkCounters().consoles, 0);
}

void TestFeed::silentPeerIsDropped()
{
    LinkLimits limits = quick();
    limits.ping = milliseconds(-2'450); // 2 × this + 5 s: 100 ms of silence
    Api api(limits);
    RawClient silent(api.port);
    QCOMPARE(silent.ask(upgrade("/api/v1/feed", viewerToken)).status, 101);
    QVERIFY(silent.closed());
}

void TestFeed::upgradedSocketsCountUntilTheyAreGone()
{
    HttpLimits http;
    http.perAddress = 2;
    Api api(quick(), http);
    {
        Peer one(api, u"/api/v1/feed"_s, viewerToken);
        Peer two(api, u"/api/v1/feed"_s, viewerToken);
        QVERIFY(one.connected() && two.connected());
        RawClient third(api.port);
        QVERIFY(third.closed());
        QCOMPARE(api.server->httpCounters().open, 2);
    }
    QTRY_COMPARE(api.server->httpCounters().open, 0);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestFeed)
#include "tst_feed.moc"
