// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "orchestrator/orchestratorconfig.h"

namespace dtf {

/// Every precondition of this machine and configuration, tried for real. Blocks; for --check only.
[[nodiscard]] QList<CheckRow> checkOrchestrator(const OrchestratorConfig &config);

} // namespace dtf
