// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/join/enrolment.h"
#include "common/core/check.h"

namespace dtf {

/// What an agent that is told no name and no token is to do at its start.
enum class JoinStep {
    GoOn, ///< it is who it was
    Ask, ///< it has not joined, or has no answer yet
    AskAnew, ///< what lies here belongs to another machine: put it aside, then ask
    AskAmongTwins, ///< the same, and the other one's hardware looks the same
};

/// `before`: what lies here, nothing: no enrolment. PermissionDenied in plain words when it is another machine's and there is no
/// join code to ask with. Pure.
[[nodiscard]] Result<JoinStep> judgeEnrolment(const std::optional<Enrolment> &before, const Hardware &now, bool hasJoinCode);

/// Does this start's part: reads the enrolment, puts another machine's memory aside, and writes down the question to ask. A
/// joined one comes back at once. Blocks for the disk; the state folder's lock is taken for as long as this takes.
[[nodiscard]] Result<Enrolment> settleMembership(const AgentConfig &config, const Hardware &now);

/// Whether this agent joins by a code: it is told no token.
[[nodiscard]] inline bool joinsByCode(const AgentConfig &config)
{
    return !config.offline && config.tokenFile.isEmpty() && !config.joinCodeFile.isEmpty();
}
/// The name it asks for.
[[nodiscard]] NodeName wantedName(const AgentConfig &config);
/// `config` as of the node it has become.
[[nodiscard]] AgentConfig asMember(AgentConfig config, const Enrolment &enrolment);

/// For --check: has it joined, can it? `enrolled`: gets what is known already.
[[nodiscard]] CheckRow checkMembership(const AgentConfig &config, std::optional<Enrolment> *enrolled);

} // namespace dtf
