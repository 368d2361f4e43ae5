// SPDX-License-Identifier: GPL-3.0-or-later
// A backlog of N files from incoming into a node's folder, durable audit included, against raw readdir + rename.
#include "tests/bench/orchestratorbench.h"
#include "tests/bench/rawyardsticks.h"

#include <QDir>

#include <cstdio>

namespace dtf::bench {

using namespace Qt::StringLiterals;

void measureBacklog(int files)
{
    QTemporaryDir raw(QDir::current().filePath(u"dtf-raw-XXXXXX"_s));
    const QString a = raw.filePath(u"a"_s);
    const QString b = raw.filePath(u"b"_s);
    QDir().mkpath(a);
    QDir().mkpath(b);
    fill(a, files);
    const double bare = rawRename(a, b);
    const double rows = rawRenameWithRows(b, a, raw.filePath(u"raw.sqlite"_s));
    std::printf("backlog %d: raw readdir + rename %.0f files/s; with one durable row per file %.0f files/s\n", files, bare, rows);

    Orchestrator::Options options;
    Orchestrator orchestrator(options);
    fill(orchestrator.incoming(), files);
    const qint64 before = residentKb();
    const double began = wallSeconds();
    const double cpu = cpuSeconds();
    orchestrator.start();
    double lastBeat = began;
    const bool done = runUntil(
        [&] {
            if (wallSeconds() - lastBeat > 5) {
                lastBeat = wallSeconds();
                orchestrator.beat();
            }
            return orchestrator.count(JobState::Assigned) == files;
        },
        seconds(600));
    const double took = wallSeconds() - began;
    std::printf("backlog %d: orchestrator %.0f files/s%s = %.2f of raw, %.2f of raw with rows; %.2f s CPU; RSS %lld kB before, "
                "%lld kB after, peak %lld kB\n",
        files, files / took, done ? "" : " (NOT FINISHED)", files / took / bare, files / took / rows, cpuSeconds() - cpu,
        static_cast<long long>(before), static_cast<long long>(residentKb()), static_cast<long long>(peakResidentKb()));
    std::fflush(stdout);
}

/// Everything waits: no node has room.
void measureWaiting(int files)
{
    Orchestrator::Options options;
    options.prefetch = -1;
    Orchestrator orchestrator(options);
    fill(orchestrator.incoming(), files);
    orchestrator.start();
    const bool done = runUntil([&] { return orchestrator.count(JobState::Waiting) == files; }, seconds(600));
    std::printf("waiting %d%s: RSS %lld kB, peak %lld kB\n", files, done ? "" : " (NOT ALL)",
        static_cast<long long>(residentKb()), static_cast<long long>(peakResidentKb()));
    const double cpu = cpuSeconds();
    const double wall = wallSeconds();
    rest(seconds(30));
    std::printf("waiting %d: idle CPU %.2f %% of a core\n", files, 100 * (cpuSeconds() - cpu) / (wallSeconds() - wall));
    std::fflush(stdout);
}

void measureIdle(int completed)
{
    Orchestrator orchestrator({});
    const QString day = orchestrator.incoming() + u"/../completed/2026-01-01"_s;
    QDir().mkpath(day);
    fill(day, completed);
    orchestrator.start();
    rest(seconds(3));
    const double cpu = cpuSeconds();
    const double wall = wallSeconds();
    rest(seconds(60));
    std::printf(
        "idle with %d files in completed: %.3f %% of a core\n", completed, 100 * (cpuSeconds() - cpu) / (wallSeconds() - wall));
    std::fflush(stdout);
}

} // namespace dtf::bench
