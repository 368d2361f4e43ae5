// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/ctlrun.h"
#include "console/ctl/jobfinder.h"
#include "console/ctl/printouts.h"
#include "console/ctl/table.h"
#include "console/text/loglines.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

const JobId someJob = *JobId::parse("01JDCQ5T3M8YZKX4W9RVN7B2HC");
const WallTime noon {1'795'435'200'000}; // 2026-11-23 12:00:00 UTC
const PrintContext context {noon, QTimeZone::utc()};

WallTime ago(int seconds)
{
    return {noon.msecsSinceEpoch - seconds * 1000};
}

NodeName node(const char *name)
{
    return *NodeName::parse(name);
}

JobView job(const QString &name, JobState state = JobState::Waiting)
{
    JobView view;
    view.job = someJob;
    view.name = name;
    view.state = state;
    view.changed = ago(252);
    return view;
}

} // namespace

class TestPrintouts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_table_is_aligned_by_what_is_seen()
    {
        QCOMPARE(renderTable({{u"NAME"_s}, {u"N"_s, Align::Right}, {u"NOTE"_s}},
                     {{u"木村.csv"_s, u"7"_s, u"x"_s}, {u"a\u0308.csv"_s, u"123"_s, {}}, {u"b"_s, {}, u"y"_s}}),
            u"NAME        N  NOTE\n"
            "木村.csv    7  x\n"
            "a\u0308.csv     123\n"
            "b           -  y\n"_s);
    }

    void remote_text_can_not_steer_the_terminal()
    {
        const QString table = renderTable({{u"A"_s}}, {{u"evil\x1b[2J\n\u202Egnp.exe"_s}});
        QCOMPARE(table, u"A\nevil\\x1b[2J\\x0a\\u{202e}gnp.exe\n"_s);
    }

    void long_cells_are_cut()
    {
        QCOMPARE(renderTable({{u"A"_s, Align::Left, 5}, {u"B"_s, Align::Left, 5}}, {{u"abcdefgh"_s, u"abcdefgh"_s}}),
            u"A      B\nab\u2026gh  abcd\u2026\n"_s);
    }

    void files()
    {
        JobView running = job(u"AgencyA.csv"_s, JobState::Running);
        running.node = node("DTF-01");
        running.epoch = 2;
        running.lastLine = u"row 7 of 9"_s;
        JobView held = job(u"AgencyB.csv"_s, JobState::Hold);
        held.cause = Cause::ZeroRows;
        held.changed = ago(26 * 3600);
        QCOMPARE(jobsText({running, held}, context),
            u"ID        FILE         STATE    NODE    TRY  SINCE                  AGE  WHY / LAST LINE\n"
            "VN7B2HC0  AgencyA.csv  running  DTF-01    2  11:55:48              4m12  row 7 of 9\n"
            "VN7B2HC0  AgencyB.csv  on hold  -         -  2026-11-22 10:00:00  1d02h  The script ended well but processed no rows.\n"_s
                .replace(u"VN7B2HC0"_s, shortId(someJob)));
    }

    void nothing_is_said_in_words()
    {
        QCOMPARE(jobsText({}, context), u"No files match.\n"_s);
        QCOMPARE(alertsText({}, context), u"No alerts: all is well.\n"_s);
        QCOMPARE(auditText({}, context), u"No entries match.\n"_s);
        QVERIFY(nodesText({}, context).startsWith(u"The orchestrator knows no nodes."_s));
    }

    void nodes()
    {
        NodeView one;
        one.node = node("DTF-01");
        one.state = u"paused"_s;
        one.since = ago(60);
        one.paused = true;
        one.pausedBy = u"operator:anna"_s;
        one.pausedReason = u"tests"_s;
        one.beat.seq = 4;
        one.beat.browserState = BrowserState::LoginRequired;
        one.beat.browserPort = 9222;
        one.beat.cpuPercent = 42.6;
        one.beat.version = u"1.2.0"_s;
        one.heartbeatAgeMs = 3'100;
        NodeView never;
        never.node = node("DTF-02");
        never.state = u"unseen"_s;
        QCOMPARE(nodesText({one, never}, context),
            u"NODE    STATE         SINCE     BROWSER       PORT  HEARD   CPU  VERSION  FILES  DONE  FAILED  RUNNING  NOTE\n"
            "DTF-01  paused        11:59:00  login needed  9222     3s  43 %  1.2.0        0     0       0  -        by "
            "operator:anna: "
            "tests\n"
            "DTF-02  not seen yet  -         -                -  never     -  -            0     0       0  -\n"_s);
    }

    void why_not()
    {
        WhyView why;
        why.job = job(u"AgencyA.csv"_s);
        why.verdict = u"waiting-for-node"_s;
        why.nodes = {{node("DTF-01"), {{u"pool"_s, true, {}}, {u"browser-ready"_s, false, u"login_required: /login"_s}}},
            {node("DTF-02"), {{u"pool"_s, false, u"lost"_s}}}, {node("DTF-03"), {{u"pool"_s, true, {}}}},
            {node("DTF-04"), {{u"moon-phase"_s, false, {}}}}};
        QCOMPARE(whyText(why, context),
            u"AgencyA.csv (01JDCQ5T3M8YZKX4W9RVN7B2HC): waiting since 11:55:48\n"
            "No node can take it now.\n"
            "\n"
            "NODE    TAKES IT  WHY\n"
            "DTF-01  no        The node's browser is not ready. (login_required: /login)\n"
            "DTF-02  no        The node is not heard. (lost)\n"
            "DTF-03  yes       It can take this file.\n"
            "DTF-04  no        moon-phase\n"_s);
    }

    void why_it_waits_for_a_certain_node()
    {
        WhyView why;
        why.job = job(u"AgencyA_2.pdf"_s);
        why.verdict = u"affinity"_s;
        why.detail = u"waits for DTF-02, which works on AgencyA"_s;
        why.until = WallTime {noon.msecsSinceEpoch + 20'000};
        const QString text = whyText(why, context);
        QVERIFY2(text.contains(u"\nThe file stays for the node that works on its key.\n"
                               "waits for DTF-02, which works on AgencyA, until 12:00:20\n"_s),
            qPrintable(text));
    }

    void alerts_come_worst_first_with_the_next_step()
    {
        const QString text = alertsText({{AlertKind::JobFailed, AlertSeverity::Warning, someJob.toBytes26(), ago(600), "a.csv"},
                                            {AlertKind::LoginNeeded, AlertSeverity::Critical, "DTF-02", ago(252), {}}},
            context);
        QCOMPARE(text,
            u"CRITICAL  login-needed DTF-02  since 11:55:48 (4m12)  The portal asks for a login.\n"
            "          Next: Open the desktop of this node and log in to the portal; its files wait until then.\n"
            "WARNING   job-failed 9RVN7B2HC  since 11:50:00 (10m00)  A file has failed.\n"
            "          a.csv\n"
            "          Next: Read its log, mend the cause, then use requeue.\n"
            "Take care of one: dtf-ctl ack KIND SUBJECT, e.g. ack login-needed DTF-02.\n"_s.replace(
                u"9RVN7B2HC"_s, shortId(someJob)));
    }

    void what_somebody_has_seen_comes_last_with_who_it_was()
    {
        Alert seen {AlertKind::ShareDown, AlertSeverity::Critical, {}, ago(600), {}};
        seen.acknowledged = Acknowledgement {ago(60), "operator:anna", "IT is\x1b at it"};
        const Alert open {AlertKind::JobFailed, AlertSeverity::Warning, someJob.toBytes26(), ago(10), {}};
        const QString text = alertsText({seen, open}, context);
        QVERIFY2(text.startsWith(u"WARNING   job-failed"_s), qPrintable(text));
        QVERIFY2(text.contains(u"CRITICAL  share-down  since"_s), qPrintable(text));
        QVERIFY2(text.contains(u"          Acknowledged by operator:anna at 11:59:00: IT is\\x1b at it\n"_s), qPrintable(text));
        QVERIFY(!alertsText({seen}, context).contains(u"dtf-ctl ack"_s));
        StateView state;
        state.alerts = {seen, open};
        QVERIFY2(stateText(state, context).endsWith(u"Alerts        1, critical: 0, acknowledged: 1 (dtf-ctl alerts)\n"_s),
            qPrintable(stateText(state, context)));
    }

    void the_state_shouts_what_is_wrong()
    {
        StateView state;
        state.summary.version = u"0.1.0"_s;
        state.summary.time = noon;
        state.summary.dispatchPaused = true;
        state.summary.dispatchPausedBy = u"operator:anna"_s;
        state.summary.dispatchPausedReason = u"update"_s;
        state.summary.shareOk = false;
        state.summary.shareDetail = u"sentinel missing"_s;
        state.summary.jobsByState = QList<qint64>(11, 0);
        state.summary.jobsByState[int(JobState::Hold)] = 2;
        const QString text = stateText(state, context);
        QVERIFY(text.contains(u"PAUSED by operator:anna: update"_s));
        QVERIFY(text.contains(u"TROUBLE: sentinel missing"_s));
        QVERIFY(text.contains(u"0 waiting · 0 running · 2 on hold\n"_s));
    }

    void the_audit_reads_like_a_log()
    {
        AuditRow first {7, {}, {}};
        first.event.kind = AuditKind::CommandRefused;
        first.event.time = ago(1);
        first.event.actor = "operator:anna";
        first.event.detail = "hold: no\nFORGED LINE";
        AuditRow second {8, {}, {}};
        second.event.kind = AuditKind::JobDone;
        second.event.time = noon;
        second.event.job = someJob;
        second.event.epoch = 3;
        const QStringList lines = auditText({second, first}, context).split(u'\n');
        QCOMPARE(lines.size(), 4);
        QVERIFY2(lines[1].contains(u"7  11:59:59  command refused"_s) && lines[1].endsWith(u"hold: no\\x0aFORGED LINE"_s),
            qPrintable(lines[1]));
        QVERIFY2(lines[2].contains(u"8  12:00:00  done"_s), qPrintable(lines[2]));
    }

    void answers_to_commands()
    {
        QCOMPARE(replyText({true, u"done"_s, u"it goes on"_s, {}, 0}, context), u"Done: it goes on.\n"_s);
        QCOMPARE(replyText({true, u"accepted"_s, {}, {}, 0}, context), u"Accepted.\n"_s);
        QCOMPARE(replyText({false, u"stale"_s, u"it has changed"_s, job(u"a.csv"_s, JobState::Running), 0}, context),
            u"Refused: it has changed.\nNow: a.csv (01JDCQ5T3M8YZKX4W9RVN7B2HC): running since 11:55:48.\n"_s);
        QVERIFY(replyText({false, u"stale"_s, {}, {}, 0}, context).startsWith(u"Refused. It has changed meanwhile."_s));
    }

    void a_log_in_pieces_is_whole_lines()
    {
        LogText text;
        QCOMPARE(text.add("one\r\ntw"), u"one\n"_s);
        QCOMPARE(text.add("o\n\xC3"), u"two\n"_s);
        QCOMPARE(text.add("\xA4\tx\n\n"), u"\u00e4    x\n\n"_s); // a character cut in two by the pieces
        QCOMPARE(text.add("\x1b[0m"), QString());
        QCOMPARE(text.flush(), u"\\x1b[0m\n"_s);
        QCOMPARE(text.flush(), QString());
        QCOMPARE(text.add(QByteArray(64 * 1024 + 1, 'x')).size(), 64 * 1024 + 1); // broken: bounded memory
        QCOMPARE(text.add(QByteArray(64 * 1024 - 1, 'y') + '\n').size(), 64 * 1024 + 1);
        QCOMPARE(text.flush(), QString());
    }

    void a_name_beats_a_part_of_an_id()
    {
        JobView byId = job(u"other.csv"_s);
        JobView byName = job(u"B2HC"_s);
        byName.job = *JobId::parse("01JDCQ5T3M8YZKX4W9RVN7B000");
        QCOMPARE(matchJobs(u"B2HC"_s, {byId, byName}).jobs.size(), 1);
        QCOMPARE(matchJobs(u"B2HC"_s, {byId, byName}).jobs.first().name, u"B2HC"_s);
        QCOMPARE(matchJobs(u"b2hc"_s, {byId}).jobs.first().name, u"other.csv"_s);
        QVERIFY(matchJobs(u"other"_s, {byId}).jobs.isEmpty()); // a part of a name is not enough
        QCOMPARE(matchJobs(u"other"_s, {byId}).similar.size(), 1);
    }

    void troubles_name_the_next_step_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("hasToken");
        QTest::addColumn<QString>("says");
        const auto row = [](int status, ErrorCode code, bool token, const char *says) {
            QTest::addRow("%d %s", status, toString(code).data()) << status << int(code) << token << QString::fromLatin1(says);
        };
        row(0, ErrorCode::Unavailable, true, "can't be reached");
        row(0, ErrorCode::Timeout, true, "--timeout");
        row(200, ErrorCode::ParseError, true, "no orchestrator of this version");
        row(401, ErrorCode::Unauthorised, false, "--token-file");
        row(401, ErrorCode::Unauthorised, true, "does not know your token");
        row(403, ErrorCode::Forbidden, true, "operator role");
        row(503, ErrorCode::ShareDown, true, "Check the file server");
        row(404, ErrorCode::NotFound, true, "the \\x1b detail");
    }
    void troubles_name_the_next_step()
    {
        QFETCH(int, status);
        QFETCH(int, code);
        QFETCH(bool, hasToken);
        QFETCH(QString, says);
        const QString text =
            troubleText({static_cast<ErrorCode>(code), u"the \x1b detail"_s}, status, QUrl(u"http://127.0.0.1:3000"_s), hasToken);
        QVERIFY2(text.contains(says), qPrintable(text));
        QVERIFY(!text.contains(QChar(0x1b)));
    }
};

QTEST_GUILESS_MAIN(TestPrintouts)
#include "tst_printouts.moc"
