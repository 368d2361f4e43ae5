// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/alert.h"

#include "common/model/enumtext.h"

namespace dtf {

using namespace Qt::StringLiterals;

bool isAboutNode(AlertKind kind)
{
    switch (kind) {
    case AlertKind::LoginNeeded:
    case AlertKind::BrowserDown:
    case AlertKind::BrowserCrashLoop:
    case AlertKind::NodeLost:
    case AlertKind::ClonedNode:
        return true;
    case AlertKind::ManyNodesLost:
    case AlertKind::JobHeld:
    case AlertKind::JobFailed:
    case AlertKind::JobRejected:
    case AlertKind::ZeroRows:
    case AlertKind::JobStuck:
    case AlertKind::ShareDown:
    case AlertKind::StoreFailing:
    case AlertKind::LateResult:
        return false;
    }
    return false;
}

bool endsWhenAcknowledged(AlertKind kind)
{
    switch (kind) {
    case AlertKind::ClonedNode: // raised again as soon as the second machine is heard again
    case AlertKind::JobRejected:
    case AlertKind::LateResult:
        return true;
    case AlertKind::LoginNeeded:
    case AlertKind::BrowserDown:
    case AlertKind::BrowserCrashLoop:
    case AlertKind::NodeLost:
    case AlertKind::ManyNodesLost:
    case AlertKind::JobHeld: // until the file is requeued, released or done
    case AlertKind::JobFailed:
    case AlertKind::ZeroRows:
    case AlertKind::JobStuck:
    case AlertKind::ShareDown:
    case AlertKind::StoreFailing:
        return false;
    }
    return false;
}

QLatin1StringView toString(AlertKind value)
{
    switch (value) {
    case AlertKind::LoginNeeded:
        return "login-needed"_L1;
    case AlertKind::BrowserDown:
        return "browser-down"_L1;
    case AlertKind::BrowserCrashLoop:
        return "browser-crash-loop"_L1;
    case AlertKind::NodeLost:
        return "node-lost"_L1;
    case AlertKind::ManyNodesLost:
        return "many-nodes-lost"_L1;
    case AlertKind::ClonedNode:
        return "cloned-node"_L1;
    case AlertKind::JobHeld:
        return "job-held"_L1;
    case AlertKind::JobFailed:
        return "job-failed"_L1;
    case AlertKind::JobRejected:
        return "job-rejected"_L1;
    case AlertKind::ZeroRows:
        return "zero-rows"_L1;
    case AlertKind::JobStuck:
        return "job-stuck"_L1;
    case AlertKind::ShareDown:
        return "share-down"_L1;
    case AlertKind::StoreFailing:
        return "store-failing"_L1;
    case AlertKind::LateResult:
        return "late-result"_L1;
    }
    return "login-needed"_L1;
}

std::optional<AlertKind> alertKindFromString(QLatin1StringView text)
{
    return enumFromString<AlertKind>(
        {AlertKind::LoginNeeded, AlertKind::BrowserDown, AlertKind::BrowserCrashLoop, AlertKind::NodeLost,
            AlertKind::ManyNodesLost, AlertKind::ClonedNode, AlertKind::JobHeld, AlertKind::JobFailed, AlertKind::JobRejected,
            AlertKind::ZeroRows, AlertKind::JobStuck, AlertKind::ShareDown, AlertKind::StoreFailing, AlertKind::LateResult},
        text);
}

QLatin1StringView toString(AlertSeverity value)
{
    switch (value) {
    case AlertSeverity::Info:
        return "info"_L1;
    case AlertSeverity::Warning:
        return "warning"_L1;
    case AlertSeverity::Critical:
        return "critical"_L1;
    }
    return "info"_L1;
}

std::optional<AlertSeverity> alertSeverityFromString(QLatin1StringView text)
{
    return enumFromString<AlertSeverity>({AlertSeverity::Info, AlertSeverity::Warning, AlertSeverity::Critical}, text);
}

} // namespace dtf
