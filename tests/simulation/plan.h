// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "tests/simulation/portal.h"

#include <QString>

namespace dtf::sim {

enum class FaultKind {
    KillAgent,
    StopAgent, ///< SIGSTOP, or a machine that sleeps
    PowerCutAgent,
    KillOrchestrator,
    StopOrchestrator,
    PowerCutServer,
    CutLink, ///< both ways
    CutToOrchestrator, ///< only requests are lost
    CutToAgent, ///< only answers are lost
    BadLink, ///< loses, repeats, reorders
    CutShare, ///< target 0: the orchestrator's way, n: agent n's
    HangShare,
    LostReplies,
    FailingShare,
    StaleViews,
    ShareEmpty, ///< unmounted: the folder beneath
    ShareOther, ///< another share is mounted
    ShareGone,
    ShareReadOnly,
    ShareFull,
    LockedFiles, ///< a scanner holds every token now on the share
    DeniedFile, ///< one token can't be opened or moved
    ClockJump,
    CloneAgent,
    SecondOrchestrator,
    StoreFull,
    RestoreStore, ///< a copy of some minutes ago
    LoseStore,
    BrowserDown,
    OrphansSurvive, ///< agents' deaths leave their pipelines; leftovers resist being ended
    RestartAgent, ///< asked for by an operator
};
constexpr int faultKinds = static_cast<int>(FaultKind::RestartAgent) + 1;
[[nodiscard]] QByteArray toBytes(FaultKind kind);

struct Fault
{
    Micros at = 0;
    FaultKind kind = FaultKind::KillAgent;
    int target = 0;
    Micros duration = 0;
    std::int64_t value = 0;
};

/// One file of a producer.
struct Delivery
{
    enum class Way {
        Whole, ///< under its final name at once
        Slowly, ///< written in place, with pauses
        Replaced, ///< another version is renamed over it a moment later
        TakenBack, ///< removed by its producer a moment later
        Empty,
        Link, ///< not a file
    };
    Micros at = 0;
    int number = 0;
    QByteArray name;
    Manner manner = Manner::Good;
    Way way = Way::Whole;
    Micros pause = 0;
};

/// What a person does at the console. Twice: from two consoles, with what they saw then.
struct Deed
{
    enum class Kind { Hold, Release, Requeue, Stop, PauseNode, DrainNode, PauseDispatch };
    Micros at = 0;
    Kind kind = Kind::Hold;
    int target = 0;
    Micros duration = 0;
    bool twice = false;
};

/// Everything that one number stands for.
struct Plan
{
    std::uint64_t seed = 0;
    int agents = 2;
    Micros busy = 0; ///< until here things arrive and fail; then all is healed
    bool calm = false; ///< nothing needs eleven minutes to end
    bool foldsCase = false;
    bool mangles = false;
    milliseconds cache {0};
    SideEffects sideEffects = SideEffects::AfterMarker;
    bool decides = true; ///< people decide about held files
    std::vector<Delivery> deliveries;
    std::vector<Fault> faults;
    std::vector<Deed> deeds;
};

[[nodiscard]] Plan planOf(std::uint64_t seed);
[[nodiscard]] QByteArray describe(const Plan &plan);

} // namespace dtf::sim
