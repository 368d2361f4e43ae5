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
    void cancel();
    [[nodiscard]] bool isCancelled() const;
    /// False: cancelled.
    [[nodiscard]] bool wait(milliseconds time);

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_woken;
    bool m_cancelled = false;
};

} // namespace dtf
