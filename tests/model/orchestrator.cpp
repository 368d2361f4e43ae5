// SPDX-License-Identifier: GPL-3.0-or-later
// Every change of place: intent in the store, rename, close. Decisions are taken on `view`, which may be stale.
#include "tests/model/invariants.h"
#include "tests/model/share.h"

namespace dtf::model {

namespace {

constexpr const char *kWho = "orchestrator";

Fair fairTo(int node)
{
    return node == kNodeA ? FairA : FairB;
}

/// Epochs up to and including `epoch`.
unsigned upTo(int epoch)
{
    return (1U << epoch) - 1U;
}

} // namespace

int Moves::nextEpoch() const
{
    const int shared = r.epochsFromShareToo && s.view.epoch > s.storeEpoch ? s.view.epoch : s.storeEpoch;
    return shared + 1;
}

void Moves::intend(const char *what, Place to, int fair, unsigned allowed, unsigned proven)
{
    State &n = add({kWho, what, s.view, to}, static_cast<std::uint8_t>(fair));
    n.target = to;
    n.intentApplied = n.frozen = 0;
    if (to.is() == Kind::Assigned)
        n.storeEpoch = to.epoch & 3U;
    n.allowed = static_cast<std::uint8_t>(n.allowed | allowed) & 7U;
    n.proven = static_cast<std::uint8_t>(n.proven | proven) & 7U;
    n.go(Phase::Intent);
}

void Moves::assignAnew(const char *what, Nodes nodes, std::uint8_t fair, unsigned allowed, unsigned proven)
{
    const int epoch = nextEpoch();
    if (epoch > kEpochs)
        return;
    for (const int node : {kNodeA, kNodeB}) {
        if (nodes == Nodes::All || node != s.view.node)
            intend(what, assigned(node, epoch), fair & fairTo(node), allowed, proven);
    }
}

void Moves::assignOrGiveUp(const char *what, Nodes nodes, unsigned allowed, unsigned proven)
{
    assignAnew(what, nodes, FairBoth, allowed, proven);
    const auto fair = nodes == Nodes::All ? FairBoth : fairTo(1 - s.view.node);
    if (nextEpoch() > kEpochs)
        intend("gives up after the allowed attempts: intent", failed(s.view.epoch), fair);
}

void Moves::orchestrator()
{
    if (s.crashes < b.crashes) {
        const auto again = [&](State &n) {
            ++n.crashes;
            n.target = Place {};
            n.intentApplied = n.frozen = 0;
            n.go(Phase::Idle);
        };
        if (s.at() != Phase::Idle && r.intentClosedFromShare) {
            again(add({kWho, "is killed, starts again: closes its intent from what the share shows", s.view, s.target}));
        } else if (s.at() != Phase::Idle) {
            State &n = add({kWho, "is killed, starts again: takes its open intent for done", s.view, s.target});
            checkIntentClosed(n);
            again(n);
        }
        State &n = add({kWho, "is killed and its store lost; starts again from the share", s.view, s.target});
        again(n);
        n.storeEpoch = 0;
        n.setPending(0);
    }
    if (s.at() != Phase::Idle) {
        carryOut();
        return;
    }
    if (s.frozen != 0 && s.view.is() != Kind::None) {
        add({kWho, "rescans", s.token(), {}}, FairBoth).frozen = 0;
    } else if (s.losses < b.losses && !isTerminal(s.view.is())) {
        State &n = add({kWho, "is shown a stale listing from now on", s.view, {}});
        n.frozen = 1;
        ++n.losses;
    }
    decide();
    operatorCommands();
}

void Moves::decide()
{
    if (s.view.is() == Kind::Incoming) {
        assignOrGiveUp("dispatches: intent", Nodes::All);
    } else if (s.view.is() == Kind::Assigned && r.silentNodesAssignedMoves) {
        // Silence may be imagined, so this is possible at any time; it must happen when the other node is the healthy one.
        assignOrGiveUp("finds the node silent, moves its assigned token: intent", Nodes::Other);
    } else if (s.view.is() == Kind::Running) {
        decideRunning();
    }
}

void Moves::decideRunning()
{
    const int e = s.view.epoch;
    const int boot = s.view.boot;
    bool released = false;
    bool onlyClaim = false;
    bool claimOfEndedBoot = false;
    bool otherBootSeen = false;
    for (int who = 0; who < kAgents; ++who) {
        const Agent &a = s.agents[static_cast<std::size_t>(who)];
        if (ownsBoot(who, e, boot)) {
            released = released || a.of(e).is() == Entry::Released;
            onlyClaim = onlyClaim || a.of(e).is() == Entry::Claim;
            claimOfEndedBoot =
                claimOfEndedBoot || (a.up && a.of(e).is() == Entry::Claim && boot / 4 == who && boot != bootOf(s, who));
        }
        otherBootSeen = otherBootSeen || (a.up && nodeOf(who) == s.view.node && bootOf(s, who) != boot);
    }
    const unsigned idempotent = s.runs() == Pipeline::Idempotent ? upTo(e) : 0;
    if (released) {
        assignOrGiveUp("reads RELEASED, runs it again: intent", Nodes::All, idempotent, bit(e));
    } else {
        if (idempotent != 0)
            assignAnew("in doubt, but the pipeline may be repeated: intent", Nodes::All, holdIsFair(), idempotent);
        intend("in doubt beyond the hard limit: intent to hold", hold(e, boot), holdIsFair());
    }
    // The report may be old by the time of the rename: then the token carries the boot that owns it now, and the rename is lost.
    if (claimOfEndedBoot)
        assignAnew("is told that an ended boot had only claimed: intent", Nodes::All, Unfair, 0, bit(e));
    if (!r.runningLeftAlone)
        assignAnew("node silent: moves its running token: intent", Nodes::Other, Unfair);
    if (!r.noCheckThenAct && onlyClaim)
        assignAnew("sees no START yet: moves the running token: intent", Nodes::Other, Unfair, 0, bit(e));
    if (!r.rebootIsNoProof && otherBootSeen)
        assignAnew("node came back with a new boot: moves the running token: intent", Nodes::All, Unfair, 0, bit(e));
}

std::uint8_t Moves::holdIsFair() const
{
    // Silent owner: always. Live owner: only when it says that it does not work on this token and nothing else will move it.
    std::uint8_t fair = FairBoth;
    const int e = s.view.epoch;
    for (const int who : {static_cast<int>(AgentA), static_cast<int>(AgentB)}) {
        const Agent &a = s.agents[static_cast<std::size_t>(who)];
        if (s.view.boot / 4 != who)
            continue;
        const Entry entry = a.of(e).is();
        const bool atEnd =
            entry == Entry::Start || entry == Entry::StartOld || entry == Entry::ExitFail || entry == Entry::Fenced;
        const bool idle = a.up && (a.at() == Step::Idle || a.epoch != e) && atEnd;
        if (!idle || !r.idleRunningIsHeld)
            fair = static_cast<std::uint8_t>(fair & ~fairOf(who));
    }
    return fair;
}

void Moves::carryOut()
{
    const auto rest = [&](State &n) {
        n.target = Place {};
        n.intentApplied = 0;
        n.go(Phase::Idle);
    };
    const auto close = [&](State &n) {
        checkIntentClosed(n);
        rest(n);
    };
    const auto reobserve = [&](State &n) {
        rest(n);
        if (!r.lostIsAskedAnew) {
            n.view = Place {}; // the file is taken for withdrawn, the job for closed
            n.frozen = 1;
        }
    };
    if (s.at() == Phase::Intent && s.target.is() == Kind::Hold && !r.holdConsumesToken) {
        State &n = add({kWho, "writes the token into hold, leaves the running one", s.view, s.target}, FairBoth);
        addToken(n, s.target);
        n.intentApplied = 1;
        close(n);
    } else if (s.at() == Phase::Intent) {
        rename(kWho, "renames", s.view, s.target, FairBoth, [&](State &n, Reply reply) {
            if (reply == Reply::Moved || (reply == Reply::Unsure && !r.ambiguousIsChecked)
                || (reply == Reply::Lost && !r.lostIsNotMoved))
                close(n);
            else if (reply == Reply::Unsure)
                n.go(Phase::Unsure);
            else
                reobserve(n);
        });
    } else {
        if (present(s.target)) {
            State &n = add({kWho, "finds its own target: moved", s.target, {}}, FairBoth);
            n.intentApplied = 1;
            close(n);
        } else if (present(s.view)) {
            add({kWho, "finds the source still there: tries again", s.view, s.target}, FairBoth).go(Phase::Intent);
        } else {
            reobserve(add({kWho, "finds neither source nor target: asks the share anew", s.view, s.target}, FairBoth));
        }
    }
}

void Moves::operatorCommands()
{
    if (s.pending() == 0)
        return;
    const bool same = s.view == s.opSeen;
    const bool movable = s.view.is() == Kind::Hold || s.view.is() == Kind::Failed || s.view.is() == Kind::Running;
    if ((r.operatorCompares && !same) || !movable || nextEpoch() > kEpochs) {
        add({kWho, "refuses the click: it has changed meanwhile", s.opSeen, s.view}, FairBoth).setPending(s.pending() - 1);
        return;
    }
    const auto before = m_out.size();
    assignAnew("obeys the operator: requeue: intent", Nodes::All, Unfair, upTo(s.opSeen.epoch));
    for (auto i = before; i < m_out.size(); ++i)
        m_out[i].state.setPending(s.pending() - 1);
}

} // namespace dtf::model
