// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/core/error.h"

namespace dtf {

/// Has the system start "dtf-<part>" now and at each boot: systemd's unit, on Windows the scheduled task from the installed
/// dtf-<part>.xml beside this program. Where that can't be done from here, the row says which command does it. Blocks for up to a
/// minute.
[[nodiscard]] CheckRow enableAutoStart(QLatin1StringView part);
/// The command that enableAutoStart() runs, or would run.
[[nodiscard]] QString autoStartCommand(QLatin1StringView part);

} // namespace dtf
