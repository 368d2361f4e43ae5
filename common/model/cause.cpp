// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/cause.h"

#include "common/model/enumtext.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(Cause value)
{
    switch (value) {
    case Cause::None:
        return "none"_L1;
    case Cause::TypeNotAccepted:
        return "type-not-accepted"_L1;
    case Cause::HostileName:
        return "hostile-name"_L1;
    case Cause::NameTooLong:
        return "name-too-long"_L1;
    case Cause::NotAFile:
        return "not-a-file"_L1;
    case Cause::Empty:
        return "empty"_L1;
    case Cause::ChangedMeanwhile:
        return "changed-meanwhile"_L1;
    case Cause::ExitCode:
        return "exit-code"_L1;
    case Cause::Crashed:
        return "crashed"_L1;
    case Cause::SoftLimit:
        return "soft-limit"_L1;
    case Cause::HardLimit:
        return "hard-limit"_L1;
    case Cause::NoOutput:
        return "no-output"_L1;
    case Cause::ZeroRows:
        return "zero-rows"_L1;
    case Cause::ResultRule:
        return "result-rule"_L1;
    case Cause::PipelineRejected:
        return "pipeline-rejected"_L1;
    case Cause::SpawnFailed:
        return "spawn-failed"_L1;
    case Cause::BrowserLost:
        return "browser-lost"_L1;
    case Cause::LoginLost:
        return "login-lost"_L1;
    case Cause::StoppedByOperator:
        return "stopped-by-operator"_L1;
    case Cause::OutputTooLarge:
        return "output-too-large"_L1;
    case Cause::AgentRestarted:
        return "agent-restarted"_L1;
    case Cause::NodeLost:
        return "node-lost"_L1;
    case Cause::MaybeStarted:
        return "maybe-started"_L1;
    case Cause::Fenced:
        return "fenced"_L1;
    case Cause::ForeignToken:
        return "foreign-token"_L1;
    case Cause::ShareTrouble:
        return "share-trouble"_L1;
    case Cause::FileUnreadable:
        return "file-unreadable"_L1;
    case Cause::AttemptsExhausted:
        return "attempts-exhausted"_L1;
    case Cause::MarkedByOperator:
        return "marked-by-operator"_L1;
    }
    return "none"_L1;
}

std::optional<Cause> causeFromString(QLatin1StringView text)
{
    return enumFromString<Cause>(
        {Cause::None, Cause::TypeNotAccepted, Cause::HostileName, Cause::NameTooLong, Cause::NotAFile, Cause::Empty,
            Cause::ChangedMeanwhile, Cause::ExitCode, Cause::Crashed, Cause::SoftLimit, Cause::HardLimit, Cause::NoOutput,
            Cause::ZeroRows, Cause::ResultRule, Cause::PipelineRejected, Cause::SpawnFailed, Cause::BrowserLost, Cause::LoginLost,
            Cause::StoppedByOperator, Cause::OutputTooLarge, Cause::AgentRestarted, Cause::NodeLost, Cause::MaybeStarted,
            Cause::Fenced, Cause::ForeignToken, Cause::ShareTrouble, Cause::FileUnreadable, Cause::AttemptsExhausted,
            Cause::MarkedByOperator},
        text);
}

} // namespace dtf
