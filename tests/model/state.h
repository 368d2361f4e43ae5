// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

/// The protocol on the share as a finite machine: one job, nodes A and B, a clone of A (same node name, other boot), the
/// orchestrator, an operator. A State is everything that matters at one instant; it has no padding, so it is hashed as bytes.
namespace dtf::model {

inline constexpr int kEpochs = 3;
inline constexpr int kAgents = 3;
inline constexpr int kNodeA = 0;
inline constexpr int kNodeB = 1;

enum AgentIndex { AgentA = 0, CloneOfA = 1, AgentB = 2 };

enum class Kind : std::uint8_t { None, Incoming, Assigned, Running, Stage, Done, Hold, Failed, Rejected };

/// Where a token is. Epoch and boot are there only for the kinds whose path carries them.
struct Place
{
    std::uint16_t kind : 4 = 0;
    std::uint16_t node : 1 = 0;
    std::uint16_t epoch : 2 = 0;
    std::uint16_t boot : 4 = 0; ///< agent * 4 + number of its restarts
    std::uint16_t unused : 5 = 0;

    [[nodiscard]] Kind is() const { return static_cast<Kind>(kind); }
    bool operator==(const Place &) const = default;
};

[[nodiscard]] constexpr Place place(Kind kind, int node = 0, int epoch = 0, int boot = 0)
{
    Place p;
    p.kind = static_cast<std::uint16_t>(kind) & 15U;
    p.node = static_cast<std::uint16_t>(node) & 1U;
    p.epoch = static_cast<std::uint16_t>(epoch) & 3U;
    p.boot = static_cast<std::uint16_t>(boot) & 15U;
    return p;
}
[[nodiscard]] constexpr Place incoming()
{
    return place(Kind::Incoming);
}
[[nodiscard]] constexpr Place assigned(int node, int epoch)
{
    return place(Kind::Assigned, node, epoch);
}
[[nodiscard]] constexpr Place running(int node, int epoch, int boot)
{
    return place(Kind::Running, node, epoch, boot);
}
[[nodiscard]] constexpr Place stage(int epoch, int boot)
{
    return place(Kind::Stage, 0, epoch, boot);
}
[[nodiscard]] constexpr Place done(int epoch, int boot)
{
    return place(Kind::Done, 0, epoch, boot);
}
[[nodiscard]] constexpr Place hold(int epoch, int boot)
{
    return place(Kind::Hold, 0, epoch, boot);
}
[[nodiscard]] constexpr Place failed(int epoch)
{
    return place(Kind::Failed, 0, epoch);
}
[[nodiscard]] constexpr Place rejected(int epoch)
{
    return place(Kind::Rejected, 0, epoch);
}
[[nodiscard]] constexpr bool isTerminal(Kind k)
{
    return k == Kind::Done || k == Kind::Hold || k == Kind::Failed || k == Kind::Rejected;
}

/// Last durable word of one agent about one epoch.
enum class Entry : std::uint8_t {
    None,
    Claim,
    Start,
    StartOld, ///< START, and the machine has booted since
    ExitOk,
    ExitFail,
    Released,
    Fenced,
    Done
};

struct JournalEntry
{
    std::uint8_t entry : 4 = 0;
    std::uint8_t boot : 4 = 0; ///< boot of the last CLAIM

    [[nodiscard]] Entry is() const { return static_cast<Entry>(entry); }
    void set(Entry e) { entry = static_cast<std::uint8_t>(e) & 15U; }
};

/// What an agent is doing; volatile.
enum class Step : std::uint8_t {
    Idle,
    Claiming, ///< copied, CLAIM journalled, rename to come
    ClaimUnsure, ///< the reply to that rename was lost
    Claimed, ///< rename confirmed, token to be verified
    Refusing, ///< token is not what was copied
    Verified, ///< seen only in mutants: verifying and journalling START are one step, for a crash between is a crash before
    Started, ///< START journalled, spawn to come
    Running,
    Staging, ///< stage half written; seen only in mutants
    Staged,
    CommitUnsure,
    Committed
};

struct Agent
{
    std::uint8_t up : 1 = 0;
    std::uint8_t unborn : 1 = 0; ///< the clone before somebody makes it
    std::uint8_t boots : 2 = 0;
    std::uint8_t step : 4 = 0;
    std::uint8_t epoch : 2 = 0; ///< of the token in hand
    std::uint8_t boot : 4 = 0; ///< boot in the name of that token's running/ path (or of its source while claiming)
    std::uint8_t reown : 1 = 0; ///< claiming from running/ of an earlier boot
    std::uint8_t copied : 1 = 0; ///< content that was copied
    std::uint8_t trees : 3 = 0; ///< live pipeline trees on this machine, bit per epoch
    std::uint8_t unused : 5 = 0;
    std::array<JournalEntry, kEpochs> journal {};

    [[nodiscard]] Step at() const { return static_cast<Step>(step); }
    void go(Step s) { step = static_cast<std::uint8_t>(s) & 15U; }
    void rest()
    {
        go(Step::Idle);
        epoch = boot = reown = copied = 0;
    }
    [[nodiscard]] const JournalEntry &of(int e) const { return journal[static_cast<std::size_t>(e - 1)]; }
    [[nodiscard]] JournalEntry &of(int e) { return journal[static_cast<std::size_t>(e - 1)]; }
};

/// A killed orchestrator does nothing, which is what a slow one does: so a crash is one step, back to Idle.
enum class Phase : std::uint8_t { Idle, Intent, Unsure };
/// What the pipeline declares: side effects begin with the start, begin after a marker in its output, or may be repeated.
enum class Pipeline : std::uint8_t { FromStart, AfterMarker, Idempotent };

/// Order of the list is the order of the document; L1 is checked over the whole graph.
enum class Invariant : std::uint8_t { None, I1, I2, I3, I4, I5, I6, I7, I8, L1 };

struct State
{
    // The share.
    std::array<Place, 2> tokens {}; ///< the second exists only where the protocol is broken
    Place floatFrom, floatTo; ///< a rename on its way whose caller has given up waiting
    // The orchestrator: store (durable) and phase (volatile).
    Place view; ///< where the orchestrator sees the token; source of an open intent
    Place target; ///< open intent
    Place opSeen; ///< what the operator's screen shows
    std::array<Agent, kAgents> agents {};
    std::uint16_t owners = 0; ///< truth: boot that confirmed its claim last, four bits per epoch (15 = nobody yet)
    std::uint8_t phase : 3 = 0;
    std::uint8_t storeEpoch : 2 = 0;
    std::uint8_t pipeline : 2 = 0;
    std::uint8_t intentApplied : 1 = 0; ///< truth: the open intent's rename took place
    // Truth about the world, for the invariants.
    std::uint8_t spawns : 6 = 0; ///< two bits per epoch, saturating at 2
    std::uint8_t commits : 2 = 0;
    std::uint8_t effects : 3 = 0; ///< side effects have begun, bit per epoch
    std::uint8_t markers : 3 = 0; ///< … and the marker is on the agent's disk
    std::uint8_t content : 1 = 0; ///< the producer wrote once more
    std::uint8_t stageHalf : 1 = 0; ///< the committed stage is being rewritten
    std::uint8_t allowed : 3 = 0; ///< epochs an operator or a declared idempotence has excused
    std::uint8_t proven : 3 = 0; ///< epochs the safe policy said can never have an effect
    std::uint8_t visibleBad : 1 = 0; ///< a visible result folder that is half or has no committed token
    std::uint8_t pendingA : 1 = 0; ///< clicks not yet handled, low bit
    std::uint8_t pendingB : 1 = 0; ///< … high bit
    std::uint8_t clicks : 2 = 0;
    std::uint8_t crashes : 2 = 0;
    std::uint8_t losses : 2 = 0;
    std::uint8_t frozen : 1 = 0; ///< the orchestrator's listing is stale: `view` no longer follows the token
    std::uint8_t broken = 0; ///< mask of I1 to I8, set by the checks; always 0 in a state that is explored further

    [[nodiscard]] Phase at() const { return static_cast<Phase>(phase); }
    void go(Phase p) { phase = static_cast<std::uint8_t>(p) & 7U; }
    [[nodiscard]] Pipeline runs() const { return static_cast<Pipeline>(pipeline); }
    [[nodiscard]] Place token() const { return tokens[0]; }
    [[nodiscard]] int spawned(int e) const { return (spawns >> (2 * (e - 1))) & 3; }
    [[nodiscard]] int owner(int e) const { return (owners >> (4 * (e - 1))) & 15; }
    [[nodiscard]] int pending() const { return pendingA + 2 * pendingB; }
    void setPending(int n)
    {
        pendingA = static_cast<std::uint8_t>(n) & 1U;
        pendingB = static_cast<std::uint8_t>(n >> 1) & 1U;
    }
};
static_assert(sizeof(Place) == 2 && sizeof(Agent) == 6 && sizeof(State) == 40);

[[nodiscard]] constexpr unsigned bit(int epoch)
{
    return 1U << (epoch - 1);
}
[[nodiscard]] constexpr int nodeOf(int agent)
{
    return agent == AgentB ? kNodeB : kNodeA;
}
[[nodiscard]] inline int bootOf(const State &s, int agent)
{
    return agent * 4 + s.agents[static_cast<std::size_t>(agent)].boots;
}

/// Where every run begins: the file is in incoming, both nodes are up, the clone is not yet made.
[[nodiscard]] State initialState(Pipeline pipeline);

} // namespace dtf::model
