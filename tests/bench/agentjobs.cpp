// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent costs per file, beside the command that it runs: N tokens in the node's folder of a local share, a browser that
// is always ready, reports acknowledged at once. The command is cp: one process and one result.
#include "agent/work/engine.h"
#include "agent/work/processtree.h"
#include "common/share/localsharefs.h"
#include "tests/bench/agentbench.h"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdio>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dtf::bench {

using namespace Qt::StringLiterals;

namespace {

const char copyProgram[] = "/bin/cp";
const QByteArray content = "a;b\n1;2\n";

void write(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("can't write %s", qPrintable(path));
    }
}

/// Starts the command and waits for it, `files` times. Seconds for one.
double bareSpawn(const QString &folder, int files)
{
    const QByteArray from = QFile::encodeName(folder + u"/in.csv"_s);
    write(folder + u"/in.csv"_s);
    const double began = wallSeconds();
    for (int i = 0; i < files; ++i) {
        QByteArray to = QFile::encodeName(folder) + "/out" + QByteArray::number(i);
        QByteArray program = copyProgram;
        QByteArray source = from;
        char *argv[] = {program.data(), source.data(), to.data(), nullptr};
        pid_t pid = 0;
        int status = 0;
        if (::posix_spawn(&pid, copyProgram, nullptr, nullptr, argv, environ) != 0 || ::waitpid(pid, &status, 0) != pid) {
            qFatal("can't spawn");
        }
    }
    return (wallSeconds() - began) / files;
}

/// The same with QProcess, which the agent uses.
double bareProcess(const QString &folder, int files)
{
    write(folder + u"/in.csv"_s);
    const double began = wallSeconds();
    for (int i = 0; i < files; ++i) {
        QProcess process;
        process.start(QString::fromLatin1(copyProgram), {folder + u"/in.csv"_s, folder + u"/qt%1"_s.arg(i)});
        if (!process.waitForFinished()) {
            qFatal("can't spawn");
        }
    }
    return (wallSeconds() - began) / files;
}

/// The bare command, and as many small durable appends as the agent makes: what the protocol's durability costs on this disk.
double bareSpawnWithSyncs(const QString &folder, int files, double syncsPerFile)
{
    const double spawn = bareSpawn(folder, files);
    const QByteArray path = QFile::encodeName(folder) + "/journal";
    const int fd = ::open(path.constData(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
    const int count = static_cast<int>(files * syncsPerFile);
    const double began = wallSeconds();
    for (int i = 0; i < count; ++i) {
        if (::write(fd, content.constData(), static_cast<size_t>(content.size())) != content.size() || ::fsync(fd) != 0) {
            qFatal("can't write");
        }
    }
    const double spent = wallSeconds() - began;
    ::close(fd);
    return spawn + spent / files;
}

struct Times
{
    QList<double> claim; ///< ms from the job before to Started
    QList<double> run; ///< ms from Started to Exited
    QList<double> publish; ///< ms from Exited to Done
};

/// Seconds for one file.
double throughTheAgent(const QString &folder, int files, Times &times)
{
    const NodeName node = *NodeName::parse("DTF-01");
    SystemClock clock;
    AgentConfig config;
    config.node = node;
    config.stateDir = folder + u"/state"_s;
    config.scratchDir = folder + u"/scratch"_s;
    config.minDiskFree = 0;
    config.shareRoot = folder + u"/share"_s;
    config.shareCache = milliseconds(0);
    config.pipeline.command = {QString::fromLatin1(copyProgram), u"{file}"_s, u"{out}/copy"_s};
    QDir().mkpath(config.shareRoot);
    QDir().mkpath(config.scratchDir);
    auto fs = std::make_unique<LocalShareFs>(config.shareRoot, ShareTiming {milliseconds(1'000), milliseconds(0)});
    if (!fs->initialise({node})) {
        qFatal("no share");
    }
    JobIdGenerator ids;
    for (int i = 0; i < files; ++i) {
        const TokenName token {ids.next(clock.now().wall), 1, {}, "Agency" + QByteArray::number(i) + ".csv"};
        write(config.shareRoot + u'/' + QFile::decodeName(layout::assigned(node, token)));
    }
    const AgentIdentity identity {BootId::generate(), "machine", "boot"};
    auto journal = Journal::open(config.stateDir, identity, clock.now().wall);
    ShareWorker share(std::move(fs));
    WorkEngine engine(config, identity, std::move(journal.value()), share, clock);
    engine.setBrowser({BrowserState::Ready, {}, 9222, u"ws://127.0.0.1:9222/x"_s, -1});

    int done = 0;
    QEventLoop loop;
    WallTime mark = clock.now().wall;
    const auto since = [&mark](WallTime time) {
        const auto ms = static_cast<double>(time.msecsSinceEpoch - mark.msecsSinceEpoch);
        mark = time;
        return ms;
    };
    QObject::connect(
        &engine, &WorkEngine::reportsPending, &loop,
        [&] {
            const QList<Report> reports = engine.pendingReports(1'000);
            for (const Report &report : reports) {
                if (report.kind == ReportKind::Started) {
                    times.claim.append(since(report.time));
                } else if (report.kind == ReportKind::Exited) {
                    times.run.append(since(report.time));
                } else if (report.kind == ReportKind::Done) {
                    times.publish.append(since(report.time));
                    ++done;
                }
            }
            engine.acknowledge(static_cast<int>(reports.size()));
            if (done == files) {
                loop.quit();
            }
        },
        Qt::QueuedConnection);
    resetSyncs();
    const double began = wallSeconds();
    engine.start();
    loop.exec();
    return (wallSeconds() - began) / files;
}

} // namespace

void measureJobs(int files)
{
    becomeSubreaper();
    QTemporaryDir folder(QDir::current().filePath(u"dtf-jobs-XXXXXX"_s));
    (void)bareSpawn(folder.path(), 20); // warm
    const double spawn = bareSpawn(folder.path(), files);
    const double process = bareProcess(folder.path(), files);
    Times times;
    const double agent = throughTheAgent(folder.path(), files, times);
    const Syncs made = syncs();
    const double perFile = static_cast<double>(made.count) / files;
    const double durable = bareSpawnWithSyncs(folder.path(), files, perFile);
    std::printf("jobs, bare posix_spawn of the command: %.2f ms each (QProcess: %.2f ms)\n", spawn * 1'000, process * 1'000);
    std::printf("jobs, bare posix_spawn and %.1f durable small writes: %.2f ms each\n", perFile, durable * 1'000);
    std::printf("jobs, agent: %.2f ms each, %.1f/s (%d files); %.1f x the bare command, %.1f x the durable one\n", agent * 1'000,
        1 / agent, files, agent / spawn, agent / durable);
    std::printf("jobs, agent, where the time goes (median): claim %.0f ms, run %.0f ms, publish %.0f ms; %.1f fsyncs of %.2f ms "
                "each: %.1f ms per file\n",
        median(times.claim), median(times.run), median(times.publish), perFile,
        made.seconds * 1'000 / static_cast<double>(made.count), made.seconds * 1'000 / files);
}

} // namespace dtf::bench
