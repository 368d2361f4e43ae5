// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/portalwatch.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// Chromium shows its own page of this scheme when a page could not be loaded.
bool isErrorPage(const PageReading &reading)
{
    return reading.href.startsWith("chrome-error:"_L1);
}

} // namespace

PortalWatch::PortalWatch(const BrowserLimits &limits, PageRules rules)
    : m_limits(limits)
    , m_rules(std::move(rules))
{ }

void PortalWatch::begin(MonoTime now)
{
    const auto openedAt = m_openedAt;
    *this = PortalWatch(m_limits, m_rules);
    m_openedAt = openedAt;
    m_urlSince = now;
}

bool PortalWatch::wantsPage() const
{
    return !m_rules.startUrl.isEmpty() || !m_rules.readyUrl.pattern().isEmpty();
}

bool PortalWatch::asksForAnything() const
{
    return wantsPage() || !m_rules.login.pattern().isEmpty() || m_rules.hasReadyExpression;
}

bool PortalWatch::setTargets(const QList<PageTarget> &targets, MonoTime now)
{
    m_targets = targets;
    const auto before = m_page;
    m_page = choosePage(targets, m_rules);
    if (m_page == before) {
        return false;
    }
    if (m_page) {
        m_absent = 0;
    }
    if (m_page && (isLoginUrl(m_page->url, m_rules) || m_page->crashed)) {
        m_ready = false;
        m_bad = 0;
    }
    if (!before || !m_page || before->id != m_page->id || before->url != m_page->url) {
        m_urlSince = now;
        if (asksForAnything()) {
            m_reading.reset();
        }
    }
    return true;
}

bool PortalWatch::good(const PageReading &reading) const
{
    return reading.loaded && !isErrorPage(reading) && !isLoginUrl(reading.href, m_rules)
        && (!m_rules.hasReadyExpression || reading.ready.value_or(false));
}

bool PortalWatch::settled(MonoTime now) const
{
    return m_rules.login.pattern().isEmpty() || m_rules.hasReadyExpression || now - m_urlSince >= m_limits.settle;
}

void PortalWatch::reading(const PageReading &reading, MonoTime now)
{
    if (!m_page) {
        return;
    }
    m_reading = reading;
    // A tab shows the address it is going to before it has left its first, blank document.
    m_reading->loaded = reading.loaded && (reading.href != "about:blank"_L1 || m_page->url == "about:blank"_L1);
    for (PageTarget &target : m_targets) {
        if (target.id == m_page->id) {
            target.crashed = false;
        }
    }
    m_page->crashed = false;
    m_silentSince.reset();
    if (good(*m_reading)) {
        m_bad = 0;
        m_ready = m_ready || settled(now);
        return;
    }
    if (m_ready && m_reading->loaded && (++m_bad >= 2 || isLoginUrl(reading.href, m_rules))) {
        m_ready = false;
        m_bad = 0;
    }
}

void PortalWatch::setSilent(bool silent, MonoTime now)
{
    if (!silent) {
        m_silentSince.reset();
    } else if (!m_silentSince) {
        m_silentSince = now;
    }
}

void PortalWatch::probedWithoutPage()
{
    if (++m_absent >= 2) {
        m_ready = false;
    }
}

PortalVerdict PortalWatch::verdict(MonoTime now) const
{
    using State = BrowserState;
    if (!m_page) {
        if (!wantsPage()) {
            // nothing was asked for; the health's own probe watches the browser
            return m_ownAnswered ? PortalVerdict {State::Ready, {}}
                                 : PortalVerdict {State::Starting, u"waiting for the browser's first answer"_s};
        }
        return m_absent < 2
            ? PortalVerdict {m_ready ? State::Ready : State::Starting, m_ready ? QString() : u"looking for the portal's page"_s}
            : PortalVerdict {State::LoginRequired, u"no page of the portal is open"_s};
    }
    const QString url = shownUrl(m_page->url);
    if (m_page->crashed) {
        return {State::Disconnected, u"the portal's page crashed: "_s + url};
    }
    if (isLoginUrl(m_page->url, m_rules) || (m_reading && isLoginUrl(m_reading->href, m_rules))) {
        return {State::LoginRequired, u"the login page is showing: "_s + url};
    }
    if (m_silentSince) {
        return {State::Disconnected, u"the portal's page does not answer (busy, wedged, or a dialog is open): "_s + url};
    }
    if (m_ready) {
        return {State::Ready, {}};
    }
    if (!asksForAnything() && m_reading) {
        return {State::Ready, {}}; // any page's answer will do, whether it is still loading or not
    }
    if (!m_reading || !m_reading->loaded) {
        return {State::Starting, u"the portal's page is loading: "_s + url};
    }
    if (isErrorPage(*m_reading)) {
        return {State::Disconnected, u"the portal's page could not be loaded: "_s + url};
    }
    if (!good(*m_reading)) {
        return {State::LoginRequired, u"the portal's page is open, but it does not look logged in: "_s + url};
    }
    return settled(now) ? PortalVerdict {State::Ready, {}}
                        : PortalVerdict {State::Starting, u"the portal's page is settling: "_s + url};
}

PageRemedy PortalWatch::remedy(bool busy, MonoTime now)
{
    const auto due = [&](const std::optional<MonoTime> &last, milliseconds every) { return !last || now - *last >= every; };
    if (!m_page) {
        const bool openedStillThere =
            std::any_of(m_targets.cbegin(), m_targets.cend(), [&](const PageTarget &t) { return t.id == m_openedId; });
        if (m_absent >= 2 && !m_rules.startUrl.isEmpty() && !openedStillThere && due(m_openedAt, m_limits.openAgain)) {
            m_openedAt = now;
            return PageRemedy::OpenStartPage;
        }
        return PageRemedy::None;
    }
    if (m_page->crashed) {
        if (due(m_reloadedAt, m_limits.crashReload)) {
            m_reloadedAt = now;
            return PageRemedy::Reload;
        }
        return PageRemedy::None;
    }
    if (m_silentSince) {
        if (!busy && now - *m_silentSince >= m_limits.pageCureAfter && due(m_reloadedAt, m_limits.pageCureAfter)) {
            m_reloadedAt = now;
            return PageRemedy::CrashAndReload;
        }
        return PageRemedy::None;
    }
    if (m_reading && isErrorPage(*m_reading) && !busy && now - m_urlSince >= m_limits.errorReload
        && due(m_reloadedAt, m_limits.errorReload)) {
        m_reloadedAt = now;
        return PageRemedy::Reload;
    }
    return PageRemedy::None;
}

std::optional<MonoTime> PortalWatch::wakeAt(MonoTime now) const
{
    if (m_page && !m_ready && m_reading && good(*m_reading) && !settled(now)) {
        return m_urlSince + m_limits.settle; // the other changes come with a probe
    }
    return std::nullopt;
}

} // namespace dtf
