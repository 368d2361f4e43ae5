// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/agentprocess.h"

#include "tests/support/portal.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTcpServer>

#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

quint16 freePort()
{
    for (int attempt = 0; attempt < 200; ++attempt) {
        const auto port = static_cast<quint16>(QRandomGenerator::global()->bounded(20'000, 30'000));
        QTcpServer probe;
        if (probe.listen(QHostAddress::LocalHost, port)) {
            return port;
        }
    }
    qFatal("no free port");
    return 0;
}

bool writeFile(const QString &path, const QByteArray &content, bool secret)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
        return false;
    }
    if (secret && !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)) {
        return false;
    }
    return file.write(content) == content.size();
}

AgentProcess::AgentProcess(const NodePlan &plan, const Surroundings &around)
    : m_name(plan.name)
    , m_home(around.folder + u'/' + plan.name)
    , m_configFile(m_home + u"/agent.toml"_s)
    , m_browserPort(freePort())
    , m_usesPortal(!around.portalUrl.isEmpty() && plan.pipeline != TestPipeline::Script)
    , m_agent(plan.launcher.value(0, QStringLiteral(DTF_TEST_AGENT)),
          (plan.launcher.isEmpty() ? QStringList() : plan.launcher.mid(1) + QStringList {QStringLiteral(DTF_TEST_AGENT)})
              + QStringList {u"--config"_s, m_configFile},
          around.folder + u'/' + plan.name + u".log"_s, around.folder)
{
    if (plan.pipeline == TestPipeline::PortalFolder) {
        m_script = std::make_unique<ChildProgram>(nodeProgram(),
            QStringList {demoFile(u"pipeline/folder-pipeline.js"_s), u"--folder"_s, m_home + u"/watched"_s, u"--portal"_s,
                around.portalUrl, u"--browser-state"_s, m_home + u"/browser_state.json"_s},
            around.folder + u'/' + plan.name + u"-folder.log"_s, around.folder);
    }
    m_configuration = settings(plan, around).toToml();
}

Settings AgentProcess::settings(const NodePlan &plan, const Surroundings &around) const
{
    Settings s;
    s.set("node", "name", plan.name);
    s.set("node", "state_dir", m_home + u"/state"_s);
    s.set("node", "scratch_dir", m_home + u"/scratch"_s);
    s.set("node", "min_disk_free_mb", 10);
    const bool tls = !around.orchestratorPin.isEmpty();
    s.set(
        "orchestrator", "url", u"%1://%2:%3"_s.arg(tls ? u"https"_s : u"http"_s, plan.orchestrator).arg(around.orchestratorPort));
    s.set("orchestrator", "fingerprint", around.orchestratorPin.toString());
    s.set("orchestrator", "token_file", m_home + u"/token"_s);
    s.set("share", "root", around.folder + u"/share"_s);
    s.set("share", "cache_seconds", 0);
    s.set("share", "rescan_seconds", 0.5);
    s.set("browser", "port", int {m_browserPort});
    s.set("browser", "profile_dir", m_home + u"/profile"_s);
    s.set("browser", "endpoint_file", m_home + u"/browser_state.json"_s);
    s.set("browser", "probe_seconds", 1);
    s.set("browser", "start_timeout_seconds", 60);
    s.set("browser", "arguments",
        QStringList {u"--headless=new"_s, u"--no-sandbox"_s, u"--disable-gpu"_s, u"--disable-dev-shm-usage"_s,
            u"--disable-quic"_s, u"--disable-background-networking"_s, u"--disable-component-update"_s, u"--disable-sync"_s,
            u"--disable-extensions"_s});
    if (const QString program = qEnvironmentVariable("DTF_TEST_BROWSER"); !program.isEmpty()) {
        s.set("browser", "program", program);
    }
    if (!around.portalUrl.isEmpty()) {
        s.set("browser", "start_url", around.portalUrl + u'/');
        s.set("browser", "login_pattern", "/login");
    }
    switch (plan.pipeline) {
    case TestPipeline::Portal:
        s.set("pipeline", "command",
            ledgered({nodeProgram(), demoFile(u"pipeline/pipeline.js"_s), u"{file}"_s, u"--portal"_s, around.portalUrl}));
        s.set("pipeline", "side_effects", "after-marker");
        s.set("pipeline", "marker", "^UPLOAD BEGIN");
        s.set("pipeline", "rerun_exit_codes", QList<int> {10, 11, 12});
        s.set("pipeline", "result_json", "*.log.json");
        s.set("pipeline", "result_field", "processedRowCount");
        break;
    case TestPipeline::PortalFolder:
        s.set("pipeline", "kind", "folder");
        s.set("pipeline", "inbox_dir", m_home + u"/watched"_s);
        s.set("pipeline", "done_dir", m_home + u"/watched/Processed"_s);
        s.set("pipeline", "rejected_dir", m_home + u"/watched/Rejected"_s);
        s.set("pipeline", "settle_seconds", 1);
        s.set("pipeline", "result_json", "*.log.json");
        s.set("pipeline", "result_field", "processedRowCount");
        break;
    case TestPipeline::Script:
        s.set("pipeline", "command", plan.script);
        break;
    }
    s.set("pipeline", "stop_grace_seconds", 2);
    s.merge(around.settings);
    s.merge(plan.settings);
    return s;
}

bool AgentProcess::start()
{
    static const QRegularExpression watching(u"watching"_s);
    const QString watched = m_home + u"/watched"_s;
    if (!QDir().mkpath(m_home + u"/state"_s) || !QDir().mkpath(watched)
        || !writeFile(m_home + u"/token"_s, "token-of-the-node-" + m_name.toUtf8() + "\n", true)
        || !writeFile(m_configFile, m_configuration)) {
        return false;
    }
    if (m_script && !m_script->isRunning() && !(m_script->start() && m_script->printed(watching).hasMatch())) {
        return false;
    }
    return m_agent.start();
}

bool AgentProcess::stopScript()
{
    return !m_script || m_script->stop();
}

qint64 AgentProcess::browserPid() const
{
    QFile file(m_home + u"/state/browser.json"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    return QJsonDocument::fromJson(file.readAll())["pid"_L1].toInteger();
}

bool AgentProcess::browserLives() const
{
    const qint64 pid = browserPid();
    return pid > 1 && ::kill(static_cast<pid_t>(pid), 0) == 0;
}

void AgentProcess::killBrowser() const
{
    if (const qint64 pid = browserPid(); pid > 1) {
        ::kill(static_cast<pid_t>(pid), SIGKILL);
    }
}

} // namespace dtf
