// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/arguments.h"
#include "console/ctl/exitcode.h"
#include "tests/support/comparewords.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

Result<Arguments> parsed(const QString &line, const ArgumentDefaults &defaults = {})
{
    QStringList words = line.split(u' ', Qt::SkipEmptyParts);
    words.replaceInStrings(u"~"_s, u" "_s); // "~" stands for a space within a word
    return parseArguments(words, defaults);
}

} // namespace

class TestArguments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_is_wrong_is_said_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *line, const char *says) {
            QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(says);
        };
        row("", "What shall be done?");
        row("fly", "no command 'fly'");
        row("nodes --bad", "no option --bad");
        row("nodes -x", "no option -x");
        row("nodes extra", "takes no further words");
        row("nodes --server https://orch:3000 --fingerprint ab:cd", "64 hexadecimal digits");
        row("nodes --fingerprint 0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", "--server https://");
        row("why", "Usage: dtf-ctl why JOB");
        row("why a b", "Usage: dtf-ctl why JOB");
        row("nodes --follow", "--follow has no meaning for nodes");
        row("pause DTF-01 --node DTF-02 --reason x", "--node has no meaning for pause");
        row("jobs --json=1", "--json takes no value");
        row("jobs --node", "--node needs a value");
        row("jobs --node dtf", "not a node's name");
        row("jobs --state waiting,flying", "no state 'flying'");
        row("jobs --cause bad-luck", "no cause 'bad-luck'");
        row("jobs --limit 0", "--limit must be a number from 1 to 1000");
        row("jobs --limit 1001", "--limit must be a number from 1 to 1000");
        row("audit --after x", "--after must be a number");
        row("jobs --sort colour", "no order 'colour'. The orders are: changed, accepted, name");
        row("jobs --ascending=1", "--ascending takes no value");
        row("audit --before 0", "--before must be a number");
        row("audit --from yesterday", "--from must be a day like 2026-11-23");
        row("audit --to 2026-13-01", "--to must be a day like 2026-11-23");
        row("audit --from 2026-11-24 --to 2026-11-23", "--to must be later than --from");
        row("audit --follow --before 7", "leave --before and --to out");
        row("log a.csv --attempt 0", "--attempt must be a number from 1");
        row("log a.csv --attempt 1 --follow", "leave --attempt out");
        row("attempts", "Usage: dtf-ctl attempts JOB");
        row("results", "Usage: dtf-ctl results JOB");
        row("self-check", "Usage: dtf-ctl self-check NODE");
        row("self-check DTF-01 --reason x", "--reason has no meaning for self-check");
        row("history --hours 169", "--hours must be a number from 1 to 168");
        row("report --day 2026-02-30", "--day must be a day");
        row("hold a.csv", "hold needs --reason TEXT");
        row("hold a.csv --reason ~", "1 to 500 characters");
        row("dispatch stop --reason x", "dispatch pause|resume");
        row("dispatch pause", "needs --reason");
        row("ack", "Usage: dtf-ctl ack KIND [SUBJECT]");
        row("ack login-needed DTF-01 DTF-02", "Usage: dtf-ctl ack KIND [SUBJECT]");
        row("ack full-moon", "no kind of alert 'full-moon'. The kinds are: login-needed, ");
        row("ack login-needed --now", "--now has no meaning for ack");
        row("picture DTF-01", "Usage: dtf-ctl picture NODE FILE");
        row("nodes --timeout 0", "--timeout must be a number from 1 to 600");
        row("nodes --server localhost:3000", "http(s)://host:port");
        row("nodes --server ftp://a", "http(s)://host:port");
        row("nodes --server http://a:b@c", "http(s)://host:port");
        row("nodes --server http://a/path", "http(s)://host:port");
        row("stop a --reason x --expect-epoch -1", "--expect-epoch must be a number");
        row("stop a --reason x --expect-state gone", "no state 'gone'");
    }
    void what_is_wrong_is_said()
    {
        QFETCH(QString, line);
        QFETCH(QString, says);
        const auto arguments = parsed(line);
        QVERIFY(!arguments);
        COMPARE_WORDS(arguments.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(arguments.error().detail.contains(says), qPrintable(arguments.error().detail));
    }

    void filters_are_read()
    {
        const auto a =
            parsed(u"jobs --state waiting,in_doubt --node=DTF-01 --text Agency~A --cause zero-rows --limit 7 --all --json"_s);
        QVERIFY(a);
        QCOMPARE(a->verb, Verb::Jobs);
        QVERIFY(a->all && a->json && !a->follow);
        QCOMPARE(
            targetOf(a->jobs), u"/api/v1/jobs?state=waiting%2Cin_doubt&node=DTF-01&text=Agency%20A&cause=zero-rows&limit=7"_s);
    }

    void awkward_texts_stay_one_value()
    {
        JobFilter filter;
        filter.text = u"a&limit=1#%+ ü"_s;
        QCOMPARE(targetOf(filter), u"/api/v1/jobs?text=a%26limit%3D1%23%25%2B%20%C3%BC&limit=100"_s);
    }

    void an_order_and_bounds_in_time_are_understood()
    {
        QCOMPARE(targetOf(parsed(u"jobs --sort name --ascending"_s)->jobs), u"/api/v1/jobs?sort=name&order=asc&limit=50"_s);
        const auto audit = parsed(u"audit --from 2026-11-23T13:30Z --to 2026-11-23T13:31:00Z --before 9"_s);
        QVERIFY(audit);
        QCOMPARE(targetOf(audit->audit), u"/api/v1/audit?before=9&from=1795440600000&to=1795440660000&order=newest&limit=50"_s);
        const auto day = parsed(u"audit --from 2026-11-23"_s);
        QVERIFY(day);
        QCOMPARE(day->audit.from.msecsSinceEpoch, QDate(2026, 11, 23).startOfDay().toMSecsSinceEpoch());
        QCOMPARE(parsed(u"history"_s)->hours, 24);
        QCOMPARE(parsed(u"history --hours 3"_s)->hours, 3);
        QCOMPARE(parsed(u"log a.csv --attempt 2"_s)->attempt, Epoch {2});
    }

    void an_order_is_sent_when_it_is_not_the_usual_one()
    {
        JobFilter filter;
        filter.sort = JobSort::Size;
        QCOMPARE(targetOf(filter), u"/api/v1/jobs?sort=size&order=desc&limit=100"_s);
        filter.sort = JobSort::Changed;
        filter.ascending = true;
        QCOMPARE(targetOf(filter), u"/api/v1/jobs?sort=changed&order=asc&limit=100"_s);
    }

    void the_audit_is_read_newest_first_unless_after_a_number()
    {
        QCOMPARE(
            targetOf(parsed(u"audit --actor operator:"_s)->audit), u"/api/v1/audit?actor=operator%3A&order=newest&limit=50"_s);
        QCOMPARE(targetOf(parsed(u"audit --after 12 --node DTF-02"_s)->audit),
            u"/api/v1/audit?node=DTF-02&after=12&order=oldest&limit=50"_s);
    }

    void commands_are_read()
    {
        const auto requeue =
            parsed(u"requeue a.csv --node DTF-03 --reason the~week~again --expect-epoch 2 --expect-state hold"_s);
        QVERIFY(requeue);
        QCOMPARE(requeue->verb, Verb::Job);
        COMPARE_WORDS(requeue->jobAction, JobAction::Requeue);
        QCOMPARE(requeue->job, u"a.csv"_s);
        QCOMPARE(requeue->request.node.toString(), u"DTF-03"_s);
        QCOMPARE(requeue->request.reason, u"the week again"_s);
        QCOMPARE(requeue->request.expectEpoch, std::optional<Epoch>(2));
        QCOMPARE(requeue->request.expectState, std::optional(JobState::Hold));
        const auto restart = parsed(u"restart-browser DTF-01 --now --reason x"_s);
        QVERIFY(restart);
        COMPARE_WORDS(restart->nodeAction, NodeAction::RestartBrowser);
        QVERIFY(restart->request.now);
        QVERIFY(parsed(u"dispatch pause --reason x"_s)->pause);
        QVERIFY(!parsed(u"dispatch resume --reason x"_s)->pause);
    }

    void an_alert_is_meant_by_its_kind_and_subject()
    {
        const auto one = parsed(u"ack login-needed DTF-01"_s); // no reason is needed
        QVERIFY(one);
        QCOMPARE(one->verb, Verb::Ack);
        COMPARE_WORDS(one->alertKind, AlertKind::LoginNeeded);
        QCOMPARE(one->subject, u"DTF-01"_s);
        QCOMPARE(one->request.key.size(), 32);
        QVERIFY(parsed(u"ack share-down --reason IT~knows"_s)->subject.isEmpty());
    }

    void each_verb_means_its_own_action()
    {
        for (const char *verb : {"requeue", "hold", "release", "stop", "done"}) {
            const auto a = parsed(u"%1 x --reason y"_s.arg(QLatin1StringView(verb)));
            QVERIFY2(a && a->verb == Verb::Job && toString(a->jobAction) == QLatin1StringView(verb), verb);
        }
        for (const char *verb : {"pause", "resume", "drain", "restart-browser", "restart-agent"}) {
            const auto a = parsed(u"%1 DTF-01 --reason y"_s.arg(QLatin1StringView(verb)));
            QVERIFY2(a && a->verb == Verb::Node && toString(a->nodeAction) == QLatin1StringView(verb), verb);
        }
    }

    void each_invocation_has_its_own_key()
    {
        const auto one = parsed(u"stop a --reason x"_s);
        const auto two = parsed(u"stop a --reason x"_s);
        QCOMPARE(one->request.key.size(), 32);
        QVERIFY(one->request.key != two->request.key);
        QCOMPARE(parsed(u"stop a --reason x --key mine"_s)->request.key, u"mine"_s);
    }

    void the_command_line_beats_the_environment()
    {
        const ArgumentDefaults environment {u"http://orchestrator:3000"_s, u"/t"_s};
        QCOMPARE(parsed(u"nodes"_s)->server, QUrl(u"http://127.0.0.1:3000"_s));
        QCOMPARE(parsed(u"nodes"_s, environment)->server, QUrl(u"http://orchestrator:3000"_s));
        QCOMPARE(parsed(u"nodes"_s, environment)->tokenFile, u"/t"_s);
        QCOMPARE(parsed(u"--server https://b:1 nodes --token-file u"_s, environment)->server, QUrl(u"https://b:1"_s));
        QCOMPARE(parsed(u"--server https://b:1 nodes --token-file u"_s, environment)->tokenFile, u"u"_s);
    }

    void a_fingerprint_is_taken_from_both()
    {
        const QString one = u"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"_s;
        const QString two = QString(one).replace(u'f', u'0');
        const ArgumentDefaults environment {u"https://orchestrator:3000"_s, u"/t"_s, one};
        QCOMPARE(parsed(u"nodes"_s, environment)->fingerprint, *Fingerprint::parse(one));
        QCOMPARE(parsed(u"nodes --fingerprint "_s + two, environment)->fingerprint, *Fingerprint::parse(two));
        QVERIFY(!parsed(u"nodes --server http://plain:1"_s, environment)); // it would protect nothing
        QVERIFY(!parsed(u"nodes"_s, {u"https://orchestrator:3000"_s, {}, u"nonsense"_s}));
        QVERIFY(parsed(u"--help"_s, {{}, {}, u"nonsense"_s}));
    }

    void a_file_may_be_called_like_an_option() { QCOMPARE(parsed(u"why -- --all"_s)->job, u"--all"_s); }

    void help_is_always_there()
    {
        for (const char *line : {"--help", "-h", "help", "jobs --help", "hold --help"}) {
            const auto a = parsed(QString::fromLatin1(line));
            QVERIFY2(a && a->verb == Verb::Help, line);
        }
        QCOMPARE(parsed(u"--version"_s)->verb, Verb::Version);
        for (int code = 0; code <= static_cast<int>(ExitCode::Stale); ++code) {
            QVERIFY(helpText().contains(u"\n  %1  "_s.arg(code)));
        }
    }

    void exit_codes_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("error");
        QTest::addColumn<int>("code");
        const auto row = [](int status, ErrorCode error, ExitCode code) {
            QTest::addRow("%d %s", status, toString(error).data()) << status << int(error) << int(code);
        };
        row(0, ErrorCode::Unavailable, ExitCode::Unreachable);
        row(0, ErrorCode::Timeout, ExitCode::Unreachable);
        row(200, ErrorCode::ParseError, ExitCode::Unreachable);
        row(301, ErrorCode::Unavailable, ExitCode::Unreachable);
        row(502, ErrorCode::Unavailable, ExitCode::Unreachable);
        row(400, ErrorCode::InvalidArgument, ExitCode::Usage);
        row(401, ErrorCode::Unauthorised, ExitCode::NotAuthorised);
        row(403, ErrorCode::Forbidden, ExitCode::NotAuthorised);
        row(404, ErrorCode::NotFound, ExitCode::NotFound);
        row(409, ErrorCode::Stale, ExitCode::Stale);
        row(409, ErrorCode::IllegalTransition, ExitCode::Refused);
        row(429, ErrorCode::TooMany, ExitCode::Refused);
        row(503, ErrorCode::ShareDown, ExitCode::Refused);
        row(500, ErrorCode::Internal, ExitCode::Refused);
    }
    void exit_codes()
    {
        QFETCH(int, status);
        QFETCH(int, error);
        QTEST(int(exitCodeOf(Error {static_cast<ErrorCode>(error), {}}, status)), "code");
    }
};

QTEST_GUILESS_MAIN(TestArguments)
#include "tst_arguments.moc"
