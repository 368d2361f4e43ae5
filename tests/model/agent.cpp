// SPDX-License-Identifier: GPL-3.0-or-later
// Claim, run and publish, as in the document's steps; a crash may happen between any two of them.
#include "tests/model/invariants.h"
#include "tests/model/share.h"

namespace dtf::model {

namespace {

Agent &of(State &n, int who)
{
    return n.agents[static_cast<std::size_t>(who)];
}

} // namespace

std::uint8_t Moves::fairOf(int who)
{
    return who == AgentA ? FairA : who == AgentB ? FairB : Unfair;
}

const char *Moves::name(int who)
{
    return who == AgentA ? "agent A" : who == AgentB ? "agent B" : "clone of A";
}

void Moves::agent(int who)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    // The pipeline goes on whether or not its agent lives.
    for (int e = 1; e <= kEpochs; ++e) {
        if ((a.trees & bit(e)) == 0 || (s.effects & bit(e)) != 0)
            continue;
        State &n = add({name(who), "pipeline begins its upload", running(nodeOf(who), e, a.boot), {}});
        n.effects = static_cast<std::uint8_t>(n.effects | bit(e)) & 7U;
        if (r.markerOnDisk || a.up)
            n.markers = static_cast<std::uint8_t>(n.markers | bit(e)) & 7U;
    }
    if (!a.up) {
        restart(who);
        return;
    }
    crash(who);
    switch (a.at()) {
    case Step::Idle:
        claim(who);
        recover(who);
        break;
    case Step::Claiming:
    case Step::ClaimUnsure:
    case Step::Claimed:
    case Step::Refusing:
        claimed(who);
        break;
    case Step::Verified:
    case Step::Started:
    case Step::Running:
        run(who);
        break;
    case Step::Staging:
    case Step::Staged:
    case Step::CommitUnsure:
    case Step::Committed:
        publish(who);
        break;
    }
}

void Moves::claim(int who)
{
    for (const Place token : s.tokens) {
        if (token.is() != Kind::Assigned || token.node != static_cast<unsigned>(nodeOf(who)))
            continue;
        State &n = add({name(who), "copies the token, journals CLAIM", token, {}}, fairOf(who));
        Agent &a = of(n, who);
        a.epoch = token.epoch;
        a.boot = static_cast<std::uint8_t>(bootOf(s, who)) & 15U;
        a.copied = s.content;
        a.of(token.epoch).set(Entry::Claim);
        a.of(token.epoch).boot = a.boot;
        a.go(Step::Claiming);
    }
}

void Moves::claimed(int who)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    const int node = nodeOf(who);
    const Place source = a.reown ? running(node, a.epoch, a.boot) : assigned(node, a.epoch);
    const Place mine = running(node, a.epoch, bootOf(s, who));
    const Place held = running(node, a.epoch, a.boot);
    const auto confirm = [&](State &n) {
        of(n, who).boot = mine.boot & 15U;
        of(n, who).reown = 0;
        of(n, who).go(r.ambiguousIsChecked ? Step::Claimed : Step::Verified);
    };
    if (a.at() == Step::Claiming) {
        rename(name(who), "claims", source, mine, fairOf(who), [&](State &n, Reply reply) {
            if (reply == Reply::Moved || (reply == Reply::Unsure && !r.ambiguousIsChecked))
                confirm(n);
            else if (reply == Reply::Lost)
                of(n, who).rest();
            else
                of(n, who).go(Step::ClaimUnsure);
        });
    } else if (a.at() == Step::ClaimUnsure) {
        const bool there = present(mine);
        State &n =
            add({name(who), there ? "finds its own target: the claim was applied" : "does not find its target: not claimed", mine,
                    {}},
                fairOf(who));
        if (there)
            confirm(n);
        else
            of(n, who).rest();
    } else if (a.at() == Step::Claimed) {
        if (!r.verifyAfterClaim) {
            of(add({name(who), "skips the verification", held, {}}, fairOf(who)), who).go(Step::Verified);
        } else if (!present(held)) {
            of(add({name(who), "verifies: the token is gone", held, {}}, fairOf(who)), who).rest();
        } else {
            const bool same = s.content == a.copied;
            State &n = add({name(who), same ? "verifies the token" : "verifies: not what was copied", held, {}}, fairOf(who));
            of(n, who).go(same ? Step::Verified : Step::Refusing);
            if (same && r.startBeforeSpawn && r.noCheckThenAct) {
                of(n, who).of(a.epoch).set(Entry::Start);
                of(n, who).go(Step::Started);
                m_out.back().note.what = "verifies the token, journals START";
            }
        }
    } else {
        rename(name(who), "moves the changed file", held, rejected(a.epoch), fairOf(who),
            [&](State &n, Reply) { of(n, who).rest(); });
    }
}

void Moves::spawn(State &n, int who) const
{
    Agent &a = of(n, who);
    const int e = a.epoch;
    if (n.spawned(e) < 2)
        n.spawns = static_cast<std::uint8_t>(n.spawns + (1U << (2 * (e - 1)))) & 63U;
    a.trees = static_cast<std::uint8_t>(a.trees | bit(e)) & 7U;
    if (n.runs() == Pipeline::FromStart)
        n.effects = static_cast<std::uint8_t>(n.effects | bit(e)) & 7U;
    if (n.content != a.copied && present(running(nodeOf(who), e, a.boot)))
        n.visibleBad = 1; // the result will not belong to the file that is kept beside it
    a.go(Step::Running);
    checkSpawn(n, who, e);
}

void Moves::run(int who)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    const Place held = running(nodeOf(who), a.epoch, a.boot);
    const auto fair = fairOf(who);
    if (a.at() == Step::Verified && r.startBeforeSpawn) {
        State &n = add({name(who), "journals START", held, {}}, fair);
        of(n, who).of(a.epoch).set(Entry::Start);
        of(n, who).go(Step::Started);
        return;
    }
    if (a.at() != Step::Running) {
        spawn(add({name(who), "spawns the pipeline", held, {}}, fair), who);
        return;
    }
    const auto end = [&](State &n, Entry entry) {
        Agent &self = of(n, who);
        self.trees = static_cast<std::uint8_t>(self.trees & ~bit(a.epoch)) & 7U;
        self.of(a.epoch).set(entry);
        self.rest();
    };
    if ((s.effects & bit(a.epoch)) != 0)
        end(add({name(who), "pipeline ends well; journals EXIT", held, {}}, fair), Entry::ExitOk);
    end(add({name(who), "pipeline fails; journals EXIT", held, {}}, fair), Entry::ExitFail);
    if (!present(held)) {
        end(add({name(who), "sees its token gone; kills the tree, journals FENCED", held, {}}, fair), Entry::Fenced);
    } else if (s.losses < b.losses) {
        State &n = add({name(who), "is shown wrongly that its token is gone; kills the tree, journals FENCED", held, {}});
        ++n.losses;
        end(n, Entry::Fenced);
    }
}

void Moves::publish(int who)
{
    const Agent &a = s.agents[static_cast<std::size_t>(who)];
    const Place held = running(nodeOf(who), a.epoch, a.boot);
    const Place mine = stage(a.epoch, r.stageOfOwnBoot ? bootOf(s, who) : a.boot);
    const auto fair = fairOf(who);
    const auto committed = [&](State &n, Reply reply) {
        if (reply == Reply::Moved || (reply == Reply::Unsure && !r.ambiguousIsChecked)) {
            of(n, who).go(Step::Committed);
        } else if (reply == Reply::Unsure) {
            of(n, who).go(Step::CommitUnsure);
        } else {
            const Kind k = s.token().is();
            const bool wasMine = (k == Kind::Stage || k == Kind::Done) && s.token().epoch == a.epoch;
            of(n, who).of(a.epoch).set(wasMine && r.lostCommitLooksFurther ? Entry::Done : Entry::Fenced);
            of(n, who).rest();
            checkFenced(n, who, a.epoch);
        }
    };
    if (a.at() == Step::Staging) {
        State &n = add({name(who), "completes its stage", mine, {}}, fair);
        of(n, who).go(Step::Staged);
        if (s.token() == mine)
            n.stageHalf = 0;
        if (!r.stageBeforeCommit) {
            rename(name(who), "COMMITS before the stage is complete", held, mine, Unfair, [&](State &m, Reply reply) {
                committed(m, reply);
                m.stageHalf = 1;
            });
        }
    } else if (a.at() == Step::Staged && r.commitConsumesToken) {
        rename(name(who), "COMMITS", held, mine, fair, committed);
    } else if (a.at() == Step::Staged) {
        State &n = add({name(who), "publishes a copy; the running token stays", held, mine}, fair);
        addToken(n, mine);
        of(n, who).go(Step::Committed);
    } else if (a.at() == Step::CommitUnsure) {
        const bool there = present(mine);
        State &n = add({name(who), there ? "finds its target: committed" : "does not find its target", mine, {}}, fair);
        if (there)
            of(n, who).go(Step::Committed);
        else if (present(held))
            of(n, who).go(Step::Staged);
        else
            committed(n, Reply::Lost);
    } else {
        State &n = add({name(who), "makes its result visible; journals DONE", mine, {}}, fair);
        if (present(mine))
            apply(n, mine, done(mine.epoch, mine.boot));
        else if (!present(done(mine.epoch, mine.boot)))
            n.visibleBad = 1;
        of(n, who).of(a.epoch).set(Entry::Done);
        of(n, who).rest();
    }
}

} // namespace dtf::model
