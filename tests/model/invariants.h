// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/model/state.h"

#include <string_view>

namespace dtf::model {

/// I1 is bit 0, I8 is bit 7 (they fit State::broken), L1 is bit 8.
[[nodiscard]] constexpr unsigned maskOf(Invariant i)
{
    return 1U << (static_cast<unsigned>(i) - 1U);
}
inline constexpr unsigned kAllInvariants = 0x1FFU;

// Each check adds what it finds broken to `state.broken`.

/// A rename that named `named` was applied to the token at `actual` and put it at `to`.
void checkRename(State &state, Place named, Place actual, Place to);
/// Agent `agent` spawned the pipeline for `epoch`; called after the spawn was counted.
void checkSpawn(State &state, int agent, int epoch);
/// The orchestrator closed its open intent as moved.
void checkIntentClosed(State &state);
/// Agent `agent` journalled the end of a commit that it could not confirm.
void checkFenced(State &state, int agent, int epoch);
/// Properties of one instant.
void checkInstant(State &state);
/// Job at its end and the store knows it: the goal of L1.
[[nodiscard]] bool isSettled(const State &state);

[[nodiscard]] std::string_view text(Invariant i);

} // namespace dtf::model
