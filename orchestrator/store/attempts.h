// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

namespace dtf {

/// How many of a file's audit rows its attempts are made of, the newest: a hundred attempts and more.
inline constexpr int mostAttemptRows = 1'000;

/// The attempts that a file's audit rows (oldest first) tell of, newest first. What comes after an attempt's end (an operator's
/// hold, a late report) belongs to no run and changes nothing of it, but for what its agent tells late: that it ran, its exit
/// code, why it ended. Pure.
[[nodiscard]] QList<AttemptView> attemptsOf(const JobId &job, const QList<AuditRow> &rows);

} // namespace dtf
