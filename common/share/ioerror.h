// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/share/layout.h"

namespace dtf {

/// What one call of the system said, as far as our decisions need it.
enum class IoKind {
    NotFound,
    NoFolder, ///< a folder above the target is missing: nothing was tried
    Exists,
    Busy, ///< sharing violation, lock
    CrossDevice,
    ReadOnly,
    NoSpace,
    Denied,
    NotRegular, ///< a link, folder, FIFO or device where a plain file (or plain folder) must be
    Invalid,
    TooMany, ///< descriptors or memory of this process
    RootGone, ///< the root can't be opened, or is not the place that was pinned: nothing was tried
    Unsupported, ///< this file system can't do it
    Trouble, ///< everything else, e.g. EIO, ETIMEDOUT, ESTALE: whether it happened is not known
};

struct IoError
{
    IoKind kind = IoKind::Trouble;
    int code = 0; ///< errno or GetLastError(); 0: found by ourselves
};

template <typename T> using Io = tl::expected<T, IoError>;

[[nodiscard]] inline tl::unexpected<IoError> ioFail(IoKind kind, int code = 0)
{
    return tl::unexpected<IoError>(IoError {kind, code});
}

/// Pure. Unknown codes are Trouble: the careful reading.
[[nodiscard]] IoKind classify(int code);
/// The same for the last failed call of this thread.
[[nodiscard]] tl::unexpected<IoError> lastIoError();

/// Pure.
[[nodiscard]] ErrorCode toErrorCode(IoKind kind);
/// "rename incoming/a.csv: Input/output error (5)"; names are escaped.
[[nodiscard]] Error toError(const IoError &error, QLatin1StringView what, QByteArrayView path);
/// The system's words for a code.
[[nodiscard]] QString systemText(int code);

} // namespace dtf
