// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/configplace.h"
#include "common/config/configtable.h"
#include "tests/common/config/configfolder.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

using namespace std::chrono_literals;

namespace {

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
        const auto c = m_folder.orchestrator(goodOrchestrator);
        QVERIFY2(c.has_value(), qPrintable(c ? QString() : c.error().detail));
        const OrchestratorConfig defaults;
        QCOMPARE(c->shareRoot, ConfigFolder::rooted("/srv/zone"_L1));
        QCOMPARE(c->storePath, m_folder.path("store.sqlite")); // relative to the file's folder
        QCOMPARE(c->nodes.size(), 1);
        QCOMPARE(c->nodes[0].name.bytes(), QByteArray("DTF-01"));
        QCOMPARE(c->nodes[0].minDiskFree, NodeConfig {}.minDiskFree);
        QVERIFY(c->lostAfter == defaults.lostAfter && c->shareCache == defaults.shareCache);
        QCOMPARE(c->acceptedTypes, defaults.acceptedTypes);
    }

    void everyOrchestratorKeyIsRead()
    {
        const auto c = m_folder.orchestrator(R"([share]
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
certificate = "tls.crt"
key = "/etc/tls.key"
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
affinity_wait_seconds = 12.5
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
browser_down_seconds = 90
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
        QCOMPARE(c->listenCertificate, m_folder.path("tls.crt"));
        QCOMPARE(c->listenKey, ConfigFolder::rooted("/etc/tls.key"_L1));
        QCOMPARE(c->storePath, ConfigFolder::rooted("/var/store"_L1));
        QCOMPARE(c->tokensFile, ConfigFolder::rooted("/etc/tokens"_L1));
        QCOMPARE(c->acceptedTypes, QList<QByteArray>({"csv"}));
        QVERIFY(c->stableFor == 500ms && c->stableLooks == 2 && c->emptyGrace == 3s);
        QCOMPARE(c->serialKey.pattern(), u"^(\\w+)_"_s);
        QCOMPARE(c->affinityKey.pattern(), u"^(\\w+)-"_s);
        QVERIFY(c->affinityWait == 12500ms);
        QCOMPARE(c->maxAttempts, 5);
        QCOMPARE(c->priorities.size(), 2);
        QCOMPARE(c->priorities[1].pattern.pattern(), u"late"_s);
        QCOMPARE(c->priorities[1].priority, -3);
        QVERIFY(c->heartbeatEvery == 1s && c->suspectAfter == 2500ms && c->lostAfter == 4s && c->startGrace == 6s);
        QVERIFY(c->lostRun == LostRunPolicy::Hold && c->hardLimit == 7s && c->stuckAfter == 30s);
        QVERIFY(c->browserDownAfter == 90s);
        QCOMPARE(c->logJson, m_folder.path("logs/o.jsonl"));
        QCOMPARE(c->nodes[0].prefetch, 2);
        QCOMPARE(c->nodes[0].minDiskFree, qint64 {5'000'000});
    }

    void everyAgentKeyIsRead()
    {
        const auto c = m_folder.agent(R"([node]
name = "DTF-02"
offline = true
offline_dir = "zone"
offline_types = ["csv"]
state_dir = "state"
scratch_dir = "scratch"
min_disk_free_mb = 7
[orchestrator]
url = "https://orch.example:3443"
token_file = "token"
fingerprint = "0F:1e:2d:3c:4b:5a:69:78:87:96:a5:b4:c3:d2:e1:f0:0f:1e:2d:3c:4b:5a:69:78:87:96:a5:b4:c3:d2:e1:f0"
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
        QCOMPARE(c->offlineDir, m_folder.path("zone"));
        QCOMPARE(c->offlineTypes, QList<QByteArray>({"csv"}));
        QCOMPARE(c->stateDir, m_folder.path("state"));
        QCOMPARE(c->scratchDir, m_folder.path("scratch"));
        QCOMPARE(c->minDiskFree, qint64 {7'000'000});
        QCOMPARE(c->orchestratorUrl, QUrl(u"https://orch.example:3443"_s));
        QCOMPARE(c->tokenFile, m_folder.path("token"));
        QVERIFY(c->orchestratorFingerprint.toString().startsWith(u"0F:1E:2D:"_s));
        QVERIFY(c->shareCache == 1s && c->shareBusyRetry == 2s && c->shareRescan == 3s && !c->shareWatch);
        const BrowserConfig &b = c->browser;
        QCOMPARE(b.program, u"chromium"_s); // looked for by name: no path is made of it
        QCOMPARE(b.port, 9333);
        QCOMPARE(b.profileDir, m_folder.path("profile"));
        QCOMPARE(b.arguments, QStringList {u"--headless=new"_s});
        QCOMPARE(b.startUrl, QUrl(u"http://portal.example/start?a=1"_s));
        QCOMPARE(b.loginPattern, u"/login"_s);
        QCOMPARE(b.readyExpression, u"!!document.body"_s);
        QCOMPARE(b.readyUrlPattern, u"portal"_s);
        QCOMPARE(b.endpointFile, m_folder.path("browser_state.json"));
        QVERIFY(b.probeEvery == 500ms && b.probeTimeout == 750ms && b.startTimeout == 20s);
        const PipelineConfig &p = c->pipeline;
        QVERIFY(p.kind == PipelineKind::Folder && p.sideEffects == SideEffects::AfterMarker);
        QCOMPARE(p.command, QStringList {u"a"_s});
        QCOMPARE(p.workingDir, m_folder.path("w"));
        QCOMPARE(p.rerunExitCodes, QList<int>({75, -1}));
        QCOMPARE(p.inboxDir, m_folder.path("in"));
        QCOMPARE(p.doneDir, m_folder.path("done"));
        QCOMPARE(p.rejectedDir, m_folder.path("rejected"));
        QVERIFY(p.settleFor == 100ms && p.softLimit == 10s && p.hardLimit == 20s && p.stopGrace == 3s);
        QCOMPARE(p.marker.pattern(), u"^UPLOAD"_s);
        QCOMPARE(p.minOutputs, 2);
        QCOMPARE(p.resultJson, u"*.log.json"_s);
        QCOMPARE(p.resultField, u"processedRowCount"_s);
        QCOMPARE(p.maxOutputBytes, qint64 {12'000'000});
        QCOMPARE(p.maxLogBytes, qint64 {3'000'000});
        const QList<std::pair<QString, QString>> environment {{u"NODE_ENV"_s, u"production"_s}};
        QVERIFY(p.environment == environment);
        QCOMPARE(c->logJson, m_folder.path("a.jsonl"));
    }

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
        QCOMPARE(o->nodes.size(), 0);
        const auto a = loadAgentConfig(QStringLiteral(DTF_SOURCE_DIR "/resources/config/agent.toml"));
        QVERIFY2(a.has_value(), qPrintable(a ? QString() : a.error().detail));
    }

    /// With every "#key = value" line made a setting, the reference still says the same: so what it calls a default is the
    /// default.
    void commentedDefaultsAreTheDefaults()
    {
        QByteArray text = orchestratorConfigReference();
        text.replace("\n#", "\n").replace("\n ", "\n# ");
        const auto all = m_folder.orchestrator(text);
        QVERIFY2(all.has_value(), qPrintable(all ? QString() : all.error().detail));
        QCOMPARE(printConfig(*all), printConfig(*m_folder.orchestrator(orchestratorConfigReference())));
        text = agentConfigReference();
        text.replace("\n#", "\n").replace("\n ", "\n# ");
        const auto allOfAgent = m_folder.agent(text);
        QVERIFY2(allOfAgent.has_value(), qPrintable(allOfAgent ? QString() : allOfAgent.error().detail));
        QCOMPARE(printConfig(*allOfAgent), printConfig(*m_folder.agent(agentConfigReference())));
    }

    void whatIsPrintedReadsTheSameAgain()
    {
        const auto o = m_folder.orchestrator(goodOrchestrator
            + "prefetch = 3\n[[dispatch.priority]]\npattern = '^\\w\"'\npriority = 1\n[intake]\nstable_seconds = 0.125\n");
        QVERIFY2(o.has_value(), qPrintable(o ? QString() : o.error().detail));
        const QByteArray printed = printConfig(*o);
        QVERIFY2(printed.contains("stable_seconds = 0.125\n") && printed.contains("[[node]]\nname = \"DTF-01\"\nprefetch = 3\n"),
            printed);
        QCOMPARE(printConfig(*m_folder.orchestrator(printed)), printed);
        const auto a = m_folder.agent(goodAgent);
        QCOMPARE(printConfig(*m_folder.agent(printConfig(*a))), printConfig(*a));
    }

    void environmentValuesAreNotPrinted()
    {
        const auto a = m_folder.agent(goodAgent + "[pipeline.environment]\nPORTAL_PASSWORD = \"hunter2\"\n");
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

    // ---- what set-up writes
    // ----------------------------------------------------------------------------------------------------------

    void aFilledInReferenceSaysWhatTheOldFileSaid()
    {
        const QByteArray old = goodAgent
            + "environment = { A_KEY = \"s3cret # with \\\"quotes\\\"\", B = '' }\n"
              "rerun_exit_codes = [75]\n[log]\njson = 'log.json'\n";
        QVERIFY2(m_folder.agent(old), qPrintable(m_folder.agent(old) ? QString() : m_folder.agent(old).error().detail));
        auto values = readAgentValues(m_folder.file());
        QVERIFY(values.has_value());
        QCOMPARE(values->value(u"node.name"_s), u"\"DTF-01\""_s);
        QCOMPARE(values->value(u"log.json"_s), tomlText(QDir::toNativeSeparators(m_folder.path("log.json"))));
        QVERIFY(!values->contains(u"browser.port"_s)); // a default stays one
        values->insert(u"browser.port"_s, u"9333"_s);
        const QByteArray text = renderAgentConfig(*values);
        const auto again = parseAgentConfig(text, u"/other/folder/agent.toml"_s);
        QVERIFY2(again.has_value(), qPrintable(again ? QString() : again.error().detail));
        QCOMPARE(again->browser.port, 9333);
        QCOMPARE(again->pipeline.environment.size(), 2);
        QCOMPARE(again->pipeline.environment[0].second, u"s3cret # with \"quotes\""_s);
        QCOMPARE(again->pipeline.rerunExitCodes, QList<int> {75});
        QCOMPARE(again->logJson, m_folder.path("log.json"));
        QVERIFY(text.contains("\n#probe_seconds = 5\n") && text.contains("\nport = 9333\n"));
        QVERIFY(text.contains("# Its DevTools port.\n"));
        QCOMPARE(text.count("\n# Value: "), agentConfigReference().count("\n# Value: ")); // every key, explained
    }

    void nodesGoThroughSetUpUnharmed()
    {
        QVERIFY(m_folder.orchestrator(goodOrchestrator + "prefetch = 3\n[[node]]\nname = \"DTF-02\"\n"));
        const auto values = readOrchestratorValues(m_folder.file());
        QVERIFY(values.has_value());
        const auto again = parseOrchestratorConfig(renderOrchestratorConfig(*values), m_folder.file());
        QVERIFY2(again.has_value(), qPrintable(again ? QString() : again.error().detail));
        QCOMPARE(again->nodes.size(), 2);
        QCOMPARE(again->nodes[0].prefetch, 3);
    }

    void nodesMayComeLater()
    {
        const auto c = m_folder.orchestrator(QByteArray(goodOrchestrator).replace("[[node]]\nname = \"DTF-01\"\n", ""));
        QVERIFY2(c.has_value(), qPrintable(c ? QString() : c.error().detail));
        QVERIFY(c->nodes.isEmpty());
    }

    // ---- where it is
    // ----------------------------------------------------------------------------------------------------------

    void theSystemsPlace()
    {
        QCOMPARE(defaultConfigFile("agent"_L1), configFolder() + u"/agent.toml"_s);
        QVERIFY(QDir::isAbsolutePath(configFolder()) && QDir::isAbsolutePath(defaultStateFolder("agent"_L1)));
#ifdef Q_OS_WIN
        QVERIFY(configFolder().endsWith(u"/DTF"_s) && !configFolder().contains(u'\\'));
#else
        QCOMPARE(defaultConfigFile("orchestrator"_L1), u"/etc/dtf/orchestrator.toml"_s);
        QCOMPARE(defaultStateFolder("orchestrator"_L1), u"/var/lib/dtf/orchestrator"_s);
#endif
        const auto named = configFileOf("agent"_L1, u"elsewhere.toml"_s);
        QVERIFY(named.has_value());
        QCOMPARE(*named, u"elsewhere.toml"_s);
        const auto missing = configFileOf("no-part-of-ours"_L1, {});
        QVERIFY(!missing);
        QVERIFY2(missing.error().detail.contains(u"run dtf-no-part-of-ours setup"_s), qPrintable(missing.error().detail));
    }

private:
    ConfigFolder m_folder;
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestConfig)
#include "tst_config.moc"
