// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/shrink.h"

#include "tests/simulation/world.h"

#include <algorithm>

namespace dtf::sim {

namespace {

constexpr int mostRuns = 400;

/// "U4:", the kind of complaint.
QByteArray kindOf(const Plan &plan)
{
    World world(plan);
    const QByteArray first = world.run().firstWords();
    const qsizetype colon = first.indexOf(": ");
    return first.isEmpty() ? QByteArray() : first.mid(colon + 2).split(' ').first();
}

template <typename T>
bool reduce(
    Plan &plan, std::vector<T> Plan::*list, const QByteArray &kind, int &runs, const std::function<void(const QByteArray &)> &say)
{
    bool any = false;
    for (std::size_t size = std::max<std::size_t>(1, (plan.*list).size() / 2); !(plan.*list).empty() && runs < mostRuns;
         size /= 2) {
        for (std::size_t from = 0; from < (plan.*list).size() && runs < mostRuns;) {
            Plan smaller = plan;
            auto &all = smaller.*list;
            const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
            all.erase(first, first + static_cast<std::ptrdiff_t>(std::min(size, all.size() - from)));
            ++runs;
            if (kindOf(smaller) == kind) {
                plan = smaller;
                any = true;
            } else {
                from += size;
            }
        }
        say("  " + QByteArray::number(plan.faults.size()) + " faults, " + QByteArray::number(plan.deeds.size()) + " deeds, "
            + QByteArray::number(plan.deliveries.size()) + " files after " + QByteArray::number(runs) + " runs");
        if (size == 1) {
            break;
        }
    }
    return any;
}

} // namespace

Plan shrink(const Plan &plan, const std::function<void(const QByteArray &line)> &say)
{
    const QByteArray kind = kindOf(plan);
    if (kind.isEmpty()) {
        say("this plan breaks nothing");
        return plan;
    }
    say("looking for the smallest plan that still says " + kind);
    Plan small = plan;
    int runs = 0;
    for (bool again = true; again && runs < mostRuns;) {
        again = reduce(small, &Plan::faults, kind, runs, say);
        again = reduce(small, &Plan::deeds, kind, runs, say) || again;
        again = reduce(small, &Plan::deliveries, kind, runs, say) || again;
    }
    return small;
}

} // namespace dtf::sim
