// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/supervision.h"

#include "agent/browser/policy/devtoolsversion.h"
#include "agent/browser/policy/ladder.h"
#include "agent/browser/processes.h"
#include "common/core/logging.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;
using Kind = BrowserEvent::Kind;

DTF_LOG_CATEGORY(lcBrowser, "agent.browser")

namespace {

constexpr int maxDiscoveries = 2;

PageRules rulesOf(const BrowserConfig &config)
{
    return {QRegularExpression(config.loginPattern), QRegularExpression(config.readyUrlPattern), config.startUrl,
        !config.readyExpression.isEmpty()};
}

} // namespace

Supervision::Supervision(const BrowserConfig &config, const QString &stateDir, const Clock &clock, const BrowserLimits &limits)
    : m_config(config)
    , m_clock(clock)
    , m_limits(limits)
    , m_machine(limits, config.startTimeout)
    , m_health(limits, config.probeEvery)
    , m_portal(limits, rulesOf(config))
    , m_cookies(limits)
    , m_home(config, stateDir)
    , m_tabs(m_cdp)
{
    connect(&m_home, &BrowserHome::cleared, this, [this] { feed({Kind::Cleared, {}}); });
    connect(&m_home, &BrowserHome::clearFailed, this, [this](const QString &why) { feed({Kind::ClearFailed, why}); });
    connect(&m_home, &BrowserHome::clearBlocked, this, [this](const QString &why) { feed({Kind::Blocked, why}); });
    connect(&m_poll, &EndpointPoll::listening, this, &Supervision::onListening);
    connect(&m_poll, &EndpointPoll::wrongListener, this, [this](const QString &why) { feed({Kind::WrongListener, why}); });
    connect(&m_cdp, &CdpConnection::opened, this, [this] { feed({Kind::Connected, {}}); });
    connect(&m_cdp, &CdpConnection::closed, this, [this](const QString &why) { feed({Kind::Lost, why}); });
    connect(&m_cdp, &CdpConnection::pong, this, [this] {
        m_health.pong(now());
        advance();
    });
    connect(&m_tabs, &BrowserTabs::changed, this, &Supervision::onTargets);
    connect(&m_tabs, &BrowserTabs::notDiscovered, this, [this] {
        if (++m_discoveries < maxDiscoveries) {
            m_tabs.begin();
        } else {
            feed({Kind::Hung, u"the browser does not list its pages"_s});
        }
    });
    m_wake.setSingleShot(true);
    m_wake.setTimerType(Qt::PreciseTimer);
    connect(&m_wake, &QTimer::timeout, this, &Supervision::advance);
    connect(&m_memory, &QTimer::timeout, this, [this] { m_status.memoryBytes = m_home.memory(m_process.pid); });
}

Supervision::~Supervision()
{
    m_poll.stop();
    m_cdp.close();
}

void Supervision::feed(const BrowserEvent &event)
{
    m_events.append(event);
    if (m_feeding) {
        return;
    }
    m_feeding = true;
    while (!m_events.isEmpty()) {
        const BrowserEvent next = m_events.takeFirst();
        const BrowserPhase before = m_machine.phase();
        const QList<BrowserAction> actions = m_machine.apply(next, now());
        if (before != m_machine.phase() && !next.text.isEmpty()) {
            qCWarning(lcBrowser).noquote() << next.text;
        }
        for (const BrowserAction action : actions) {
            perform(action);
        }
    }
    m_feeding = false;
    advance();
}

void Supervision::perform(BrowserAction action)
{
    switch (action) {
    case BrowserAction::LookUp:
        lookUp();
        break;
    case BrowserAction::ClearLeftovers:
        m_home.clear(false);
        break;
    case BrowserAction::ClearAll:
        m_home.clear(true);
        break;
    case BrowserAction::Launch:
        launch();
        break;
    case BrowserAction::Poll:
        m_poll.begin(m_process.pid, m_port, m_home.profile());
        break;
    case BrowserAction::Connect:
        m_cdp.open(QUrl(devToolsEndpoint(u"127.0.0.1"_s, m_port, m_guid)));
        break;
    case BrowserAction::BeginHealth:
        beginHealth();
        break;
    case BrowserAction::Close:
        m_cdp.call(u"Browser.close"_s, {}, {}, m_limits.closeTimeout, [](const Result<QJsonObject> &) {});
        break;
    case BrowserAction::Drop:
        m_home.stopClearing();
        m_poll.stop();
        m_cdp.close();
        m_tabs.reset();
        break;
    case BrowserAction::Forget:
        forget();
        break;
    }
}

void Supervision::lookUp()
{
    const BrowserHome::LookedUp found = m_home.lookUp();
    if (found.ours) {
        m_port = found.ours->port;
        watch(found.ours->process);
        qCInfo(lcBrowser) << "adopting the running browser, process" << m_process.pid << "port" << m_port;
        feed({Kind::Found, {}});
    } else if (!found.blockedBy.isEmpty()) {
        feed({Kind::Blocked, found.blockedBy});
    } else {
        feed({Kind::NotFound, {}});
    }
}

void Supervision::launch()
{
    m_port = m_home.freePort();
    if (m_port == 0) {
        feed({Kind::LaunchFailed, u"port %1 is taken by another program, and so are the spare ones"_s.arg(m_config.port)});
        return;
    }
    const Result<ProcessEntry> launched = m_home.launch(m_port);
    if (!launched) {
        feed({Kind::LaunchFailed, u"the browser could not be started: "_s + launched.error().detail});
        return;
    }
    watch(*launched);
    qCInfo(lcBrowser) << "started the browser, process" << m_process.pid << "port" << m_port;
    feed({Kind::Launched, {}});
}

void Supervision::watch(const ProcessEntry &process)
{
    m_process = process;
    if (m_watch) {
        m_watch->disconnect(this);
        m_watch.release()->deleteLater(); // it may be the one that is telling us
    }
    m_watch = std::make_unique<ExitWatch>(process.pid, process.startTime);
    connect(m_watch.get(), &ExitWatch::ended, this, &Supervision::onEnded);
}

void Supervision::forget()
{
    if (m_watch) {
        m_watch->disconnect(this);
        m_watch.release()->deleteLater();
    }
    m_process = {};
    m_port = 0;
    m_guid.clear();
    m_home.removeEndpoint();
}

void Supervision::beginHealth()
{
    m_home.record(m_process, m_port, m_guid);
    m_discoveries = 0;
    m_probeWaits = false;
    m_health.begin(now());
    m_portal.begin(now());
    m_tabs.begin();
    m_memory.start(m_limits.memoryEvery);
}

void Supervision::setBusy(bool busy)
{
    m_busy = busy;
    advance();
}

void Supervision::onListening(qint64 pid, const QString &guid)
{
    if (pid != m_process.pid) {
        const auto entry = processEntry(pid);
        if (!entry) {
            return; // its end is on its way
        }
        watch(*entry);
    }
    m_guid = guid;
    feed({Kind::Listening, {}});
}

void Supervision::onEnded(const QString &how)
{
    QString text = u"the browser's process ended"_s;
    if (!how.isEmpty()) {
        text += u" ("_s + how + u')';
    }
    if (m_guid.isEmpty()) {
        if (const QString words = m_home.lastWords(); !words.isEmpty()) {
            text += u"; it said last: "_s + words;
        }
    }
    feed({Kind::ProcessGone, text});
}

Result<QString> Supervision::shownPage() const
{
    if (!up()) {
        return fail(ErrorCode::Unavailable, m_status.detail);
    }
    if (m_portal.page()) {
        return m_portal.page()->id;
    }
    for (const PageTarget &target : m_tabs.targets()) {
        if (target.type == "page"_L1) {
            return target.id;
        }
    }
    return fail(ErrorCode::NotFound, u"the browser shows no page"_s);
}

} // namespace dtf
