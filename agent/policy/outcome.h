// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "common/core/error.h"
#include "common/model/cause.h"

#include <QString>

#include <optional>

namespace dtf {

/// What becomes of an attempt when its process tree is empty.
enum class RunAction {
    Publish, ///< results go to completed/
    Release, ///< provably without side effect: the orchestrator may run it again elsewhere
    Fail, ///< provably without side effect, and another run would end the same way
    Hold, ///< it may have been uploaded: a person decides
    Reject, ///< never run
};
[[nodiscard]] QLatin1StringView toString(RunAction action); ///< "publish"
[[nodiscard]] std::optional<RunAction> runActionFromString(QLatin1StringView text);

struct Verdict
{
    RunAction action = RunAction::Hold;
    Cause cause = Cause::None;
    bool sideEffects = true; ///< may have begun
    qint64 rows = -1; ///< processed rows, if the result says
    QString detail; ///< plain words; may hold remote text
    bool operator==(const Verdict &) const = default;
};

/// How a run ended, as its runner saw it.
struct RunEnd
{
    bool spawned = false; ///< false: the program was never started, nothing else counts
    bool refused = false; ///< not spawned because this file can't be handed to this program safely
    int exitCode = 0;
    bool crashed = false; ///< ended by a signal or an exception
    bool folderRejected = false; ///< watched folder: it appeared in the rejected folder
    bool markerSeen = false; ///< AfterMarker: the whole output has been searched
    bool stragglersStopped = false; ///< the main process had ended; others of its tree were asked to end by us
    bool outputTooLarge = false; ///< stopped because its output exceeded the limit
    QString detail {}; ///< spawn error in words
    QString lastLines {}; ///< ≤ 2,000 characters of output, escaped
    bool operator==(const RunEnd &) const = default;
};

/// What lies in the run's out folder.
struct OutputFacts
{
    enum class ResultField { NoRule, Found, Missing, Unreadable };
    int files = 0;
    qint64 bytes = 0;
    bool hostile = false; ///< a link, a device, or more files than we handle
    QString notOnDisk = {}; ///< why they could not be flushed to the local disk; empty: they survive a power cut from here on
    ResultField field = ResultField::NoRule;
    qint64 rows = -1; ///< Found: the sum over the matching files
};

/// What the agent itself did or saw during the run.
struct RunHistory
{
    bool softSignalled = false;
    bool hardLimit = false; ///< killed at the hard limit
    bool stopAsked = false;
    bool browserLost = false;
    bool loginLost = false;
    QString stopDetail; ///< who asked and why
};

/// True unless it is proven that nothing outside can have been touched.
[[nodiscard]] bool sideEffectsPossible(SideEffects setting, bool spawned, bool markerSeen);

/// Trouble of one file (not of the share) that lasts so long goes to a person.
constexpr milliseconds fileTroubleLimit {60'000};

/// An error that concerns the whole share: waited for, as long as it takes.
[[nodiscard]] bool isShareWide(ErrorCode code);

/// Pure. The outcome policy of share-protocol.md, "End without success". A `rerunExitCodes` code is the script's own proof that
/// nothing was uploaded, unless the marker says otherwise.
[[nodiscard]] Verdict decideOutcome(
    const PipelineConfig &pipeline, const RunEnd &end, const RunHistory &history, const OutputFacts &outputs);

} // namespace dtf
