// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

#include <optional>

namespace dtf {

/// Why a job ended without success, was held or rejected, or goes round again. A word on the wire and in the audit; the reader's
/// text for it lives in the console.
enum class Cause {
    None,
    // rejected: never run
    TypeNotAccepted, ///< suffix not in the accepted types
    HostileName, ///< control characters, bidi marks, separators, reserved names, not UTF-8
    NameTooLong,
    NotAFile, ///< link, directory, FIFO, device
    Empty, ///< still 0 bytes after the grace time
    ChangedMeanwhile, ///< content differs from what was recorded
    // ends of a run
    ExitCode, ///< the pipeline ended with a code other than 0
    Crashed, ///< ended by a signal or an exception
    SoftLimit, ///< ended itself after the soft limit was signalled
    HardLimit, ///< killed at the hard limit
    NoOutput, ///< exit 0 but no result file
    ZeroRows, ///< exit 0 but the result says nothing was processed
    ResultRule, ///< exit 0 but another result rule was broken
    PipelineRejected, ///< a watched-folder script put the file into its rejected folder
    SpawnFailed, ///< the program could not be started: nothing ran
    BrowserLost, ///< the browser went away during the run
    LoginLost, ///< the portal asked for a login during the run
    StoppedByOperator,
    OutputTooLarge,
    // lost runs
    AgentRestarted, ///< the agent died between START and EXIT
    NodeLost, ///< no sign of the node until the hard limit + 60 s
    MaybeStarted, ///< START journalled, spawn unknown
    Fenced, ///< its token was taken away while it ran
    ForeignToken, ///< a token in running/ that this agent never claimed: a cloned VM
    // the ground under us
    ShareTrouble,
    FileUnreadable,
    AttemptsExhausted,
    MarkedByOperator,
};

[[nodiscard]] QLatin1StringView toString(Cause cause); ///< "type-not-accepted"
[[nodiscard]] std::optional<Cause> causeFromString(QLatin1StringView text);

} // namespace dtf
