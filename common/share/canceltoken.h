// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <condition_variable>
#include <mutex>

namespace dtf {

/// Ends waits early, for good. Thread: any.
class CancelToken
{
public:
    void cancel()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_cancelled = true;
        }
        m_woken.notify_all();
    }
    [[nodiscard]] bool isCancelled() const
    {
        const std::lock_guard lock(m_mutex);
        return m_cancelled;
    }
    /// False: cancelled.
    [[nodiscard]] bool wait(milliseconds time)
    {
        std::unique_lock lock(m_mutex);
        return !m_woken.wait_for(lock, time, [this] { return m_cancelled; });
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_woken;
    bool m_cancelled = false;
};

} // namespace dtf
