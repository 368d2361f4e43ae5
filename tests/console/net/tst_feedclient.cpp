// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/feedclient.h"
#include "tests/console/net/feedserver.h"
#include "tests/support/comparewords.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

FeedClient::Options quick(const FeedServer &server)
{
    FeedClient::Options options;
    options.socket.url = server.url();
    options.socket.firstRetry = options.firstRetry = milliseconds(20);
    options.socket.lastRetry = options.lastRetry = milliseconds(100);
    return options;
}

/// A client with everything it has told, as short words: "hello", "snapshot 10", "delta 11", "lost timeout".
struct Told
{
    FeedClient client;
    QStringList words;

    explicit Told(const FeedClient::Options &options)
        : client(options)
    {
        QObject::connect(&client, &FeedClient::hello, &client, [this] { words.append(u"hello"_s); });
        QObject::connect(&client, &FeedClient::snapshot, &client,
            [this](const FeedSnapshot &s) { words.append(u"snapshot %1"_s.arg(s.number)); });
        QObject::connect(
            &client, &FeedClient::delta, &client, [this](const FeedDelta &d) { words.append(u"delta %1"_s.arg(d.number)); });
        QObject::connect(
            &client, &FeedClient::log, &client, [this](const LogLines &l) { words.append(u"log %1"_s.arg(l.lines.size())); });
        QObject::connect(
            &client, &FeedClient::lost, &client, [this](const Error &e) { words.append(u"lost "_s + toString(e.code)); });
        client.start();
    }
};

} // namespace

class TestFeedClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deltas_follow_the_snapshot()
    {
        FeedServer server;
        Told told(quick(server));
        QTRY_COMPARE(told.words, (QStringList {u"hello"_s, u"snapshot 10"_s}));
        QVERIFY(told.client.isCurrent());
        server.delta(11);
        server.delta(12);
        QTRY_COMPARE(told.words.mid(2), (QStringList {u"delta 11"_s, u"delta 12"_s}));
        server.snapshot(40); // at any time
        server.delta(41);
        QTRY_COMPARE(told.words.mid(4), (QStringList {u"snapshot 40"_s, u"delta 41"_s}));
        QCOMPARE(server.heardOf(MessageType::Resync), 0);
    }

    void a_gap_is_never_shown_data()
    {
        QTest::addColumn<qint64>("number");
        QTest::newRow("one left out") << qint64(12);
        QTest::newRow("the same again") << qint64(10);
        QTest::newRow("an old one") << qint64(3);
    }
    void a_gap_is_never_shown()
    {
        QFETCH(qint64, number);
        FeedServer server;
        Told told(quick(server));
        QTRY_VERIFY(told.client.isCurrent());
        server.delta(number);
        server.delta(number + 1);
        QTRY_COMPARE(server.heardOf(MessageType::Resync), 1);
        QVERIFY(!told.client.isCurrent());
        server.snapshot(20);
        server.delta(21);
        QTRY_COMPARE(told.words, (QStringList {u"hello"_s, u"snapshot 10"_s, u"snapshot 20"_s, u"delta 21"_s}));
        QCOMPARE(server.connections, 1);
        QCOMPARE(server.heardOf(MessageType::Resync), 1);
    }

    void a_snapshot_that_does_not_come_makes_a_new_connection()
    {
        FeedServer server;
        FeedClient::Options options = quick(server);
        options.snapshotDeadline = milliseconds(200);
        Told told(options);
        QTRY_VERIFY(told.client.isCurrent());
        server.delta(99);
        QTRY_COMPARE(server.connections, 2);
        QTRY_VERIFY(told.client.isCurrent());
        QCOMPARE(told.words, (QStringList {u"hello"_s, u"snapshot 10"_s, u"lost timeout"_s, u"hello"_s, u"snapshot 10"_s}));
    }

    void a_lost_connection_comes_back_by_itself_with_its_wish()
    {
        FeedServer server;
        Told told(quick(server));
        QTRY_VERIFY(told.client.isCurrent());
        told.client.subscribe({{*JobId::parse("01JDCQ5T3M8YZKX4W9RVN7B2HC")}, false});
        QTRY_COMPARE(server.heardOf(MessageType::Subscribe), 2); // nothing at first, then this
        server.heard.clear();
        server.drop();
        QTRY_COMPARE(told.words.value(2), u"lost unavailable"_s);
        QTRY_COMPARE(told.words.mid(3), (QStringList {u"hello"_s, u"snapshot 10"_s}));
        QTRY_COMPARE(server.heardOf(MessageType::Subscribe), 1);
        QCOMPARE(fromJson<FeedSubscribe>(server.heard.first().body)->jobs.size(), 1);
        QVERIFY(told.client.isCurrent());
    }

    void log_lines_arrive()
    {
        FeedServer server;
        Told told(quick(server));
        QTRY_VERIFY(told.client.isCurrent());
        LogLines lines;
        lines.node = *NodeName::parse("DTF-01");
        lines.job = *JobId::parse("01JDCQ5T3M8YZKX4W9RVN7B2HC");
        lines.epoch = 1;
        lines.lines = {LogEntry {}};
        server.say(MessageType::Log, toJson(lines));
        QTRY_COMPARE(told.words.value(2), u"log 1"_s);
    }

    void nonsense_makes_a_new_connection_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QString>("code");
        QTest::newRow("a delta without a number") << int(MessageType::Delta) << u"parse-error"_s;
        QTest::newRow("a snapshot of nothing") << int(MessageType::Snapshot) << u"parse-error"_s;
        QTest::newRow("an agent's message") << int(MessageType::WorkHint) << u"parse-error"_s;
        QTest::newRow("an error without a word") << int(MessageType::Error) << u"parse-error"_s;
    }
    void nonsense_makes_a_new_connection()
    {
        QFETCH(int, type);
        QFETCH(QString, code);
        FeedServer server;
        Told told(quick(server));
        QTRY_VERIFY(told.client.isCurrent());
        server.say(static_cast<MessageType>(type), {});
        QTRY_COMPARE(server.connections, 2);
        QTRY_COMPARE(told.words, (QStringList {u"hello"_s, u"snapshot 10"_s, u"lost "_s + code, u"hello"_s, u"snapshot 10"_s}));
    }

    void what_the_server_says_last_is_passed_on()
    {
        FeedServer server;
        Told told(quick(server));
        QTRY_VERIFY(told.client.isCurrent());
        server.say(MessageType::Error, toJson(ApiError {ErrorCode::TooMany, u"too many consoles"_s}));
        QTRY_COMPARE(told.words.value(2), u"lost too-many"_s);
    }

    void another_version_is_not_tried_again()
    {
        FeedServer server;
        server.protocol = protocolVersion + 1;
        Told told(quick(server));
        QTRY_COMPARE(told.words, QStringList {u"lost version-mismatch"_s});
        server.protocol = protocolVersion;
        told.client.start(); // somebody has updated this console
        QTRY_VERIFY(told.client.isCurrent());
        QCOMPARE(server.connections, 2); // none in between
    }

    void stop_is_quiet()
    {
        FeedServer server;
        Told told(quick(server));
        QTRY_VERIFY(told.client.isCurrent());
        told.client.stop();
        QVERIFY(!told.client.isCurrent());
        QCOMPARE(told.words, (QStringList {u"hello"_s, u"snapshot 10"_s}));
        told.client.start();
        QTRY_VERIFY(told.client.isCurrent());
    }
};

QTEST_GUILESS_MAIN(TestFeedClient)
#include "tst_feedclient.moc"
