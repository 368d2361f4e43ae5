// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/browserhealth.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

BrowserHealth::BrowserHealth(const BrowserLimits &limits, milliseconds probeEvery)
    : m_limits(limits)
    , m_probeEvery(probeEvery)
{ }

void BrowserHealth::begin(MonoTime now)
{
    *this = BrowserHealth(m_limits, m_probeEvery);
    m_running = true;
    m_nextPing = now + m_limits.pingEvery;
    m_nextProbe = now;
    m_lastProbe = now + -m_limits.probeSpacing;
}

BrowserHealth::Plan BrowserHealth::tick(MonoTime now)
{
    Plan plan;
    if (!m_running) {
        return plan;
    }
    if (m_pingDeadline && now >= *m_pingDeadline) {
        m_pingDeadline.reset();
        ++m_pingMisses;
        m_nextPing = now;
    }
    if (m_pingMisses >= 2) {
        plan.hung =
            u"the browser answered no ping for %1 s"_s.arg(static_cast<double>((2 * m_limits.pingTimeout).count()) / 1000.0);
    } else if (m_ownMisses >= 2) {
        plan.hung = u"the browser answers pings, but no page in it answers"_s;
    }
    if (!plan.hung.isEmpty()) {
        m_running = false;
        return plan;
    }
    if (!m_pingDeadline && now >= m_nextPing) {
        plan.ping = true;
        m_pingDeadline = now + m_limits.pingTimeout;
    }
    if (!m_pageAsked && now >= m_nextProbe) {
        plan.probePage = true;
        m_pageAsked = true;
        m_lastProbe = now;
        m_nextProbe = now + m_probeEvery;
    }
    if (m_wantOwn && !m_ownAsked) {
        plan.probeOwn = true;
        m_wantOwn = false;
        m_ownAsked = true;
    }
    return plan;
}

std::optional<MonoTime> BrowserHealth::wakeAt() const
{
    if (!m_running) {
        return std::nullopt;
    }
    MonoTime at = m_pingDeadline.value_or(m_nextPing);
    if (!m_pageAsked) {
        at = std::min(at, m_nextProbe);
    }
    if ((m_wantOwn && !m_ownAsked) || m_ownMisses >= 2) {
        at = m_lastProbe;
    }
    return at;
}

void BrowserHealth::pong(MonoTime now)
{
    m_pingMisses = 0;
    m_pingDeadline.reset();
    m_nextPing = now + m_limits.pingEvery;
}

void BrowserHealth::pageAnswered(MonoTime now)
{
    m_pageAsked = false;
    m_pageMisses = 0;
    m_ownMisses = 0; // a renderer answered through the browser's main thread
    m_wantOwn = false;
    m_nextProbe = std::min(m_nextProbe, now + m_probeEvery);
}

void BrowserHealth::pageMissed(MonoTime now)
{
    m_pageAsked = false;
    ++m_pageMisses;
    m_wantOwn = true;
    m_nextProbe = m_pageMisses < 2 ? now : std::max(m_nextProbe, now);
}

void BrowserHealth::pageAbsent(MonoTime now)
{
    m_pageAsked = false;
    m_pageMisses = 0;
    m_wantOwn = true;
    m_nextProbe = std::max(m_nextProbe, now + m_limits.probeSpacing);
}

void BrowserHealth::ownAnswered()
{
    m_ownAsked = false;
    m_ownMisses = 0;
}

void BrowserHealth::ownMissed()
{
    m_ownAsked = false;
    ++m_ownMisses;
    m_wantOwn = m_ownMisses < 2;
}

void BrowserHealth::probeSoon(MonoTime at)
{
    m_nextProbe = std::min(m_nextProbe, std::max(at, m_lastProbe + m_limits.probeSpacing));
}

} // namespace dtf
