// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"

#include <QByteArray>
#include <QLatin1StringView>
#include <QString>

#include <optional>

namespace dtf {

/// What the audit records. Every change of a token's place has one (I8).
enum class AuditKind {
    JobAccepted, ///< seen stable in incoming
    JobAssigned, ///< moved into processing/<node>/
    JobRequeued, ///< put back to waiting, by `actor`
    JobClaimed,
    JobStarted,
    JobExited,
    JobPublishing,
    JobDone,
    JobHeld,
    JobFailed,
    JobRejected,
    JobReleased, ///< the agent gave the token back for another node
    JobFenced,
    JobInDoubt,
    JobRecovered, ///< settled from what was seen or told later: an open intent, an unknown token, a change of place. No end
    JobWithdrawn,
    JobStopAsked,
    LateResult,
    NodeState,
    DispatchPaused,
    DispatchResumed,
    ShareState,
    CommandRefused,
    AlertRaised,
    AlertCleared,
    AlertAcknowledged, ///< by a person, who takes care of it
    JoinCode, ///< made or revoked
    NodeJoined, ///< with a join code, or back under its name
    NodeForgotten,
    OrchestratorStarted,
    OrchestratorStopped,
    Gap, ///< the store was lost or restored: history before this is elsewhere
};

[[nodiscard]] QLatin1StringView toString(AuditKind kind); ///< "job.assigned"
[[nodiscard]] std::optional<AuditKind> auditKindFromString(QLatin1StringView text);

/// One row of the audit before the store numbers and chains it.
struct AuditEvent
{
    AuditKind kind = AuditKind::Gap;
    WallTime time;
    JobId job; ///< null: not about a job
    Epoch epoch = 0;
    NodeName node; ///< empty: none
    QByteArray actor; ///< UTF-8: "orchestrator", "agent:DTF-01", "operator:anna"
    QByteArray detail; ///< UTF-8 free text for people: reason, path, cause; remote text inside
};

/// As stored: `hash` = SHA-256 over the previous hash and the canonical form of this row.
struct AuditRow
{
    qint64 seq = 0; ///< 1, 2, … without gaps
    AuditEvent event;
    QByteArray hash; ///< 32 bytes
};

} // namespace dtf
