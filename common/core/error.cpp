// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/error.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Internal:
        return "internal"_L1;
    case ErrorCode::InvalidArgument:
        return "invalid-argument"_L1;
    case ErrorCode::IllegalTransition:
        return "illegal-transition"_L1;
    case ErrorCode::NotFound:
        return "not-found"_L1;
    case ErrorCode::AlreadyExists:
        return "already-exists"_L1;
    case ErrorCode::Stale:
        return "stale"_L1;
    case ErrorCode::Unauthorised:
        return "unauthorised"_L1;
    case ErrorCode::Forbidden:
        return "forbidden"_L1;
    case ErrorCode::TooLarge:
        return "too-large"_L1;
    case ErrorCode::TooMany:
        return "too-many"_L1;
    case ErrorCode::Timeout:
        return "timeout"_L1;
    case ErrorCode::Unavailable:
        return "unavailable"_L1;
    case ErrorCode::ParseError:
        return "parse-error"_L1;
    case ErrorCode::VersionMismatch:
        return "version-mismatch"_L1;
    case ErrorCode::Untrusted:
        return "untrusted"_L1;
    case ErrorCode::ShareDown:
        return "share-down"_L1;
    case ErrorCode::ShareWrong:
        return "share-wrong"_L1;
    case ErrorCode::ReadOnly:
        return "read-only"_L1;
    case ErrorCode::NoSpace:
        return "no-space"_L1;
    case ErrorCode::PermissionDenied:
        return "permission-denied"_L1;
    case ErrorCode::Busy:
        return "busy"_L1;
    case ErrorCode::IoError:
        return "io-error"_L1;
    case ErrorCode::CrossDevice:
        return "cross-device"_L1;
    case ErrorCode::NotRegular:
        return "not-regular"_L1;
    case ErrorCode::Changed:
        return "changed"_L1;
    case ErrorCode::StoreFailed:
        return "store-failed"_L1;
    case ErrorCode::ChainBroken:
        return "chain-broken"_L1;
    case ErrorCode::SpawnFailed:
        return "spawn-failed"_L1;
    case ErrorCode::BrowserGone:
        return "browser-gone"_L1;
    case ErrorCode::Cancelled:
        return "cancelled"_L1;
    }
    return "internal"_L1;
}

std::optional<ErrorCode> errorCodeFromString(QLatin1StringView text)
{
    for (int i = 0; i <= static_cast<int>(ErrorCode::Cancelled); ++i) {
        if (toString(static_cast<ErrorCode>(i)) == text) {
            return static_cast<ErrorCode>(i);
        }
    }
    return std::nullopt;
}

} // namespace dtf
