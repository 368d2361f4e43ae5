// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/localsharefs.h"
#include "orchestrator/fleet/fleetcontroller.h"
#include "orchestrator/store/sqlitestore.h"
#include "orchestrator/zone/zone.h"

#include <QTemporaryDir>

#include <memory>

namespace dtf::bench {

/// The real orchestrator without its sockets, on a folder of the disk that the bench was started in: store, zone, controller.
/// Nodes are heard by heartbeats handed in directly.
class Orchestrator
{
public:
    struct Options
    {
        int nodes = 1;
        int prefetch = 1'000'000; ///< so that a backlog meets no full node
        milliseconds stableFor {0};
        int stableLooks = 1;
        bool watch = true;
    };
    explicit Orchestrator(const Options &options);
    ~Orchestrator();

    void start();
    /// Every node beats, ready and with room.
    void beat();
    [[nodiscard]] QString incoming() const { return m_folder.path() + QStringLiteral("/share/incoming"); }
    [[nodiscard]] QString processing() const { return m_folder.path() + QStringLiteral("/share/processing/DTF-0001"); }
    [[nodiscard]] qint64 count(JobState state);
    [[nodiscard]] FleetController &controller() { return *m_controller; }
    [[nodiscard]] static NodeName node(int number); ///< from 1

private:
    QTemporaryDir m_folder;
    OrchestratorConfig m_config;
    SystemClock m_clock;
    std::unique_ptr<SqliteStore> m_store;
    StoreSnapshot m_snapshot;
    std::unique_ptr<ShareWorker> m_worker;
    std::unique_ptr<Zone> m_zone;
    std::unique_ptr<FleetController> m_controller;
    qint64 m_seq = 0;
};

/// Lets events be handled until `done` or the deadline; true: done.
[[nodiscard]] bool runUntil(const std::function<bool()> &done, milliseconds deadline);
/// Lets events be handled for so long, without any of our own.
void rest(milliseconds time);
[[nodiscard]] qint64 residentKb(); ///< VmRSS now
[[nodiscard]] qint64 peakResidentKb(); ///< VmHWM
[[nodiscard]] double cpuSeconds(); ///< user + system of this process
[[nodiscard]] double wallSeconds();
/// `count` files with a few bytes of content.
void fill(const QString &folder, int count);

// the measurements
void measureBacklog(int files);
void measureLatency(int files);
void measureHeartbeats(int nodes);
void measureIdle(int completed);
void measureWaiting(int files);

} // namespace dtf::bench
