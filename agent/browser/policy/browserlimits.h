// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

namespace dtf {

/// Every number of the browser's supervision that isn't in the configuration. The defaults are the product's; tests make some
/// shorter.
struct BrowserLimits
{
    // the life cycle
    milliseconds adoptTimeout {15'000}; ///< a living browser found at start must answer within this, or it hangs
    milliseconds reconnectTimeout {10'000}; ///< connection lost, process alive
    milliseconds closeTimeout {5'000}; ///< Browser.close at an operator's restart, before the kill
    milliseconds clearTimeout {10'000}; ///< killed leftovers must be gone
    milliseconds blockedRecheck {5'000}; ///< somebody else's browser holds the profile
    // restarts
    milliseconds restartWindow {300'000};
    int restartsInWindow = 5; ///< the next one pauses
    milliseconds firstDelay {1'000};
    milliseconds longestDelay {60'000};
    milliseconds healthyFor {60'000}; ///< since the last restart: the next one is immediate
    // health: a stopped browser is noticed within pingEvery + 2 · pingTimeout = 13 s
    milliseconds pingEvery {5'000};
    milliseconds pingTimeout {4'000};
    milliseconds confirmAfter {500}; ///< a page that is no longer ready is asked again this soon
    milliseconds probeSpacing {100}; ///< probes asked for by page changes are at least this far apart
    milliseconds memoryEvery {15'000};
    milliseconds keepCookiesEvery {10'000}; ///< while ready
    // the portal's page
    milliseconds settle {500}; ///< without a readyExpression: how long a loaded page that isn't the login page must keep its URL
    milliseconds pageCureAfter {300'000}; ///< a silent page is crashed and reloaded after this, never during a run
    milliseconds errorReload {30'000}; ///< a page that could not be loaded is loaded again this often
    milliseconds crashReload {60'000}; ///< a page that crashes again within this is not reloaded before it is over
    milliseconds openAgain {60'000}; ///< the start page is opened at most this often
};

} // namespace dtf
