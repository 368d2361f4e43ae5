// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/modelroles.h"
#include "console/store/fleetstore.h"

#include <QString>

/// What lists and panels say of a file, in the same words everywhere. Remote text in it is escaped. Pure.
namespace dtf {

/// How a file in this state wants to be seen.
[[nodiscard]] Tone toneOf(JobState state);
/// Why it is where it is: the cause and its detail, or the last line of one that runs. May be empty.
[[nodiscard]] QString whyText(const JobView &job);
/// "4m12" since then; a dash for no time.
[[nodiscard]] QString agoText(const FleetStore &store, WallTime time);
[[nodiscard]] QString sizeText(qint64 bytes); ///< "12.3 kB"

} // namespace dtf
