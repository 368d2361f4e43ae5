// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "common/core/check.h"

namespace dtf {

/// Every precondition of this machine and configuration, tried for real. Blocks, a second at least and on a hanging share
/// much longer: for --check, or on a thread of its own.
[[nodiscard]] QList<CheckRow> checkAgent(const AgentConfig &config);

} // namespace dtf
