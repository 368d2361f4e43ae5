// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/lostrun.h"

namespace dtf {

LostRunVerdict judgeLostRun(const DoubtfulRun &run)
{
    constexpr milliseconds margin(60'000);
    if (run.aliveFileMoving || run.silence < run.hardLimit + margin) {
        return LostRunVerdict::Wait;
    }
    switch (run.policy) {
    case LostRunPolicy::Requeue:
        return LostRunVerdict::Requeue;
    case LostRunPolicy::Safe:
    case LostRunPolicy::Hold:
        return LostRunVerdict::Hold;
    }
    return LostRunVerdict::Hold;
}

ReleaseVerdict judgeRelease(int attempts, int maxAttempts)
{
    return attempts < maxAttempts ? ReleaseVerdict::RunAgain : ReleaseVerdict::GiveUp;
}

} // namespace dtf
