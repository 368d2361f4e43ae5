// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/jobtransition.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(JobEvent event)
{
    switch (event) {
    case JobEvent::DispatchBegun:
        return "dispatch-begun"_L1;
    case JobEvent::DispatchArrived:
        return "dispatch-arrived"_L1;
    case JobEvent::DispatchCancelled:
        return "dispatch-cancelled"_L1;
    case JobEvent::Claimed:
        return "claimed"_L1;
    case JobEvent::ReturnedToPool:
        return "returned-to-pool"_L1;
    case JobEvent::BackToItsNode:
        return "back-to-its-node"_L1;
    case JobEvent::NodeWentSilent:
        return "node-went-silent"_L1;
    case JobEvent::NodeCameBack:
        return "node-came-back"_L1;
    case JobEvent::Released:
        return "released"_L1;
    case JobEvent::Committed:
        return "committed"_L1;
    case JobEvent::Finished:
        return "finished"_L1;
    case JobEvent::HeldBack:
        return "held-back"_L1;
    case JobEvent::GaveUp:
        return "gave-up"_L1;
    case JobEvent::Refused:
        return "refused"_L1;
    case JobEvent::Vanished:
        return "vanished"_L1;
    case JobEvent::Requeued:
        return "requeued"_L1;
    }
    return "requeued"_L1;
}

namespace {

using S = JobState;

/// Where `event` leads from `state`; nullopt: nowhere.
std::optional<S> next(S state, JobEvent event)
{
    const auto rule = [state](std::initializer_list<S> from, S to) {
        return std::find(from.begin(), from.end(), state) == from.end() ? std::nullopt : std::optional<S>(to);
    };
    // A report may overtake what we know: an agent claims what we still believe to be moving or waiting in its folder, so
    // Claimed, Committed and Finished come from every earlier state of the same assignment.
    switch (event) {
    case JobEvent::DispatchBegun:
        return rule({S::Waiting}, S::Moving);
    case JobEvent::DispatchArrived:
        return rule({S::Moving}, S::Assigned);
    case JobEvent::DispatchCancelled:
        return rule({S::Moving}, S::Waiting);
    case JobEvent::Claimed:
        return rule({S::Waiting, S::Moving, S::Assigned, S::InDoubt}, S::Running);
    case JobEvent::ReturnedToPool:
        return rule({S::Assigned}, S::Waiting);
    case JobEvent::BackToItsNode:
        return rule({S::Waiting}, S::Assigned);
    case JobEvent::NodeWentSilent:
        return rule({S::Running}, S::InDoubt);
    case JobEvent::NodeCameBack:
        return rule({S::InDoubt}, S::Running);
    case JobEvent::Released:
        return rule({S::Assigned, S::Running, S::InDoubt}, S::Waiting);
    case JobEvent::Committed:
        return rule({S::Moving, S::Assigned, S::Running, S::InDoubt, S::Hold, S::Failed, S::Waiting}, S::Publishing);
    case JobEvent::Finished:
        return rule({S::Moving, S::Assigned, S::Running, S::InDoubt, S::Publishing, S::Hold, S::Failed, S::Waiting}, S::Done);
    case JobEvent::HeldBack:
        return rule({S::Waiting, S::Moving, S::Assigned, S::Running, S::InDoubt, S::Failed}, S::Hold);
    case JobEvent::GaveUp:
        return rule({S::Waiting, S::Moving, S::Assigned, S::Running, S::InDoubt}, S::Failed);
    case JobEvent::Refused:
        return rule({S::Waiting, S::Moving, S::Assigned, S::Running, S::InDoubt}, S::Rejected);
    case JobEvent::Vanished:
        return rule({S::Waiting, S::Moving}, S::Withdrawn);
    case JobEvent::Requeued:
        return rule({S::Hold, S::Failed, S::InDoubt, S::Assigned}, S::Waiting);
    }
    return std::nullopt;
}

} // namespace

Result<JobState> transition(JobState state, JobEvent event)
{
    if (const std::optional<S> to = next(state, event)) {
        return *to;
    }
    return fail(
        ErrorCode::IllegalTransition, QStringLiteral("a job that is %1 can't be %2").arg(toString(state), toString(event)));
}

} // namespace dtf
