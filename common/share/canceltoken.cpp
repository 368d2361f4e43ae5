// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/canceltoken.h"

namespace dtf {

void CancelToken::cancel()
{
    {
        const std::lock_guard lock(m_mutex);
        m_cancelled = true;
    }
    m_woken.notify_all();
}

bool CancelToken::isCancelled() const
{
    const std::lock_guard lock(m_mutex);
    return m_cancelled;
}

bool CancelToken::wait(milliseconds time)
{
    std::unique_lock lock(m_mutex);
    return !m_woken.wait_for(lock, time, [this] { return m_cancelled; });
}

} // namespace dtf
