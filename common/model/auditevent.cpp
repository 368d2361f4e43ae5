// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/auditevent.h"

#include "common/model/enumtext.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(AuditKind value)
{
    switch (value) {
    case AuditKind::JobAccepted:
        return "job.accepted"_L1;
    case AuditKind::JobAssigned:
        return "job.assigned"_L1;
    case AuditKind::JobRequeued:
        return "job.requeued"_L1;
    case AuditKind::JobClaimed:
        return "job.claimed"_L1;
    case AuditKind::JobStarted:
        return "job.started"_L1;
    case AuditKind::JobExited:
        return "job.exited"_L1;
    case AuditKind::JobPublishing:
        return "job.publishing"_L1;
    case AuditKind::JobDone:
        return "job.done"_L1;
    case AuditKind::JobHeld:
        return "job.held"_L1;
    case AuditKind::JobFailed:
        return "job.failed"_L1;
    case AuditKind::JobRejected:
        return "job.rejected"_L1;
    case AuditKind::JobReleased:
        return "job.released"_L1;
    case AuditKind::JobFenced:
        return "job.fenced"_L1;
    case AuditKind::JobInDoubt:
        return "job.in-doubt"_L1;
    case AuditKind::JobRecovered:
        return "job.recovered"_L1;
    case AuditKind::JobWithdrawn:
        return "job.withdrawn"_L1;
    case AuditKind::JobStopAsked:
        return "job.stop-asked"_L1;
    case AuditKind::LateResult:
        return "late.result"_L1;
    case AuditKind::NodeState:
        return "node.state"_L1;
    case AuditKind::DispatchPaused:
        return "dispatch.paused"_L1;
    case AuditKind::DispatchResumed:
        return "dispatch.resumed"_L1;
    case AuditKind::ShareState:
        return "share.state"_L1;
    case AuditKind::CommandRefused:
        return "command.refused"_L1;
    case AuditKind::AlertRaised:
        return "alert.raised"_L1;
    case AuditKind::AlertCleared:
        return "alert.cleared"_L1;
    case AuditKind::AlertAcknowledged:
        return "alert.acknowledged"_L1;
    case AuditKind::JoinCode:
        return "join.code"_L1;
    case AuditKind::NodeJoined:
        return "node.joined"_L1;
    case AuditKind::NodeForgotten:
        return "node.forgotten"_L1;
    case AuditKind::OrchestratorStarted:
        return "orchestrator.started"_L1;
    case AuditKind::OrchestratorStopped:
        return "orchestrator.stopped"_L1;
    case AuditKind::Gap:
        return "gap"_L1;
    }
    return "job.accepted"_L1;
}

std::optional<AuditKind> auditKindFromString(QLatin1StringView text)
{
    return enumFromString<AuditKind>(
        {AuditKind::JobAccepted, AuditKind::JobAssigned, AuditKind::JobRequeued, AuditKind::JobClaimed, AuditKind::JobStarted,
            AuditKind::JobExited, AuditKind::JobPublishing, AuditKind::JobDone, AuditKind::JobHeld, AuditKind::JobFailed,
            AuditKind::JobRejected, AuditKind::JobReleased, AuditKind::JobFenced, AuditKind::JobInDoubt, AuditKind::JobRecovered,
            AuditKind::JobWithdrawn, AuditKind::JobStopAsked, AuditKind::LateResult, AuditKind::NodeState,
            AuditKind::DispatchPaused, AuditKind::DispatchResumed, AuditKind::ShareState, AuditKind::CommandRefused,
            AuditKind::AlertRaised, AuditKind::AlertCleared, AuditKind::AlertAcknowledged, AuditKind::JoinCode,
            AuditKind::NodeJoined, AuditKind::NodeForgotten, AuditKind::OrchestratorStarted, AuditKind::OrchestratorStopped,
            AuditKind::Gap},
        text);
}

} // namespace dtf
