// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/tokens.h"
#include "common/core/clock.h"
#include "orchestrator/api/apiserver.h"
#include "orchestrator/fleet/fleetcontroller.h"
#include "orchestrator/orchestratorconfig.h"
#include "orchestrator/store/sqlitestore.h"
#include "orchestrator/zone/zone.h"

#include <QObject>

#include <memory>

namespace dtf {

/// The composition root: who knows whom in the orchestrator. Thread: main.
class OrchestratorApp final : public QObject
{
public:
    OrchestratorApp(OrchestratorConfig config, AccessList access);
    ~OrchestratorApp() override;

    /// Opens the store, listens, begins. The port it listens on. Everything is said in plain words when it can't.
    [[nodiscard]] Result<quint16> start();
    /// Ends cleanly; the event loop quits with `exitCode` when what is under way is durable (3 s at most).
    void stop(int exitCode);
    [[nodiscard]] QString statusLine(); ///< for the service manager: share, files, nodes

private:
    OrchestratorConfig m_config;
    AccessList m_access;
    SystemClock m_clock;
    BootId m_boot;
    std::unique_ptr<SqliteStore> m_store;
    std::unique_ptr<ShareWorker> m_worker;
    std::unique_ptr<Zone> m_zone;
    std::unique_ptr<FleetController> m_controller;
    std::unique_ptr<ApiServer> m_api;
    bool m_stopping = false;
};

} // namespace dtf
