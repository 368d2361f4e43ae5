// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QString>
#include <QTimeZone>

/// Times as people read them. Pure, any thread.
namespace dtf {

/// "0s", "48s", "4m12", "3h05", "2d04h"; "now" for less than nothing (clocks that differ), "?" beyond a thousand days.
[[nodiscard]] QString ageText(milliseconds age);
/// "14:38:07", on another day than `now` "2026-11-22 14:38:07"; "-" for no time (0).
[[nodiscard]] QString timeText(WallTime time, WallTime now, const QTimeZone &zone);

} // namespace dtf
