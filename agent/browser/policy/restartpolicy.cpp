// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/restartpolicy.h"

namespace dtf {

RestartPolicy::RestartPolicy(const BrowserLimits &limits)
    : m_limits(limits)
    , m_backoff(limits.firstDelay, limits.longestDelay)
{ }

RestartPolicy::Decision RestartPolicy::decide(MonoTime now)
{
    m_restarts.removeIf([&](MonoTime at) { return now - at >= m_limits.restartWindow; });
    if (m_restarts.size() >= m_limits.restartsInWindow) {
        return {true, milliseconds {0}};
    }
    const bool immediate = m_wasHealthy && (m_restarts.isEmpty() || now - m_restarts.constLast() >= m_limits.healthyFor);
    if (immediate) {
        m_backoff.reset();
    }
    m_wasHealthy = false;
    m_restarts.append(now);
    return {false, immediate ? milliseconds {0} : m_backoff.next()};
}

void RestartPolicy::reset()
{
    m_restarts.clear();
    m_backoff.reset();
    m_wasHealthy = true;
}

} // namespace dtf
