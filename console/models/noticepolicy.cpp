// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/noticepolicy.h"

namespace dtf {

bool NoticePolicy::shouldTell(const Alert &alert, MonoTime now)
{
    if (alert.severity != AlertSeverity::Critical || alert.acknowledged) {
        return false;
    }
    m_told.removeIf([now](const auto &at) { return now - at.value() >= quietFor; });
    const std::pair cause(alert.kind, alert.subject);
    const bool fresh = !m_told.contains(cause);
    m_told.insert(cause, now);
    return fresh;
}

} // namespace dtf
