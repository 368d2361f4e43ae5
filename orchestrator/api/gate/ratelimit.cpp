// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/ratelimit.h"

namespace dtf {

bool RateLimit::allow(const QByteArray &key, MonoTime now)
{
    auto found = m_windows.find(key);
    if (found == m_windows.end()) {
        if (m_windows.size() >= m_maxKeys) {
            m_windows.removeIf([now](const auto &entry) { return entry.value().end <= now; });
        }
        if (m_windows.size() >= m_maxKeys) {
            return false;
        }
        found = m_windows.insert(key, Window {now + m_window, 0});
    }
    if (found->end <= now) {
        *found = Window {now + m_window, 0};
    }
    if (found->used >= m_count) {
        return false;
    }
    ++found->used;
    return true;
}

} // namespace dtf
