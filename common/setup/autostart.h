// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/core/error.h"

namespace dtf {

/// Whose service it is.
enum class ServiceOf {
    System,
    User, ///< of the desktop session of the user who runs this; on Windows as System
};

/// Has "dtf-<part>" started now and at each boot (each log-in): systemd's unit, on Windows the scheduled task from the installed
/// dtf-<part>.xml beside this program. Where that can't be done from here, the row says which command does it. `changed`: it has
/// new settings; one that runs already goes on with the old ones, and the row says so. Blocks for as long as the start takes, up
/// to four minutes.
[[nodiscard]] CheckRow enableAutoStart(QLatin1StringView part, ServiceOf owner, bool changed);
/// The opposite, for the time being: nothing starts it by itself, at the next boot or log-in neither. What runs goes on.
[[nodiscard]] CheckRow disableAutoStart(QLatin1StringView part, ServiceOf owner);
/// The command that enableAutoStart() runs, or would run.
[[nodiscard]] QString autoStartCommand(QLatin1StringView part, ServiceOf owner);

} // namespace dtf
