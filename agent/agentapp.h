// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/browser/browsersupervisor.h"
#include "agent/join/enroller.h"
#include "agent/link/heartbeater.h"
#include "agent/link/hostfigures.h"
#include "agent/link/reportsender.h"
#include "agent/work/engine.h"
#include "agent/work/offlinedesk.h"
#include "agent/work/orphanreaper.h"
#include "common/net/jsonclient.h"
#include "common/net/jsonsocket.h"
#include "common/share/hangwatch.h"
#include "common/share/shareworker.h"

#include <QObject>

#include <memory>

namespace dtf {

/// The composition root: who knows whom in the agent. Offline, it has no link, its folder is a local
/// one, and OfflineDesk does the orchestrator's part. Thread: main.
class AgentApp final : public QObject
{
public:
    explicit AgentApp(AgentConfig config);
    ~AgentApp() override;

    [[nodiscard]] Result<void> start();
    /// Nothing new is begun; the running file may end (until the system loses patience), then the event loop quits with
    /// `exitCode`. The browser runs on.
    void stop(int exitCode);
    [[nodiscard]] QString statusLine() const; ///< for the service manager: browser, work, orchestrator

    static constexpr int exitRestart = 75; ///< start me again (EX_TEMPFAIL)

private:
    [[nodiscard]] Heartbeat beat();
    void watchShare();
    void startLink(const QByteArray &token);
    void joinAnew();
    void joinAgain();
    void connectWork();
    void startAlone(const QByteArray &uuid);
    void obey(const AgentCommand &command);
    void finish(const AgentCommand &command, bool ok, const QString &detail);
    void restartBrowser(const AgentCommand &command);
    void takePicture(const AgentCommand &command);
    void checkSelf(const AgentCommand &command);
    void tellCheck(const AgentCommand &command, CheckData data);
    void end();
    void quitWhenSettled();
    void quit();

    AgentConfig m_config;
    SystemClock m_clock;
    AgentIdentity m_identity;
    BootId m_previousBoot;
    HostMeter m_meter;
    std::unique_ptr<ShareWorker> m_worker;
    std::unique_ptr<WorkEngine> m_engine;
    std::unique_ptr<OfflineDesk> m_desk; ///< offline only
    std::unique_ptr<BrowserSupervisor> m_browser;
    std::unique_ptr<JsonClient> m_client;
    std::unique_ptr<Heartbeater> m_heartbeater;
    std::unique_ptr<ReportSender> m_reports;
    std::unique_ptr<Enroller> m_enroller; ///< while it asks to be known again
    std::unique_ptr<JsonSocket> m_socket;
    QList<qint64> m_obeyed; ///< command ids of this life, newest last, ≤ 256: a command comes by both ways
    std::optional<AgentCommand> m_browserRestart; ///< waits for the running file to end
    TaskThread m_checks {1}; ///< a self-check blocks: it has a thread of its own
    bool m_checking = false;
    OrphanReaper m_reaper;
    QTimer m_reapTimer;
    QTimer m_shareTimer;
    HangWatch m_hangWatch;
    bool m_hangs = false; ///< the share, at the last look
    int m_exitCode = 0;
    bool m_everAccepted = false; ///< the orchestrator has taken a heartbeat of this life
    bool m_toldUnknown = false; ///< that the orchestrator does not know us
    bool m_stopping = false;
    bool m_ended = false;
    bool m_reported = false; ///< the outbox is empty or has had its moment
};

} // namespace dtf
