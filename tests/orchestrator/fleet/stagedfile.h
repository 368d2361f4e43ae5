// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/orchestrator/fleet/fleetbench.h"

namespace dtf {

/// One file brought into `state`, on node 1 where it has one. `ran`: a held one was begun before.
struct Staged
{
    FleetBench bench {3};
    JobId id;

    explicit Staged(JobState state, bool ran = true)
    {
        bench.open(state == JobState::Waiting || (state == JobState::Hold && !ran) ? 0 : 3);
        id = bench.file("a.csv");
        if (state == JobState::Waiting || state == JobState::Moving) {
            return;
        }
        if (state == JobState::Hold && !ran) {
            (void)bench.command(id, JobAction::Hold);
            (void)bench.answer();
            return;
        }
        (void)bench.answer();
        if (state == JobState::Assigned) {
            return;
        }
        (void)bench.report(1, id, ReportKind::Claimed);
        (void)bench.report(1, id, ReportKind::Started);
        switch (state) {
        case JobState::InDoubt:
            bench.wait(60, {2, 3});
            break;
        case JobState::Publishing:
            (void)bench.report(1, id, ReportKind::Committed);
            break;
        case JobState::Hold:
            (void)bench.report(1, id, ReportKind::Held);
            break;
        case JobState::Failed:
            (void)bench.report(1, id, ReportKind::Failed);
            break;
        case JobState::Done:
            (void)bench.report(1, id, ReportKind::Done);
            break;
        case JobState::Rejected:
            (void)bench.report(1, id, ReportKind::Rejected);
            break;
        default:
            break;
        }
    }
};

} // namespace dtf
