// SPDX-License-Identifier: GPL-3.0-or-later
// What must be seen after every story, whatever happened in it.
#include "tests/support/fleet.h"
#include "tests/support/historycheck.h"
#include "tests/support/markedprocesses.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QByteArray roomOf(JobState state)
{
    switch (state) {
    case JobState::Done:
        return "done";
    case JobState::Hold:
        return "hold";
    case JobState::Failed:
        return "failed";
    case JobState::Rejected:
        return "rejected";
    case JobState::Waiting:
        return "incoming";
    default:
        return "on its way";
    }
}

} // namespace

/// Each job of the orchestrator has its token where its state says, and each token has its job.
QStringList Fleet::jobComplaints()
{
    QStringList wrong;
    QHash<JobId, PlacedToken> placed;
    for (const PlacedToken &token : m_share.tokens()) {
        placed.insert(token.token.job, token);
    }
    qsizetype inIncoming = 0;
    for (const JobView &job : m_api->jobs()) {
        const QByteArray room = roomOf(job.state);
        const QString who = u"%1 (%2, %3)"_s.arg(job.job.toString(), job.name, toString(job.state));
        const bool hasToken = placed.contains(job.job);
        const PlacedToken token = placed.take(job.job);
        const bool heldUnmoved = job.state == JobState::Hold && job.cause == Cause::FileUnreadable; // it refuses to be moved
        if ((job.state == JobState::Waiting || heldUnmoved) && !hasToken) {
            ++inIncoming;
        } else if (job.state != JobState::Withdrawn && !hasToken) {
            wrong += u"%1 has no token"_s.arg(who);
        } else if (hasToken && job.state != JobState::Waiting && token.room != room) {
            wrong += u"%1 lies at %2"_s.arg(who, QString::fromUtf8(token.path));
        }
    }
    for (const PlacedToken &token : placed) {
        if (m_auditGap && (token.room == "done" || token.room == "rejected")) {
            continue; // a lost store is made again from what is not at its end
        }
        wrong += u"nobody knows %1"_s.arg(QString::fromUtf8(token.path));
    }
    if (inIncoming != m_share.incoming().size()) {
        wrong += u"%1 jobs wait in incoming, where %2 files lie"_s.arg(inIncoming).arg(m_share.incoming().size());
    }
    return wrong;
}

/// U2, and nothing lost: what lies anywhere under a dropped name is what was dropped, and everything dropped lies somewhere.
QStringList Fleet::contentComplaints() const
{
    QStringList wrong;
    QMultiHash<QByteArray, QByteArray> found; // name, SHA-256
    QHash<QByteArray, int> rejected; // SHA-256, times: a hostile name has been made harmless
    for (const PlacedToken &token : m_share.tokens()) {
        const QByteArray name = token.token.name;
        const bool known = std::any_of(m_dropped.begin(), m_dropped.end(), [&](const auto &file) { return file.first == name; });
        const QByteArray sha = sha256Hex(m_share.contentOf(token.room == "done" ? token.path + '/' + name : token.path));
        found.insert(name, sha);
        rejected[sha] += token.room == "rejected" ? 1 : 0;
        if (known && token.room != "rejected" && !m_dropped.contains(std::pair(name, sha))) {
            wrong += u"%1 is not what was dropped"_s.arg(QString::fromUtf8(token.path));
        }
    }
    for (const QByteArray &name : m_share.incoming()) {
        found.insert(name, sha256Hex(m_share.contentOf("incoming/" + name)));
    }
    for (const auto &[name, sha] : m_dropped) {
        if (const auto at = found.constFind(name, sha); at != found.cend()) {
            found.erase(at);
        } else if (rejected.value(sha) == 0) {
            wrong += u"%1 was dropped and is nowhere"_s.arg(QString::fromUtf8(name));
        }
    }
    return wrong;
}

/// U6: nobody is at work any more, so nothing half-made may lie anywhere.
QStringList Fleet::litterComplaints() const
{
    QStringList folders {sharePath(u"completed/.stage"_s), sharePath(u".dtf/probe"_s)};
    for (const NodePlan &node : m_plan.nodes) {
        folders += m_dir.filePath(node.name + u"/scratch"_s);
    }
    QStringList wrong;
    for (const QString &folder : folders) {
        QDirIterator files(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            wrong += u"left behind: "_s + files.next();
        }
    }
    QDirIterator half(sharePath(), {u"*.tmp"_s, u"*.part"_s, u"*.new"_s, u".*.tmp*"_s}, QDir::Files | QDir::Hidden,
        QDirIterator::Subdirectories);
    while (half.hasNext()) {
        if (const QString path = half.next(); !path.startsWith(sharePath(u"incoming/"_s))) {
            wrong += u"left behind: "_s + path;
        }
    }
    return wrong;
}

/// Every published file was uploaded once; nothing was uploaded twice unless a person allowed it.
QStringList Fleet::ledgerComplaints() const
{
    QStringList wrong;
    if (!m_portal) {
        return wrong;
    }
    QHash<QByteArray, qsizetype> uploads;
    for (const QJsonObject &row : m_portal->ledger()) {
        ++uploads[row["sourceSha256"_L1].toString().toLatin1()];
    }
    for (const PlacedToken &done : m_share.tokens("done")) {
        const bool published = QDir(sharePath(QString::fromUtf8(done.path)) + u"/results"_s).exists();
        const QByteArray sha = sha256Hex(m_share.contentOf(done.path + '/' + done.token.name));
        if (published && !m_expected.contains(sha) && uploads.value(sha) != 1) {
            wrong += u"%1 is done and was uploaded %2 times"_s.arg(QString::fromUtf8(done.path)).arg(uploads.value(sha));
        }
    }
    for (auto upload = uploads.cbegin(); upload != uploads.cend(); ++upload) {
        if (upload.value() > m_expected.value(upload.key(), 1)) {
            wrong += u"content %1 was uploaded %2 times"_s.arg(QString::fromLatin1(upload.key())).arg(upload.value());
        }
    }
    for (auto expected = m_expected.cbegin(); expected != m_expected.cend(); ++expected) {
        if (uploads.value(expected.key()) != expected.value()) {
            wrong += u"content %1 was uploaded %2 times, not %3"_s.arg(QString::fromLatin1(expected.key()))
                         .arg(uploads.value(expected.key()))
                         .arg(expected.value());
        }
    }
    return wrong;
}

QStringList Fleet::shutDown()
{
    QStringList wrong;
    for (const auto &agent : m_agents) {
        if (agent->program().isRunning() && !agent->stop()) {
            wrong += u"%1 did not end cleanly"_s.arg(agent->name());
        }
        if (!agent->stopScript()) {
            wrong += u"the folder script of %1 did not end cleanly"_s.arg(agent->name());
        }
    }
    if (m_orchestrator->isRunning() && !m_orchestrator->stop()) {
        wrong += u"the orchestrator did not end cleanly"_s;
    }
    if (m_portal && !m_portal->program().stop()) {
        wrong += u"the portal did not end cleanly"_s;
    }
    const QByteArray mark = m_dir.path().toUtf8();
    QList<MarkedProcess> left;
    const bool onlyBrowsers = until(
        [&] {
            left = markedProcesses(mark);
            left.removeIf([](const MarkedProcess &p) { return p.isBrowser() || p.command.contains("janitor"); });
            return left.isEmpty();
        },
        seconds(10));
    for (const MarkedProcess &process : onlyBrowsers ? QList<MarkedProcess>() : left) {
        wrong += u"left behind: process %1 %2"_s.arg(process.pid).arg(QString::fromUtf8(process.command));
    }
    for (const auto &agent : m_agents) {
        agent->killBrowser(); // they outlive their agents by design
    }
    left.clear();
    const bool browsersGone = until(
        [&] {
            left = markedProcesses(mark);
            left.removeIf([](const MarkedProcess &p) { return p.command.contains("janitor"); });
            return left.isEmpty();
        },
        seconds(15));
    for (const MarkedProcess &process : browsersGone ? QList<MarkedProcess>() : left) {
        wrong +=
            u"no browser of an agent, but left behind: process %1 %2"_s.arg(process.pid).arg(QString::fromUtf8(process.command));
    }
    QString verdict;
    if (runOrchestrator({u"audit"_s, u"verify"_s}, &verdict) != 0) {
        wrong += u"the audit is broken: "_s + verdict;
    }
    return wrong;
}

QStringList Fleet::finalComplaints()
{
    QStringList wrong;
    if (m_orchestrator->isRunning()) {
        (void)until(
            [&] {
                wrong = jobComplaints();
                return wrong.isEmpty();
            },
            seconds(20));
    }
    const QList<LedgeredStart> starts = readStarts(m_dir.filePath(u"starts"_s));
    if (m_orchestrator->isRunning() && !m_auditGap) {
        const QList<AuditRow> audit = m_api->audit();
        wrong += pathComplaints(audit);
        wrong += startComplaints(starts, audit);
    } else {
        wrong += doubleStarts(starts);
    }
    wrong += m_share.tokenComplaints();
    wrong += m_share.manifestComplaints();
    wrong += contentComplaints();
    wrong += ledgerComplaints();
    wrong += shutDown();
    wrong += m_share.tokenComplaints(); // nothing may move without anybody there
    wrong += litterComplaints();
    return wrong;
}

void Fleet::printLogs() const
{
    for (const QFileInfo &info : QDir(m_dir.path()).entryInfoList({u"*.log"_s}, QDir::Files, QDir::Name)) {
        QFile file(info.filePath());
        if (file.open(QIODevice::ReadOnly)) {
            file.seek(std::max<qint64>(0, file.size() - 8'000));
            std::fprintf(stderr, "---- %s\n%s\n", qUtf8Printable(info.fileName()), file.readAll().constData());
        }
    }
    for (const PlacedToken &token : m_share.tokens()) {
        std::fprintf(stderr, "token %s\n", token.path.constData());
    }
    for (const QByteArray &name : m_share.incoming()) {
        std::fprintf(stderr, "incoming %s\n", name.toPercentEncoding(" ").constData());
    }
    std::fflush(stderr);
}

} // namespace dtf
