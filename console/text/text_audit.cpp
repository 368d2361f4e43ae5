// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/texts.h"

#include <QCoreApplication>

namespace dtf {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Texts)
};

} // namespace

QString textOf(AuditKind kind)
{
    switch (kind) {
    case AuditKind::JobAccepted:
        return Texts::tr("accepted");
    case AuditKind::JobAssigned:
        return Texts::tr("given to a node");
    case AuditKind::JobRequeued:
        return Texts::tr("put back to waiting");
    case AuditKind::JobClaimed:
        return Texts::tr("taken by its node");
    case AuditKind::JobStarted:
        return Texts::tr("started");
    case AuditKind::JobExited:
        return Texts::tr("script ended");
    case AuditKind::JobPublishing:
        return Texts::tr("publishing results");
    case AuditKind::JobDone:
        return Texts::tr("done");
    case AuditKind::JobHeld:
        return Texts::tr("put on hold");
    case AuditKind::JobFailed:
        return Texts::tr("failed");
    case AuditKind::JobRejected:
        return Texts::tr("rejected");
    case AuditKind::JobReleased:
        return Texts::tr("given back by its node");
    case AuditKind::JobFenced:
        return Texts::tr("taken away from its node");
    case AuditKind::JobInDoubt:
        return Texts::tr("in doubt");
    case AuditKind::JobRecovered:
        return Texts::tr("recovered");
    case AuditKind::JobWithdrawn:
        return Texts::tr("withdrawn by its sender");
    case AuditKind::JobStopAsked:
        return Texts::tr("stop asked for");
    case AuditKind::LateResult:
        return Texts::tr("late result");
    case AuditKind::NodeState:
        return Texts::tr("node changed");
    case AuditKind::DispatchPaused:
        return Texts::tr("dispatch paused");
    case AuditKind::DispatchResumed:
        return Texts::tr("dispatch resumed");
    case AuditKind::ShareState:
        return Texts::tr("share changed");
    case AuditKind::CommandRefused:
        return Texts::tr("command refused");
    case AuditKind::AlertRaised:
        return Texts::tr("alert raised");
    case AuditKind::AlertCleared:
        return Texts::tr("alert over");
    case AuditKind::AlertAcknowledged:
        return Texts::tr("alert acknowledged");
    case AuditKind::JoinCode:
        return Texts::tr("join code changed");
    case AuditKind::NodeJoined:
        return Texts::tr("node joined");
    case AuditKind::NodeForgotten:
        return Texts::tr("node forgotten");
    case AuditKind::OrchestratorStarted:
        return Texts::tr("orchestrator started");
    case AuditKind::OrchestratorStopped:
        return Texts::tr("orchestrator stopped");
    case AuditKind::Gap:
        return Texts::tr("history before this is missing");
    }
    return {};
}

} // namespace dtf
