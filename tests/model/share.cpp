// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/model/share.h"

#include "tests/model/invariants.h"

namespace dtf::model {

State initialState(Pipeline pipeline)
{
    State s;
    s.tokens[0] = incoming();
    s.view = incoming();
    s.owners = 0xFFF;
    s.pipeline = static_cast<std::uint8_t>(pipeline) & 3U;
    s.go(Phase::Idle);
    s.agents[AgentA].up = 1;
    s.agents[AgentB].up = 1;
    s.agents[CloneOfA].unborn = 1;
    return s;
}

State &Moves::add(const Note &note, std::uint8_t fair)
{
    return m_out.emplace_back(Successor {s, note, fair}).state;
}

bool Moves::matches(Place token, Place named) const
{
    return token.is() == named.is() && token.node == named.node && (!r.epochInPath || token.epoch == named.epoch)
        && (!r.bootInPath || token.boot == named.boot);
}

bool Moves::present(Place named) const
{
    if (named.is() == Kind::None)
        return false;
    return matches(s.tokens[0], named) || matches(s.tokens[1], named);
}

void Moves::addToken(State &n, Place to)
{
    n.tokens[n.tokens[0].is() == Kind::None ? 0 : 1] = to;
    if (to.is() == Kind::Running) {
        const auto shift = static_cast<unsigned>(4 * (to.epoch - 1));
        n.owners = static_cast<std::uint16_t>((n.owners & ~(15U << shift)) | (static_cast<unsigned>(to.boot) << shift));
    }
    if (to.is() == Kind::Stage && n.commits < 3)
        n.commits = static_cast<std::uint8_t>(n.commits + 1) & 3U;
}

bool Moves::apply(State &n, Place from, Place to) const
{
    for (Place &token : n.tokens) {
        if (token.is() == Kind::None || !matches(token, from))
            continue;
        const Place was = token;
        token = Place {};
        addToken(n, to);
        if (n.target == to)
            n.intentApplied = 1;
        checkRename(n, from, was, to);
        return true;
    }
    return false;
}

void successors(const State &now, const Rules &rules, const Bounds &bounds, std::vector<Successor> &out)
{
    Moves moves(now, rules, bounds, out);
    for (int who = 0; who < kAgents; ++who)
        moves.agent(who);
    moves.orchestrator();
    moves.world();
    for (Successor &next : out) {
        checkInstant(next.state);
        settle(next.state, rules, bounds);
    }
}

} // namespace dtf::model
