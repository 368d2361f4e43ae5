// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/model/invariants.h"

namespace dtf::model {

namespace {

void broken(State &s, Invariant i)
{
    s.broken = static_cast<std::uint8_t>(s.broken | maskOf(i));
}

bool carriesEpoch(Place p)
{
    return p.is() != Kind::Incoming && p.is() != Kind::None;
}

bool treeAlive(const State &s, int epoch)
{
    for (const Agent &a : s.agents) {
        if ((a.trees & bit(epoch)) != 0)
            return true;
    }
    return false;
}

} // namespace

void checkRename(State &s, Place named, Place actual, Place to)
{
    if (actual.is() == Kind::Done)
        broken(s, Invariant::I2);
    if (named != actual)
        broken(s, Invariant::I6);
    if (carriesEpoch(actual) && (to.epoch < actual.epoch || (to.is() == Kind::Assigned && to.epoch == actual.epoch)))
        broken(s, Invariant::I7);
}

void checkSpawn(State &s, int agent, int epoch)
{
    if (s.spawned(epoch) > 1 || s.owner(epoch) != bootOf(s, agent))
        broken(s, Invariant::I3);
    for (int other = 1; other <= kEpochs; ++other) {
        const int earlier = other < epoch ? other : epoch;
        if (other != epoch && s.spawned(other) > 0 && ((s.allowed | s.proven) & bit(earlier)) == 0)
            broken(s, Invariant::I4);
    }
}

void checkIntentClosed(State &s)
{
    if (!s.intentApplied)
        broken(s, Invariant::I8);
}

void checkFenced(State &s, int agent, int epoch)
{
    const Kind k = s.token().is();
    const bool committed = (k == Kind::Stage || k == Kind::Done) && s.token().epoch == epoch;
    if (committed && s.agents[static_cast<std::size_t>(agent)].of(epoch).is() == Entry::Fenced)
        broken(s, Invariant::I8);
}

void checkInstant(State &s)
{
    const bool first = s.tokens[0].is() != Kind::None;
    const bool second = s.tokens[1].is() != Kind::None;
    if (first == second)
        broken(s, Invariant::I1);
    if (s.commits > 1)
        broken(s, Invariant::I2);
    if (s.visibleBad || (s.token().is() == Kind::Done && s.stageHalf))
        broken(s, Invariant::I5);
    // What the safe policy called proven must stay true once a later run has been spawned because of it.
    for (int e = 1; e < kEpochs; ++e) {
        const bool excused = (s.proven & bit(e)) != 0 && (s.allowed & bit(e)) == 0;
        const bool later = s.spawned(e + 1) > 0 || (e + 2 <= kEpochs && s.spawned(e + 2) > 0);
        if (excused && later && ((s.effects & bit(e)) != 0 || treeAlive(s, e)))
            broken(s, Invariant::I4);
    }
}

bool isSettled(const State &s)
{
    return s.at() == Phase::Idle && s.frozen == 0 && isTerminal(s.token().is());
}

std::string_view text(Invariant i)
{
    switch (i) {
    case Invariant::None:
        return "nothing";
    case Invariant::I1:
        return "I1 exactly one token path";
    case Invariant::I2:
        return "I2 at most one COMMIT, DONE is final";
    case Invariant::I3:
        return "I3 one spawn per epoch, by the boot that confirmed the claim";
    case Invariant::I4:
        return "I4 no later run without an event that allowed it (or whose proof is false)";
    case Invariant::I5:
        return "I5 no half or uncommitted result folder is visible";
    case Invariant::I6:
        return "I6 a rename that names an old epoch or owner fails";
    case Invariant::I7:
        return "I7 the epoch only rises";
    case Invariant::I8:
        return "I8 what is recorded is what happened";
    case Invariant::L1:
        return "L1 every job reaches an end with one healthy node";
    }
    return {};
}

} // namespace dtf::model
