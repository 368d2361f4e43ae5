// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/messages.h"

#include "common/model/enumtext.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(CommandKind kind)
{
    switch (kind) {
    case CommandKind::Stop:
        return "stop"_L1;
    case CommandKind::RestartBrowser:
        return "restart-browser"_L1;
    case CommandKind::RestartAgent:
        return "restart-agent"_L1;
    case CommandKind::Picture:
        return "picture"_L1;
    case CommandKind::SelfCheck:
        return "self-check"_L1;
    }
    return "stop"_L1;
}

std::optional<CommandKind> commandKindFromString(QLatin1StringView text)
{
    return enumFromString<CommandKind>(
        {CommandKind::Stop, CommandKind::RestartBrowser, CommandKind::RestartAgent, CommandKind::Picture, CommandKind::SelfCheck},
        text);
}

QLatin1StringView toString(ReportKind kind)
{
    switch (kind) {
    case ReportKind::Claimed:
        return "claimed"_L1;
    case ReportKind::Started:
        return "started"_L1;
    case ReportKind::Exited:
        return "exited"_L1;
    case ReportKind::Released:
        return "released"_L1;
    case ReportKind::Committed:
        return "committed"_L1;
    case ReportKind::Done:
        return "done"_L1;
    case ReportKind::Held:
        return "held"_L1;
    case ReportKind::Failed:
        return "failed"_L1;
    case ReportKind::Rejected:
        return "rejected"_L1;
    case ReportKind::Fenced:
        return "fenced"_L1;
    case ReportKind::Late:
        return "late"_L1;
    case ReportKind::Foreign:
        return "foreign"_L1;
    case ReportKind::CommandDone:
        return "command-done"_L1;
    }
    return "claimed"_L1;
}

std::optional<ReportKind> reportKindFromString(QLatin1StringView text)
{
    return enumFromString<ReportKind>(
        {ReportKind::Claimed, ReportKind::Started, ReportKind::Exited, ReportKind::Released, ReportKind::Committed,
            ReportKind::Done, ReportKind::Held, ReportKind::Failed, ReportKind::Rejected, ReportKind::Fenced, ReportKind::Late,
            ReportKind::Foreign, ReportKind::CommandDone},
        text);
}

QLatin1StringView toString(JobAction action)
{
    switch (action) {
    case JobAction::Requeue:
        return "requeue"_L1;
    case JobAction::Hold:
        return "hold"_L1;
    case JobAction::Release:
        return "release"_L1;
    case JobAction::Stop:
        return "stop"_L1;
    case JobAction::Done:
        return "done"_L1;
    }
    return "requeue"_L1;
}

std::optional<JobAction> jobActionFromString(QLatin1StringView text)
{
    return enumFromString<JobAction>(
        {JobAction::Requeue, JobAction::Hold, JobAction::Release, JobAction::Stop, JobAction::Done}, text);
}

QLatin1StringView toString(NodeAction action)
{
    switch (action) {
    case NodeAction::Pause:
        return "pause"_L1;
    case NodeAction::Resume:
        return "resume"_L1;
    case NodeAction::Drain:
        return "drain"_L1;
    case NodeAction::RestartBrowser:
        return "restart-browser"_L1;
    case NodeAction::RestartAgent:
        return "restart-agent"_L1;
    case NodeAction::Picture:
        return "picture"_L1;
    case NodeAction::SelfCheck:
        return "self-check"_L1;
    }
    return "pause"_L1;
}

std::optional<NodeAction> nodeActionFromString(QLatin1StringView text)
{
    return enumFromString<NodeAction>({NodeAction::Pause, NodeAction::Resume, NodeAction::Drain, NodeAction::RestartBrowser,
                                          NodeAction::RestartAgent, NodeAction::Picture, NodeAction::SelfCheck},
        text);
}

QLatin1StringView toString(JobSort sort)
{
    switch (sort) {
    case JobSort::Changed:
        return "changed"_L1;
    case JobSort::Accepted:
        return "accepted"_L1;
    case JobSort::Name:
        return "name"_L1;
    case JobSort::Agency:
        return "agency"_L1;
    case JobSort::State:
        return "state"_L1;
    case JobSort::Node:
        return "node"_L1;
    case JobSort::Attempts:
        return "attempts"_L1;
    case JobSort::Size:
        return "size"_L1;
    case JobSort::Priority:
        return "priority"_L1;
    case JobSort::Cause:
        return "cause"_L1;
    }
    return "changed"_L1;
}

std::optional<JobSort> jobSortFromString(QLatin1StringView text)
{
    return enumFromString<JobSort>({JobSort::Changed, JobSort::Accepted, JobSort::Name, JobSort::Agency, JobSort::State,
                                       JobSort::Node, JobSort::Attempts, JobSort::Size, JobSort::Priority, JobSort::Cause},
        text);
}

} // namespace dtf
