// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"
#include "common/model/alert.h"
#include "common/model/auditevent.h"
#include "common/model/cause.h"
#include "common/model/jobstate.h"
#include "common/protocol/messages.h"
#include "common/share/layout.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace dtf {

/// A job as the store keeps it: everything that must survive.
struct JobRecord
{
    JobId id;
    QByteArray name; ///< producer's file name, bytes
    JobState state = JobState::Waiting;
    SharePath place; ///< where its token lies (for Moving: where it lay before)
    SharePath intentTarget; ///< Moving: where it is going; empty otherwise
    NodeName node; ///< now or last
    Epoch epoch = 0;
    BootId boot; ///< B of the running token
    int attempts = 0;
    int priority = 0;
    QByteArray affinity;
    QByteArray serialKey;
    qint64 size = 0;
    qint64 mtimeNs = 0;
    QByteArray fileId;
    QByteArray sha256; ///< hex, once an agent told
    WallTime accepted;
    WallTime changed;
    Cause cause = Cause::None;
    QByteArray detail; ///< UTF-8
    NodeName wantNode; ///< an operator's choice for the next run
    bool stopAsked = false;
    bool rerunAllowed = false; ///< an operator's or policy's event allows a run after an earlier start (I4)
    bool sideEffects = false; ///< of the last run
    qint64 rows = -1;
    /// The store has this job already, with the same name, size, times, keys and priority: only the rest need be written.
    bool known = false;
};

/// What the store remembers of a node across restarts of the orchestrator.
struct NodeRecord
{
    NodeName node;
    bool paused = false;
    bool draining = false;
    QByteArray by; ///< who paused or drained
    QByteArray reason;
    WallTime changed;
    BootId lastBoot;
    QByteArray machine;
    QByteArray machineBoot;
};

/// A machine that has joined by itself. Its place in the pool is its name; the configuration's nodes have no such record.
struct MemberRecord
{
    NodeName node;
    QByteArray tokenDigest; ///< SHA-256, 32 bytes
    QByteArray machine; ///< identityOf() its hardware; empty: not known
    QByteArray request; ///< of its last enrolment
    qint64 code = 0; ///< number of the join code
    WallTime joined;
};

/// A join code; the code itself is nowhere.
struct JoinCodeRecord
{
    qint64 number = 0;
    QByteArray digest; ///< SHA-256, 32 bytes
    WallTime made;
    QByteArray by;
    QByteArray reason;
    WallTime until;
    int uses = 1;
    int used = 0;
    QByteArray revokedBy; ///< empty: nobody has
};

/// Highest report taken from one life of one node: replays at or below it are answered, not applied.
struct ReportMark
{
    NodeName node;
    BootId boot;
    qint64 seq = 0;
};

/// A command to an agent that has no result yet.
struct CommandRecord
{
    NodeName node;
    AgentCommand command;
    WallTime asked;
};

/// The answer once given to an operator's idempotency key.
struct AnswerRecord
{
    QByteArray actor;
    QByteArray key;
    QByteArray answer; ///< JSON as sent
    WallTime time;
};

/// One durable step: all of it or nothing, in one transaction. Group many files into one batch.
struct StoreBatch
{
    QList<JobRecord> jobs; ///< insert or replace by id
    QList<NodeRecord> nodes; ///< insert or replace by name
    QList<MemberRecord> members; ///< insert or replace by name
    QList<NodeName> nodesGone; ///< with all that is kept about them: member, node, marks, commands
    QList<JoinCodeRecord> joinCodes; ///< insert or replace by number
    QList<qint64> joinCodesGone;
    QList<ReportMark> reportMarks;
    QList<Alert> alertsRaised; ///< insert or replace by (kind, subject)
    QList<Alert> alertsCleared;
    QList<CommandRecord> commands;
    QList<qint64> commandsDone;
    QList<AnswerRecord> answers;
    QList<std::pair<QByteArray, QByteArray>> settings; ///< key, value; e.g. dispatch.paused
    QList<AuditEvent> audit; ///< numbered and chained in this order
    [[nodiscard]] bool isEmpty() const
    {
        return jobs.isEmpty() && nodes.isEmpty() && members.isEmpty() && nodesGone.isEmpty() && joinCodes.isEmpty()
            && joinCodesGone.isEmpty() && reportMarks.isEmpty() && alertsRaised.isEmpty() && alertsCleared.isEmpty()
            && commands.isEmpty() && commandsDone.isEmpty() && answers.isEmpty() && settings.isEmpty() && audit.isEmpty();
    }
};

/// How many jobs came to this end on one day.
struct EndedCount
{
    JobState state = JobState::Done; ///< a final one
    NodeName node; ///< of the last attempt
    bool byHand = false; ///< an operator said so: no run of the node's
    qint64 count = 0;
};

/// Everything needed to start: read once, before the event loop.
struct StoreSnapshot
{
    QList<JobRecord> jobs; ///< all that are not final
    QList<NodeRecord> nodes;
    QList<MemberRecord> members;
    QList<JoinCodeRecord> joinCodes; ///< oldest first
    QList<ReportMark> reportMarks;
    QList<Alert> alerts;
    QList<CommandRecord> commands;
    QList<std::pair<QByteArray, QByteArray>> settings;
    qint64 day = 0; ///< UTC, days since 1970
    QList<EndedCount> ended; ///< on that day so far
    qint64 lastAuditSeq = 0;
    bool created = false; ///< the file was new: history, if the share has any, is a Gap
};

/// Empty: not there.
[[nodiscard]] inline QByteArray settingOf(const StoreSnapshot &snapshot, QByteArrayView key)
{
    for (const auto &[name, value] : snapshot.settings) {
        if (name == key) {
            return value;
        }
    }
    return {};
}

/// Filter and order of GET /api/v1/jobs; empty fields do not filter.
struct JobQuery
{
    QList<JobState> states;
    NodeName node;
    QByteArray text; ///< part of the name, id or affinity, case-insensitive
    Cause cause = Cause::None;
    JobSort sort = JobSort::Changed;
    bool ascending = false;
    QByteArray cursor; ///< from JobPage::next of the same sort and order
    int limit = 100; ///< 1–1000
};

struct AuditQuery
{
    qint64 after = 0; ///< seq greater than
    qint64 before = 0; ///< seq less than; 0: no bound
    WallTime from; ///< not older; 0: no bound
    WallTime to; ///< older than; 0: no bound
    JobId job;
    NodeName node;
    QByteArray actor; ///< prefix
    bool newestFirst = false;
    int limit = 100; ///< 1–1000
};

/// What is known of a node now, for a history in which nothing says how it began.
struct LaneSeed
{
    NodeName node;
    QByteArray state; ///< NodeView::state
    WallTime since;
};

/// GET /api/v1/history.
struct HistoryQuery
{
    WallTime now;
    int hours = 24; ///< 1–168, the one that runs included
    QList<LaneSeed> nodes; ///< who gets a lane, at most 1,000
};

} // namespace dtf
