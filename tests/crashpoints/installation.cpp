// SPDX-License-Identifier: GPL-3.0-or-later
#include "installation.h"

#include "common/share/localsharefs.h"
#include "powercut.h"
#include "shim/places.h"
#include "tests/support/markedprocesses.h"

#include <QDir>
#include <QDirIterator>

namespace dtf::crash {

using namespace Qt::StringLiterals;

namespace {

const QString pipelineProgram = QStringLiteral(DTF_CRASH_TESTCHILD);
const QByteArray operatorToken = "token-of-the-operator-anna";

Settings agentSettings(const Place &place)
{
    Settings s;
    s.set("browser", "port", int {place.browserPort});
    s.set("browser", "profile_dir", place.folder + u"/profile"_s);
    s.set("share", "rescan_seconds", 0.2);
    s.set("share", "busy_retry_seconds", 0.5);
    return s;
}

QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

Installation::Installation(Place &place, const QString &folder, const QStringList &pipeline)
    : m_place(place)
    , m_folder(folder)
    , m_share((folder + u"/share"_s).toStdString())
{
    NodePlan node;
    node.name = u"DTF-01"_s;
    node.pipeline = TestPipeline::Script;
    node.script = QStringList {pipelineProgram, u"ledger="_s + path(u"ledger"_s)} + pipeline
        + QStringList {u"say=done"_s, u"out=result.csv:"_s + QLatin1StringView(result), u"out=rows.json:{}"_s};
    node.settings = agentSettings(place);
    AgentProcess::Surroundings around;
    around.folder = folder;
    around.orchestratorPort = place.port;
    m_agent = std::make_unique<AgentProcess>(node, around);
    m_orchestrator = std::make_unique<ChildProgram>(QStringLiteral(DTF_CRASH_ORCHESTRATOR),
        QStringList {u"--config"_s, path(u"orchestrator.toml"_s)}, path(u"orchestrator.log"_s), folder);
    m_api = std::make_unique<ApiClient>(place.port, operatorToken);
}

Installation::~Installation()
{
    keepBrowser();
}

/// Of the agent's last life, for the next installation in this place.
void Installation::keepBrowser()
{
    if (const QByteArray record = readFile(stateFolder() + u"/browser.json"_s); !record.isEmpty()) {
        m_place.browser = record;
    }
}

bool Installation::prepare()
{
    Settings s;
    s.set("share", "root", path(u"share"_s));
    s.set("share", "cache_seconds", 0);
    s.set("share", "rescan_seconds", 0.1);
    s.set("share", "reconcile_seconds", 0.5);
    s.set("share", "busy_retry_seconds", 0.5);
    s.set("listen", "port", int {m_place.port});
    s.set("store", "path", storeFile());
    s.set("access", "tokens_file", path(u"tokens.toml"_s));
    s.set("intake", "stable_seconds", 0.1);
    s.set("liveness", "heartbeat_seconds", 1);
    s.append("[[node]]\nname = \"DTF-01\"\nmin_disk_free_mb = 10\n");
    const QByteArray tokens = "[[operator]]\nname = \"anna\"\nrole = \"operator\"\ntoken = \"" + operatorToken
        + "\"\n[[node]]\nname = \"DTF-01\"\ntoken = \"token-of-the-node-DTF-01\"\n";
    for (const QString &folder : {u"store"_s, u"share"_s, u"images-orchestrator"_s, u"images-agent"_s, u"DTF-01/state"_s}) {
        if (!QDir().mkpath(path(folder))) {
            return false;
        }
    }
    LocalShareFs fs(path(u"share"_s), {});
    return fs.initialise({NodeName::parse("DTF-01").value_or(NodeName())}) && writeFile(path(u"tokens.toml"_s), tokens, true)
        && writeFile(path(u"orchestrator.toml"_s), s.toToml())
        && (m_place.browser.isEmpty() || writeFile(stateFolder() + u"/browser.json"_s, m_place.browser));
}

bool Installation::start(Part part)
{
    return part == Part::Agent ? m_agent->start() : m_orchestrator->start();
}

QString Installation::traceFile(Part part) const
{
    return path(QLatin1StringView(nameOf(part)) + u".trace"_s);
}

QString Installation::imagesOf(Part part) const
{
    return path(u"images-"_s + QLatin1StringView(nameOf(part)));
}

QList<std::pair<QByteArray, QString>> Installation::areas() const
{
    return {{"share", path(u"share"_s)}, {"store", path(u"store"_s)}, {"state", stateFolder()},
        {"scratch", path(u"DTF-01/scratch"_s)}};
}

void Installation::watch(Part part, const Fault &fault)
{
    const bool here = fault.part == part;
    QFile::remove(traceFile(part));
    load(program(part),
        {areas(), traceFile(part), pipelineProgram,
            here && (fault.action == "cut" || fault.actionAgain == "cut") ? imagesOf(part) : QString(),
            here ? fault.point : Point(), here ? fault.action : Action()});
}

void Installation::cutPower(Part part)
{
    const bool agent = part == Part::Agent;
    crash::cutPower(imagesOf(part), {path(u"share"_s), agent ? stateFolder() : path(u"store"_s)},
        agent ? QStringList {path(u"DTF-01/scratch"_s)} : QStringList());
}

void Installation::drop(const QByteArray &name, const QByteArray &content)
{
    const QString hidden = path(u"share/incoming/.producer.part"_s);
    if (!writeFile(hidden, content)
        || ::rename(QFile::encodeName(hidden).constData(), (QFile::encodeName(path(u"share/incoming/"_s)) + name).constData())
            != 0) {
        qFatal("%s can't be put into incoming", name.constData());
    }
}

QList<QByteArray> Installation::ledger() const
{
    QList<QByteArray> lines = readFile(path(u"ledger"_s)).split('\n');
    lines.removeAll(QByteArray());
    return lines;
}

QList<QByteArray> Installation::remains() const
{
    QList<QByteArray> list;
    for (const auto &[name, folder] : areas()) {
        QDirIterator it(
            folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QByteArray below = QFile::encodeName(it.next()).sliced(QFile::encodeName(folder).size());
            list.append(name + QByteArray::fromStdString(crashshim::normalised(below.toStdString())));
        }
    }
    std::sort(list.begin(), list.end());
    return list;
}

QStringList Installation::processesLeft() const
{
    QStringList left;
    for (const MarkedProcess &process : markedProcesses(QFile::encodeName(m_folder) + '/')) {
        if (!process.isBrowser()) {
            left.append(u"process %1 %2"_s.arg(process.pid).arg(QString::fromUtf8(process.command)));
        }
    }
    return left;
}

QString Installation::logTails() const
{
    QString text;
    for (const QString &name : {u"orchestrator.log"_s, u"DTF-01.log"_s}) {
        text +=
            u"---- "_s + name + u'\n' + QString::fromUtf8(readFile(path(name)).last(qMin(6'000, readFile(path(name)).size())));
    }
    for (const PlacedToken &token : m_share.tokens()) {
        text += u"token "_s + QString::fromUtf8(token.path) + u'\n';
    }
    return text + u"ledger "_s + QString::fromUtf8(ledger().join(' ')) + u'\n';
}

} // namespace dtf::crash
