// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/jobstate.h"

#include "common/model/enumtext.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(JobState value)
{
    switch (value) {
    case JobState::Waiting:
        return "waiting"_L1;
    case JobState::Moving:
        return "moving"_L1;
    case JobState::Assigned:
        return "assigned"_L1;
    case JobState::Running:
        return "running"_L1;
    case JobState::InDoubt:
        return "in_doubt"_L1;
    case JobState::Publishing:
        return "publishing"_L1;
    case JobState::Done:
        return "done"_L1;
    case JobState::Hold:
        return "hold"_L1;
    case JobState::Failed:
        return "failed"_L1;
    case JobState::Rejected:
        return "rejected"_L1;
    case JobState::Withdrawn:
        return "withdrawn"_L1;
    }
    return "waiting"_L1;
}

std::optional<JobState> jobStateFromString(QLatin1StringView text)
{
    return enumFromString<JobState>(
        {JobState::Waiting, JobState::Moving, JobState::Assigned, JobState::Running, JobState::InDoubt, JobState::Publishing,
            JobState::Done, JobState::Hold, JobState::Failed, JobState::Rejected, JobState::Withdrawn},
        text);
}

bool isFinal(JobState state)
{
    return state == JobState::Done || state == JobState::Rejected || state == JobState::Withdrawn;
}

bool isActive(JobState state)
{
    return state == JobState::Moving || state == JobState::Assigned || state == JobState::Running || state == JobState::InDoubt
        || state == JobState::Publishing;
}

} // namespace dtf
