// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentconfig.h"
#include "common/config/configtable.h"
#include "orchestrator/orchestratorconfig.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

using namespace std::chrono_literals;

namespace {

const QByteArray goodOrchestrator =
    "[share]\nroot = \"/srv/zone\"\n[store]\npath = \"store.sqlite\"\n[access]\ntokens_file = \"/etc/tokens.toml\"\n"
    "[[node]]\nname = \"DTF-01\"\n";
const QByteArray goodAgent =
    "[node]\nname = \"DTF-01\"\nstate_dir = \"/a/state\"\nscratch_dir = \"/a/scratch\"\n[orchestrator]\n"
    "url = \"http://orchestrator:3000\"\ntoken_file = \"/a/token\"\n[share]\nroot = \"/srv/zone\"\n[browser]\n"
    "profile_dir = \"/a/profile\"\n[pipeline]\ncommand = [\"node\", \"run.js\"]\n";

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestConfig final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // ---- what is read
    // ----------------------------------------------------------------------------------------------------------

    void smallestOrchestratorFileHasTheDefaults()
    {
        const auto c = orchestrator(goodOrchestrator);
        QVERIFY2(c.has_value(), qPrintable(c ? QString() : c.error().detail));
        const OrchestratorConfig defaults;
        QCOMPARE(c->shareRoot, u"/srv/zone"_s);
        QCOMPARE(c->storePath, m_dir.filePath(u"store.sqlite"_s)); // relative to the file's folder
        QCOMPARE(c->nodes.size(), 1);
        QCOMPARE(c->nodes[0].name.bytes(), QByteArray("DTF-01"));
        QCOMPARE(c->nodes[0].minDiskFree, NodeConfig {}.minDiskFree);
        QVERIFY(c->lostAfter == defaults.lostAfter && c->shareCache == defaults.shareCache);
        QCOMPARE(c->acceptedTypes, defaults.acceptedTypes);
    }

    void everyOrchestratorKeyIsRead()
    {
        const auto c = orchestrator(R"([share]
root = "/srv/zone"
cache_seconds = 0
busy_retry_seconds = 1.5
rescan_seconds = 0.25
reconcile_seconds = 2
watch = false
sync_folders = false
[listen]
address = "0.0.0.0"
port = 3001
hosts = ["orchestrator", "orch.example"]
[store]
path = "/var/store"
[access]
tokens_file = "/etc/tokens"
[intake]
types = ["csv"]
stable_seconds = 0.5
stable_looks = 2
empty_grace_seconds = 3
[dispatch]
serial_key = '^(\w+)_'
affinity_key = '^(\w+)-'
max_attempts = 5
[[dispatch.priority]]
pattern = '^urgent'
priority = 10
[[dispatch.priority]]
pattern = 'late'
priority = -3
[liveness]
heartbeat_seconds = 1
suspect_seconds = 2.5
lost_seconds = 4
start_grace_seconds = 6
[runs]
lost_run = "hold"
hard_limit_seconds = 7
[alerts]
stuck_minutes = 0.5
[log]
json = "logs/o.jsonl"
[[node]]
name = "DTF-07"
prefetch = 2
min_disk_free_mb = 5
)");
        QVERIFY2(c.has_value(), qPrintable(c ? QString() : c.error().detail));
        QVERIFY(c->shareCache == 0s && c->shareBusyRetry == 1500ms && c->shareRescan == 250ms && c->shareReconcile == 2s);
        QVERIFY(!c->shareWatch && !c->shareSyncFolders);
        QCOMPARE(c->listenAddress, u"0.0.0.0"_s);
        QCOMPARE(c->listenPort, quint16(3001));
        QCOMPARE(c->listenHosts, QStringList({u"orchestrator"_s, u"orch.example"_s}));
        QCOMPARE(c->storePath, u"/var/store"_s);
        QCOMPARE(c->tokensFile, u"/etc/tokens"_s);
        QCOMPARE(c->acceptedTypes, QList<QByteArray>({"csv"}));
        QVERIFY(c->stableFor == 500ms && c->stableLooks == 2 && c->emptyGrace == 3s);
        QCOMPARE(c->serialKey.pattern(), u"^(\\w+)_"_s);
        QCOMPARE(c->affinityKey.pattern(), u"^(\\w+)-"_s);
        QCOMPARE(c->maxAttempts, 5);
        QCOMPARE(c->priorities.size(), 2);
        QCOMPARE(c->priorities[1].pattern.pattern(), u"late"_s);
        QCOMPARE(c->priorities[1].priority, -3);
        QVERIFY(c->heartbeatEvery == 1s && c->suspectAfter == 2500ms && c->lostAfter == 4s && c->startGrace == 6s);
        QVERIFY(c->lostRun == LostRunPolicy::Hold && c->hardLimit == 7s && c->stuckAfter == 30s);
        QCOMPARE(c->logJson, m_dir.filePath(u"logs/o.jsonl"_s));
        QCOMPARE(c->nodes[0].prefetch, 2);
        QCOMPARE(c->nodes[0].minDiskFree, qint64 {5'000'000});
    }

    void everyAgentKeyIsRead()
    {
        const auto c = agent(R"([node]
name = "DTF-02"
offline = true
offline_dir = "zone"
state_dir = "state"
scratch_dir = "scratch"
min_disk_free_mb = 7
[orchestrator]
url = "https://orch.example:3443"
token_file = "token"
[share]
root = "/srv/zone"
cache_seconds = 1
busy_retry_seconds = 2
rescan_seconds = 3
watch = false
[browser]
program = "chromium"
port = 9333
profile_dir = "profile"
arguments = ["--headless=new"]
start_url = "http://portal.example/start?a=1"
login_pattern = '/login'
ready_expression = "!!document.body"
ready_url_pattern = 'portal'
endpoint_file = "browser_state.json"
probe_seconds = 0.5
probe_timeout_seconds = 0.75
start_timeout_seconds = 20
[pipeline]
kind = "folder"
command = ["a"]
working_dir = "w"
rerun_exit_codes = [75, -1]
inbox_dir = "in"
done_dir = "done"
rejected_dir = "rejected"
settle_seconds = 0.1
soft_limit_seconds = 10
hard_limit_seconds = 20
stop_grace_seconds = 3
side_effects = "after-marker"
marker = '^UPLOAD'
min_outputs = 2
result_json = "*.log.json"
result_field = "processedRowCount"
max_output_mb = 12
max_log_mb = 3
[pipeline.environment]
NODE_ENV = "production"
[log]
json = "a.jsonl"
)");
        QVERIFY2(c.has_value(), qPrintable(c ? QString() : c.error().detail));
        QCOMPARE(c->node.bytes(), QByteArray("DTF-02"));
        QVERIFY(c->offline);
        QCOMPARE(c->offlineDir, m_dir.filePath(u"zone"_s));
        QCOMPARE(c->stateDir, m_dir.filePath(u"state"_s));
        QCOMPARE(c->scratchDir, m_dir.filePath(u"scratch"_s));
        QCOMPARE(c->minDiskFree, qint64 {7'000'000});
        QCOMPARE(c->orchestratorUrl, QUrl(u"https://orch.example:3443"_s));
        QCOMPARE(c->tokenFile, m_dir.filePath(u"token"_s));
        QVERIFY(c->shareCache == 1s && c->shareBusyRetry == 2s && c->shareRescan == 3s && !c->shareWatch);
        const BrowserConfig &b = c->browser;
        QCOMPARE(b.program, u"chromium"_s); // looked for by name: no path is made of it
        QCOMPARE(b.port, 9333);
        QCOMPARE(b.profileDir, m_dir.filePath(u"profile"_s));
        QCOMPARE(b.arguments, QStringList {u"--headless=new"_s});
        QCOMPARE(b.startUrl, QUrl(u"http://portal.example/start?a=1"_s));
        QCOMPARE(b.loginPattern, u"/login"_s);
        QCOMPARE(b.readyExpression, u"!!document.body"_s);
        QCOMPARE(b.readyUrlPattern, u"portal"_s);
        QCOMPARE(b.endpointFile, m_dir.filePath(u"browser_state.json"_s));
        QVERIFY(b.probeEvery == 500ms && b.probeTimeout == 750ms && b.startTimeout == 20s);
        const PipelineConfig &p = c->pipeline;
        QVERIFY(p.kind == PipelineKind::Folder && p.sideEffects == SideEffects::AfterMarker);
        QCOMPARE(p.command, QStringList {u"a"_s});
        QCOMPARE(p.workingDir, m_dir.filePath(u"w"_s));
        QCOMPARE(p.rerunExitCodes, QList<int>({75, -1}));
        QCOMPARE(p.inboxDir, m_dir.filePath(u"in"_s));
        QCOMPARE(p.doneDir, m_dir.filePath(u"done"_s));
        QCOMPARE(p.rejectedDir, m_dir.filePath(u"rejected"_s));
        QVERIFY(p.settleFor == 100ms && p.softLimit == 10s && p.hardLimit == 20s && p.stopGrace == 3s);
        QCOMPARE(p.marker.pattern(), u"^UPLOAD"_s);
        QCOMPARE(p.minOutputs, 2);
        QCOMPARE(p.resultJson, u"*.log.json"_s);
        QCOMPARE(p.resultField, u"processedRowCount"_s);
        QCOMPARE(p.maxOutputBytes, qint64 {12'000'000});
        QCOMPARE(p.maxLogBytes, qint64 {3'000'000});
        const QList<std::pair<QString, QString>> environment {{u"NODE_ENV"_s, u"production"_s}};
        QVERIFY(p.environment == environment);
        QCOMPARE(c->logJson, m_dir.filePath(u"a.jsonl"_s));
    }

    // ---- what is refused, and how it is told
    // -------------------------------------------------------------------------------------

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
        orchestratorRow("no node at all", "[share]\nroot = \"/z\"\n[store]\npath = \"s\"\n[access]\ntokens_file = \"t\"\n",
            "FILE: node: is missing; write e.g. [[node]]");
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
        orchestratorRow("Windows path", QByteArray(o).replace("\"/srv/zone\"", "'\\\\dtf-files\\dispatch'"),
            "FILE:2: share.root: is '\\\\dtf-files\\dispatch', a Windows path");
        orchestratorRow("grammar", "[share\n", "FILE:1: column");
        orchestratorRow("the same key twice", o + "[log]\njson = \"a\"\njson = \"b\"\n", "FILE:11: column");

        agentRow("url with a password", QByteArray(a).replace("http://", "http://u:p@"),
            "orchestrator.url: is \"http://u:p@orchestrator:3000\"; must be an address like");
        agentRow("url with a path", QByteArray(a).replace(":3000", ":3000/api"), "orchestrator.url: is");
        agentRow("url of another scheme", QByteArray(a).replace("http://", "ftp://"), "orchestrator.url: is");
        agentRow("no share", QByteArray(a).replace("root = \"/srv/zone\"\n", ""),
            "FILE:8: share.root: is missing; needed unless offline");
        agentRow("unknown section of an agent", a + "[x]\n", "x: is unknown");
        agentRow("offline, no folder", QByteArray(a).replace("[orchestrator]", "offline = true\n[orchestrator]"),
            "FILE:1: node.offline_dir: is missing; needed when offline");
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
        const QString detail = ofAgent ? failure(agent(text)) : failure(orchestrator(text));
        expected.replace(u"FILE"_s, file());
        QVERIFY2(detail.contains(expected), qPrintable(detail));
        QCOMPARE(detail.count(u'\n'), 0); // one mistake, one message
        QVERIFY(detail.startsWith(file()));
    }

    void everyErrorAtOnceInTheFilesOrder()
    {
        const QString detail =
            failure(orchestrator("[share]\nrot = \"/z\"\n[listen]\nport = -1\naddress = 5\n[[node]]\nname = \"?\"\n"));
        const QStringList lines = detail.split(u'\n');
        QCOMPARE(lines.size(), 7);
        QCOMPARE(lines[0], file() + u": store.path: is missing; write e.g. path = \"/var/lib/dtf-orchestrator/store.sqlite\""_s);
        QCOMPARE(lines[1],
            file() + u": access.tokens_file: is missing; write e.g. tokens_file = \"/etc/dtf-orchestrator/tokens.toml\""_s);
        QCOMPARE(lines[2], file() + u":1: share.root: is missing; write e.g. root = \"/srv/dtf-files/dispatch\""_s);
        QCOMPARE(lines[3], file() + u":2: share.rot: is unknown; did you mean root?"_s);
        QCOMPARE(lines[4], file() + u":4: listen.port: is -1; must be a whole number from 0 to 65535"_s);
        QVERIFY(lines[5].startsWith(file() + u":5: listen.address: is 5; must be"_s));
        QVERIFY(lines[6].startsWith(file() + u":7: node[0].name: is \"?\"; must be a node name"_s));
    }

    void noFile()
    {
        QCOMPARE(toString(loadAgentConfig(m_dir.filePath(u"none.toml"_s)).error().code), "not-found"_L1);
        QCOMPARE(toString(loadAgentConfig(m_dir.path()).error().code), "permission-denied"_L1);
    }

    void fileTooLarge() { QCOMPARE(toString(orchestrator(QByteArray(maxConfigBytes + 1, '#')).error().code), "too-large"_L1); }

    // ---- reference, default files, print
    // -------------------------------------------------------------------------------------------

    void defaultFilesAreTheReference()
    {
        QCOMPARE(content(QStringLiteral(DTF_SOURCE_DIR "/resources/config/orchestrator.toml")), orchestratorConfigReference());
        QCOMPARE(content(QStringLiteral(DTF_SOURCE_DIR "/resources/config/agent.toml")), agentConfigReference());
    }

    void defaultFilesAreGood()
    {
        const auto o = loadOrchestratorConfig(QStringLiteral(DTF_SOURCE_DIR "/resources/config/orchestrator.toml"));
        QVERIFY2(o.has_value(), qPrintable(o ? QString() : o.error().detail));
        QCOMPARE(o->nodes.size(), 3);
        const auto a = loadAgentConfig(QStringLiteral(DTF_SOURCE_DIR "/resources/config/agent.toml"));
        QVERIFY2(a.has_value(), qPrintable(a ? QString() : a.error().detail));
    }

    /// With every "#key = value" line made a setting, the reference still says the same: so what it calls a default is the
    /// default.
    void commentedDefaultsAreTheDefaults()
    {
        QByteArray text = orchestratorConfigReference();
        text.replace("\n#", "\n").replace("\n ", "\n# ");
        const auto all = orchestrator(text);
        QVERIFY2(all.has_value(), qPrintable(all ? QString() : all.error().detail));
        QCOMPARE(printConfig(*all), printConfig(*orchestrator(orchestratorConfigReference())));
        text = agentConfigReference();
        text.replace("\n#", "\n").replace("\n ", "\n# ");
        const auto allOfAgent = agent(text);
        QVERIFY2(allOfAgent.has_value(), qPrintable(allOfAgent ? QString() : allOfAgent.error().detail));
        QCOMPARE(printConfig(*allOfAgent), printConfig(*agent(agentConfigReference())));
    }

    void whatIsPrintedReadsTheSameAgain()
    {
        const auto o = orchestrator(goodOrchestrator
            + "prefetch = 3\n[[dispatch.priority]]\npattern = '^\\w\"'\npriority = 1\n[intake]\nstable_seconds = 0.125\n");
        QVERIFY2(o.has_value(), qPrintable(o ? QString() : o.error().detail));
        const QByteArray printed = printConfig(*o);
        QVERIFY2(printed.contains("stable_seconds = 0.125\n") && printed.contains("[[node]]\nname = \"DTF-01\"\nprefetch = 3\n"),
            printed);
        QCOMPARE(printConfig(*orchestrator(printed)), printed);
        const auto a = agent(goodAgent);
        QCOMPARE(printConfig(*agent(printConfig(*a))), printConfig(*a));
    }

    void environmentValuesAreNotPrinted()
    {
        const auto a = agent(goodAgent + "[pipeline.environment]\nPORTAL_PASSWORD = \"hunter2\"\n");
        const QByteArray printed = printConfig(*a);
        QVERIFY(printed.contains("PORTAL_PASSWORD = \"***\""));
        QVERIFY(!printed.contains("hunter2"));
    }

    // ---- small parts
    // ---------------------------------------------------------------------------------------------------------------

    void tomlTexts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << u"abc"_s;
        QTest::newRow("Windows") << u"\\\\dtf-files\\dispatch"_s;
        QTest::newRow("quotes of both kinds") << u"a\"b'c\\d"_s;
        QTest::newRow("control characters") << u"a\nb\tc\x1b\x7f\\"_s;
        QTest::newRow("beyond Latin") << u"Zürich \U0001F600"_s;
    }
    void tomlTexts()
    {
        QFETCH(const QString, text);
        const auto read = parseToml("a = " + tomlText(text).toUtf8() + "\n", u"x"_s);
        QVERIFY2(read.has_value(), qPrintable(read ? QString() : read.error().detail));
        QCOMPARE(read->find(u"a"_s)->text, text);
    }

    void nearest()
    {
        const QStringList names {u"stable_seconds"_s, u"stable_looks"_s, u"types"_s};
        QCOMPARE(nearestName(u"stableseconds"_s, names), u"stable_seconds"_s);
        QCOMPARE(nearestName(u"type"_s, names), u"types"_s);
        QCOMPARE(nearestName(u"verbosity"_s, names), QString());
    }

private:
    QString file() const { return m_dir.filePath(u"x.toml"_s); }
    QString write(const QByteArray &text) const
    {
        QFile out(file());
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size()) {
            qFatal("cannot write %s", qPrintable(file()));
        }
        return file();
    }
    Result<OrchestratorConfig> orchestrator(const QByteArray &text) const { return loadOrchestratorConfig(write(text)); }
    Result<AgentConfig> agent(const QByteArray &text) const { return loadAgentConfig(write(text)); }
    template <typename T> static QString failure(const Result<T> &result)
    {
        return result ? u"it was taken"_s : result.error().detail;
    }

    QTemporaryDir m_dir;
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestConfig)
#include "tst_config.moc"
