// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/work/pipelinerun.h"

#include <QSet>

#include <memory>

namespace dtf {

/// A run of the kind that the configuration names; not started. Thread: main.
[[nodiscard]] std::unique_ptr<PipelineRun> makePipelineRun(const PipelineConfig &pipeline, const RunSpec &spec);
/// Ends every process that carries a run marker of one of `boots`: this agent's earlier lives. Returns how many still lived when
/// it looked last: ask again until it says 0. Thread: any.
[[nodiscard]] int endEarlierRuns(const QSet<QByteArray> &boots);

} // namespace dtf
