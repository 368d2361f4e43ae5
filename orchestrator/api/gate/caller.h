// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/tokens.h"
#include "orchestrator/api/gate/route.h"

namespace dtf {

/// "operator:anna", "viewer:bob", "agent:DTF-01": as audits spell a principal.
[[nodiscard]] QByteArray actorOf(const Principal &who);

/// The role matrix: nodes speak for themselves only, viewers read, operators read and command.
[[nodiscard]] bool mayUse(Role role, Access access);

} // namespace dtf
