// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/work/pipelinerun.h"
#include "tests/simulation/scheduler.h"

#include <vector>

namespace dtf::sim {

/// How a file's runs behave, by what its content says.
enum class Manner {
    Good,
    Slow, ///< minutes
    FailsBefore, ///< exit 1 before anything was uploaded
    AsksForAnother, ///< exit 75: nothing was uploaded, run it elsewhere (the first two times)
    FailsAfter, ///< uploads, then exit 1
    CrashesBefore,
    CrashesAfter,
    NoOutput, ///< uploads, exit 0, leaves nothing
    HangsBefore,
    HangsAfter,
};
constexpr int manners = 10;

/// Outside of our code: what pipelines did, and what the portal got.
struct Ledger
{
    struct Start
    {
        JobId job;
        Epoch epoch = 0;
        BootId boot;
        QByteArray node;
        QByteArray content; ///< of the local copy it was given
        Micros at = 0;
    };
    struct Upload
    {
        JobId job;
        Epoch epoch = 0;
        QByteArray content;
        Micros at = 0;
    };
    std::vector<Start> starts;
    std::vector<Upload> uploads;
};

/// One run of the customer's script: a process tree of its machine, which may outlive its agent.
struct LiveRun
{
    RunSpec spec;
    PipelineConfig pipeline;
    Manner manner = Manner::Good;
    QByteArray content;
    bool alive = true;
    bool mayUpload = true; ///< its machine's way to the portal
    std::function<void(int exitCode, bool crashed)> onEnd; ///< to its agent, while that lives
    std::function<void()> onMarker;
};
using LiveRunPtr = std::shared_ptr<LiveRun>;

/// One worker machine: what outlives its agent's lives.
struct Machine
{
    QByteArray name;
    QByteArray machineId;
    int boots = 1;
    QString folder; ///< its disk
    std::shared_ptr<Ledger> ledger;
    std::vector<LiveRunPtr> runs;
    bool orphansSurvive = false; ///< an agent's death leaves its pipeline's processes
    Micros stubbornUntil = 0; ///< leftovers can't be ended before
    [[nodiscard]] QByteArray machineBoot() const { return name + "-boot-" + QByteArray::number(boots); }
    void endRun(const LiveRunPtr &run, int exitCode, bool crashed);
    void endAll();
};

[[nodiscard]] QByteArray contentOf(int number, int version, Manner manner);
[[nodiscard]] Manner mannerOf(const QByteArray &content);

} // namespace dtf::sim
