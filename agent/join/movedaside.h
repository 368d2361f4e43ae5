// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QString>

namespace dtf {

/// A clone's disk holds the memory of the machine it was cloned from: journal, reports, enrolment, the browser's identity, and
/// local copies of files. All of it goes into <state_dir>/of-another-machine-<n> and <scratch_dir>/of-another-machine-<n>, and
/// nothing in it is acted on. The browser's profile and log stay: the disk, and with it the profile, is this machine's own now.
/// The enrolment goes last: cut short, this is found to be undone at the next start. At most `keptAside` such folders stay, the
/// oldest goes. The caller holds the state folder's lock. Gives the folder in state_dir.
[[nodiscard]] Result<QString> moveAside(const QString &stateDir, const QString &scratchDir);

inline constexpr int keptAside = 4;

} // namespace dtf
