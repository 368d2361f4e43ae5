// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/model/cause.h"
#include "orchestrator/orchestratorconfig.h"

namespace dtf {

/// A running file whose node is silent, as far as known.
struct DoubtfulRun
{
    milliseconds silence {0}; ///< since anything was heard of its node, by HTTP or by its alive file
    bool aliveFileMoving = false; ///< the second witness: the agent lives, only HTTP is lost
    LostRunPolicy policy = LostRunPolicy::Safe;
    milliseconds hardLimit {0};
};

enum class LostRunVerdict {
    Wait, ///< leave it alone
    Hold, ///< move its token to hold/: a person decides
    Requeue, ///< the pipeline is declared idempotent: run it elsewhere
};

/// share-protocol.md, Lost-run policy: the orchestrator's half (what an agent that came back can prove is decided there). Pure.
[[nodiscard]] LostRunVerdict judgeLostRun(const DoubtfulRun &run);

/// What follows when an agent gave a file back unharmed after its `attempts`-th start.
enum class ReleaseVerdict { RunAgain, GiveUp };
[[nodiscard]] ReleaseVerdict judgeRelease(int attempts, int maxAttempts);

} // namespace dtf
