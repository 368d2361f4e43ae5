// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

#include <optional>

namespace dtf {

/// Where a job is in its life. Arriving files (not yet stable) are no jobs.
enum class JobState {
    Waiting, ///< may be dispatched; its token lies in incoming/, or where it lay when it was requeued
    Moving, ///< an intent is open: the dispatch rename is under way or its outcome is not known yet
    Assigned, ///< token in processing/<node>/
    Running, ///< token in processing/<node>/running/: side effects are possible
    InDoubt, ///< as Running, but its node is lost
    Publishing, ///< token consumed into completed/.stage/: committed, the result folder is not visible yet
    Done,
    Hold, ///< a person decides
    Failed,
    Rejected,
    Withdrawn, ///< vanished from incoming before it was ever dispatched: its producer took it back
};

[[nodiscard]] QLatin1StringView toString(JobState state); ///< lower case, "in_doubt"
[[nodiscard]] std::optional<JobState> jobStateFromString(QLatin1StringView text);
[[nodiscard]] bool isFinal(JobState state); ///< Done, Rejected, Withdrawn: no automatic step leads out
[[nodiscard]] bool isActive(JobState state); ///< Moving, Assigned, Running, InDoubt, Publishing

} // namespace dtf
