// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QString>

namespace dtf {

/// PermissionDenied when others than its owner may read or change this file of secrets, with the command that mends it. A missing
/// file is good: who opens it says so. On Windows nothing is looked at.
[[nodiscard]] Result<void> refuseReadableByOthers(const QString &path);

} // namespace dtf
