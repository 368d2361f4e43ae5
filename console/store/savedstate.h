// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/protocol/messages.h"

#include <QString>

/// What a console knew of a fleet, in a file: a FeedSnapshot as it comes over the wire. For a colleague, or for later.
namespace dtf {

inline constexpr qint64 largestState = qint64 {64} * 1024 * 1024; ///< bytes

/// Whole or not at all.
[[nodiscard]] Result<void> saveState(const QString &path, const FeedSnapshot &state);
[[nodiscard]] Result<FeedSnapshot> loadState(const QString &path);

} // namespace dtf
