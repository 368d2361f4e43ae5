// SPDX-License-Identifier: GPL-3.0-or-later
// The upper half of Supervision: questions to a connected browser, and what follows from the answers.
#include "agent/browser/supervision.h"

#include "agent/browser/policy/devtoolsversion.h"
#include "agent/browser/policy/ladder.h"
#include "common/core/logging.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;
using Kind = BrowserEvent::Kind;

DTF_LOG_CATEGORY(lcBrowser, "agent.browser")

void Supervision::advance()
{
    if (m_feeding) {
        return;
    }
    if (const auto at = m_machine.wakeAt(); at && now() >= *at) {
        feed({Kind::Tick, {}});
        return;
    }
    if (up()) {
        askHealth();
    }
    if (up()) {
        applyRemedy();
    }
    publish();
    keepCookies();
    arm();
}

void Supervision::askHealth()
{
    const BrowserHealth::Plan plan = m_health.tick(now());
    if (!plan.hung.isEmpty()) {
        feed({Kind::Hung, plan.hung});
        return;
    }
    if (plan.ping) {
        m_cdp.ping();
    }
    if (plan.probePage) {
        probePage();
    }
    if (plan.probeOwn) {
        probeOwn();
    }
}

void Supervision::probePage()
{
    m_probeWaits = !m_tabs.known();
    if (m_probeWaits) {
        return;
    }
    m_portal.setTargets(m_tabs.targets(), now());
    const auto page = m_portal.page();
    if (!page) {
        m_portal.probedWithoutPage();
        m_health.pageAbsent(now());
        return;
    }
    m_tabs.read(page->id, m_config.readyExpression, m_config.probeTimeout,
        [this, id = page->id](const Result<std::optional<PageReading>> &result) { pageRead(id, result); });
}

void Supervision::pageRead(const QString &targetId, const Result<std::optional<PageReading>> &result)
{
    if (!up() || (!result && result.error().code == ErrorCode::BrowserGone)) {
        return;
    }
    if (!result) {
        m_health.pageMissed(now());
    } else {
        m_health.pageAnswered(now());
        if (*result && m_portal.page() && m_portal.page()->id == targetId) {
            m_portal.setTargets(m_tabs.targets(), now());
            m_portal.reading(**result, now());
        }
    }
    m_portal.setSilent(m_health.pageSilent(), now());
    if (m_portal.wantsConfirmation()) {
        m_health.probeSoon(now() + m_limits.confirmAfter);
    } else if (result && m_portal.verdict(now()).state == BrowserState::Starting) {
        m_health.probeSoon(now() + m_limits.probeSpacing);
    }
    advance();
}

void Supervision::probeOwn()
{
    m_tabs.probeOwn(m_config.probeTimeout, [this](bool answered) {
        if (!up()) {
            return;
        }
        if (answered) {
            m_health.ownAnswered();
            m_portal.ownAnswered();
        } else {
            m_health.ownMissed();
        }
        advance();
    });
}

void Supervision::onTargets()
{
    if (!up()) {
        return;
    }
    if (m_portal.setTargets(m_tabs.targets(), now())) {
        m_health.probeSoon(now());
    }
    if (m_probeWaits) {
        probePage();
    }
    advance();
}

void Supervision::applyRemedy()
{
    switch (m_portal.remedy(m_busy, now())) {
    case PageRemedy::None:
        break;
    case PageRemedy::OpenStartPage:
        qCInfo(lcBrowser) << "no page of the portal is open, opening the start page";
        m_tabs.openPage(m_config.startUrl, [this](const QString &targetId) { m_portal.opened(targetId); });
        break;
    case PageRemedy::Reload:
        qCWarning(lcBrowser).noquote() << "loading the portal's page again:" << m_portal.verdict(now()).detail;
        m_tabs.reload(m_portal.page()->id);
        break;
    case PageRemedy::CrashAndReload:
        qCWarning(lcBrowser) << "the portal's page stayed silent; its renderer is ended and the page loaded again";
        m_tabs.crashAndReload(m_portal.page()->id);
        break;
    }
}

void Supervision::keepCookies()
{
    if (!m_cookies.due(m_status.state == BrowserState::Ready && m_portal.page().has_value(), now())) {
        return;
    }
    m_tabs.keepCookies(m_portal.page()->id, m_config.probeTimeout, [this](const Result<void> &kept) {
        if (!kept && kept.error().code == ErrorCode::InvalidArgument && !std::exchange(m_cookiesRefused, true)) {
            qCWarning(lcBrowser).noquote() << "the browser does not write its cookies when asked, a login younger than 30 s may "
                                              "not survive a crash:"
                                           << kept.error().detail;
        }
    });
}

void Supervision::publish()
{
    const PortalVerdict verdict = verdictOf(m_machine, m_portal, now());
    BrowserStatus status {
        verdict.state, verdict.detail, m_guid.isEmpty() ? 0 : m_port, {}, m_process.pid > 0 ? m_status.memoryBytes : -1};
    if (!m_guid.isEmpty() && m_machine.phase() != BrowserPhase::Off) {
        status.wsEndpoint = devToolsEndpoint(u"127.0.0.1"_s, m_port, m_guid);
    }
    if (status == m_status) {
        return;
    }
    if (status.state != m_status.state) {
        qCInfo(lcBrowser).noquote() << "browser" << toString(status.state) << status.detail;
    }
    m_status = status;
    Q_EMIT statusChanged(m_status);
}

void Supervision::arm()
{
    std::optional<MonoTime> at = m_machine.wakeAt();
    const auto earlier = [&at](const std::optional<MonoTime> &other) {
        if (other && (!at || *other < *at)) {
            at = other;
        }
    };
    if (up()) {
        earlier(m_health.wakeAt());
        earlier(m_portal.wakeAt(now()));
        earlier(m_cookies.wakeAt());
    }
    if (at) {
        m_wake.start(std::max(milliseconds {1}, *at - now()));
    } else {
        m_wake.stop();
    }
}

} // namespace dtf
