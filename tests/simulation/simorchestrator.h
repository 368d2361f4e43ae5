// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/shareworker.h"
#include "orchestrator/fleet/fleetcontroller.h"
#include "orchestrator/zone/zone.h"
#include "tests/simulation/network.h"
#include "tests/simulation/simshareio.h"
#include "tests/simulation/simstore.h"

namespace dtf::sim {

class SimAgent;

/// An orchestrator through its lives: the product's controller, fleet, zone and lease, put together as OrchestratorApp does, over
/// a store in memory.
class SimOrchestrator
{
public:
    struct Hooks
    {
        /// Before each batch of actions goes to the share.
        std::function<void(const QList<ShareAction> &actions)> performs;
        std::function<void(const NodeName &node, const std::function<void(SimAgent &)> &what)> tell; ///< over the node's link
        std::function<void()> superseded; ///< it ended because another one works on the share
    };
    SimOrchestrator(const QByteArray &name, const OrchestratorConfig &config, std::shared_ptr<StoreDisk> disk,
        std::shared_ptr<Mount> mount, Hooks hooks, Rng dice);
    ~SimOrchestrator();
    SimOrchestrator(const SimOrchestrator &) = delete;
    SimOrchestrator &operator=(const SimOrchestrator &) = delete;

    void start();
    void kill();
    void stop();
    void go();
    void serve(const QString &target, const QJsonObject &body, const Network::Reply &reply);

    [[nodiscard]] bool alive() const { return m_life != nullptr; }
    [[nodiscard]] const ProcessPtr &process() const { return m_process; }
    [[nodiscard]] FleetController &controller() const;
    /// Operators' calls and questions run as the program.
    void as(const std::function<void(FleetController &)> &what);
    [[nodiscard]] StoreDisk &disk() { return *m_disk; }
    void setDisk(std::shared_ptr<StoreDisk> disk) { m_disk = std::move(disk); } ///< while it is down
    [[nodiscard]] const std::shared_ptr<Mount> &mount() const { return m_mount; }

    std::function<void(std::int64_t)> onStep;
    milliseconds wallOffset {0};

private:
    struct Life;
    QByteArray m_name;
    OrchestratorConfig m_config;
    std::shared_ptr<StoreDisk> m_disk;
    std::shared_ptr<Mount> m_mount;
    Hooks m_hooks;
    Rng m_dice;
    ProcessPtr m_process;
    std::unique_ptr<Life> m_life;
    int m_lives = 0;
};

} // namespace dtf::sim
