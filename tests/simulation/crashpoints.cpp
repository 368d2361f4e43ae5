// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/crashpoints.h"

namespace dtf::sim {

namespace {

enum class Wrong { Nothing, Kill, PowerCut, Refuse, DoAndDeny, Stop };
constexpr std::array all {Wrong::Kill, Wrong::PowerCut, Wrong::Refuse, Wrong::DoAndDeny, Wrong::Stop};

const char *wordOf(Wrong wrong)
{
    switch (wrong) {
    case Wrong::Kill:
        return "kill";
    case Wrong::PowerCut:
        return "power cut";
    case Wrong::Refuse:
        return "error";
    case Wrong::DoAndDeny:
        return "done, but an error";
    case Wrong::Stop:
        return "stopped for 45 s";
    case Wrong::Nothing:
        break;
    }
    return "nothing";
}

/// Two files for two nodes: one that uploads, one that fails first.
Plan smallPlan(std::uint64_t seed)
{
    Plan plan;
    plan.seed = seed;
    plan.agents = 2;
    plan.busy = 40_sec;
    plan.calm = true;
    plan.cache = milliseconds(2'000);
    for (int number = 1; number <= 3; ++number) {
        Delivery delivery;
        delivery.at = number * 1_sec;
        delivery.number = number;
        delivery.name = "Agency" + QByteArray::number(number) + ".csv";
        delivery.manner = number == 3 ? Manner::AsksForAnother : Manner::Good;
        plan.deliveries.push_back(delivery);
    }
    return plan;
}

struct Tried
{
    Outcome outcome;
    std::int64_t points = 0;
};

Tried tryOne(bool agent, std::int64_t point, Wrong wrong, bool trace = false)
{
    World world(smallPlan(7), trace);
    Tried tried;
    bool armed = true; // for one life only
    const auto step = [&](std::int64_t number) {
        if (!armed) {
            return;
        }
        const ProcessPtr process = Scheduler::get().current();
        tried.points = std::max(tried.points, number);
        if (number != point || wrong == Wrong::Nothing) {
            return;
        }
        armed = false;
        const auto later = [](Micros delay, std::function<void()> what) {
            Scheduler::get().after(nullptr, delay, std::move(what));
        };
        switch (wrong) {
        case Wrong::Kill:
        case Wrong::PowerCut:
            process->doomed = true;
            later(0, [&world, agent, wrong, later] {
                if (agent) {
                    wrong == Wrong::Kill ? world.agent(1).kill() : world.agent(1).powerCut();
                    later(3_sec, [&world] { world.agent(1).start(); });
                } else {
                    world.orchestrator().kill();
                    later(3_sec, [&world] { world.orchestrator().start(); });
                }
            });
            break;
        case Wrong::Refuse:
            process->spoil = Process::Spoil::Refuse;
            break;
        case Wrong::DoAndDeny:
            process->spoil = Process::Spoil::DoAndDeny;
            break;
        case Wrong::Stop:
            Scheduler::get().stop(process);
            later(45_sec, [process] { Scheduler::get().go(process); });
            break;
        case Wrong::Nothing:
            break;
        }
    };
    if (agent) {
        world.agent(1).onStep = step;
    } else {
        world.orchestrator().onStep = step;
    }
    tried.outcome = world.run(60_min);
    return tried;
}

QByteArray nameOf(bool agent, std::int64_t point, Wrong wrong)
{
    return QByteArray(agent ? "agent" : "orchestrator") + " point " + QByteArray::number(point) + ' ' + wordOf(wrong);
}

} // namespace

bool replayCrashPoint(const QByteArray &name, Outcome &outcome)
{
    const QList<QByteArray> words = name.split(' ');
    const std::int64_t point = words.value(2).toLongLong();
    for (const bool agent : {true, false}) {
        for (const Wrong wrong : all) {
            if (nameOf(agent, point, wrong) == name) {
                outcome = tryOne(agent, point, wrong, true).outcome;
                return true;
            }
        }
    }
    return false;
}

CrashTally tryCrashPoints(const CrashPoints &how)
{
    CrashTally tally;
    for (const bool agent : {true, false}) {
        const Tried calm = tryOne(agent, 0, Wrong::Nothing);
        if (!calm.outcome.complaints.isEmpty()) {
            how.say("without a fault: " + calm.outcome.firstWords());
            ++tally.bad;
        }
        (agent ? tally.agentPoints : tally.orchestratorPoints) = calm.points;
        for (std::int64_t point = 1 + how.offset; point <= calm.points; point += how.every) {
            for (const Wrong wrong : all) {
                const Tried tried = tryOne(agent, point, wrong);
                ++tally.worlds;
                if (!tried.outcome.complaints.isEmpty()) {
                    ++tally.bad;
                    how.say(nameOf(agent, point, wrong) + ": " + tried.outcome.complaints.join("; "));
                }
            }
        }
    }
    return tally;
}

} // namespace dtf::sim
