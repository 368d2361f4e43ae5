// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/tomlreader.h"
#include "tests/common/config/configfolder.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

/// What is refused, and how it is told.
class TestConfigErrors final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refused_data()
    {
        QTest::addColumn<bool>("ofAgent");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto orchestratorRow = [](const char *name, const QByteArray &text, const char *expected) {
            QTest::newRow(name) << false << text << QString::fromUtf8(expected);
        };
        const auto agentRow = [](const char *name, const QByteArray &text, const char *expected) {
            QTest::newRow(name) << true << text << QString::fromUtf8(expected);
        };
        const QByteArray o = goodOrchestrator; // 8 lines
        const QByteArray a = goodAgent;
        orchestratorRow("unknown key", o + "[intake]\nstable_second = 3\n",
            "FILE:10: intake.stable_second: is unknown; did you mean stable_seconds?");
        orchestratorRow("key of another section", o + "[intake]\nmax_attempts = 3\n",
            "FILE:10: intake.max_attempts: is unknown here; it belongs to [dispatch]");
        orchestratorRow("far from any name", o + "[log]\nverbosity = 3\n", "FILE:10: log.verbosity: is unknown; known are json");
        orchestratorRow("unknown section", o + "[liveliness]\n", "FILE:9: liveliness: is unknown; did you mean liveness?");
        orchestratorRow(
            "unknown key of a node", o + "prefetsch = 3\n", "FILE:9: node[0].prefetsch: is unknown; did you mean prefetch?");
        orchestratorRow("a text for a number", o + "[intake]\nstable_seconds = \"3\"\n",
            "FILE:10: intake.stable_seconds: is \"3\"; must be a number of seconds from 0 to 3600, fractions allowed");
        orchestratorRow(
            "not a number", o + "[intake]\nstable_seconds = nan\n", "FILE:10: intake.stable_seconds: is nan; must be a number");
        orchestratorRow("negative time", o + "[share]\n", "FILE:9: column");
        orchestratorRow(
            "port", o + "[listen]\nport = 65536\n", "FILE:10: listen.port: is 65536; must be a whole number from 0 to 65535");
        orchestratorRow(
            "a fraction for a port", o + "[listen]\nport = 1.5\n", "FILE:10: listen.port: is 1.5; must be a whole number");
        orchestratorRow("address", o + "[listen]\naddress = \"localhost\"\n",
            "FILE:10: listen.address: is \"localhost\"; must be an IP address");
        orchestratorRow("host with a port", o + "[listen]\nhosts = [\"a:3000\"]\n",
            "FILE:10: listen.hosts: holds \"a:3000\"; must be a list of host names without a port");
        orchestratorRow("certificate without a key", o + "[listen]\ncertificate = \"c.pem\"\n",
            "FILE:9: listen.key: is missing; TLS needs certificate and key");
        orchestratorRow("key without a certificate", o + "[listen]\nkey = \"k.pem\"\n",
            "FILE:9: listen.certificate: is missing; TLS needs certificate and key");
        orchestratorRow("key on the share", o + "[listen]\ncertificate = \"c\"\nkey = \"/srv/zone/k\"\n",
            "FILE:11: listen.key: must not lie on the share");
        orchestratorRow("regular expression", o + "[dispatch]\nserial_key = '('\n",
            "FILE:10: dispatch.serial_key: is no regular expression: missing closing parenthesis at character 1");
        orchestratorRow("regular expression of a rule", o + "[[dispatch.priority]]\npattern = '['\npriority = 1\n",
            "FILE:10: dispatch.priority[0].pattern: is no regular expression");
        orchestratorRow("empty pattern of a rule", o + "[[dispatch.priority]]\npattern = ''\npriority = 1\n",
            "FILE:10: dispatch.priority[0].pattern: must not be empty");
        orchestratorRow("rule without a priority", o + "[[dispatch.priority]]\npattern = 'x'\n",
            "FILE:9: dispatch.priority[0].priority: is missing; write e.g. priority = 10");
        orchestratorRow("word", o + "[runs]\nlost_run = \"Safe\"\n",
            "FILE:10: runs.lost_run: is \"Safe\"; must be one of \"safe\", \"requeue\", \"hold\"");
        orchestratorRow("type with a dot", o + "[intake]\ntypes = [\".csv\"]\n",
            "FILE:10: intake.types: holds \".csv\"; must be a list of file name endings");
        orchestratorRow("two nodes of one name", o + "[[node]]\nname = \"DTF-01\"\n",
            "FILE:10: node[1].name: is \"DTF-01\", as node[0] is; each node needs its own name");
        orchestratorRow(
            "node name", o + "[[node]]\nname = \"dtf-02\"\n", "FILE:10: node[1].name: is \"dtf-02\"; must be a node name");
        orchestratorRow("node without a name", o + "[[node]]\nprefetch = 1\n",
            "FILE:9: node[1].name: is missing; write e.g. name = \"DTF-01\"");
        orchestratorRow("node as one table", QByteArray(o).replace("[[node]]", "[node]"),
            "FILE:7: node: is a table; must be at most 1000 tables, each beginning with [[node]]");
        orchestratorRow("section as a value", "share = 1\n" + QByteArray(o).replace("[share]\nroot = \"/srv/zone\"\n", ""),
            "FILE:1: share: is 1; must be a table beginning with [share]");
        orchestratorRow("suspect not before lost", o + "[liveness]\nlost_seconds = 20\n",
            "FILE:10: liveness.lost_seconds: must be more than suspect_seconds");
        orchestratorRow("suspect at once", o + "[liveness]\nheartbeat_seconds = 20\n",
            "FILE:9: liveness.suspect_seconds: must be more than heartbeat_seconds");
        orchestratorRow("store on the share", QByteArray(o).replace("\"store.sqlite\"", "\"/srv/zone/s\""),
            "FILE:4: store.path: must not lie on the share");
#ifndef Q_OS_WIN // where it is a good one
        orchestratorRow("Windows path", QByteArray(o).replace("\"/srv/zone\"", "'\\\\dtf-files\\dispatch'"),
            "FILE:2: share.root: is '\\\\dtf-files\\dispatch', a Windows path");
#endif
        orchestratorRow("grammar", "[share\n", "FILE:1: column");
        orchestratorRow("the same key twice", o + "[log]\njson = \"a\"\njson = \"b\"\n", "FILE:11: column");

        agentRow("url with a password", QByteArray(a).replace("http://", "http://u:p@"),
            "orchestrator.url: is \"http://u:p@orchestrator:3000\"; must be an address like");
        agentRow("url with a path", QByteArray(a).replace(":3000", ":3000/api"), "orchestrator.url: is");
        agentRow("url of another scheme", QByteArray(a).replace("http://", "ftp://"), "orchestrator.url: is");
        agentRow("fingerprint that is none", QByteArray(a).replace("[orchestrator]", "[orchestrator]\nfingerprint = \"ab:cd\""),
            "orchestrator.fingerprint: is \"ab:cd\"; must be a SHA-256 fingerprint of 64 hexadecimal digits");
        agentRow("fingerprint over plain HTTP",
            QByteArray(a).replace("[orchestrator]", "[orchestrator]\nfingerprint = \"" + QByteArray(64, 'a') + '"'),
            "orchestrator.fingerprint: does nothing without TLS");
        agentRow("no share", QByteArray(a).replace("root = \"/srv/zone\"\n", ""),
            "FILE:8: share.root: is missing; needed unless offline");
        agentRow("unknown section of an agent", a + "[x]\n", "x: is unknown");
        agentRow("offline, no folder", QByteArray(a).replace("[orchestrator]", "offline = true\n[orchestrator]"),
            "FILE:1: node.offline_dir: is missing; needed when offline");
        agentRow("offline on the share",
            QByteArray(a).replace("[orchestrator]", "offline = true\noffline_dir = \"/srv/zone/me\"\n[orchestrator]"),
            "node.offline_dir: must not lie on the pool's share");
        agentRow("scratch is state", QByteArray(a).replace("/a/scratch", "/a/state/"),
            "FILE:4: node.scratch_dir: must be another folder than state_dir");
        agentRow("profile on the share", QByteArray(a).replace("/a/profile", "/srv/zone/p"),
            "browser.profile_dir: must not lie on the share");
        agentRow("our own browser argument",
            QByteArray(a).replace("[pipeline]", "arguments = [\"--user-data-dir=/x\"]\n[pipeline]"),
            "browser.arguments: holds \"--user-data-dir=/x\", which the agent decides itself; set profile_dir");
        agentRow("ready page without expression", QByteArray(a).replace("[pipeline]", "ready_url_pattern = 'x'\n[pipeline]"),
            "browser.ready_url_pattern: does nothing without ready_expression");
        agentRow("no command", QByteArray(a).replace("command = [\"node\", \"run.js\"]\n", ""),
            "pipeline.command: is missing; needed for kind = \"command\"");
        agentRow("empty command", QByteArray(a).replace("[\"node\", \"run.js\"]", "[]"),
            "pipeline.command: must not be empty for kind = \"command\"");
        agentRow("command with a number", QByteArray(a).replace("\"run.js\"", "1"),
            "pipeline.command: holds 1; must be a list: the program and its arguments");
        agentRow("folder kind without folders", a + "kind = \"folder\"\ninbox_dir = \"i\"\nrejected_dir = \"r\"\n",
            "pipeline.done_dir: is missing; needed for kind = \"folder\"");
        agentRow("inbox is done", a + "kind = \"folder\"\ninbox_dir = \"i\"\ndone_dir = \"./i\"\nrejected_dir = \"r\"\n",
            "pipeline.inbox_dir: must be another folder");
        agentRow("soft beyond hard", a + "soft_limit_seconds = 7200\n",
            "pipeline.soft_limit_seconds: must not be more than hard_limit_seconds");
        agentRow("no marker", a + "side_effects = \"after-marker\"\n",
            "pipeline.marker: is missing; needed for side_effects = \"after-marker\"");
        agentRow(
            "marker for nothing", a + "marker = 'x'\n", "pipeline.marker: does nothing without side_effects = \"after-marker\"");
        agentRow(
            "success is no failure", a + "rerun_exit_codes = [0]\n", "pipeline.rerun_exit_codes: holds 0, which means success");
        agentRow("result field without a file", a + "result_field = \"x\"\n",
            "pipeline.result_field: does nothing without result_json");
        agentRow("environment of numbers", a + "[pipeline.environment]\nA = 1\n", "pipeline.environment.A: is 1; must be text");
        agentRow("name of a variable", a + "[pipeline.environment]\n\"A=B\" = \"1\"\n",
            "pipeline.environment.A=B: is \"A=B\"; must be a name of letters");
    }
    void refused()
    {
        QFETCH(const bool, ofAgent);
        QFETCH(const QByteArray, text);
        QFETCH(QString, expected);
        const QString detail = ofAgent ? failure(m_folder.agent(text)) : failure(m_folder.orchestrator(text));
        expected.replace(u"FILE"_s, m_folder.file());
        QVERIFY2(detail.contains(expected), qPrintable(detail));
        QCOMPARE(detail.count(u'\n'), 0); // one mistake, one message
        QVERIFY(detail.startsWith(m_folder.file()));
    }

    void everyErrorAtOnceInTheFilesOrder()
    {
        const QString detail =
            failure(m_folder.orchestrator("[share]\nrot = \"/z\"\n[listen]\nport = -1\naddress = 5\n[[node]]\nname = \"?\"\n"));
        const QStringList lines = detail.split(u'\n');
        QCOMPARE(lines.size(), 7);
        QCOMPARE(lines[0],
            m_folder.file() + u": store.path: is missing; write e.g. path = \"/var/lib/dtf/orchestrator/store.sqlite\""_s);
        QCOMPARE(
            lines[1], m_folder.file() + u": access.tokens_file: is missing; write e.g. tokens_file = \"/etc/dtf/tokens.toml\""_s);
        QCOMPARE(lines[2], m_folder.file() + u":1: share.root: is missing; write e.g. root = \"/srv/dtf-files/dispatch\""_s);
        QCOMPARE(lines[3], m_folder.file() + u":2: share.rot: is unknown; did you mean root?"_s);
        QCOMPARE(lines[4], m_folder.file() + u":4: listen.port: is -1; must be a whole number from 0 to 65535"_s);
        QVERIFY(lines[5].startsWith(m_folder.file() + u":5: listen.address: is 5; must be"_s));
        QVERIFY(lines[6].startsWith(m_folder.file() + u":7: node[0].name: is \"?\"; must be a node name"_s));
    }

    void noFile()
    {
        QCOMPARE(toString(loadAgentConfig(m_folder.path("none.toml")).error().code), "not-found"_L1);
        QCOMPARE(toString(loadAgentConfig(m_folder.path(".")).error().code), "permission-denied"_L1);
    }

    void fileTooLarge()
    {
        QCOMPARE(toString(m_folder.orchestrator(QByteArray(maxConfigBytes + 1, '#')).error().code), "too-large"_L1);
    }

private:
    template <typename T> static QString failure(const Result<T> &result)
    {
        return result ? u"it was taken"_s : result.error().detail;
    }

    ConfigFolder m_folder;
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestConfigErrors)
#include "tst_configerrors.moc"
