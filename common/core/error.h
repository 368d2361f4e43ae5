// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>
#include <QString>

#include <tl/expected.hpp>

#include <optional>

namespace dtf {

/// Every way something can fail, as a word that goes over the wire and into the audit. Users read the console's text for it.
enum class ErrorCode {
    Internal, ///< a broken promise of our own code
    InvalidArgument, ///< a value that breaks its documented rules
    IllegalTransition, ///< the state machine has no such step
    NotFound,
    AlreadyExists,
    Stale, ///< compare-and-set failed: it has changed meanwhile
    Unauthorised,
    Forbidden,
    TooLarge,
    TooMany, ///< a bound was reached; try later
    Timeout,
    Unavailable, ///< the other side can't be reached
    ParseError,
    VersionMismatch,
    Untrusted, ///< the other side's certificate is not believed; nothing was said to it
    // the share and disks
    ShareDown, ///< sentinel missing or unreadable
    ShareWrong, ///< sentinel of another share
    ReadOnly,
    NoSpace,
    PermissionDenied,
    Busy, ///< sharing violation, lock
    IoError,
    CrossDevice,
    NotRegular, ///< link, directory, FIFO, device
    Changed, ///< content is not what was recorded
    // the store
    StoreFailed,
    ChainBroken,
    // processes and the browser
    SpawnFailed,
    BrowserGone,
    Cancelled,
};

/// The stable word for a code ("not-found"); never translated.
[[nodiscard]] QLatin1StringView toString(ErrorCode code);
[[nodiscard]] std::optional<ErrorCode> errorCodeFromString(QLatin1StringView text);

/// What went wrong (code), where and with what (detail, English, for logs and operators; may hold remote text: escape before
/// display).
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString detail;
};

template <typename T> using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, QString detail = {})
{
    return tl::unexpected<Error>(Error {code, std::move(detail)});
}

} // namespace dtf
