// SPDX-License-Identifier: GPL-3.0-or-later
// The simulation from the command line; see usage.
#include "tests/simulation/crashpoints.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/world.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHashSeed>
#include <QLoggingCategory>

#include <cstdio>

using namespace dtf::sim;
using namespace Qt::StringLiterals;

namespace {

void quiet(QtMsgType, const QMessageLogContext &, const QString &) { }

void loud(QtMsgType, const QMessageLogContext &context, const QString &text)
{
    const Scheduler &scheduler = Scheduler::get();
    std::fprintf(stderr, "%12.3f  [%s] %s: %s\n", static_cast<double>(scheduler.now()) / 1e6,
        scheduler.current() ? scheduler.current()->name.constData() : "world", context.category, qUtf8Printable(text));
}

int tell(const Outcome &outcome)
{
    for (const QByteArray &complaint : outcome.complaints) {
        std::printf("%s\n", complaint.constData());
    }
    std::printf("%s: %lld jobs, %lld starts, %lld uploads, %lld events, %.0f s simulated\n",
        outcome.complaints.isEmpty() ? "well" : "BAD", static_cast<long long>(outcome.lives),
        static_cast<long long>(outcome.starts), static_cast<long long>(outcome.uploads), static_cast<long long>(outcome.events),
        static_cast<double>(outcome.simulated) / 1e6);
    return outcome.complaints.isEmpty() ? 0 : 1;
}

int replay(std::uint64_t seed, bool trace, bool shrinkIt)
{
    Plan plan = planOf(seed);
    if (shrinkIt) {
        plan = shrink(plan, [](const QByteArray &line) { std::fprintf(stderr, "%s\n", line.constData()); });
    }
    std::printf("%s", describe(plan).constData());
    if (trace) {
        qInstallMessageHandler(loud);
    }
    World world(plan, trace);
    const Outcome outcome = world.run();
    return tell(outcome);
}

Outcome runOne(qulonglong seed)
{
    World world(planOf(seed));
    return world.run();
}

int crashPoints(int every, int offset)
{
    QElapsedTimer clock;
    clock.start();
    const CrashTally tally = tryCrashPoints({every, offset, [](const QByteArray &line) {
                                                 std::printf("%s\n", line.constData());
                                                 std::fflush(stdout);
                                             }});
    std::printf("%lld places in the agent, %lld in the orchestrator, %lld in a roll-forward; %lld worlds, %lld bad, in %.1f s\n",
        static_cast<long long>(tally.agentPoints), static_cast<long long>(tally.orchestratorPoints),
        static_cast<long long>(tally.rollForwardPoints), static_cast<long long>(tally.worlds), static_cast<long long>(tally.bad),
        static_cast<double>(clock.elapsed()) / 1000.0);
    return tally.bad == 0 && tally.worlds > 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    QHashSeed::setDeterministicGlobalSeed();
    QCoreApplication::setEventDispatcher(new Scheduler); // the application's from now on
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Runs the product's orchestrator and agents on a fake clock, share, network and portal; every number is one world."_s);
    parser.addHelpOption();
    parser.addOptions({{u"seed"_s, u"Replay one world."_s, u"n"_s}, {u"trace"_s, u"With each move and log line."_s},
        {u"shrink"_s, u"Look for the smallest plan that still fails."_s}, {u"from"_s, u"First seed."_s, u"n"_s, u"1"_s},
        {u"seeds"_s, u"How many worlds."_s, u"n"_s, u"100"_s},
        {u"seconds"_s, u"Stop after so many seconds of real time."_s, u"s"_s, u"0"_s},
        {u"twice"_s, u"Each world twice: it must go the same way."_s}, {u"keep-going"_s, u"Go on after a failing seed."_s},
        {u"crash-points"_s, u"Instead: one fault at every place where a program calls its surroundings."_s},
        {u"crash-point"_s, u"One of these again, with each move: \"agent point 12 kill\"."_s, u"name"_s},
        {u"every"_s, u"… at each n-th of them only."_s, u"n"_s, u"1"_s},
        {u"offset"_s, u"… beginning with this one."_s, u"n"_s, u"0"_s}});
    parser.process(app);
    qInstallMessageHandler(quiet);
    if (parser.isSet(u"crash-point"_s)) {
        qInstallMessageHandler(loud);
        Outcome outcome;
        if (!replayCrashPoint(parser.value(u"crash-point"_s).toUtf8(), outcome)) {
            std::fprintf(stderr, "no such crash point\n");
            return 2;
        }
        return tell(outcome);
    }
    if (parser.isSet(u"crash-points"_s)) {
        return crashPoints(parser.value(u"every"_s).toInt(), parser.value(u"offset"_s).toInt());
    }
    if (parser.isSet(u"seed"_s)) {
        return replay(parser.value(u"seed"_s).toULongLong(), parser.isSet(u"trace"_s), parser.isSet(u"shrink"_s));
    }
    QElapsedTimer clock;
    clock.start();
    const qulonglong from = parser.value(u"from"_s).toULongLong();
    const qulonglong count = parser.value(u"seeds"_s).toULongLong();
    const qint64 limit = parser.value(u"seconds"_s).toLongLong() * 1'000;
    Outcome all;
    qulonglong worlds = 0;
    int bad = 0;
    const bool twice = parser.isSet(u"twice"_s);
    for (qulonglong seed = from; seed < from + count && (limit == 0 || clock.elapsed() < limit); ++seed, ++worlds) {
        Outcome outcome = runOne(seed);
        if (twice) {
            const Outcome again = runOne(seed);
            if (again.events != outcome.events || again.starts != outcome.starts || again.simulated != outcome.simulated) {
                outcome.complaints.prepend("not the same world when it is run again");
            }
        }
        all.lives += outcome.lives;
        all.starts += outcome.starts;
        all.uploads += outcome.uploads;
        all.events += outcome.events;
        all.simulated += outcome.simulated;
        if (!outcome.complaints.isEmpty()) {
            ++bad;
            std::printf("seed %llu: %s\n", seed, outcome.firstWords().constData());
            std::fflush(stdout);
            if (!parser.isSet(u"keep-going"_s)) {
                break;
            }
        }
        if (worlds % 500 == 499) {
            std::printf("… %llu worlds, %lld jobs, %d bad, %lld s\n", worlds + 1, static_cast<long long>(all.lives), bad,
                clock.elapsed() / 1000);
            std::fflush(stdout);
        }
    }
    std::printf(
        "%llu worlds from seed %llu: %d bad; %lld jobs, %lld starts, %lld uploads, %lld events, %.1f days simulated in %.1f s\n",
        worlds, from, bad, static_cast<long long>(all.lives), static_cast<long long>(all.starts),
        static_cast<long long>(all.uploads), static_cast<long long>(all.events), static_cast<double>(all.simulated) / 86.4e9,
        static_cast<double>(clock.elapsed()) / 1000.0);
    return bad == 0 ? 0 : 1;
}
