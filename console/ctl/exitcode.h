// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/protocol/messages.h"

namespace dtf {

/// What dtf-ctl tells a script. Documented in --help: never change a number.
enum class ExitCode {
    Ok = 0,
    Refused = 1, ///< by the orchestrator
    Usage = 2, ///< wrong arguments, an ambiguous name, a local file that can't be read or written
    Unreachable = 3, ///< no answer, none of an orchestrator, or interrupted before it
    NotAuthorised = 4,
    NotFound = 5,
    Stale = 6, ///< changed meanwhile, or already as wished
};

/// `status`: HTTP status, 0: no answer. Pure.
[[nodiscard]] ExitCode exitCodeOf(const Error &error, int status);
/// Of a command that was decided: the fleet's own "forbidden" is a refusal, not a matter of tokens. Pure.
[[nodiscard]] ExitCode exitCodeOf(const OperatorReply &reply);

} // namespace dtf
