// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <algorithm>

namespace dtf {

/// first, 2·first, 4·first … up to `limit`; reset() after success. Pure: the caller waits.
class Backoff
{
public:
    Backoff(milliseconds first, milliseconds limit)
        : m_first(first)
        , m_limit(limit)
        , m_next(first)
    { }
    /// The wait before the next try.
    [[nodiscard]] milliseconds next()
    {
        const milliseconds wait = m_next;
        m_next = std::min(m_next * 2, m_limit);
        return wait;
    }
    void reset() { m_next = m_first; }

private:
    milliseconds m_first;
    milliseconds m_limit;
    milliseconds m_next;
};

/// `base` plus up to a quarter of it, by `random` in [0, 1): retries of many clients spread out.
[[nodiscard]] inline milliseconds withJitter(milliseconds base, double random)
{
    return base + milliseconds(static_cast<std::int64_t>(static_cast<double>(base.count()) * 0.25 * random));
}

} // namespace dtf
