// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/simulation/checker.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/simagent.h"
#include "tests/simulation/simorchestrator.h"

#include <QTemporaryDir>

namespace dtf::sim {

/// How a run of a plan ended.
struct Outcome
{
    QList<QByteArray> complaints; ///< none: every invariant held
    std::int64_t lives = 0; ///< jobs
    std::int64_t starts = 0;
    std::int64_t uploads = 0;
    std::int64_t events = 0; ///< of the scheduler
    Micros simulated = 0;
    QByteArray firstWords() const { return complaints.isEmpty() ? QByteArray() : complaints.first(); }
};

/// A fleet on a share with a portal behind it, producers, people and faults, all of it made from one plan.
class World
{
public:
    explicit World(const Plan &plan, bool trace = false);
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    /// Until all is settled and checked, or `settleWithin` after the last fault: then that is the complaint (L1).
    [[nodiscard]] Outcome run(Micros settleWithin = 360_min);

    // for crash points
    [[nodiscard]] SimAgent &agent(int number) { return *m_agents[static_cast<std::size_t>(number - 1)]; } ///< from 1
    [[nodiscard]] SimOrchestrator &orchestrator() { return *m_orchestrator; }
    [[nodiscard]] FileServer &share() { return *m_share; }
    [[nodiscard]] Checker &checker() { return *m_checker; }
    std::function<void(const ShareAction &)> onAction; ///< what the orchestrator asks for, durable already
    [[nodiscard]] Rng &dice() { return m_dice; }

private:
    void deliver(const Delivery &delivery);
    void arrive(const QByteArray &path, const Delivery &delivery, int version);
    void begin(const Fault &fault);
    void healed();
    void act(const Deed &deed);
    void decide();
    void command(const JobRecord &job, JobAction action, const QByteArray &actor);
    void log(const QByteArray &what) const;
    void later(Micros delay, std::function<void()> what);
    [[nodiscard]] std::shared_ptr<Mount> makeMount();
    [[nodiscard]] SimAgent &agentFor(const Fault &fault);
    [[nodiscard]] Mount &mountFor(const Fault &fault);
    void onMount(const Fault &fault, const std::function<void(Mount &)> &begin, const std::function<void(Mount &)> &end);
    void clone(SimAgent &agent, Micros duration);
    void second(Micros duration);
    [[nodiscard]] AgentConfig agentConfig(int number) const;
    [[nodiscard]] OrchestratorConfig orchestratorConfig() const;
    [[nodiscard]] bool allQuiet() const;
    [[nodiscard]] QByteArray why(const JobId &job);

    Plan m_plan;
    bool m_trace;
    Rng m_dice;
    QTemporaryDir m_folder;
    std::shared_ptr<FileServer> m_share;
    std::shared_ptr<FileServer> m_empty;
    std::shared_ptr<FileServer> m_other;
    std::shared_ptr<Ledger> m_ledger;
    std::unique_ptr<Checker> m_checker;
    Network m_network;
    std::shared_ptr<StoreDisk> m_disk;
    std::unique_ptr<SimOrchestrator> m_orchestrator;
    std::vector<std::unique_ptr<SimAgent>> m_agents;
    std::vector<std::unique_ptr<SimAgent>> m_clones;
    std::vector<std::unique_ptr<SimOrchestrator>> m_seconds;
    std::vector<StoreDisk> m_backups;
    std::map<JobId, int> m_decided;
    bool m_healed = false;
    bool m_closing = false; ///< nobody decides any more
    int m_keys = 0;
};

} // namespace dtf::sim
