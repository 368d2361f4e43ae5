// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/share/hangwatch.h"
#include "common/share/shareworker.h"
#include "orchestrator/fleet/zoneport.h"
#include "orchestrator/orchestratorconfig.h"
#include "orchestrator/zone/incomingscanner.h"
#include "orchestrator/zone/lease.h"
#include "orchestrator/zone/sidecartidier.h"
#include "orchestrator/zone/temporarytidier.h"

#include <QObject>
#include <QTimer>

#include <memory>

class QFileSystemWatcher;

namespace dtf {

/// The orchestrator's hands on the share: scans incoming, lists the token folders, performs actions, watches the share's health.
/// All I/O happens on the share worker's thread; this object lives on the main thread and only keeps the timing.
class Zone final : public QObject, public ZonePort
{
public:
    /// `onOther`: another orchestrator works on this share; this one must end (called once).
    Zone(const OrchestratorConfig &config, ShareWorker &worker, const Clock &clock, const Lease &lease,
        std::function<void(const QByteArray &)> onOther, QObject *parent = nullptr);
    ~Zone() override;

    void start(const QByteArray &share, const QList<StableFile> &known, const QList<NodeName> &nodes,
        std::function<void(FleetEvent)> sink) override;
    void setNodes(const QList<NodeName> &nodes, const QList<NodeName> &joined) override;
    void stop() override;
    void perform(const QList<ShareAction> &actions) override;
    void trace(const QList<TraceWish> &wishes) override;
    void wantListing() override;
    void forget(const QList<std::pair<JobId, QByteArray>> &files) override;
    void setScanning(bool on) override;
    void readLog(const SharePath &path, qint64 offset, qint64 limit, std::function<void(Result<QByteArray>)> done) override;
    void listResults(const SharePath &folder, std::function<void(Result<ResultsView>)> done) override;
    void readResult(const SharePath &folder, const QByteArray &name, qint64 offset, qint64 limit,
        std::function<void(Result<QByteArray>)> done) override;

private:
    void checkHealth();
    void scan(bool full);
    void list();
    void makeFolders();
    void watchIncoming();

    OrchestratorConfig m_config;
    ShareWorker &m_worker;
    const Clock &m_clock;
    std::function<void(FleetEvent)> m_sink;
    QList<NodeName> m_nodes;
    QSet<NodeName> m_joined;
    QSet<NodeName> m_unmade; ///< joined ones whose folders have not been seen to be there by this process
    /// Used only inside tasks of the share worker.
    std::shared_ptr<IncomingScanner> m_scanner;
    std::shared_ptr<Lease> m_lease;
    struct Tidiers
    {
        SidecarTidier sidecars;
        TemporaryTidier temporaries;
    };
    std::shared_ptr<Tidiers> m_tidiers;
    std::function<void(const QByteArray &)> m_onOther;
    std::unique_ptr<QFileSystemWatcher> m_watcher;
    QByteArray m_uuid; ///< of the share this process began with
    QTimer m_healthTimer;
    QTimer m_scanTimer; ///< the rescan, whatever the watcher says
    QTimer m_dueTimer; ///< the next look at a candidate, to the millisecond
    QTimer m_wakeTimer; ///< after a watcher event: at once, then at most ten times a second
    QTimer m_listTimer;
    MonoTime m_lastWake;
    milliseconds m_wakeGap {
        100}; ///< 25 times what the last listing took, within 0.1 … 5 s: a great backlog is not listed over and over
    MonoTime m_healthAsked;
    HangWatch m_hangWatch;
    int m_healthRound = 0;
    bool m_healthUnderWay = false;
    bool m_scanUnderWay = false;
    bool m_listingDue = true; ///< of incoming, once scanning is on and no scan is under way
    bool m_looksDue = false; ///< the last scan ended before all candidates that were due
    bool m_listUnderWay = false;
    bool m_listAgain = false;
    bool m_scanning = false;
    bool m_healthy = false;
};

} // namespace dtf
