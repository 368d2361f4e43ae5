// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

namespace dtf {

/// Time stands still until a test moves it.
class FakeClock final : public Clock
{
public:
    [[nodiscard]] Now now() const override { return m_now; }
    void pass(milliseconds time)
    {
        m_now.mono = m_now.mono + time;
        m_now.wall.msecsSinceEpoch += time.count();
    }

private:
    Now m_now {{milliseconds(1'000'000)}, {1'795'000'000'000}};
};

} // namespace dtf
