// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/jobtransition.h"

#include <initializer_list>

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

/// From which states an event may come, and where it leads.
struct Rule
{
    std::initializer_list<S> from;
    S to;
};

Rule ruleFor(JobEvent event)
{
    // A report may overtake what we know: an agent claims what we still believe to be moving or waiting in its folder, so
    // Claimed, Committed and Finished come from every earlier state of the same assignment.
    switch (event) {
    case JobEvent::DispatchBegun:
        return {{S::Waiting}, S::Moving};
    case JobEvent::DispatchArrived:
        return {{S::Moving}, S::Assigned};
    case JobEvent::DispatchCancelled:
        return {{S::Moving}, S::Waiting};
    case JobEvent::Claimed:
        return {{S::Waiting, S::Moving, S::Assigned, S::InDoubt}, S::Running};
    case JobEvent::ReturnedToPool:
        return {{S::Assigned}, S::Waiting};
    case JobEvent::BackToItsNode:
        return {{S::Waiting}, S::Assigned};
    case JobEvent::NodeWentSilent:
        return {{S::Running}, S::InDoubt};
    case JobEvent::NodeCameBack:
        return {{S::InDoubt}, S::Running};
    case JobEvent::Released:
        return {{S::Assigned, S::Running, S::InDoubt}, S::Waiting};
    case JobEvent::Committed:
        return {{S::Moving, S::Assigned, S::Running, S::InDoubt, S::Hold, S::Failed, S::Waiting}, S::Publishing};
    case JobEvent::Finished:
        return {{S::Moving, S::Assigned, S::Running, S::InDoubt, S::Publishing, S::Hold, S::Failed, S::Waiting}, S::Done};
    case JobEvent::HeldBack:
        return {{S::Waiting, S::Moving, S::Assigned, S::Running, S::InDoubt, S::Failed}, S::Hold};
    case JobEvent::GaveUp:
        return {{S::Waiting, S::Moving, S::Assigned, S::Running, S::InDoubt}, S::Failed};
    case JobEvent::Refused:
        return {{S::Waiting, S::Moving, S::Assigned, S::Running, S::InDoubt}, S::Rejected};
    case JobEvent::Vanished:
        return {{S::Waiting, S::Moving}, S::Withdrawn};
    case JobEvent::Requeued:
        return {{S::Hold, S::Failed, S::InDoubt, S::Assigned}, S::Waiting};
    }
    return {{}, S::Waiting};
}

} // namespace

Result<JobState> transition(JobState state, JobEvent event)
{
    const Rule rule = ruleFor(event);
    for (const S from : rule.from) {
        if (from == state) {
            return rule.to;
        }
    }
    return fail(
        ErrorCode::IllegalTransition, QStringLiteral("a job that is %1 can't be %2").arg(toString(state), toString(event)));
}

} // namespace dtf
