// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <algorithm>
#include <optional>

namespace dtf {

/// Tells from the silence of a share's worker whether the share hangs: no error comes then, for a minute or for ever. Pure.
/// look() every `period`; a look that comes late itself proves nothing, because this process stood still with the share.
class HangWatch
{
public:
    static constexpr milliseconds period {2'000};
    static constexpr milliseconds patience {5'000}; ///< with two periods, noticed within 10 s

    /// `silent`: as ShareWorker::silentFor(). True: it hangs.
    [[nodiscard]] bool look(milliseconds silent, MonoTime now)
    {
        if (!m_last || now - *m_last > 2 * period) {
            m_awakeSince = now;
        }
        m_last = now;
        return std::min(silent, now - m_awakeSince) >= patience;
    }

private:
    std::optional<MonoTime> m_last;
    MonoTime m_awakeSince;
};

} // namespace dtf
