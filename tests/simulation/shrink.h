// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/simulation/plan.h"

#include <functional>

namespace dtf::sim {

/// A smaller plan that still breaks an invariant: faults, deeds and files are left out in ever smaller groups as long as the same
/// kind of complaint stays (delta debugging, Zeller and Hildebrandt 2002). At most a few hundred runs.
[[nodiscard]] Plan shrink(const Plan &plan, const std::function<void(const QByteArray &line)> &say);

} // namespace dtf::sim
