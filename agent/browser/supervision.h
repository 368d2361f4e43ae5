// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/browser/browserhome.h"
#include "agent/browser/browserstatus.h"
#include "agent/browser/cdp/browsertabs.h"
#include "agent/browser/cdp/cdpconnection.h"
#include "agent/browser/cdp/endpointpoll.h"
#include "agent/browser/exitwatch.h"
#include "agent/browser/policy/browserhealth.h"
#include "agent/browser/policy/browsermachine.h"
#include "agent/browser/policy/cookiekeeper.h"
#include "agent/browser/policy/portalwatch.h"

#include <QObject>
#include <QTimer>

namespace dtf {

/// The inside of BrowserSupervisor: carries out what the pure parts say (BrowserMachine, BrowserHealth, PortalWatch) and feeds
/// them what happened. Thread: main.
class Supervision final : public QObject
{
    Q_OBJECT
public:
    Supervision(const BrowserConfig &config, const QString &stateDir, const Clock &clock, const BrowserLimits &limits);
    ~Supervision() override;

    void feed(const BrowserEvent &event);
    void setBusy(bool busy);
    [[nodiscard]] const BrowserStatus &status() const { return m_status; }
    [[nodiscard]] const ProcessEntry &process() const { return m_process; }
    [[nodiscard]] Result<QString> shownPage() const; ///< target to take a picture of
    [[nodiscard]] BrowserTabs &tabs() { return m_tabs; }

Q_SIGNALS:
    void statusChanged(const dtf::BrowserStatus &status); ///< anything but the memory changed

private:
    void perform(BrowserAction action);
    void lookUp();
    void launch();
    void watch(const ProcessEntry &process);
    void forget();
    void beginHealth();
    void advance(); ///< after every event: due questions, remedies, status, timer
    void askHealth();
    void probePage();
    void pageRead(const QString &targetId, const Result<std::optional<PageReading>> &result);
    void probeOwn();
    void applyRemedy();
    void keepCookies();
    void publish();
    void arm();
    void onListening(qint64 pid, const QString &guid);
    void onEnded(const QString &how);
    void onTargets();
    [[nodiscard]] MonoTime now() const { return m_clock.now().mono; }
    [[nodiscard]] bool up() const { return m_machine.phase() == BrowserPhase::Up; }

    BrowserConfig m_config;
    const Clock &m_clock;
    BrowserLimits m_limits;
    BrowserMachine m_machine;
    BrowserHealth m_health;
    PortalWatch m_portal;
    CookieKeeper m_cookies;
    BrowserHome m_home;
    CdpConnection m_cdp;
    BrowserTabs m_tabs;
    EndpointPoll m_poll;
    std::unique_ptr<ExitWatch> m_watch;
    QTimer m_wake;
    QTimer m_memory;
    QList<BrowserEvent> m_events; ///< fed while another is being carried out
    bool m_feeding = false;
    bool m_busy = false;
    bool m_probeWaits = false; ///< asked for before the targets are known
    int m_discoveries = 0; ///< without an answer
    bool m_cookiesRefused = false; ///< and told
    ProcessEntry m_process; ///< pid 0: none
    int m_port = 0;
    QString m_guid; ///< empty: not listening
    BrowserStatus m_status;
};

} // namespace dtf
