// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/model/invariants.h"
#include "tests/model/rules.h"

#include <vector>

namespace dtf::model {

/// A wrong variant of the protocol and the invariant it must be caught by.
struct Mutant
{
    const char *name = "";
    Invariant breaks = Invariant::None;
    void (*apply)(Rules &) = nullptr;
    Bounds bounds; ///< the least misfortune that shows it
};

[[nodiscard]] const std::vector<Mutant> &mutants();

} // namespace dtf::model
