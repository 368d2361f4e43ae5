// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/policy/browserlimits.h"
#include "common/core/clock.h"

#include <optional>

namespace dtf {

/// When the browser is asked to put its cookies on the disk: as soon as the portal is ready (a person has just logged in), and
/// every keepCookiesEvery while it stays so (a portal may renew its session with every page). By itself Chromium writes them
/// every 30 s only, and what is younger is lost when it is killed. Pure.
class CookieKeeper
{
public:
    explicit CookieKeeper(const BrowserLimits &limits);

    /// True: ask now; counted as done.
    [[nodiscard]] bool due(bool ready, MonoTime now);
    [[nodiscard]] std::optional<MonoTime> wakeAt() const;

private:
    BrowserLimits m_limits;
    std::optional<MonoTime> m_last; ///< nothing: not ready
};

} // namespace dtf
