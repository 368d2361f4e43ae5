// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"

#include <QByteArray>
#include <QLatin1StringView>

#include <optional>

namespace dtf {

enum class AlertKind {
    LoginNeeded,
    BrowserDown,
    BrowserCrashLoop,
    NodeLost,
    ManyNodesLost,
    ClonedNode,
    JobHeld,
    JobFailed,
    JobRejected,
    ZeroRows,
    JobStuck, ///< sits still for the stuck time (15 min)
    ShareDown,
    StoreFailing,
    LateResult,
};
enum class AlertSeverity { Info, Warning, Critical };

[[nodiscard]] bool isAboutNode(AlertKind kind); ///< its subject is a node's name
/// Tells of something that has happened once, so nothing but a person who has read it ends it. All others end with their cause.
[[nodiscard]] bool endsWhenAcknowledged(AlertKind kind);
[[nodiscard]] QLatin1StringView toString(AlertKind kind); ///< "login-needed"
[[nodiscard]] std::optional<AlertKind> alertKindFromString(QLatin1StringView text);
[[nodiscard]] QLatin1StringView toString(AlertSeverity severity); ///< "critical"
[[nodiscard]] std::optional<AlertSeverity> alertSeverityFromString(QLatin1StringView text);

/// Who has seen an alert and takes care of it.
struct Acknowledgement
{
    WallTime time;
    QByteArray by; ///< UTF-8: "operator:anna"
    QByteArray reason; ///< UTF-8; may be empty
};

/// One open trouble; one per (kind, subject), never a storm.
struct Alert
{
    AlertKind kind = AlertKind::StoreFailing;
    AlertSeverity severity = AlertSeverity::Warning;
    QByteArray subject; ///< node name, job id or empty
    WallTime since;
    QByteArray detail; ///< UTF-8; code-like or remote text for the reader's message
    std::optional<Acknowledgement> acknowledged = {};
};

} // namespace dtf
