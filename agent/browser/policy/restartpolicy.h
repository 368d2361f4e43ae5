// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/policy/browserlimits.h"
#include "common/core/backoff.h"

#include <QList>

namespace dtf {

/// When to start the browser again: at once after a long healthy time, then 1, 2, 4 … 60 s; not at all after five restarts in
/// five minutes.
class RestartPolicy
{
public:
    struct Decision
    {
        bool pause = false;
        milliseconds wait {0};
        bool operator==(const Decision &) const = default;
    };

    explicit RestartPolicy(const BrowserLimits &limits);

    /// The browser is gone or hung. Counts one restart unless the answer is pause.
    [[nodiscard]] Decision decide(MonoTime now);
    /// It was connected: a restart may be immediate again.
    void noteHealthy() { m_wasHealthy = true; }
    /// An operator goes on: everything is forgotten.
    void reset();

private:
    BrowserLimits m_limits;
    Backoff m_backoff;
    QList<MonoTime> m_restarts; ///< at most restartsInWindow, oldest first
    bool m_wasHealthy = false; ///< since the last restart
};

} // namespace dtf
