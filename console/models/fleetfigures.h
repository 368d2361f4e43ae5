// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/protocol/messages.h"

#include <optional>

/// Figures of the day that follow from what the orchestrator tells. Pure.
namespace dtf {

/// Whether figures up to `to` still tell of now. Pure.
[[nodiscard]] bool isRecent(WallTime to, const FleetSummary &summary);
/// Of the files that came to an end or to a stop, the share that is done: those done today against these, those on hold, in doubt
/// and failed now, and those rejected today. Empty: there is none.
[[nodiscard]] std::optional<double> okPercent(const FleetSummary &summary);
/// How long a file waited for its node, typically, in the last hour that has one. Empty: not known.
[[nodiscard]] std::optional<milliseconds> medianWait(const HistoryView &history);
/// Until what waits and runs now is done, if it goes on as in the hour that runs and the one before. Empty: there is nothing to
/// do, nothing was done, or less than ten minutes are known.
[[nodiscard]] std::optional<milliseconds> backlogLeft(const FleetSummary &summary, const HistoryView &history);

} // namespace dtf
