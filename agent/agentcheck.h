// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "common/core/check.h"

namespace dtf {

/// Every precondition of this machine and configuration, tried for real. Blocks; for --check only.
[[nodiscard]] QList<CheckRow> checkAgent(const AgentConfig &config);

} // namespace dtf
