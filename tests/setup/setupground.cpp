// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/setup/setupground.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

#include <sys/mount.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int endWithinMs = 120'000;

CheckState stateOf(const QString &word)
{
    return word == "ok"_L1 ? CheckState::Ok : word == "warning"_L1 ? CheckState::Warning : CheckState::Failed;
}

} // namespace

SetupGround::SetupGround()
    : m_dir(QDir::tempPath() + u"/dtf-setup-XXXXXX"_s)
    , m_janitor(m_dir.path())
{
    m_dir.setAutoRemove(false); // the janitor does it
    if (!QDir(m_dir.path()).mkpath(u"share"_s)) {
        qFatal("no folder for the share");
    }
}

SetupGround::~SetupGround()
{
    m_orchestrator.reset();
    m_janitor.tidy();
}

QString SetupGround::orchestratorProgram()
{
    return QStringLiteral(DTF_TEST_ORCHESTRATOR);
}

QString SetupGround::agentProgram()
{
    return QStringLiteral(DTF_TEST_AGENT);
}

QStringList SetupGround::orchestratorOptions() const
{
    return {u"--config"_s, orchestratorConfig(), u"--share"_s, share(), u"--address"_s, u"127.0.0.1"_s, u"--port"_s,
        QString::number(m_port), u"--store"_s, path(u"state/store.sqlite"_s), u"--operator"_s, u"anna"_s, u"--node"_s,
        u"DTF-01"_s};
}

QStringList SetupGround::agentOptions() const
{
    QStringList options {u"--config"_s, agentConfig(), u"--share"_s, share(), u"--name"_s, u"DTF-01"_s, u"--orchestrator"_s,
        u"http://127.0.0.1:%1"_s.arg(m_port), u"--state"_s, path(u"agent"_s), u"--port"_s, QString::number(m_browserPort),
        u"--pipeline"_s, u"/bin/cp {file} {out}"_s};
    for (const char *argument : {"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"}) {
        options += {u"--browser-argument=%1"_s.arg(QLatin1StringView(argument))};
    }
    return options;
}

bool SetupGround::bringToken()
{
    return QFile::copy(tokenOf(u"node-DTF-01"_s), path(u"etc/agent.token"_s));
}

Ended SetupGround::setUpOrchestrator(const QStringList &more)
{
    return run(orchestratorProgram(), QStringList {u"setup"_s, u"--yes"_s} + orchestratorOptions() + more);
}

Ended SetupGround::setUpAgent(const QStringList &more)
{
    return run(agentProgram(), QStringList {u"setup"_s, u"--yes"_s} + agentOptions() + more);
}

Ended SetupGround::run(
    const QString &program, const QStringList &arguments, const QByteArray &input, const QProcessEnvironment &environment)
{
    QProcess process;
    QProcessEnvironment marked = environment;
    marked.insert(u"DTF_TEST_FLEET"_s, m_dir.path());
    process.setProcessEnvironment(marked);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    Ended ended;
    const bool inTime = process.waitForFinished(endWithinMs);
    ended.out = process.readAllStandardOutput();
    ended.err = process.readAllStandardError();
    if (!inTime) {
        process.kill();
        process.waitForFinished(5'000);
    } else if (process.exitStatus() == QProcess::NormalExit) {
        ended.code = process.exitCode();
    }
    const QJsonArray rows = QJsonDocument::fromJson(ended.out).object()["checks"_L1].toArray();
    for (const auto &value : rows) {
        const QJsonObject row = value.toObject();
        ended.rows.insert(row["check"_L1].toString(),
            {row["check"_L1].toString(), stateOf(row["state"_L1].toString()), row["found"_L1].toString(),
                row["advice"_L1].toString()});
    }
    return ended;
}

Ended SetupGround::check(const QString &program, const QStringList &more, const QProcessEnvironment &environment)
{
    const QString config = program == orchestratorProgram() ? orchestratorConfig() : agentConfig();
    return run(program, QStringList {u"--config"_s, config, u"--check"_s, u"--json"_s} + more, {}, environment);
}

bool SetupGround::startOrchestrator()
{
    static const QRegularExpression listening(u"listening on port \\d+"_s);
    m_orchestrator = std::make_unique<ChildProgram>(
        orchestratorProgram(), QStringList {u"--config"_s, orchestratorConfig()}, path(u"orchestrator.log"_s), m_dir.path());
    return m_orchestrator->start() && m_orchestrator->printed(listening).hasMatch();
}

bool inMemory(const QString &folder)
{
    return ::mount("tmpfs", QFile::encodeName(folder).constData(), "tmpfs", 0, nullptr) == 0;
}

bool overlay(const QString &folder, const QString &layer)
{
    const QByteArray below = QFile::encodeName(folder);
    if (!QDir().mkpath(layer + u"/upper"_s) || !QDir().mkpath(layer + u"/work"_s)) {
        return false;
    }
    const QByteArray options =
        "lowerdir=" + below + ",upperdir=" + QFile::encodeName(layer) + "/upper,workdir=" + QFile::encodeName(layer) + "/work";
    return ::mount("overlay", below.constData(), "overlay", 0, options.constData()) == 0;
}

bool replaceIn(const QString &file, const QByteArray &what, const QByteArray &by)
{
    QByteArray text = contentOf(file);
    if (!text.contains(what)) {
        return false;
    }
    text.replace(what, by);
    QFile out(file);
    return out.open(QIODevice::WriteOnly | QIODevice::Truncate) && out.write(text) == text.size();
}

QByteArray contentOf(const QString &file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

bool SetupGround::letOthersLook() const
{
    QStringList paths {m_dir.path(), share()};
    QDirIterator it(share(), QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        paths.append(it.next());
    }
    return std::all_of(paths.cbegin(), paths.cend(), [](const QString &path) {
        return QFile::setPermissions(
            path, QFile::permissions(path) | QFile::ReadOther | QFile::ExeOther | QFile::ReadGroup | QFile::ExeGroup);
    });
}

} // namespace dtf
