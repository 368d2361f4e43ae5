// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/browserstate.h"
#include "orchestrator/policy/liveness.h"

namespace dtf {

/// Neither ready nor in a state that tells its own story (a login page waits for a person, a crash loop for an operator): the
/// agent is at it, and soon it should be over. Pure.
[[nodiscard]] bool isBrowserDown(BrowserState state);

/// Worth an alert: the node is heard and its browser has been down for `bound` without a break (`downFor`: less the
/// orchestrator's own stalls). A browser that restarts in seconds is none, and of a silent node nothing is known. Pure.
[[nodiscard]] bool browserDownTooLong(Liveness liveness, BrowserState state, milliseconds downFor, milliseconds bound);

} // namespace dtf
