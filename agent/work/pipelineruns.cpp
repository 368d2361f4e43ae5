// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/pipelineruns.h"

#include "agent/work/commandrunner.h"
#include "agent/work/folderadapter.h"
#include "agent/work/processtree.h"

namespace dtf {

std::unique_ptr<PipelineRun> makePipelineRun(const PipelineConfig &pipeline, const RunSpec &spec)
{
    if (pipeline.kind == PipelineKind::Folder) {
        return std::make_unique<FolderAdapter>(pipeline, spec);
    }
    return std::make_unique<CommandRunner>(pipeline, spec);
}

int endEarlierRuns(const QSet<QByteArray> &boots)
{
    // Twice: a process that forks and ends while the list is read can hide its child once.
    const int first = sweepLeftovers(boots);
    return first + sweepLeftovers(boots);
}

} // namespace dtf
