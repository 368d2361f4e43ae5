// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/model/explore.h"

#include "tests/model/stateset.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace dtf::model {

namespace {

constexpr std::uint32_t kNoParent = std::numeric_limits<std::uint32_t>::max();

class Explorer final
{
public:
    Explorer(const Rules &rules, const Bounds &bounds, unsigned checked)
        : m_rules(rules)
        , m_bounds(bounds)
        , m_checked(checked)
    { }

    Result run(std::size_t maxStates);

private:
    bool expand(std::uint32_t index, Result &result);
    void checkLiveness(Result &result) const;
    void countObservables(Result &result) const;
    [[nodiscard]] std::string traceTo(std::uint32_t index) const;

    const Rules &m_rules;
    const Bounds &m_bounds;
    const unsigned m_checked;
    StateSet m_seen;
    std::vector<std::uint32_t> m_parents;
    std::vector<std::uint32_t> m_fairEdges; ///< target * 4 + Fair, grouped by source
    std::vector<std::size_t> m_edgeEnds;
    std::vector<Successor> m_next;
};

std::string Explorer::traceTo(std::uint32_t index) const
{
    std::vector<std::uint32_t> path;
    for (std::uint32_t i = index; i != kNoParent; i = m_parents[i])
        path.push_back(i);
    std::reverse(path.begin(), path.end());
    static constexpr const char *kPipelines[] = {"effects from the start", "effects after a marker", "may be repeated"};
    std::string out = std::string("      pipeline: ") + kPipelines[m_seen[path.front()].pipeline] + '\n';
    std::vector<Successor> next;
    for (std::size_t i = 1; i < path.size(); ++i) {
        successors(m_seen[path[i - 1]], m_rules, m_bounds, next);
        const auto step = std::find_if(next.begin(), next.end(), [&](Successor &n) {
            n.state.broken = 0;
            return sameState(n.state, m_seen[path[i]]);
        });
        out += "  " + std::string(i < 10 ? " " : "") + std::to_string(i) + ". "
            + (step == next.end() ? "?" : describe(step->note)) + '\n';
    }
    return out;
}

bool Explorer::expand(std::uint32_t index, Result &result)
{
    const State now = m_seen[index];
    successors(now, m_rules, m_bounds, m_next);
    for (Successor &next : m_next) {
        ++result.steps;
        const unsigned broken = next.state.broken & m_checked;
        next.state.broken = 0;
        const auto [target, isNew] = m_seen.insert(next.state);
        if (isNew)
            m_parents.push_back(index);
        if (broken != 0) {
            for (int i = 1; result.broken == Invariant::None; ++i) {
                if ((broken & maskOf(static_cast<Invariant>(i))) != 0)
                    result.broken = static_cast<Invariant>(i);
            }
            result.trace = traceTo(index) + "   => " + describe(next.note) + '\n';
            return false;
        }
        if (next.fair != Unfair && target != index)
            m_fairEdges.push_back(target * 4 + next.fair);
    }
    m_edgeEnds.push_back(m_fairEdges.size());
    return true;
}

/// Every state must be able to settle by fair steps of the orchestrator and one healthy node alone. As that holds in every state
/// reached on the way too, a fair run cannot avoid it for ever: no deadlock and no livelock.
void Explorer::checkLiveness(Result &result) const
{
    std::vector<std::uint8_t> good(m_seen.size(), Unfair);
    for (std::uint32_t i = 0; i < m_seen.size(); ++i) {
        if (isSettled(m_seen[i]))
            good[i] = FairBoth;
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = m_seen.size(); i-- > 0;) {
            std::uint8_t now = good[i];
            for (std::size_t e = i == 0 ? 0 : m_edgeEnds[i - 1]; e < m_edgeEnds[i] && now != FairBoth; ++e)
                now = static_cast<std::uint8_t>(now | (good[m_fairEdges[e] / 4] & (m_fairEdges[e] & 3U)));
            changed = changed || now != good[i];
            good[i] = now;
        }
    }
    for (std::uint32_t i = 0; i < m_seen.size(); ++i) {
        if (good[i] == FairBoth)
            continue;
        result.broken = Invariant::L1;
        result.trace = traceTo(i) + "   => stuck for ever when only the orchestrator and node "
            + ((good[i] & FairA) == 0 ? "A" : "B") + " go on; token at " + describe(m_seen[i].token()) + ", store says "
            + describe(m_seen[i].view) + '\n';
        return;
    }
}

void Explorer::countObservables(Result &result) const
{
    std::vector<std::uint32_t> seen;
    seen.reserve(m_seen.size());
    for (std::uint32_t i = 0; i < m_seen.size(); ++i) {
        const State &s = m_seen[i];
        result.kinds |= 1U << s.token().kind;
        const auto where = static_cast<std::uint32_t>(s.token().kind | s.token().node << 4U | s.token().epoch << 5U);
        const auto what =
            static_cast<std::uint32_t>(s.spawns | s.commits << 6U | s.crashes << 8U | s.losses << 10U | s.clicks << 12U);
        seen.push_back(where | what << 7U | static_cast<std::uint32_t>(s.pipeline) << 21U);
    }
    std::sort(seen.begin(), seen.end());
    result.observables = static_cast<std::size_t>(std::unique(seen.begin(), seen.end()) - seen.begin());
}

Result Explorer::run(std::size_t maxStates)
{
    const auto begin = std::chrono::steady_clock::now();
    Result result;
    for (const Pipeline p : {Pipeline::FromStart, Pipeline::AfterMarker, Pipeline::Idempotent}) {
        State first = initialState(p);
        // With a journal that is nobody's it is the same when the clone was made: it may be slow to begin.
        if (m_bounds.clone && m_rules.journalBoundToMachine) {
            first.agents[CloneOfA].unborn = 0;
            first.agents[CloneOfA].up = 1;
        }
        m_seen.insert(first);
        m_parents.push_back(kNoParent);
    }
    std::uint32_t index = 0;
    std::size_t levelEnd = m_seen.size();
    while (index < m_seen.size() && m_seen.size() < maxStates && expand(index, result)) {
        if (++index == levelEnd) {
            levelEnd = m_seen.size();
            ++result.depth;
        }
    }
    result.complete = result.broken != Invariant::None || index == m_seen.size();
    if (result.complete && result.broken == Invariant::None && (m_checked & maskOf(Invariant::L1)) != 0)
        checkLiveness(result);
    countObservables(result);
    result.states = m_seen.size();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

} // namespace

Result explore(const Rules &rules, const Bounds &bounds, unsigned checked, std::size_t maxStates)
{
    return Explorer(rules, bounds, checked).run(maxStates);
}

} // namespace dtf::model
