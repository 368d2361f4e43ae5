// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/restart.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

RestartAction onExit(const Verdict &verdict, TokenPlace place)
{
    if (verdict.action == RunAction::Release) {
        return RestartAction::Release; // even when it is gone: the orchestrator compares (J, N) itself
    }
    if (verdict.action == RunAction::Publish) {
        switch (place) {
        case TokenPlace::Running:
            return RestartAction::Publish;
        case TokenPlace::Staged:
            return RestartAction::RollForward;
        case TokenPlace::Final:
            return RestartAction::CloseDone;
        case TokenPlace::Assigned:
        case TokenPlace::Held:
        case TokenPlace::Failed:
        case TokenPlace::Rejected:
        case TokenPlace::Nowhere:
            return RestartAction::Fence;
        }
    }
    if (place == TokenPlace::Running) {
        return RestartAction::MoveAway;
    }
    const bool carriedOut = (verdict.action == RunAction::Hold && place == TokenPlace::Held)
        || (verdict.action == RunAction::Fail && place == TokenPlace::Failed)
        || (verdict.action == RunAction::Reject && place == TokenPlace::Rejected);
    return carriedOut ? RestartAction::CloseMoved : RestartAction::Fence;
}

} // namespace

RestartAction onFound(const AttemptEntry &entry, TokenPlace place)
{
    switch (entry.last) {
    case RecordKind::Claim:
        return place == TokenPlace::Running ? RestartAction::Reown : RestartAction::Drop;
    case RecordKind::Start:
        return place == TokenPlace::Running ? RestartAction::AskLeftovers : RestartAction::Fence;
    case RecordKind::Exit:
        return onExit(entry.verdict, place);
    case RecordKind::Fenced:
        return RestartAction::SaveEvidence;
    case RecordKind::Boot:
    case RecordKind::ShareSeen:
    case RecordKind::Staging:
    case RecordKind::Released:
    case RecordKind::Done:
    case RecordKind::Held:
    case RecordKind::Failed:
    case RecordKind::Rejected:
    case RecordKind::Dropped:
    case RecordKind::LateSaved:
    case RecordKind::ReportOnly:
        return RestartAction::Nothing;
    }
    return RestartAction::Nothing;
}

Verdict onLeftovers(const AttemptEntry &entry, const Leftovers &left, SideEffects setting, const QByteArray &machineBoot)
{
    const Cause cause = left.spawnSeen ? Cause::AgentRestarted : Cause::MaybeStarted;
    if (setting == SideEffects::None) {
        return {RunAction::Release, cause, false, -1, u"the agent was restarted during the run; this pipeline may be repeated"_s};
    }
    const bool sameBoot = !machineBoot.isEmpty() && entry.startMachineBoot == machineBoot;
    if (setting == SideEffects::AfterMarker && left.treeDead && sameBoot && left.spawnSeen && !left.markerSeen) {
        return {RunAction::Release, cause, false, -1, u"the agent was restarted; the run was ended before its upload began"_s};
    }
    return {RunAction::Hold, cause, true, -1, u"the agent was restarted during the run; it may have been uploaded"_s};
}

} // namespace dtf
