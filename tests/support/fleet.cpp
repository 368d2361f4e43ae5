// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fleet.h"

#include "tests/support/markedprocesses.h"

#include <QDir>
#include <QFile>

#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

FleetPlan portalNodes(int count)
{
    FleetPlan plan;
    for (int n = 1; n <= count; ++n) {
        plan.nodes.append({u"DTF-%1"_s.arg(n, 2, 10, QChar(u'0')), TestPipeline::Portal, {}, {}});
    }
    return plan;
}

FleetPlan scriptNodes(int count, const QStringList &script)
{
    FleetPlan plan = portalNodes(count);
    plan.portal = false;
    for (NodePlan &node : plan.nodes) {
        node.pipeline = TestPipeline::Script;
        node.script = ledgered(script);
    }
    return plan;
}

QStringList ledgered(const QStringList &command)
{
    return QStringList {u"/bin/sh"_s, u"-c"_s,
               u"echo \"$DTF_JOB $DTF_ATTEMPT $DTF_NODE\" >> \"$DTF_TEST_FLEET/starts\"; exec \"$@\""_s, u"start"_s}
    + command;
}

Fleet::Fleet(FleetPlan plan)
    : m_dir(QDir::tempPath() + u"/dtf-fleet-XXXXXX"_s)
    , m_plan(std::move(plan))
    , m_share(m_dir.path().toStdString() + "/share")
    , m_janitor(m_dir.path())
{
    m_dir.setAutoRemove(false); // the janitor does it
}

Fleet::~Fleet()
{
    if (QTest::currentTestFailed()) {
        printLogs();
    }
    m_agents.clear();
    m_orchestrator.reset();
    m_portal.reset();
    m_janitor.tidy();
}

bool Fleet::fail(const char *what)
{
    m_problem = what;
    return false;
}

QString Fleet::sharePath(const QString &below) const
{
    return m_dir.path() + u"/share"_s + (below.isEmpty() ? QString() : u'/' + below);
}

bool Fleet::writeConfigs()
{
    QByteArray tokens;
    for (const QByteArray name : {"anna", "bernd"}) {
        tokens += "[[operator]]\nname = \"" + name + "\"\nrole = \"operator\"\ntoken = \"" + operatorToken(name) + "\"\n";
    }
    Settings s;
    s.set("share", "root", sharePath());
    s.set("share", "cache_seconds", 0);
    s.set("share", "rescan_seconds", 0.2);
    s.set("share", "reconcile_seconds", 1);
    s.set("listen", "port", int {m_port});
    if (m_plan.tls) {
        s.set("listen", "certificate", m_plan.tls->certificate);
        s.set("listen", "key", m_plan.tls->key);
    }
    s.set("store", "path", m_dir.filePath(u"store/dtf.sqlite"_s));
    s.set("access", "tokens_file", m_dir.filePath(u"tokens.toml"_s));
    s.set("intake", "stable_seconds", 0.3);
    s.set("liveness", "heartbeat_seconds", 1);
    QStringList names = m_plan.strangers;
    for (const NodePlan &node : m_plan.nodes) {
        names.append(node.name);
    }
    for (const QString &each : std::as_const(names)) {
        const QByteArray name = each.toUtf8();
        tokens += "[[node]]\nname = \"" + name + "\"\ntoken = \"token-of-the-node-" + name + "\"\n";
        s.append("[[node]]\nname = \"" + name + "\"\nmin_disk_free_mb = 10\n");
    }
    s.merge(m_plan.orchestrator);
    return writeFile(m_dir.filePath(u"tokens.toml"_s), tokens, true)
        && writeFile(m_dir.filePath(u"orchestrator.toml"_s), s.toToml());
}

bool Fleet::prepare()
{
    m_port = freePort();
    if (!m_dir.isValid() || !QDir(m_dir.path()).mkpath(u"store"_s) || !QDir(m_dir.path()).mkpath(u"share"_s) || !writeConfigs()) {
        return fail("the folders or configurations could not be written");
    }
    if (runOrchestrator({u"--init-share"_s}) != 0) {
        return fail("--init-share failed");
    }
    m_orchestrator = std::make_unique<ChildProgram>(QStringLiteral(DTF_TEST_ORCHESTRATOR),
        QStringList {u"--config"_s, m_dir.filePath(u"orchestrator.toml"_s)}, m_dir.filePath(u"orchestrator.log"_s), m_dir.path());
    m_api = std::make_unique<ApiClient>(m_port, operatorToken("anna"), m_plan.tls ? m_plan.tls->fingerprint : Fingerprint());
    return true;
}

bool Fleet::begin()
{
    return prepare() && startAll();
}

bool Fleet::startAll()
{
    if (m_plan.portal) {
        m_portal = std::make_unique<Portal>(m_dir.path());
        if (!m_portal->start()) {
            return fail("the portal did not start");
        }
    }
    if (!startOrchestrator()) {
        return fail("the orchestrator did not start");
    }
    for (const NodePlan &node : m_plan.nodes) {
        m_agents.push_back(std::make_unique<AgentProcess>(node,
            AgentProcess::Surroundings {m_dir.path(), m_port, m_plan.tls ? m_plan.tls->fingerprint : Fingerprint(),
                m_portal ? m_portal->url() : QString(), m_plan.agents}));
        if (!m_agents.back()->start()) {
            return fail("an agent did not start");
        }
    }
    if (m_portal && !signInEverywhere()) {
        return fail("the browsers could not be signed in");
    }
    return waitReady(seconds(90)) || fail("not every node became ready");
}

bool Fleet::startOrchestrator()
{
    static const QRegularExpression listening(u"listening on port \\d+"_s);
    return m_orchestrator->start() && m_orchestrator->printed(listening).hasMatch();
}

int Fleet::runOrchestrator(const QStringList &command, QString *output)
{
    ChildProgram program(QStringLiteral(DTF_TEST_ORCHESTRATOR),
        QStringList {u"--config"_s, m_dir.filePath(u"orchestrator.toml"_s)} + command, m_dir.filePath(u"commands.log"_s),
        m_dir.path());
    const bool ended = program.start() && program.waitForEnd(seconds(30));
    if (output) {
        *output = program.output();
    }
    return ended ? program.exitCode() : -1;
}

bool Fleet::signInEverywhere()
{
    QList<int> ports;
    const bool shown = until(
        [&] {
            const StateView state = m_api->state();
            return std::all_of(state.nodes.begin(), state.nodes.end(), [](const NodeView &n) { return n.beat.browserConnected; });
        },
        seconds(90));
    for (const auto &agent : m_agents) {
        ports.append(agent->browserPort());
    }
    return shown && m_portal->signIn(ports);
}

bool Fleet::waitReady(milliseconds deadline)
{
    return until(
        [&] {
            const StateView state = m_api->state();
            return !state.nodes.isEmpty() && state.summary.shareOk
                && std::all_of(state.nodes.begin(), state.nodes.end(), [this](const NodeView &n) {
                       return m_plan.strangers.contains(n.node.toString())
                           || (n.beat.seq > 0 && n.beat.browserState == BrowserState::Ready && n.beat.shareOk);
                   });
        },
        deadline);
}

QList<SampleFile> Fleet::samples(int count, const QString &agencies)
{
    ++m_samples;
    const QList<SampleFile> files = makeSamples(m_dir.path(), count, u"seed%1"_s.arg(m_samples), agencies);
    if (files.size() != count) {
        qFatal("the sample generator failed");
    }
    return files;
}

void Fleet::drop(const QByteArray &name, const QByteArray &content)
{
    const std::string incoming = m_share.root() + "/incoming/";
    const std::string hidden = incoming + ".producer.part";
    const int file = ::open(hidden.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || ::write(file, content.constData(), static_cast<size_t>(content.size())) != content.size()
        || ::close(file) != 0 || ::rename(hidden.c_str(), (incoming + name.toStdString()).c_str()) != 0) {
        qFatal("%s can't be put into incoming", name.constData());
    }
    m_dropped.append({name, sha256Hex(content)});
}

void Fleet::drop(const QList<SampleFile> &files)
{
    for (const SampleFile &file : files) {
        drop(file.name, file.content);
    }
}

QString Fleet::dropOne()
{
    const SampleFile file = samples(1).first();
    drop(file.name, file.content);
    return QString::fromUtf8(file.name);
}

QMap<QByteArray, int> Fleet::doneByNode()
{
    QMap<QByteArray, int> count;
    for (const JobView &job : m_api->jobs({JobState::Done})) {
        ++count[job.node.bytes()];
    }
    return count;
}

} // namespace dtf
