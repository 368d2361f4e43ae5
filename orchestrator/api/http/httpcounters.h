// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <array>

namespace dtf {

/// What the server counted since its start; read by /metrics. Thread: main.
struct HttpCounters
{
    qint64 accepted = 0; ///< connections
    qint64 turnedAway = 0; ///< connections closed at once: a bound was reached
    qint64 timedOut = 0; ///< connections that missed a deadline while something was under way
    std::array<qint64, 6> answers {}; ///< by status / 100
    int open = 0; ///< connections now, WebSockets included
};

} // namespace dtf
