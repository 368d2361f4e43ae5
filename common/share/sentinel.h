// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"

namespace dtf {

/// Pure. DTF_SHARE_ID is exactly two lines: a lower-case UUID with hyphens, and "layout 1".
[[nodiscard]] QByteArray renderSentinel(const ShareIdentity &identity);
/// Pure, strict. ShareWrong: not our format. VersionMismatch: our format, another layout.
[[nodiscard]] Result<ShareIdentity> parseSentinel(QByteArrayView content);

} // namespace dtf
