// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

namespace dtf {

/// How --follow asks again: every second while it goes well, and through a short absence of the orchestrator. Pure.
class PollRetry
{
public:
    static constexpr milliseconds interval {1'000};
    static constexpr int mostFailures = 30;

    void succeeded() { m_failures = 0; }
    /// False: give up.
    [[nodiscard]] bool mayRetry() { return ++m_failures < mostFailures; }
    [[nodiscard]] bool firstFailure() const { return m_failures == 1; }

private:
    int m_failures = 0;
};

} // namespace dtf
