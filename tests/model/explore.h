// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/model/invariants.h"
#include "tests/model/rules.h"

#include <cstddef>
#include <string>

namespace dtf::model {

struct Result
{
    std::size_t states = 0;
    std::size_t steps = 0;
    std::size_t observables = 0; ///< different outcomes seen from outside: place, spawns, commits, side effects
    unsigned kinds = 0; ///< kinds of place a token was seen in, bit per Kind
    int depth = 0;
    double seconds = 0;
    bool complete = false; ///< every reachable state within the bounds was seen, or a violation was found
    Invariant broken = Invariant::None;
    std::string trace; ///< shortest counterexample, one step a line; empty without one
};

/// Breadth first over everything that can happen, for all three kinds of pipeline. Stops at the first violation of an invariant
/// of the `checked` mask; L1 is decided on the complete graph. `maxStates` bounds memory (about 60 bytes a state).
[[nodiscard]] Result explore(const Rules &rules, const Bounds &bounds, unsigned checked, std::size_t maxStates);

} // namespace dtf::model
