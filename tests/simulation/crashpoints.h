// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/simulation/world.h"

namespace dtf::sim {

/// Every place where the agent or the orchestrator calls the share, its store, its journal or a script in the life of three
/// files, found by counting; at each of them one thing goes wrong. And each place after the orchestrator has begun to roll a
/// stage forward whose agent died between commit and publication.
struct CrashPoints
{
    int every = 1; ///< look at each n-th place only
    int offset = 0; ///< beginning with this one
    std::function<void(const QByteArray &line)> say;
};

/// How many places and worlds, and how many broke an invariant.
struct CrashTally
{
    std::int64_t agentPoints = 0;
    std::int64_t orchestratorPoints = 0;
    std::int64_t rollForwardPoints = 0;
    std::int64_t worlds = 0;
    std::int64_t bad = 0;
};
[[nodiscard]] CrashTally tryCrashPoints(const CrashPoints &how);
/// One of them again, as tryCrashPoints() names it ("agent point 12 kill"), told move by move. False: no such one.
[[nodiscard]] bool replayCrashPoint(const QByteArray &name, Outcome &outcome);

} // namespace dtf::sim
