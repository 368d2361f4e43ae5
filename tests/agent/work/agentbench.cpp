// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentbench.h"

#include <QDir>
#include <QDirIterator>

#include <cstdio>

#ifdef Q_OS_WIN
#include <windows.h>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const ShareTiming quick {milliseconds(200), milliseconds(0)};

} // namespace

AgentBench::AgentBench(const QStringList &acts)
    : node(*NodeName::parse("DTF-01"))
{
    QDir().mkpath(root());
    LocalShareFs fs(root(), quick);
    if (!fs.initialise({node})) {
        qFatal("no share");
    }
    config.node = node;
    config.stateDir = local(u"state"_s);
    config.scratchDir = local(u"scratch"_s);
    config.minDiskFree = 0;
    config.shareRoot = root();
    config.shareCache = milliseconds(0);
    config.shareRescan = milliseconds(50);
    config.pipeline.command = QStringList {QStringLiteral(TESTCHILD), u"ledger="_s + local(u"ledger"_s)} + acts;
    config.pipeline.stopGrace = milliseconds(300);
    QDir().mkpath(config.scratchDir);
}

AgentBench::~AgentBench()
{
    kill();
}

void AgentBench::start(const QByteArray &machine)
{
    kill();
    boot = BootId::generate();
    const AgentIdentity identity {boot, machine, "machine-boot-1"};
    auto journal = Journal::open(config.stateDir, identity, m_clock.now().wall);
    if (!journal) {
        qFatal("%s", qPrintable(journal.error().detail));
    }
    auto fs = std::make_unique<LocalShareFs>(root(), quick);
    LocalShareFs *raw = fs.get();
    m_share = std::make_unique<ShareWorker>(std::move(fs), [raw] { raw->cancel(); });
    m_engine = std::make_unique<WorkEngine>(config, identity, std::move(*journal), *m_share, m_clock);
    m_engine->setBrowser(browser);
    m_engine->start();
}

void AgentBench::startAlone(const QList<QByteArray> &types)
{
    start();
    LocalShareFs fs(root(), quick);
    Intake::Rules rules {types, milliseconds(60), 3, milliseconds(200)};
    m_desk = std::make_unique<OfflineDesk>(
        OfflineDesk::Place {node, fs.identity()->uuid, root()}, rules, *m_engine, *m_share, m_clock);
    m_desk->start(milliseconds(20));
}

void AgentBench::kill()
{
    m_desk.reset();
    m_engine.reset();
    m_share.reset();
}

void AgentBench::drop(const QByteArray &name, const QByteArray &content)
{
    const QByteArray part = QFile::encodeName(path("incoming/.being-written"));
    QFile file(QFile::decodeName(part));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size()) {
        qFatal("can't write");
    }
    file.close();
#ifdef Q_OS_WIN
    const bool renamed = MoveFileExW(path("incoming/.being-written").toStdWString().c_str(),
        path("incoming/" + name).toStdWString().c_str(), MOVEFILE_REPLACE_EXISTING);
#else
    const QByteArray whole = QFile::encodeName(root()) + "/incoming/" + name; // any bytes
    const bool renamed = std::rename(part.constData(), whole.constData()) == 0;
#endif
    if (!renamed) {
        qFatal("can't rename");
    }
}

TokenName AgentBench::assign(const QByteArray &name, const QByteArray &content, Epoch epoch)
{
    const TokenName token {ids.next(m_clock.now().wall), epoch, {}, name};
    drop(name, content);
    LocalShareFs fs(root(), quick);
    const MoveResult moved = fs.atomicMove(layout::incoming(name), layout::assigned(node, token));
    if (moved.outcome != MoveOutcome::Moved) {
        qFatal("can't assign: %s", qPrintable(moved.error.detail));
    }
    return token;
}

BootId AgentBench::earlierLife(const std::function<void(Journal &, const BootId &)> &what)
{
    const BootId earlier = BootId::generate();
    auto journal = Journal::open(config.stateDir, {earlier, "machine-1", "machine-boot-1"}, m_clock.now().wall);
    if (!journal) {
        qFatal("%s", qPrintable(journal.error().detail));
    }
    what(**journal, earlier);
    return earlier;
}

QByteArray AgentBench::read(const QString &name) const
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList AgentBench::names(const SharePath &folder) const
{
    return QDir(path(folder)).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
}

QStringList AgentBench::tokens() const
{
    QStringList found;
    for (const char *folder : {"incoming", "processing", "hold", "failed", "rejected"}) {
        QDirIterator it(path(folder), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString file = it.next();
            if (!file.endsWith(".json"_L1)) {
                found.append(QDir(root()).relativeFilePath(file));
            }
        }
    }
    QDirIterator it(path("completed"), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString file = QDir(root()).relativeFilePath(it.next());
        if (!file.contains("/results/"_L1) && !file.endsWith("/manifest.json"_L1)) {
            found.append(file);
        }
    }
    return found;
}

SharePath AgentBench::finalFolder(const TokenName &token) const
{
    // Midnight may pass during a test.
    const WallTime now = m_clock.now().wall;
    const SharePath today = layout::completed(now, token.job, token.name);
    return exists(today) ? today : layout::completed({now.msecsSinceEpoch - 3'600'000}, token.job, token.name);
}

int AgentBench::reported(ReportKind kind) const
{
    const QList<Report> reports = m_engine->pendingReports(100'000);
    return static_cast<int>(std::count_if(reports.begin(), reports.end(), [kind](const Report &r) { return r.kind == kind; }));
}

Report AgentBench::last(ReportKind kind) const
{
    const QList<Report> reports = m_engine->pendingReports(100'000);
    const auto it = std::find_if(reports.rbegin(), reports.rend(), [kind](const Report &r) { return r.kind == kind; });
    return it == reports.rend() ? Report() : *it;
}

QList<QByteArray> AgentBench::ledger() const
{
    QList<QByteArray> starts = read(local(u"ledger"_s)).split('\n');
    starts.removeAll(QByteArray());
    return starts;
}

} // namespace dtf
