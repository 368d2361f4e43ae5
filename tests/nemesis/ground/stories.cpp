// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/stories.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

FleetPlan waitingNodes(int count)
{
    return scriptNodes(count,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"wait"_s,
            u"{file}"_s});
}

FleetPlan copyingNodes(int count)
{
    return scriptNodes(count, {u"/bin/sh"_s, u"-c"_s, u"cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s});
}

void letGo(const Fleet &fleet, bool go)
{
    const QString file = fleet.folder() + u"/go"_s;
    if (go ? !writeFile(file, {}) : (QFile::exists(file) && !QFile::remove(file))) {
        qFatal("the file that lets scripts go can't be changed");
    }
}

void dropFiles(Fleet &fleet, int first, int end)
{
    for (int i = first; i < end; ++i) {
        fleet.drop("file " + QByteArray::number(i) + ".csv", "content " + QByteArray::number(i));
    }
}

bool eachWasTriedOnce(Fleet &fleet)
{
    const QList<JobView> jobs = fleet.api().jobs();
    return !jobs.isEmpty() && std::all_of(jobs.begin(), jobs.end(), [](const JobView &job) { return job.attempts == 1; });
}

QString decide(Fleet &fleet, const JobView &seen, JobAction action, const QString &reason)
{
    OperatorRequest request;
    request.reason = reason;
    request.expectEpoch = seen.epoch;
    request.expectState = seen.state;
    const ApiClient::Answer answer = fleet.api().command(seen.job, action, request);
    return answer.reply.ok ? QString() : u"refused: "_s + answer.reply.detail;
}

QStringList logsWithoutAnEnd(const ShareLook &share, const QList<JobView> &jobs)
{
    QStringList wrong;
    for (const JobView &job : jobs) {
        const SharePath log = layout::jobLog(job.node, job.job, job.epoch);
        if (!share.contentOf(log).contains("Pipeline ended with code 0")) {
            wrong += QString::fromUtf8(log);
        }
    }
    return wrong;
}

void dropHuge(const Fleet &fleet, const QByteArray &name, qint64 size)
{
    const std::string incoming = fleet.share().root() + "/incoming/";
    const std::string hidden = incoming + ".huge.part";
    const int file = ::open(hidden.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || ::ftruncate(file, size) != 0 || ::pwrite(file, "the end", 7, size - 7) != 7 || ::close(file) != 0
        || ::rename(hidden.c_str(), (incoming + name.toStdString()).c_str()) != 0) {
        qFatal("a huge file can't be put into incoming");
    }
}

qint64 hugeSize()
{
    return (isLongRun() ? qint64 {5 * 1024} : qint64 {300}) * 1024 * 1024;
}

QStringList complaintsBesideHuge(Fleet &fleet, const QByteArray &name)
{
    for (const PlacedToken &done : fleet.share().tokensOf(name)) {
        const SharePath path = done.path + '/' + name;
        if (::truncate((fleet.share().root() + '/' + path.toStdString()).c_str(), 0) != 0) {
            return {u"no file at "_s + QString::fromUtf8(path)};
        }
    }
    QStringList complaints = fleet.finalComplaints();
    complaints.removeIf(
        [&](const QString &words) { return words.endsWith(QString::fromUtf8(name) + u" is not what its manifest says"_s); });
    return complaints;
}

bool move(const QString &from, const QString &to)
{
    return std::rename(qUtf8Printable(from), qUtf8Printable(to)) == 0;
}

QStringList namesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
}

bool orchestratorSaysTheShareIs(Fleet &fleet, bool ok)
{
    const StateView state = fleet.api().state();
    return !state.summary.orchestratorBoot.isEmpty() && state.summary.shareOk == ok;
}

bool everybodySaysTheShareIs(Fleet &fleet, bool ok)
{
    const StateView state = fleet.api().state();
    return !state.nodes.isEmpty() && state.summary.shareOk == ok
        && std::all_of(state.nodes.begin(), state.nodes.end(), [ok](const NodeView &n) { return n.beat.shareOk == ok; });
}

bool isLongRun()
{
    return qEnvironmentVariableIntValue("DTF_TEST_LONG") != 0;
}

bool within(const char *what, milliseconds measured, milliseconds bound)
{
    std::printf("measured: %s: %.1f s of %.0f s\n", what, static_cast<double>(measured.count()) / 1e3,
        static_cast<double>(milliseconds(bound).count()) / 1e3);
    std::fflush(stdout);
    return measured <= bound;
}

} // namespace dtf
