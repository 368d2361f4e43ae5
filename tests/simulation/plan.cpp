// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/plan.h"

namespace dtf::sim {

namespace {

const char *const faultNames[faultKinds] = {"kill-agent", "stop-agent", "power-cut-agent", "kill-orchestrator",
    "stop-orchestrator", "power-cut-server", "cut-link", "cut-to-orchestrator", "cut-to-agent", "bad-link", "cut-share",
    "hang-share", "lost-replies", "failing-share", "stale-views", "share-empty", "share-other", "share-gone", "share-read-only",
    "share-full", "locked-files", "denied-file", "clock-jump", "clone-agent", "second-orchestrator", "store-full",
    "restore-store", "lose-store", "browser-down", "orphans-survive", "restart-agent"};

QByteArray nameOf(Rng &dice, int number)
{
    static const QByteArray agencies[] = {"AgencyA", "agencya", "B&C", "Ünal", "x"};
    const QByteArray agency = agencies[dice.below(5)];
    switch (dice.below(12)) {
    case 0:
        return agency + ".csv"; // the same name again and again
    case 1:
        return agency + ".CSV";
    case 2:
        return "-rf " + agency + QByteArray::number(number) + ".xlsx";
    case 3:
        return agency + ":" + QByteArray::number(number) + ".csv"; // refused
    case 4:
        return dice.chance(0.5) ? agency + QByteArray::number(number) + ".exe" : ".hidden" + QByteArray::number(number) + ".csv";
    default:
        return agency + "-" + QByteArray::number(number) + ".csv";
    }
}

Delivery delivery(Rng &dice, int number, Micros within)
{
    Delivery d;
    d.at = dice.below(within);
    d.number = number;
    d.name = nameOf(dice, number);
    if (dice.chance(0.35)) {
        d.manner = static_cast<Manner>(dice.below(manners));
    }
    if (dice.chance(0.2)) {
        d.way = static_cast<Delivery::Way>(dice.within(1, 5));
        d.pause = dice.chance(0.3) ? dice.within(1_sec, 3_min) : dice.within(1_ms, 8_sec);
    }
    return d;
}

Fault fault(Rng &dice, int agents, Micros within)
{
    Fault f;
    f.at = dice.below(within);
    f.kind = static_cast<FaultKind>(dice.below(faultKinds));
    if ((f.kind == FaultKind::LoseStore || f.kind == FaultKind::RestoreStore || f.kind == FaultKind::PowerCutServer)
        && dice.chance(0.6)) {
        f.kind = FaultKind::KillAgent; // the rare ones are rare
    }
    f.target = static_cast<int>(dice.within(0, agents));
    f.duration = dice.chance(0.5) ? dice.within(10_ms, 20_sec)
        : dice.chance(0.7)        ? dice.within(1_sec, 90_sec)
                                  : dice.within(1_min, 10_min);
    f.value = static_cast<std::int64_t>(dice.next() >> 2);
    return f;
}

} // namespace

QByteArray toBytes(FaultKind kind)
{
    return faultNames[static_cast<int>(kind)];
}

Plan planOf(std::uint64_t seed)
{
    Rng dice(seed, "plan");
    Plan plan;
    plan.seed = seed;
    plan.agents = static_cast<int>(dice.within(1, 4));
    plan.busy = dice.within(4_min, 16_min);
    plan.foldsCase = dice.chance(0.5);
    plan.mangles = dice.chance(0.3);
    plan.cache = milliseconds(dice.chance(0.4) ? 0 : dice.within(1'000, 15'000));
    const auto kind = dice.below(10);
    plan.sideEffects = kind < 6 ? SideEffects::AfterMarker : kind < 9 ? SideEffects::FromStart : SideEffects::None;
    plan.decides = dice.chance(0.7);
    const auto files = dice.within(60, 160);
    for (int number = 1; number <= files; ++number) {
        plan.deliveries.push_back(delivery(dice, number, plan.busy));
    }
    const auto faults = dice.chance(0.1) ? 0 : dice.within(1, dice.chance(0.3) ? 60 : 16);
    for (int i = 0; i < faults; ++i) {
        plan.faults.push_back(fault(dice, plan.agents, plan.busy));
    }
    const auto deeds = dice.below(12);
    for (int i = 0; i < deeds; ++i) {
        plan.deeds.push_back({dice.below(plan.busy), static_cast<Deed::Kind>(dice.below(7)), static_cast<int>(dice.below(1'000)),
            dice.within(1_sec, 2_min), dice.chance(0.4)});
    }
    return plan;
}

QByteArray describe(const Plan &plan)
{
    QByteArray text = "seed " + QByteArray::number(static_cast<qulonglong>(plan.seed)) + ": " + QByteArray::number(plan.agents)
        + " agents, " + QByteArray::number(plan.deliveries.size()) + " files in " + QByteArray::number(plan.busy / 1'000'000)
        + " s, cache " + QByteArray::number(plan.cache.count()) + " ms, side effects "
        + QByteArray::number(static_cast<int>(plan.sideEffects)) + (plan.foldsCase ? ", folds case" : "")
        + (plan.mangles ? ", mangles" : "") + '\n';
    for (const Fault &f : plan.faults) {
        text += "  " + QByteArray::number(static_cast<double>(f.at) / 1e6, 'f', 3) + " s " + toBytes(f.kind) + " target "
            + QByteArray::number(f.target) + " for " + QByteArray::number(static_cast<double>(f.duration) / 1e6, 'f', 3) + " s\n";
    }
    for (const Deed &d : plan.deeds) {
        text += "  " + QByteArray::number(static_cast<double>(d.at) / 1e6, 'f', 3) + " s deed "
            + QByteArray::number(static_cast<int>(d.kind)) + (d.twice ? " twice\n" : "\n");
    }
    if (plan.deliveries.size() <= 5) {
        for (const Delivery &d : plan.deliveries) {
            text += "  " + QByteArray::number(static_cast<double>(d.at) / 1e6, 'f', 3) + " s file " + QByteArray::number(d.number)
                + " \"" + d.name + "\" manner " + QByteArray::number(static_cast<int>(d.manner)) + " way "
                + QByteArray::number(static_cast<int>(d.way)) + '\n';
        }
    }
    return text;
}

} // namespace dtf::sim
