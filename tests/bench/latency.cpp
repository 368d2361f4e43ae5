// SPDX-License-Identifier: GPL-3.0-or-later
// From a file's arrival in incoming to its arrival in processing, beyond the stability time, at 5 files/s.
#include "tests/bench/orchestratorbench.h"
#include "tests/bench/rawyardsticks.h"

#include <QDir>
#include <QFile>
#include <QSocketNotifier>
#include <QTimer>

#include <algorithm>
#include <cstdio>

#include <sys/inotify.h>
#include <unistd.h>

namespace dtf::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr int holdMs = 1'000;

void say(const char *what, const QList<double> &sorted)
{
    if (!sorted.isEmpty()) {
        std::printf("latency, %s: p50 %.2f ms, p99 %.2f ms, max %.2f ms (%lld files)\n", what, sorted[sorted.size() / 2],
            sorted[sorted.size() * 99 / 100], sorted.last(), static_cast<long long>(sorted.size()));
        std::fflush(stdout);
    }
}

} // namespace

void measureLatency(int files)
{
    QTemporaryDir raw(QDir::current().filePath(u"dtf-raw-XXXXXX"_s));
    QDir().mkpath(raw.filePath(u"a"_s));
    QDir().mkpath(raw.filePath(u"b"_s));
    say("raw inotify + wait + durable row + rename",
        rawLatency(raw.filePath(u"a"_s), raw.filePath(u"b"_s), raw.filePath(u"raw.sqlite"_s), files, holdMs));

    Orchestrator::Options options;
    options.stableFor = milliseconds(holdMs);
    options.stableLooks = 3;
    Orchestrator orchestrator(options);
    orchestrator.start();
    const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    inotify_add_watch(watch, QFile::encodeName(orchestrator.processing()).constData(), IN_MOVED_TO);
    QHash<QByteArray, double> dropped;
    QList<double> late;
    QObject context;
    QSocketNotifier notifier(watch, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &context, [&] {
        alignas(inotify_event) char buffer[16 * 1024];
        const ssize_t got = ::read(watch, buffer, sizeof buffer);
        for (ssize_t at = 0; at < got;) {
            const auto *event = reinterpret_cast<const inotify_event *>(buffer + at);
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
            const QByteArray name(event->name);
            late.append((wallSeconds() - dropped.value(name.mid(name.indexOf('~') + 1))) * 1'000 - holdMs);
        }
    });
    (void)runUntil([&] { return orchestrator.controller().state().summary.shareOk; }, seconds(10));
    int number = 0;
    QTimer producer;
    QObject::connect(&producer, &QTimer::timeout, &context, [&] {
        if (number < files) {
            const int mine = number++;
            dropped.insert("Agency" + QByteArray::number(mine) + ".csv", wallSeconds());
            drop(orchestrator.incoming(), mine);
        }
        if (number % 25 == 0) {
            orchestrator.beat();
        }
    });
    producer.start(200);
    (void)runUntil([&] { return late.size() >= files; }, milliseconds(files * 250 + 10'000));
    ::close(watch);
    std::sort(late.begin(), late.end());
    say("orchestrator", late);
}

} // namespace dtf::bench
