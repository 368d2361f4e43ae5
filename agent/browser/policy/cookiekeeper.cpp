// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/cookiekeeper.h"

namespace dtf {

CookieKeeper::CookieKeeper(const BrowserLimits &limits)
    : m_limits(limits)
{ }

bool CookieKeeper::due(bool ready, MonoTime now)
{
    if (!ready) {
        m_last.reset();
        return false;
    }
    if (m_last && now - *m_last < m_limits.keepCookiesEvery) {
        return false;
    }
    m_last = now;
    return true;
}

std::optional<MonoTime> CookieKeeper::wakeAt() const
{
    return m_last ? std::optional(*m_last + m_limits.keepCookiesEvery) : std::nullopt;
}

} // namespace dtf
