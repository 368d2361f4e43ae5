// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/crashpoints.h"

namespace dtf::sim {

namespace {

enum class Wrong { Nothing, Kill, PowerCut, Refuse, DoAndDeny, Stop };
enum class Who { Agent, Orchestrator, RollForward };
constexpr std::array everybody {Who::Agent, Who::Orchestrator, Who::RollForward};
constexpr std::int64_t rollForwardPoints = 30; ///< it is over by then
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

/// The agent that commits first dies before it publishes, for so long that the orchestrator does it.
void dieAfterTheCommit(World &world)
{
    world.checker().onCommit = [&world](const QByteArray &node) {
        world.checker().onCommit = {};
        SimAgent &agent = world.agent(node.right(1).toInt());
        Scheduler::get().after(nullptr, 0, [&agent] { agent.kill(); });
        Scheduler::get().after(nullptr, 75_sec, [&agent] { agent.start(); });
    };
}

Tried tryOne(Who who, std::int64_t point, Wrong wrong, bool trace = false)
{
    const bool agent = who == Who::Agent;
    World world(smallPlan(7), trace);
    Tried tried;
    bool armed = true; // for one life only
    bool counts = who != Who::RollForward;
    std::int64_t before = 0;
    if (who == Who::RollForward) {
        dieAfterTheCommit(world);
        world.onAction = [&counts](const ShareAction &action) { counts = counts || action.kind == ActionKind::RollForward; };
    }
    const auto step = [&](std::int64_t number) {
        if (!armed) {
            return;
        }
        before = counts ? before : number;
        number -= before;
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

QByteArray nameOf(Who who, std::int64_t point, Wrong wrong)
{
    return QByteArray(who == Who::Agent      ? "agent"
                   : who == Who::RollForward ? "roll-forward"
                                             : "orchestrator")
        + " point " + QByteArray::number(point) + ' ' + wordOf(wrong);
}

} // namespace

bool replayCrashPoint(const QByteArray &name, Outcome &outcome)
{
    const QList<QByteArray> words = name.split(' ');
    const std::int64_t point = words.value(2).toLongLong();
    for (const Who who : everybody) {
        for (const Wrong wrong : all) {
            if (nameOf(who, point, wrong) == name) {
                outcome = tryOne(who, point, wrong, true).outcome;
                return true;
            }
        }
    }
    return false;
}

CrashTally tryCrashPoints(const CrashPoints &how)
{
    CrashTally tally;
    for (const Who who : everybody) {
        const Tried calm = tryOne(who, 0, Wrong::Nothing);
        if (!calm.outcome.complaints.isEmpty()) {
            how.say("without a fault: " + calm.outcome.firstWords());
            ++tally.bad;
        }
        const bool few = who == Who::RollForward;
        const std::int64_t last = few ? std::min(rollForwardPoints, calm.points) : calm.points;
        (few ? tally.rollForwardPoints : who == Who::Agent ? tally.agentPoints : tally.orchestratorPoints) = last;
        for (std::int64_t point = 1 + (few ? 0 : how.offset); point <= last; point += few ? 1 : how.every) {
            for (const Wrong wrong : all) {
                const Tried tried = tryOne(who, point, wrong);
                ++tally.worlds;
                if (!tried.outcome.complaints.isEmpty()) {
                    ++tally.bad;
                    how.say(nameOf(who, point, wrong) + ": " + tried.outcome.complaints.join("; "));
                }
            }
        }
        if (few && last == 0) {
            how.say("nothing was rolled forward");
            ++tally.bad;
        }
    }
    return tally;
}

} // namespace dtf::sim
