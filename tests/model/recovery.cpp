// SPDX-License-Identifier: GPL-3.0-or-later
// Crash, restart, and what an idle agent does about tokens in its running/ folder (the document's restart table).
#include "tests/model/moves.h"

#include <algorithm>

namespace dtf::model {

namespace {

Agent &of(State &n, int who)
{
    return n.agents[static_cast<std::size_t>(who)];
}

} // namespace

void Moves::crash(int who)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    const bool nothingToLose = a.at() == Step::Idle && a.trees == 0
        && std::all_of(a.journal.begin(), a.journal.end(), [](const JournalEntry &e) { return e.is() == Entry::None; });
    if (s.crashes >= b.crashes || a.boots == 3 || nothingToLose)
        return;
    // Without a living pipeline, being down is no different from being slow: the agent starts again in the same step.
    const auto fall = [&](State &n) {
        ++n.crashes;
        ++of(n, who).boots;
        of(n, who).rest();
        of(n, who).up = of(n, who).trees == 0;
    };
    fall(add({name(who), a.trees == 0 ? "is killed, starts again with a new boot" : "is killed; its pipeline lives on", {}, {}}));
    State &n = add({name(who), "machine loses power, starts again with a new boot", {}, {}});
    of(n, who).trees = 0;
    fall(n);
    for (int e = 1; e <= kEpochs; ++e) {
        if (of(n, who).of(e).is() != Entry::Start)
            continue;
        of(n, who).of(e).set(Entry::StartOld);
        n.markers = static_cast<std::uint8_t>(n.markers & ~bit(e)) & 7U; // the pipeline's output was never synced
    }
}

void Moves::restart(int who)
{
    if (s.agents[static_cast<std::size_t>(who)].unborn) {
        if (!b.clone)
            return;
        State &n = add({name(who), "appears: the machine is cloned and started", {}, {}});
        of(n, who).unborn = 0;
        of(n, who).up = 1;
        if (!r.journalBoundToMachine)
            of(n, who).journal = s.agents[AgentA].journal;
        return;
    }
    State &n = add({name(who), "starts again: new boot, leftovers ended, journal read", {}, {}}, fairOf(who));
    of(n, who).up = 1;
    if (r.sweepAtStart)
        of(n, who).trees = 0;
}

bool Moves::ownsBoot(int who, int epoch, int boot) const
{
    if (!r.adoptOnlyOwnBoot || !r.bootInPath)
        return true;
    const JournalEntry &entry = s.agents[static_cast<std::size_t>(who)].of(epoch);
    return boot / 4 == who || (entry.is() != Entry::None && entry.boot == boot);
}

bool Moves::noEffectProven(int epoch) const
{
    return s.runs() == Pipeline::Idempotent || (s.runs() == Pipeline::AfterMarker && (s.markers & bit(epoch)) == 0);
}

void Moves::recover(int who)
{
    const int node = nodeOf(who);
    for (const Place token : s.tokens) {
        if (token.is() == Kind::Running && token.node == static_cast<unsigned>(node) && ownsBoot(who, token.epoch, token.boot))
            recoverOne(who, token.epoch, token.boot, true);
    }
    // A stale listing still shows a token that has moved on.
    for (int e = 1; e <= kEpochs && s.losses < b.losses; ++e) {
        const JournalEntry &entry = s.agents[static_cast<std::size_t>(who)].of(e);
        if ((entry.is() == Entry::Start || entry.is() == Entry::ExitOk) && !present(running(node, e, entry.boot)))
            recoverOne(who, e, entry.boot, false);
    }
}

void Moves::recoverOne(int who, int epoch, int boot, bool reallyThere)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    const Place token = running(nodeOf(who), epoch, boot);
    const auto fair = reallyThere ? fairOf(who) : std::uint8_t {Unfair};
    const auto look = [&](const char *what, Place to = {}) -> State & {
        State &n = add({name(who), what, token, to}, fair);
        if (!reallyThere)
            ++n.losses;
        return n;
    };
    const auto take = [&](State &n, Step step) {
        of(n, who).epoch = static_cast<std::uint8_t>(epoch) & 3U;
        of(n, who).boot = static_cast<std::uint8_t>(boot) & 15U;
        of(n, who).copied = s.content;
        of(n, who).go(step);
    };
    const auto release = [&](const char *what) { of(look(what), who).of(epoch).set(Entry::Released); };

    switch (a.of(epoch).is()) {
    case Entry::None: // only a mutant adopts what it has never claimed
    case Entry::Claim:
        if (boot == bootOf(s, who) && !r.ownTokensRescanned)
            return;
        if (boot == bootOf(s, who) || !r.reownRenames) {
            State &n = look("finds its claimed token in running/: goes on with it");
            take(n, Step::Claimed);
            of(n, who).of(epoch).set(Entry::Claim);
        } else {
            State &n = look("finds only CLAIM of an earlier boot: journals CLAIM again");
            take(n, Step::Claiming);
            of(n, who).reown = 1;
            of(n, who).of(epoch).set(Entry::Claim);
            of(n, who).of(epoch).boot = static_cast<std::uint8_t>(bootOf(s, who)) & 15U;
        }
        return;
    case Entry::Start:
        if (!r.exitNeedsJournal) {
            State &n = look("takes a dead tree for a finished run");
            of(n, who).of(epoch).set(Entry::ExitOk);
            n.stageHalf = 1;
        } else if (noEffectProven(epoch)) {
            release("tree is dead, no marker in its output: journals RELEASED");
        }
        return; // otherwise it is reported, and the orchestrator holds it
    case Entry::StartOld:
        if (s.runs() == Pipeline::Idempotent)
            release("may be repeated: journals RELEASED");
        return;
    case Entry::ExitOk: {
        const Place mine = stage(epoch, r.stageOfOwnBoot ? bootOf(s, who) : boot);
        const bool atOnce = r.stageOfOwnBoot && r.stageBeforeCommit && r.rollForwardNeedsCommit;
        State &n =
            look(reallyThere ? "finds EXIT journalled: writes its stage" : "is shown a token that has moved on: writes its stage",
                mine);
        take(n, atOnce ? Step::Staged : Step::Staging);
        if (s.token() == mine)
            n.stageHalf = 1;
        return;
    }
    case Entry::ExitFail:
        if (noEffectProven(epoch))
            release("failed without side effects: journals RELEASED");
        return;
    case Entry::Released:
        if (!r.releaseIsFinal)
            take(look("tries the released attempt once more"), Step::Verified);
        return;
    case Entry::Fenced:
    case Entry::Done:
        return;
    }
}

} // namespace dtf::model
