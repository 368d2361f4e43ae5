// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/link/heartbeater.h"
#include "agent/link/reportsender.h"
#include "agent/work/engine.h"
#include "tests/simulation/network.h"
#include "tests/simulation/portal.h"
#include "tests/simulation/simshareio.h"

namespace dtf::sim {

/// An agent on its machine, through all of its lives: the product's engine, journal, heartbeater and report sender, put together
/// as AgentApp does; without Chrome, whose state is the simulation's to say.
class SimAgent
{
public:
    struct Place
    {
        std::shared_ptr<Machine> machine;
        std::shared_ptr<Mount> mount;
        std::shared_ptr<Link> link;
        Network *network = nullptr;
    };
    SimAgent(const AgentConfig &config, const Place &place, Rng dice);
    ~SimAgent();
    SimAgent(const SimAgent &) = delete;
    SimAgent &operator=(const SimAgent &) = delete;

    void start(); ///< a new life; nothing when it lives
    void kill(); ///< -9: nothing is said or finished
    void powerCut(); ///< the whole machine; start() is a new machine boot
    void stop();
    void go();
    void setBrowser(bool ready);
    void hint();
    void command(const AgentCommand &command);

    [[nodiscard]] bool alive() const { return m_life != nullptr; }
    [[nodiscard]] const ProcessPtr &process() const { return m_process; }
    [[nodiscard]] const std::shared_ptr<Machine> &machine() const { return m_place.machine; }
    [[nodiscard]] const std::shared_ptr<Mount> &mount() const { return m_place.mount; }
    [[nodiscard]] const std::shared_ptr<Link> &link() const { return m_place.link; }
    [[nodiscard]] Network &network() const { return *m_place.network; }
    [[nodiscard]] const AgentConfig &config() const { return m_config; }
    [[nodiscard]] QString stateDir() const { return m_config.stateDir; }
    [[nodiscard]] bool isQuiet() const; ///< alive, nothing in hand, nothing to report

    /// Crash points: called at each of the next lives' with its number.
    std::function<void(std::int64_t)> onStep;
    milliseconds wallOffset {0};
    bool restartsItself = true; ///< a service manager starts it again when it ends by itself

private:
    struct Life;
    void end(); ///< in order: as the service manager's stop
    [[nodiscard]] Heartbeat beat();
    void obey(const AgentCommand &command);
    void bury(bool tidy);

    AgentConfig m_config;
    Place m_place;
    Rng m_dice;
    ProcessPtr m_process;
    std::unique_ptr<Life> m_life;
    bool m_browserReady = true;
    int m_lives = 0;
};

} // namespace dtf::sim
