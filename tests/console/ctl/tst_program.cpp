// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/ctl/ctlfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

JobView file(const QString &name, const char *id, JobState state)
{
    JobView job;
    job.job = *JobId::parse(id);
    job.name = name;
    job.state = state;
    job.changed = job.accepted = {1'795'435'200'000};
    return job;
}

QJsonObject document(const QString &text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

} // namespace

class TestProgram : public QObject
{
    Q_OBJECT

    std::unique_ptr<CtlFixture> m;

private Q_SLOTS:
    void init()
    {
        m = std::make_unique<CtlFixture>();
        QVERIFY(m->port() > 0);
        m->fleet.files = {file(u"AgencyA.csv"_s, "01JDCQ5T3M8YZKX4W9RVN7B2HC", JobState::Waiting),
            file(u"Ägency & 木村+1.csv"_s, "01JDCQ5T3M8YZKX4W9RVN7B2HD", JobState::Hold),
            file(u"twice.csv"_s, "01JDCQ5T3M8YZKX4W9RVN7C001", JobState::Done),
            file(u"twice.csv"_s, "01JDCQ5T3M8YZKX4W9RVN7C002", JobState::Failed)};
        m->fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        m->fleet.view.summary.shareOk = true;
        m->fleet.view.summary.version = u"0.1.0"_s;
        m->fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        NodeView node;
        node.node = *NodeName::parse("DTF-01");
        node.state = u"unseen"_s;
        m->fleet.view.nodes = {node};
        m->fleet.view.alerts = {{AlertKind::LoginNeeded, AlertSeverity::Critical, "DTF-01", {1'795'435'200'000}, {}}};
        for (int i = 1; i <= 3; ++i) {
            AuditRow row {i, {}, QByteArray(32, 'h')};
            row.event.kind = AuditKind::JobAccepted;
            row.event.actor = "orchestrator";
            row.event.detail = "row " + QByteArray::number(i);
            m->fleet.rows.append(row);
        }
    }

    void looking_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("key"); // of the raw document
        QTest::newRow("state") << QStringList {u"state"_s} << u"Share         OK"_s << u"summary"_s;
        QTest::newRow("nodes") << QStringList {u"nodes"_s} << u"DTF-01  not seen yet"_s << u"nodes"_s;
        QTest::newRow("alerts") << QStringList {u"alerts"_s} << u"The portal asks for a login."_s << u"alerts"_s;
        QTest::newRow("jobs") << QStringList {u"jobs"_s} << u"Ägency & 木村+1.csv  on hold"_s << u"jobs"_s;
        QTest::newRow("why by name") << QStringList {u"why"_s, u"AgencyA.csv"_s} << u"The node's browser is not ready."_s
                                     << u"verdict"_s;
        QTest::newRow("audit") << QStringList {u"audit"_s} << u"accepted  -"_s << u"rows"_s;
        QTest::newRow("report") << QStringList {u"report"_s, u"--day"_s, u"2026-11-23"_s} << u"came to rest on 2026-11-23"_s
                                << u"outcomes"_s;
    }
    void looking()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, says);
        QFETCH(QString, key);
        const CtlEnd shown = m->run(words, "bob");
        ENDS(shown, 0);
        SAYS(shown.out, says);
        QCOMPARE(shown.err, QString());
        const CtlEnd raw = m->run(words + QStringList {u"--json"_s}, "bob");
        ENDS(raw, 0);
        QVERIFY2(document(raw.out).contains(key), qPrintable(raw.out));
    }

    void what_is_left_of_a_files_runs()
    {
        const NodeName first = *NodeName::parse("DTF-01");
        const NodeName second = *NodeName::parse("DTF-02");
        m->fleet.tries = {
            {2, second, {1'795'440'600'000}, {1'795'440'660'000}, u"done"_s, Cause::None, u"completed/x"_s, 0, true},
            {1, first, {1'795'440'000'000}, {1'795'440'005'000}, u"released"_s, Cause::BrowserLost, u"no\x1b[31m browser"_s, {},
                false}};
        const CtlEnd tries = m->run({u"attempts"_s, u"AgencyA.csv"_s}, "bob");
        ENDS(tries, 0);
        SAYS(tries.out, u"DTF-02"_s);
        SAYS(tries.out, u"1m00"_s);
        SAYS(tries.out, u"did not run"_s);
        SAYS(tries.out, u"given back"_s);
        QVERIFY(!tries.out.contains(QChar(0x1b)));
        m->fleet.tries.clear();
        SAYS(m->run({u"attempts"_s, u"AgencyA.csv"_s}, "bob").out, u"never given to a node"_s);

        m->fleet.published = {{}, u"completed/2026-11-23/x"_s, {{u"sub/Ä b.csv"_s, 4'711, QByteArray(64, 'a')}}, {}};
        const CtlEnd results = m->run({u"results"_s, u"AgencyA.csv"_s}, "bob");
        ENDS(results, 0);
        SAYS(results.out, u"sub/Ä b.csv   4711  aaaa"_s);
        SAYS(results.out, u"completed/2026-11-23/x/results"_s);
        m->fleet.published = {{}, {}, {}, u"it is on hold"_s};
        SAYS(m->run({u"results"_s, u"AgencyA.csv"_s}, "bob").out, u"No results: it is on hold."_s);
    }

    void an_earlier_attempts_log_is_asked_for()
    {
        m->fleet.logBytes = "one\ntwo\n";
        const CtlEnd end = m->run({u"log"_s, u"AgencyA.csv"_s, u"--attempt"_s, u"2"_s}, "bob");
        ENDS(end, 0);
        QCOMPARE(end.out, u"one\ntwo\n"_s);
        QVERIFY(!m->fleet.logAttempts.isEmpty());
        for (const Epoch attempt : std::as_const(m->fleet.logAttempts)) {
            QCOMPARE(attempt, Epoch {2});
        }
    }

    void a_self_check_tells_a_script_how_it_went()
    {
        m->fleet.selfCheck = {{}, 7, {1'795'440'600'000}, {{u"share"_s, true, u"/srv"_s}, {u"token"_s, true, {}}}, {}};
        CtlEnd end = m->run({u"self-check"_s, u"DTF-01"_s});
        ENDS(end, 0);
        SAYS(end.out, u"ok  share  /srv"_s);
        m->fleet.selfCheck.rows[1].ok = false;
        end = m->run({u"self-check"_s, u"DTF-01"_s});
        ENDS(end, 1);
        SAYS(end.out, u"NOT OK  token"_s);
        end = m->run({u"self-check"_s, u"DTF-01"_s, u"--json"_s});
        ENDS(end, 1);
        QCOMPARE(document(end.out).value("rows"_L1).toArray().size(), 2);
        ENDS(m->run({u"self-check"_s, u"DTF-01"_s}, "bob"), 4); // a viewer may not
        m->fleet.error = Error {ErrorCode::Timeout, u"the agent sent no answer in time"_s};
        ENDS(m->run({u"self-check"_s, u"DTF-01"_s}), 1);
    }

    void the_last_hours()
    {
        const NodeName node = *NodeName::parse("DTF-01");
        m->fleet.past = {{0}, {7'200'000}, false, {{{0}, 41, 2, 1, 0, 184'000, 62'000}},
            {{node, {{u"busy"_s, {0}, {5'400'000}}, {u"lost"_s, {5'400'000}, {7'200'000}}}}}};
        const CtlEnd end = m->run({u"history"_s, u"--hours"_s, u"2"_s}, "bob");
        ENDS(end, 0);
        SAYS(end.out, u"41"_s);
        SAYS(end.out, u"3m04"_s);
        SAYS(end.out, u"75 %"_s);
        SAYS(end.out, u"25 %"_s);
        SAYS(end.out, u"Too much happened"_s);
    }

    void nothing_matches()
    {
        const CtlEnd end = m->run({u"jobs"_s, u"--text"_s, u"nothing"_s});
        ENDS(end, 0);
        QCOMPARE(end.out, u"No files match.\n"_s);
    }

    void a_page_says_that_there_is_more_and_all_takes_every_page()
    {
        m->fleet.files.clear();
        for (int i = 0; i < 2'500; ++i) {
            JobView job = file(u"f%1.csv"_s.arg(i), "01JDCQ5T3M8YZKX4W9RVN7B2HC", JobState::Waiting);
            m->fleet.files.append(job);
        }
        const CtlEnd page = m->run({u"jobs"_s, u"--limit"_s, u"10"_s});
        ENDS(page, 0);
        QCOMPARE(page.out.count(u'\n'), 11);
        SAYS(page.err, u"10 of 2500 files shown"_s);
        const CtlEnd all = m->run({u"jobs"_s, u"--all"_s, u"--json"_s});
        ENDS(all, 0);
        QCOMPARE(document(all.out).value("jobs"_L1).toArray().size(), 2'500);
    }

    void a_file_is_meant_by_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("id") << u"01JDCQ5T3M8YZKX4W9RVN7B2HD"_s << 0 << QString();
        QTest::newRow("id in small letters") << u"01jdcq5t3m8yzkx4w9rvn7b2hd"_s << 0 << QString();
        QTest::newRow("end of an id") << u"N7B2HD"_s << 0 << QString();
        QTest::newRow("awkward name") << u"Ägency & 木村+1.csv"_s << 0 << QString();
        QTest::newRow("part of several ids") << u"9RVN7B2H"_s << 2 << u"01JDCQ5T3M8YZKX4W9RVN7B2HC  waiting  AgencyA.csv"_s;
        QTest::newRow("name of two") << u"twice.csv"_s << 2 << u"01JDCQ5T3M8YZKX4W9RVN7C002  failed  twice.csv"_s;
        QTest::newRow("part of a name") << u"ägency"_s << 5 << u"Similar names:"_s;
        QTest::newRow("unknown") << u"nobody.csv"_s << 5 << u"No file has the name 'nobody.csv'"_s;
    }
    void a_file_is_meant_by()
    {
        QFETCH(QString, word);
        QFETCH(int, code);
        QFETCH(QString, says);
        const CtlEnd end = m->run({u"hold"_s, word, u"--reason"_s, u"x"_s});
        ENDS(end, code);
        SAYS(end.err, says);
        QCOMPARE(m->fleet.commands.size(), code == 0 ? 1 : 0);
        if (code == 0) {
            QCOMPARE(m->fleet.commands.first().what, "hold 01JDCQ5T3M8YZKX4W9RVN7B2HD");
        }
    }

    void every_command_arrives_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("what");
        for (const char *action : {"requeue", "hold", "release", "stop", "done"}) {
            QTest::newRow(action) << QStringList {QString::fromLatin1(action), u"AgencyA.csv"_s}
                                  << QByteArray(action) + " 01JDCQ5T3M8YZKX4W9RVN7B2HC";
        }
        for (const char *action : {"pause", "resume", "drain", "restart-browser", "restart-agent"}) {
            QTest::newRow(action) << QStringList {QString::fromLatin1(action), u"DTF-01"_s} << QByteArray(action) + " DTF-01";
        }
        QTest::newRow("dispatch pause") << QStringList {u"dispatch"_s, u"pause"_s} << QByteArray("dispatch pause");
        QTest::newRow("dispatch resume") << QStringList {u"dispatch"_s, u"resume"_s} << QByteArray("dispatch resume");
    }
    void every_command_arrives()
    {
        QFETCH(QStringList, words);
        QFETCH(QByteArray, what);
        const QStringList why {u"--reason"_s, u"weil es „so“ ist"_s};
        const CtlEnd end = m->run(words + why);
        ENDS(end, 0);
        QCOMPARE(end.out, u"Done: it is so now.\n"_s);
        ENDS(m->run(words + why + QStringList {u"--key"_s, u"mine"_s}), 0);
        QCOMPARE(m->fleet.commands.size(), 2);
        QCOMPARE(m->fleet.commands.first().what, what);
        QCOMPARE(m->fleet.commands.first().request.reason, u"weil es „so“ ist"_s);
        QCOMPARE(m->fleet.commands.first().request.key.size(), 32);
        QCOMPARE(m->fleet.commands.last().request.key, u"mine"_s);
    }

    void conditions_arrive()
    {
        ENDS(m->run({u"requeue"_s, u"AgencyA.csv"_s, u"--reason"_s, u"x"_s, u"--node"_s, u"DTF-02"_s, u"--expect-epoch"_s, u"3"_s,
                 u"--expect-state"_s, u"hold"_s}),
            0);
        const OperatorRequest request = m->fleet.commands.first().request;
        QCOMPARE(request.node.toString(), u"DTF-02"_s);
        QCOMPARE(request.expectEpoch, std::optional<Epoch>(3));
        QCOMPARE(request.expectState, std::optional(JobState::Hold));
        ENDS(m->run({u"restart-browser"_s, u"DTF-01"_s, u"--now"_s, u"--reason"_s, u"x"_s}), 0);
        QVERIFY(m->fleet.commands.last().request.now);
    }

    void a_refusal_has_its_exit_code_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("exit");
        QTest::newRow("stale") << u"stale"_s << 6;
        QTest::newRow("not found") << u"not-found"_s << 5;
        QTest::newRow("illegal") << u"illegal-transition"_s << 1;
        QTest::newRow("the fleet forbids") << u"forbidden"_s << 1; // not the token's fault
        QTest::newRow("a word we don't know") << u"full-moon"_s << 1;
    }
    void a_refusal_has_its_exit_code()
    {
        QFETCH(QString, code);
        QFETCH(int, exit);
        m->fleet.reply = {false, code, u"it has run\x1b[2J before"_s, m->fleet.files[1], 0};
        const CtlEnd end = m->run({u"release"_s, u"AgencyA.csv"_s, u"--reason"_s, u"x"_s});
        ENDS(end, exit);
        QCOMPARE(end.out, QString());
        SAYS(end.err, u"Refused: it has run\\x1b[2J before."_s);
        SAYS(end.err, u"Now: Ägency & 木村+1.csv (01JDCQ5T3M8YZKX4W9RVN7B2HD): on hold"_s);
        const CtlEnd raw = m->run({u"release"_s, u"AgencyA.csv"_s, u"--reason"_s, u"x"_s, u"--json"_s});
        ENDS(raw, exit);
        QCOMPARE(document(raw.out).value("code"_L1).toString(), code);
        QCOMPARE(document(raw.out).value("ok"_L1), QJsonValue(false));
    }

    void an_error_has_its_exit_code_data()
    {
        QTest::addColumn<int>("error");
        QTest::addColumn<int>("exit");
        QTest::addColumn<QString>("says");
        QTest::newRow("not found") << int(ErrorCode::NotFound) << 5 << u"plain detail"_s;
        QTest::newRow("store") << int(ErrorCode::StoreFailed) << 1 << u"can't save its records"_s;
        QTest::newRow("share") << int(ErrorCode::ShareDown) << 1 << u"Check the file server"_s;
        QTest::newRow("stale") << int(ErrorCode::Stale) << 6 << u"changed meanwhile"_s;
    }
    void an_error_has_its_exit_code()
    {
        QFETCH(int, error);
        QFETCH(int, exit);
        QFETCH(QString, says);
        m->fleet.error = Error {static_cast<ErrorCode>(error), u"plain detail"_s};
        const CtlEnd end = m->run({u"why"_s, u"01JDCQ5T3M8YZKX4W9RVN7B2HC"_s, u"--json"_s});
        ENDS(end, exit);
        SAYS(end.err, says);
        QCOMPARE(document(end.out).value("error"_L1).toObject().value("code"_L1).toString(),
            QString(toString(static_cast<ErrorCode>(error))));
        ENDS(m->run({u"pause"_s, u"DTF-01"_s, u"--reason"_s, u"x"_s}), exit);
    }

    void who_may_not_is_told()
    {
        const CtlEnd nobody = m->run({u"nodes"_s}, "");
        ENDS(nobody, 4);
        SAYS(nobody.err, u"--token-file or DTF_TOKEN_FILE"_s);
        const CtlEnd stranger = m->run({u"nodes"_s}, "stranger");
        ENDS(stranger, 4);
        SAYS(stranger.err, u"does not know your token"_s);
        const CtlEnd viewer = m->run({u"pause"_s, u"DTF-01"_s, u"--reason"_s, u"x"_s}, "bob");
        ENDS(viewer, 4);
        SAYS(viewer.err, u"operator role"_s);
        QVERIFY(m->fleet.commands.isEmpty());
        const CtlEnd missing = m->run({u"nodes"_s, u"--token-file"_s, m->path("nowhere")});
        ENDS(missing, 2);
        SAYS(missing.err, u"The token can't be taken"_s);
    }

    void nobody_there()
    {
        QTcpServer taken; // a port that surely is nobody's once it is closed
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        const QString url = u"http://127.0.0.1:%1"_s.arg(taken.serverPort());
        taken.close();
        const CtlEnd end = m->run({u"state"_s, u"--server"_s, url, u"--json"_s});
        ENDS(end, 3);
        SAYS(end.err, u"can't be reached"_s);
        QCOMPARE(document(end.out).value("error"_L1).toObject().value("code"_L1).toString(), u"unavailable"_s);
        ENDS(m->run({u"log"_s, u"01JDCQ5T3M8YZKX4W9RVN7B2HC"_s, u"--follow"_s, u"--server"_s, url}), 3);
        ENDS(m->run({u"picture"_s, u"DTF-01"_s, m->path("p.png"), u"--server"_s, url}), 3);
    }

    void somebody_else_there()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        connect(&other, &QTcpServer::newConnection, &other, [&other] {
            QTcpSocket *socket = other.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->write(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>");
                socket->disconnectFromHost();
            });
        });
        const QString url = u"http://127.0.0.1:%1"_s.arg(other.serverPort());
        const CtlEnd end = m->run({u"state"_s, u"--server"_s, url});
        ENDS(end, 3);
        SAYS(end.err, u"no orchestrator of this version"_s);
        ENDS(m->run({u"picture"_s, u"DTF-01"_s, m->path("p.png"), u"--server"_s, url}), 3);
        QVERIFY(!QFile::exists(m->path("p.png")));
    }

    void no_answer_in_time()
    {
        m->fleet.silent = true;
        const CtlEnd end = m->run({u"jobs"_s, u"--timeout"_s, u"1"_s});
        ENDS(end, 3);
        SAYS(end.err, u"--timeout"_s);
    }

    void interrupted_before_the_answer_is_no_success()
    {
        m->fleet.silent = true;
        QProcess program;
        m->start(program, {u"pause"_s, u"DTF-01"_s, u"--reason"_s, u"x"_s});
        QTRY_COMPARE_WITH_TIMEOUT(m->fleet.commands.size(), 1, 20'000);
        program.terminate();
        ENDS(CtlFixture::wait(program), 3);
    }

    void a_log_is_shown_whole_and_safe()
    {
        m->fleet.files[0].epoch = 1;
        m->fleet.files[0].node = *NodeName::parse("DTF-01");
        m->fleet.logBytes = "first line\nsecond \x1b[31m\xC3\xA4\r\nno end";
        const CtlEnd end = m->run({u"log"_s, u"AgencyA.csv"_s});
        ENDS(end, 0);
        QCOMPARE(end.out, u"first line\nsecond \\x1b[31m\u00e4\nno end\n"_s);
        const CtlEnd not_run = m->run({u"log"_s, u"01JDCQ5T3M8YZKX4W9RVN7B2HD"_s});
        ENDS(not_run, 5);
        SAYS(not_run.err, u"has not run yet"_s);
    }

    void a_followed_log_goes_on_through_the_next_attempt_until_the_file_rests()
    {
        JobView &job = m->fleet.files[0];
        job.epoch = 1;
        job.node = *NodeName::parse("DTF-01");
        job.state = JobState::Running;
        m->fleet.logBytes = "attempt one\n";
        int reads = 0;
        m->fleet.afterLog = [&] {
            ++reads;
            if (reads == 3) { // both pieces and the empty end were read
                job.epoch = 2;
                m->fleet.logBytes = "attempt two\n";
            } else if (reads == 6) {
                job.state = JobState::Done;
                m->fleet.logBytes += "the end";
            }
        };
        const CtlEnd end = m->run({u"log"_s, u"AgencyA.csv"_s, u"--follow"_s});
        ENDS(end, 0);
        QCOMPARE(end.out, u"attempt one\nattempt two\nthe end\n"_s);
        SAYS(end.err, u"Attempt 2 on DTF-01"_s);
    }

    void a_followed_audit_shows_what_is_new()
    {
        QProcess program;
        m->start(program, {u"audit"_s, u"--follow"_s, u"--json"_s});
        QByteArray out;
        const auto lines = [&] {
            out += program.readAllStandardOutput();
            return out.count('\n');
        };
        QTRY_COMPARE_WITH_TIMEOUT(lines(), 3, 20'000);
        AuditRow fourth {4, {}, QByteArray(32, 'h')};
        fourth.event.actor = "operator:anna";
        m->fleet.rows.append(fourth);
        QTRY_COMPARE_WITH_TIMEOUT(lines(), 4, 20'000);
        QCOMPARE(document(QString::fromUtf8(out.split('\n')[0])).value("seq"_L1).toInt(), 1); // oldest first
        QCOMPARE(document(QString::fromUtf8(out.split('\n')[3])).value("seq"_L1).toInt(), 4);
        program.terminate();
        ENDS(CtlFixture::wait(program), 0);
    }

    void a_picture_is_a_file()
    {
        const QString path = m->path("p.png");
        const CtlEnd end = m->run({u"picture"_s, u"DTF-01"_s, path});
        ENDS(end, 0);
        QFile picture(path);
        QVERIFY(picture.open(QIODevice::ReadOnly));
        QCOMPARE(picture.readAll(), QByteArray("\x89PNG\r\n\0picture", 14));
        const CtlEnd nowhere = m->run({u"picture"_s, u"DTF-01"_s, m->path("no/such/p.png")});
        ENDS(nowhere, 2);
        SAYS(nowhere.err, u"can't be written"_s);
        m->fleet.error = Error {ErrorCode::Timeout, u"the agent sent no picture in time"_s};
        ENDS(m->run({u"picture"_s, u"DTF-01"_s, path}), 1);
    }

    void wrong_usage_asks_nobody()
    {
        const CtlEnd end = m->run({u"hold"_s, u"AgencyA.csv"_s});
        ENDS(end, 2);
        SAYS(end.err, u"hold needs --reason TEXT"_s);
        ENDS(m->run({u"--help"_s}), 0);
        SAYS(m->run({u"--help"_s}).out, u"Exit codes"_s);
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
