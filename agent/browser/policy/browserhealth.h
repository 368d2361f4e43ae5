// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/policy/browserlimits.h"

#include <QString>

#include <optional>

namespace dtf {

/// Is the connected browser alive? Three questions, each with a deadline of its own:
/// - a WebSocket ping every 5 s; two misses in a row: the process stands still (SIGSTOP, swapped to death);
/// - an evaluation on the portal's page (or the first page) every probeEvery; two misses: that page is wedged, busy or shows a
/// dialog.
///   This alone never restarts the browser: closing it costs a human's log-in, and a long script is no fault. The page isn't
///   ready then;
/// - whenever the page is silent or there is none, an evaluation on our own hidden target; two misses: the browser hangs.
/// Two misses are two fresh questions, so a machine that slept (both deadlines passed in sleep) costs one miss at most.
/// Pure. The shell asks what the plan says and reports every answer or miss exactly once.
class BrowserHealth
{
public:
    struct Plan
    {
        bool ping = false;
        bool probePage = false;
        bool probeOwn = false;
        QString hung; ///< not empty: restart, and why
        bool operator==(const Plan &) const = default;
    };

    BrowserHealth(const BrowserLimits &limits, milliseconds probeEvery);

    void begin(MonoTime now); ///< connected: everything is asked at once
    [[nodiscard]] Plan tick(MonoTime now);
    [[nodiscard]] std::optional<MonoTime> wakeAt() const;

    void pong(MonoTime now);
    void pageAnswered(MonoTime now);
    void pageMissed(MonoTime now); ///< the deadline passed
    void pageAbsent(MonoTime now); ///< there was no page to ask
    void ownAnswered();
    void ownMissed();
    /// Something changed on a page: ask again this soon, at least probeSpacing after the last question.
    void probeSoon(MonoTime at);
    [[nodiscard]] bool pageSilent() const { return m_pageMisses >= 2; }

private:
    BrowserLimits m_limits;
    milliseconds m_probeEvery;
    MonoTime m_nextPing;
    std::optional<MonoTime> m_pingDeadline; ///< a ping is unanswered
    int m_pingMisses = 0;
    MonoTime m_nextProbe;
    MonoTime m_lastProbe;
    bool m_pageAsked = false;
    int m_pageMisses = 0;
    bool m_wantOwn = false;
    bool m_ownAsked = false;
    int m_ownMisses = 0;
    bool m_running = false;
};

} // namespace dtf
