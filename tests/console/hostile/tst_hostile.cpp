// SPDX-License-Identifier: GPL-3.0-or-later
// The real window against an orchestrator that does everything wrong: it neither crashes nor hangs, says in words what is wrong,
// offers no command on what it only remembers, and is whole again by itself.
#include "console/text/texts.h"
#include "tests/console/hostile/scripts.h"
#include "tests/console/support/consolewindow.h"

#include <QApplication>
#include <QJsonDocument>
#include <QSettings>
#include <QTemporaryDir>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 20'000; ///< ms

using Script = HostileServer::Script;

Script afterUpgrade(const QByteArray &bytes)
{
    return [bytes](HostilePeer &peer) {
        peer.upgrade();
        peer.raw(bytes);
    };
}

Script afterSnapshot(const QByteArray &bytes)
{
    return [bytes](HostilePeer &peer) {
        scripts::goodFeed(peer);
        peer.raw(bytes);
    };
}

Script aborted(const Script &before)
{
    return [before](HostilePeer &peer) {
        before(peer);
        peer.end();
    };
}

Script rawAnswer(const QByteArray &bytes)
{
    return [bytes](HostilePeer &peer) { peer.raw(bytes); };
}

QByteArray bigFrameHead(quint64 size)
{
    QByteArray head("\x81\x7f", 2);
    for (int shift = 56; shift >= 0; shift -= 8) {
        head += static_cast<char>(size >> shift);
    }
    return head;
}

} // namespace

class TestHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_is_wrong_is_said_and_it_recovers_data()
    {
        QTest::addColumn<Script>("feed");
        QTest::addColumn<QString>("words"); ///< somewhere in the health line
        const auto text = [](const QByteArray &message) { return HostilePeer::frame(message); };
        const Script good = scripts::goodFeed;
        QTest::newRow("closes at once") << Script([](HostilePeer &peer) { peer.abort(); }) << u"not reached"_s;
        QTest::newRow("not HTTP") << rawAnswer("SSH-2.0-OpenSSH_9.2\r\n\r\n") << u"not reached"_s;
        QTest::newRow("unknown token") << rawAnswer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n") << u"401"_s;
        QTest::newRow("forbidden") << rawAnswer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") << u"403"_s;
        QTest::newRow("half a handshake") << aborted(rawAnswer("HTTP/1.1 101 Switching Pro")) << u"not reached"_s;
        QTest::newRow("closes after the handshake") << aborted(afterUpgrade({})) << u"closed"_s;
        QTest::newRow("closes after hello") << aborted(afterUpgrade(text(scripts::hello()))) << u"closed"_s;
        QTest::newRow("closes after the snapshot") << aborted(good) << u"gone"_s;
        QTest::newRow("closes amid a delta") << aborted(afterSnapshot(text(scripts::delta(11)).left(20))) << u"gone"_s;
        QTest::newRow("not JSON") << afterUpgrade(text("what a lovely day")) << u"JSON"_s;
        QTest::newRow("JSON, but a list") << afterUpgrade(text("[1,2,3]")) << u"JSON"_s;
        QTest::newRow("hello of wrong types")
            << afterUpgrade(text(R"({"type":"feed_hello","body":{"protocol":"seven","user":[]}})")) << u"not reached"_s;
        QTest::newRow("binary") << afterUpgrade(HostilePeer::frame("\x00\xff\x01", 2)) << u"binary"_s;
        QTest::newRow("a snapshot of wrong types")
            << afterUpgrade(text(scripts::hello()) + text(R"({"type":"snapshot","body":{"number":1,"state":{"nodes":7}}})"))
            << u"not reached"_s;
        QTest::newRow("a frame of 200 MB") << afterSnapshot(bigFrameHead(200'000'000) + QByteArray(1'000, 'x')) << u"gone"_s;
        QTest::newRow("no UTF-8") << afterSnapshot(text("\xff\xfe\xfd")) << u"gone"_s;
        QTest::newRow("an agent's message") << afterSnapshot(text(R"({"type":"work_hint","body":{"node":"DTF-01"}})"))
                                            << u"gone"_s;
        QTest::newRow("an error and the end") << aborted(afterSnapshot(
            text(encodeMessage(MessageType::Error, toJson(ApiError {ErrorCode::TooMany, u"<b>no</b> room\u202e"_s})))))
                                              << u"room"_s;
    }
    void what_is_wrong_is_said_and_it_recovers()
    {
        QFETCH(Script, feed);
        QFETCH(QString, words);
        HostileServer server(feed, scripts::goodHttp);
        ConsoleWindow console(server.url());
        QString seen;
        const auto says = [&] {
            seen = console.health();
            return seen.contains(words, Qt::CaseInsensitive) && !console.isCurrent();
        };
        QTRY_VERIFY2_WITH_TIMEOUT(says(), qPrintable(seen), patience);
        QVERIFY2(console.commandsOffered().isEmpty(), qPrintable(console.commandsOffered().join(u'|')));
        QVERIFY(!seen.contains(QChar(0x202e)));
        QVERIFY(!seen.contains(u"<b>"_s));
        server.become(scripts::goodFeed, scripts::goodHttp);
        QTRY_VERIFY2_WITH_TIMEOUT(console.isCurrent(), qPrintable(console.health()), patience);
        QTRY_COMPARE(console.files()->model()->rowCount(), 1); // once, however often it was told
        QCOMPARE(console.nodes()->model()->rowCount(), 1);
        QTRY_VERIFY(!console.commandsOffered().isEmpty());
        QTRY_VERIFY(console.health().contains(u"connected"_s));
    }

    void another_version_is_said_and_not_tried_again()
    {
        HostileServer server(afterUpgrade(HostilePeer::frame(scripts::hello(u"operator"_s, 99))));
        ConsoleWindow console(server.url());
        QTRY_VERIFY_WITH_TIMEOUT(console.health().contains(u"version 99"_s), patience);
        QVERIFY(console.commandsOffered().isEmpty());
        QCOMPARE(server.feeds(), 1);
    }

    void slow_to_the_last_byte_is_only_slow()
    {
        HostileServer server(
            [](HostilePeer &peer) {
                peer.upgrade();
                peer.trickle(HostilePeer::frame(scripts::hello()) + HostilePeer::frame(scripts::snapshot()));
            },
            [](HostilePeer &peer) {
                const QByteArray page = scripts::jsonOf(toJson(JobPage {{scripts::job(1)}, 1, {}}));
                peer.trickle("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + QByteArray::number(page.size()) + "\r\n\r\n" + page);
            });
        ConsoleWindow console(server.url());
        QTRY_VERIFY_WITH_TIMEOUT(console.isCurrent(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(console.files()->model()->rowCount(), 1, patience);
        QCOMPARE(server.feeds(), 1);
    }

    void pages_that_are_rubbish_are_said_where_the_files_would_be_data()
    {
        QTest::addColumn<Script>("http");
        QTest::newRow("200 MB") << rawAnswer(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200000000\r\n\r\n{\"jobs\":");
        QTest::newRow("not JSON") << Script([](HostilePeer &peer) { peer.answer(200, "<html>welcome</html>"); });
        QTest::newRow("wrong types") << Script([](HostilePeer &peer) { peer.answer(200, R"({"jobs":{"a":1},"total":"x"})"); });
        QTest::newRow("an end within") << Script([](HostilePeer &peer) {
            peer.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            peer.end();
        });
        QTest::newRow("500") << Script([](HostilePeer &peer) { peer.answer(500, "{}"); });
    }
    void pages_that_are_rubbish_are_said_where_the_files_would_be()
    {
        QFETCH(Script, http);
        HostileServer server(scripts::goodFeed, http);
        ConsoleWindow console(server.url());
        const auto said = [&] {
            const auto labels = console.files()->viewport()->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(),
                [](const QLabel *label) { return label->isVisible() && label->text().contains(u"can't be fetched"_s); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(said(), patience);
        QVERIFY(console.isCurrent()); // the feed is none the worse
        server.become(scripts::goodFeed, scripts::goodHttp);
        QTRY_COMPARE_WITH_TIMEOUT(console.files()->model()->rowCount(), 1, patience); // asked for again by itself
        QTRY_VERIFY(!said());
    }

    void a_gap_asks_for_a_snapshot_and_is_never_shown()
    {
        std::atomic<int> resyncs = 0;
        HostileServer server(
            [&](HostilePeer &peer) {
                scripts::goodFeed(peer);
                peer.onText = [&resyncs, &peer](const QByteArray &said) {
                    if (said.contains("resync")) {
                        ++resyncs;
                        peer.text(
                            encodeMessage(MessageType::Snapshot, toJson(FeedSnapshot {20, scripts::state(), {scripts::job(1)}})));
                        peer.text(scripts::delta(21, {scripts::job(1), scripts::job(2)}));
                    }
                };
                peer.text(scripts::delta(13, {scripts::job(99)}));
                peer.text(scripts::delta(14, {scripts::job(98)}));
            },
            scripts::goodHttp);
        ConsoleWindow console(server.url());
        QTRY_COMPARE(resyncs.load(), 1);
        const auto numbers = [&] {
            QStringList names;
            for (int row = 0; row < console.files()->model()->rowCount(); ++row) {
                names << console.files()->model()->index(row, 0).data().toString();
            }
            return names;
        };
        QTRY_COMPARE(numbers(), (QStringList {u"file_2.csv"_s, u"file_1.csv"_s}));
        QCOMPARE(server.feeds(), 1);
    }

    void another_life_of_the_orchestrator_replaces_the_first()
    {
        HostileServer server(aborted(scripts::goodFeed), scripts::goodHttp);
        ConsoleWindow console(server.url());
        QTRY_VERIFY(server.feeds() > 0);
        server.become(
            [](HostilePeer &peer) {
                StateView other = scripts::state();
                other.summary.orchestratorBoot = *BootId::parse("newz1fe0");
                other.nodes[0].node = other.nodes[0].beat.node = *NodeName::parse("DTF-77");
                peer.upgrade();
                peer.text(scripts::hello());
                peer.text(encodeMessage(MessageType::Snapshot, toJson(FeedSnapshot {1, other, {}})));
            },
            [](HostilePeer &peer) { peer.answer(200, scripts::jsonOf(toJson(JobPage {}))); });
        const auto node = [&] { return console.nodes()->model()->index(0, 0).data().toString(); };
        QTRY_COMPARE_WITH_TIMEOUT(node(), u"DTF-77"_s, patience);
        QCOMPARE(console.nodes()->model()->rowCount(), 1);
        QTRY_COMPARE(console.files()->model()->rowCount(), 0);
    }

    void a_viewer_is_offered_nothing_and_told_why()
    {
        HostileServer server(
            [](HostilePeer &peer) {
                peer.upgrade();
                peer.text(scripts::hello(u"viewer"_s));
                peer.text(scripts::snapshot());
            },
            scripts::goodHttp);
        ConsoleWindow console(server.url());
        QTRY_VERIFY(console.isCurrent());
        QTRY_COMPARE(console.files()->model()->rowCount(), 1);
        console.files()->selectRow(0);
        console.nodes()->selectRow(0);
        QTRY_VERIFY(console.health().contains(u"reads only"_s));
        QVERIFY2(console.commandsOffered().isEmpty(), qPrintable(console.commandsOffered().join(u'|')));
        QVERIFY(console.dispatchButton()->toolTip().contains(u"reading only"_s));
    }

    void clocks_an_hour_apart_change_no_age_data()
    {
        QTest::addColumn<qint64>("ahead");
        QTest::newRow("behind") << qint64(-3'600'000);
        QTest::newRow("ahead") << qint64(3'600'000);
    }
    void clocks_an_hour_apart_change_no_age()
    {
        QFETCH(qint64, ahead);
        const qint64 now = QDateTime::currentMSecsSinceEpoch() + ahead;
        const auto aged = [now] {
            JobView job = scripts::job(1);
            job.accepted = job.changed = {now - 90'000};
            return job;
        };
        HostileServer server(
            [now](HostilePeer &peer) {
                peer.upgrade();
                peer.text(scripts::hello());
                peer.text(scripts::snapshot(now));
            },
            [aged](HostilePeer &peer) {
                peer.answer(200, scripts::jsonOf(toJson(JobPage {{aged()}, 1, {}})));
            });
        ConsoleWindow console(server.url());
        QTRY_COMPARE(console.files()->model()->rowCount(), 1);
        const QString age = console.files()->model()->index(0, static_cast<int>(FilesModel::Column::Age)).data().toString();
        QVERIFY2(age.startsWith(u"1m"_s), qPrintable(age));
    }

    void an_answer_that_was_lost_is_not_taken_for_one_data()
    {
        QTest::addColumn<Script>("http");
        QTest::newRow("the connection ends") << Script([](HostilePeer &peer) { peer.abort(); });
        QTest::newRow("amid the answer") << Script([](HostilePeer &peer) {
            peer.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"ok\":true,");
            peer.end();
        });
        QTest::newRow("an answer of nonsense") << Script([](HostilePeer &peer) { peer.answer(200, R"({"ok":"perhaps"})"); });
    }
    void an_answer_that_was_lost_is_not_taken_for_one()
    {
        QFETCH(Script, http);
        HostileServer server(scripts::goodFeed, scripts::goodHttp);
        ConsoleWindow console(server.url());
        QTRY_VERIFY(console.isCurrent() && console.dispatchButton()->isEnabled());
        std::mutex mutex;
        QSet<QByteArray> posts; // the network may send what was lost once more: the same key, so it is done once
        server.become(scripts::goodFeed, [&, http](HostilePeer &peer) {
            if (peer.head.startsWith("POST")) {
                const std::lock_guard lock(mutex);
                posts.insert(peer.body);
                http(peer);
            } else {
                scripts::goodHttp(peer);
            }
        });
        console.clickDispatch();
        QTRY_VERIFY2(console.status().contains(u"not known"_s) && console.status().contains(u"look again"_s),
            qPrintable(console.status()));
        QVERIFY2(!console.status().contains(u"refused"_s), qPrintable(console.status()));
        QVERIFY(console.health().contains(u"LIVE"_s)); // what is shown is what was heard, not what was wished for
        const std::lock_guard lock(mutex);
        QCOMPARE(posts.size(), 1);
        QVERIFY(posts.values().first().contains("\"key\""));
    }

    void a_flood_leaves_the_window_its_turn_data()
    {
        QTest::addColumn<int>("deltas");
        QTest::addColumn<int>("jobsEach");
        QTest::newRow("10,000 deltas at once") << 10'000 << 1;
        QTest::newRow("20 deltas of 2,000 files") << 20 << 2'000;
    }
    void a_flood_leaves_the_window_its_turn()
    {
        QFETCH(int, deltas);
        QFETCH(int, jobsEach);
        QByteArray flood;
        qsizetype largest = 0;
        for (int i = 0; i < deltas; ++i) {
            QList<JobView> jobs;
            for (int n = 0; n < jobsEach; ++n) {
                JobView job = scripts::job(1 + (i * jobsEach + n) % 5'000, JobState::Running);
                job.changed = {scripts::serverNow + i};
                jobs.append(job);
            }
            const QByteArray one = scripts::delta(scripts::snapshotNumber + 1 + i, jobs);
            largest = std::max(largest, one.size());
            flood += HostilePeer::frame(one);
        }
        HostileServer server(scripts::goodFeed, scripts::goodHttp);
        ConsoleWindow console(server.url());
        QTRY_COMPARE(console.files()->model()->rowCount(), 1);
        // The yardstick, on this machine and now: the window painted once, and the largest message of the flood understood.
        QElapsedTimer timer;
        timer.start();
        (void)console.app.window().grab();
        for (int i = 0; i < 3; ++i) {
            QList<JobView> jobs;
            for (int n = 0; n < jobsEach; ++n) {
                jobs.append(scripts::job(n + 1));
            }
            const auto message = decodeMessage(scripts::delta(1, jobs), 100'000'000);
            QVERIFY(fromJson<FeedDelta>(message->body));
        }
        const double yardstick = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        console.resetStall();
        server.become(
            [flood](HostilePeer &peer) {
                scripts::goodFeed(peer);
                peer.raw(flood);
            },
            scripts::goodHttp);
        console.app.connectTo({u"TEST"_s, server.url(), "operator-token-0123456789abcdef"});
        const int rows = std::min(5'000, deltas * jobsEach);
        QTRY_COMPARE_WITH_TIMEOUT(console.files()->model()->rowCount(), rows, 60'000);
        const double stall = console.stall();
        qInfo("yardstick %.1f ms, longest stall %.1f ms, %lld bytes, largest message %lld", yardstick, stall,
            static_cast<long long>(flood.size()), static_cast<long long>(largest));
        QVERIFY(console.isCurrent());
        QVERIFY2(stall < 8 * yardstick, qPrintable(u"%1 ms against %2 ms"_s.arg(stall).arg(yardstick)));
    }

    void a_delta_beyond_the_bounds_ends_the_connection_only()
    {
        QByteArray huge = HostilePeer::frame(QByteArray(17 * 1024 * 1024, ' '));
        HostileServer server(afterSnapshot(huge), scripts::goodHttp);
        ConsoleWindow console(server.url());
        QTRY_VERIFY_WITH_TIMEOUT(console.health().contains(u"gone"_s), patience);
        QVERIFY(console.commandsOffered().isEmpty());
        server.become(scripts::goodFeed, scripts::goodHttp);
        QTRY_VERIFY_WITH_TIMEOUT(console.isCurrent(), patience);
    }

    void it_comes_again_ever_more_rarely()
    {
        HostileServer server([](HostilePeer &peer) { peer.abort(); });
        ConsoleWindow console(server.url());
        QElapsedTimer since;
        since.start();
        QList<qint64> times;
        const auto counted = [&] {
            if (server.feeds() > times.size()) {
                times.append(since.elapsed());
            }
            return times.size() >= 4;
        };
        QTRY_VERIFY_WITH_TIMEOUT(counted(), patience);
        QVERIFY(times[2] - times[1] > times[1] - times[0]); // 1 s, 2 s, 4 s, each with a quarter of jitter at most
        QVERIFY(times[3] - times[2] > times[2] - times[1]);
    }
};

int main(int argc, char **argv)
{
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"tst-console-hostile"_s);
    QApplication::setOrganizationName(u"DTF"_s);
    TestHostile test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_hostile.moc"
