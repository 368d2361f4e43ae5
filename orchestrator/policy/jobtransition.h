// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/model/jobstate.h"

namespace dtf {

/// What can happen to a job, as the orchestrator sees it.
enum class JobEvent {
    DispatchBegun, ///< the intent is about to be stored
    DispatchArrived, ///< the rename into a node's folder is confirmed
    DispatchCancelled, ///< the rename certainly did not happen
    Claimed, ///< an agent took the token
    ReturnedToPool, ///< assigned but not begun; its node is lost, draining or paused
    BackToItsNode, ///< its node came back before it went elsewhere
    NodeWentSilent,
    NodeCameBack,
    Released, ///< the agent let go: nothing was done to the outside world
    Committed, ///< token consumed into the stage
    Finished, ///< result folder visible
    HeldBack, ///< token in hold/
    GaveUp, ///< token in failed/
    Refused, ///< token in rejected/
    Vanished, ///< its producer took it back from incoming
    Requeued, ///< an operator or a policy allows another run
};
[[nodiscard]] QLatin1StringView toString(JobEvent event);

/// Pure: the next state, or ErrorCode::IllegalTransition.
[[nodiscard]] Result<JobState> transition(JobState state, JobEvent event);

} // namespace dtf
