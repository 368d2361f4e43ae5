// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/outcome.h"

#include "common/model/enumtext.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(RunAction action)
{
    switch (action) {
    case RunAction::Publish:
        return "publish"_L1;
    case RunAction::Release:
        return "release"_L1;
    case RunAction::Fail:
        return "fail"_L1;
    case RunAction::Hold:
        return "hold"_L1;
    case RunAction::Reject:
        return "reject"_L1;
    }
    return "hold"_L1;
}

std::optional<RunAction> runActionFromString(QLatin1StringView text)
{
    return enumFromString<RunAction>(
        {RunAction::Publish, RunAction::Release, RunAction::Fail, RunAction::Hold, RunAction::Reject}, text);
}

bool isShareWide(ErrorCode code)
{
    switch (code) {
    case ErrorCode::ShareDown:
    case ErrorCode::ShareWrong:
    case ErrorCode::ReadOnly:
    case ErrorCode::NoSpace:
    case ErrorCode::Unavailable:
    case ErrorCode::Timeout:
    case ErrorCode::IoError:
        return true;
    default:
        return false;
    }
}

bool sideEffectsPossible(SideEffects setting, bool spawned, bool markerSeen)
{
    if (!spawned) {
        return false;
    }
    switch (setting) {
    case SideEffects::FromStart:
        return true;
    case SideEffects::AfterMarker:
        return markerSeen;
    case SideEffects::None:
        return false;
    }
    return true;
}

namespace {

/// The cause of a run that ended with another code than 0, by a signal, or was ended by us; None: it ended well.
Cause badEnd(const RunEnd &end, const RunHistory &history)
{
    if (end.outputTooLarge) {
        return Cause::OutputTooLarge;
    }
    if (history.hardLimit) {
        return Cause::HardLimit;
    }
    if (end.folderRejected) {
        return Cause::PipelineRejected;
    }
    if (!end.crashed && end.exitCode == 0) {
        return end.stragglersStopped ? Cause::SoftLimit : Cause::None; // what they were about nobody knows
    }
    if (history.loginLost) {
        return Cause::LoginLost;
    }
    if (history.browserLost) {
        return Cause::BrowserLost;
    }
    if (history.softSignalled) {
        return Cause::SoftLimit;
    }
    return end.crashed ? Cause::Crashed : Cause::ExitCode;
}

Cause brokenRule(const PipelineConfig &pipeline, const OutputFacts &outputs)
{
    if (outputs.bytes > pipeline.maxOutputBytes) {
        return Cause::OutputTooLarge;
    }
    if (outputs.hostile || !outputs.notOnDisk.isEmpty()) {
        return Cause::ResultRule;
    }
    if (outputs.files < pipeline.minOutputs) {
        return Cause::NoOutput;
    }
    switch (outputs.field) {
    case OutputFacts::ResultField::NoRule:
        return Cause::None;
    case OutputFacts::ResultField::Found:
        return outputs.rows == 0 ? Cause::ZeroRows : Cause::None;
    case OutputFacts::ResultField::Missing:
    case OutputFacts::ResultField::Unreadable:
        return Cause::ResultRule;
    }
    return Cause::ResultRule;
}

QString inWords(Cause cause, const RunEnd &end, const PipelineConfig &pipeline, const OutputFacts &outputs)
{
    switch (cause) {
    case Cause::Crashed:
        return u"ended by signal or exception %1"_s.arg(end.exitCode);
    case Cause::NoOutput:
        return u"ended well, but left %1 result files of at least %2"_s.arg(outputs.files).arg(pipeline.minOutputs);
    case Cause::ZeroRows:
        return u"ended well, but %1 is 0"_s.arg(pipeline.resultField);
    case Cause::ResultRule:
        return outputs.hostile ? u"its results hold a link, a device or too many files"_s
            : !outputs.notOnDisk.isEmpty()
            ? u"its results can't be trusted, this machine's disk failed: %1"_s.arg(outputs.notOnDisk)
            : u"%1 with the number %2 is missing or can't be read"_s.arg(pipeline.resultJson, pipeline.resultField);
    case Cause::OutputTooLarge:
        return u"its results or its output are larger than allowed"_s;
    case Cause::SoftLimit:
        return end.stragglersStopped
            ? u"ended with code %1, but left processes behind that were stopped at the soft limit"_s.arg(end.exitCode)
            : u"ended with code %1 after the soft limit"_s.arg(end.exitCode);
    case Cause::HardLimit:
        return u"killed after the hard limit of %1 s"_s.arg(std::chrono::duration_cast<seconds>(pipeline.hardLimit).count());
    case Cause::PipelineRejected:
        return u"the script put it into its rejected folder"_s;
    default:
        return u"ended with code %1"_s.arg(end.exitCode);
    }
}

} // namespace

Verdict decideOutcome(const PipelineConfig &pipeline, const RunEnd &end, const RunHistory &history, const OutputFacts &outputs)
{
    if (!end.spawned) {
        // Nothing ran. A file that can't be handed over safely would be refused everywhere.
        return end.refused ? Verdict {RunAction::Fail, Cause::HostileName, false, -1, end.detail}
                           : Verdict {RunAction::Release, Cause::SpawnFailed, false, -1, end.detail};
    }
    const bool effects = sideEffectsPossible(pipeline.sideEffects, true, end.markerSeen);
    Cause cause = badEnd(end, history);
    if (history.stopAsked) {
        return {RunAction::Hold, Cause::StoppedByOperator, effects, outputs.rows,
            history.stopDetail}; // a script may end with 0 on SIGTERM
    }
    if (cause == Cause::None) {
        cause = brokenRule(pipeline, outputs);
        if (cause == Cause::None) {
            return {RunAction::Publish, Cause::None, effects, outputs.rows, {}};
        }
    }
    const QString detail = inWords(cause, end, pipeline, outputs);
    if (cause == Cause::PipelineRejected) {
        return {RunAction::Fail, cause, false, outputs.rows, detail};
    }
    const bool ownCode = !end.crashed && !end.stragglersStopped && !history.hardLimit && !end.outputTooLarge && end.exitCode != 0;
    if (ownCode && !end.markerSeen && pipeline.rerunExitCodes.contains(end.exitCode)) {
        return {RunAction::Release, cause, false, outputs.rows, detail};
    }
    if (effects) {
        return {RunAction::Hold, cause, true, outputs.rows, detail};
    }
    if (cause == Cause::BrowserLost || cause == Cause::LoginLost) {
        return {RunAction::Release, cause, false, outputs.rows, detail}; // not the file's fault
    }
    return {RunAction::Fail, cause, false, outputs.rows, detail};
}

} // namespace dtf
