// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/exitcode.h"

namespace dtf {

ExitCode exitCodeOf(const Error &error, int status)
{
    if (status == 0 || (status >= 200 && status < 400) || status == 502 || status == 504) {
        return ExitCode::Unreachable; // nobody there, not an orchestrator, or a proxy alone
    }
    switch (error.code) {
    case ErrorCode::Unauthorised:
    case ErrorCode::Forbidden:
        return ExitCode::NotAuthorised;
    case ErrorCode::NotFound:
        return ExitCode::NotFound;
    case ErrorCode::Stale:
        return ExitCode::Stale;
    case ErrorCode::InvalidArgument:
    case ErrorCode::ParseError:
        return ExitCode::Usage;
    default:
        return ExitCode::Refused;
    }
}

ExitCode exitCodeOf(const OperatorReply &reply)
{
    if (reply.ok) {
        return ExitCode::Ok;
    }
    const auto code = errorCodeFromString(QLatin1StringView(reply.code.toLatin1()));
    return code == ErrorCode::NotFound ? ExitCode::NotFound : code == ErrorCode::Stale ? ExitCode::Stale : ExitCode::Refused;
}

} // namespace dtf
