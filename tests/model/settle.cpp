// SPDX-License-Identifier: GPL-3.0-or-later
// The reductions. With whole names no path is ever used twice: a token that has left a place never returns to it. So a step, a
// late rename or a journal entry about a place that the token has left can only end in "lost", and is ended at once.
// The test compares what can be observed with and without them.
#include "tests/model/moves.h"

#include <algorithm>

namespace dtf::model {

namespace {

bool namesAreWhole(const Rules &r)
{
    return r.epochInPath && r.bootInPath && r.renameNeverCopies && r.epochsFromShareToo && r.holdConsumesToken
        && r.commitConsumesToken && r.ambiguousIsChecked && r.journalBoundToMachine && r.adoptOnlyOwnBoot && r.verifyAfterClaim;
}

/// The agent waits for, or is about to verify or move, a token that has gone elsewhere.
bool waitsInVain(const State &s, int who)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    switch (a.at()) {
    case Step::Claiming:
    case Step::ClaimUnsure:
    case Step::Claimed:
    case Step::Refusing:
    case Step::Staged:
    case Step::CommitUnsure:
        break;
    case Step::Idle:
    case Step::Verified:
    case Step::Started:
    case Step::Running:
    case Step::Staging:
    case Step::Committed:
        return false;
    }
    const int node = nodeOf(who);
    const int own = bootOf(s, who);
    const Place t = s.token();
    return t != assigned(node, a.epoch) && t != running(node, a.epoch, a.boot) && t != running(node, a.epoch, own)
        && t != stage(a.epoch, own) && t != done(a.epoch, own);
}

/// Somebody may still act on what this agent's journal says about the epoch.
bool isRead(const State &s, int who, int epoch)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    if (a.epoch == epoch || (a.trees & bit(epoch)) != 0)
        return true;
    for (const Place p : {s.token(), s.view, s.floatTo}) {
        if (p.epoch != epoch)
            continue;
        const bool here = p.is() == Kind::Running && (p.boot / 4 == who || p.boot == a.of(epoch).boot);
        const bool shownAgain = a.of(epoch).is() == Entry::ExitOk && (p.is() == Kind::Stage || p.is() == Kind::Done);
        if (here || shownAgain)
            return true;
    }
    return false;
}

/// True when some path or word still carries one of the agent's boots.
bool isNamed(const State &s, int who)
{
    for (const Place p : {s.token(), s.view, s.target, s.opSeen, s.floatFrom, s.floatTo}) {
        const Kind k = p.is();
        if (p.boot / 4 == who && (k == Kind::Running || k == Kind::Stage || k == Kind::Done || k == Kind::Hold))
            return true;
    }
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    const auto empty = [](const JournalEntry &e) { return e.is() == Entry::None; };
    return a.at() != Step::Idle || a.trees != 0 || !std::all_of(a.journal.begin(), a.journal.end(), empty);
}

/// No agent can spawn the epoch any more, and the token is past it.
bool isPast(const State &s, int epoch)
{
    const auto idle = [epoch](const Agent &a) { return a.epoch != epoch && (a.trees & bit(epoch)) == 0; };
    return s.token().epoch > epoch && s.view.epoch > epoch && std::all_of(s.agents.begin(), s.agents.end(), idle);
}

void forgetAgents(State &s)
{
    for (int who = 0; who < kAgents; ++who) {
        Agent &a = s.agents[static_cast<std::size_t>(who)];
        if (waitsInVain(s, who))
            a.rest();
        for (int e = 1; e <= kEpochs; ++e) {
            if (!isRead(s, who, e))
                a.of(e) = JournalEntry {};
        }
        if (!isNamed(s, who))
            a.boots = 0;
    }
}

void forgetEpochs(State &s)
{
    for (int e = 1; e < kEpochs && isPast(s, e); ++e) {
        s.owners = static_cast<std::uint16_t>(s.owners | (15U << (4 * (e - 1))));
        s.markers = static_cast<std::uint8_t>(s.markers & ~bit(e)) & 7U;
        if ((s.allowed & bit(e)) != 0) {
            s.effects = static_cast<std::uint8_t>(s.effects & ~bit(e)) & 7U;
            s.proven = static_cast<std::uint8_t>(s.proven & ~bit(e)) & 7U;
        }
    }
}

} // namespace

void settle(State &s, const Rules &rules, const Bounds &bounds)
{
    if (s.at() == Phase::Idle && s.frozen == 0)
        s.view = s.token();
    if (rules.epochsFromShareToo && s.storeEpoch < s.view.epoch)
        s.storeEpoch = s.view.epoch & 3U;
    if (!bounds.reduce || !namesAreWhole(rules))
        return;
    if (s.floatFrom != s.token())
        s.floatFrom = s.floatTo = Place {};
    if (s.clicks == bounds.clicks && s.pending() == 0)
        s.opSeen = Place {};
    forgetAgents(s);
    forgetEpochs(s);
}

} // namespace dtf::model
