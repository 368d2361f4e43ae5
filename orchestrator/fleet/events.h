// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/cause.h"
#include "common/protocol/messages.h"
#include "common/share/sharefs.h"
#include "orchestrator/fleet/job.h"

#include <QList>

#include <optional>
#include <variant>

/// Everything that can happen to the fleet. Plain values; the shell makes them from timers, sockets and the share worker's
/// answers.
namespace dtf {

/// A file in incoming that has held still long enough, or will never be one (cause set: to be refused).
struct StableFile
{
    JobId id; ///< given by the scanner, which remembers the name under it
    QByteArray name;
    qint64 size = 0;
    qint64 mtimeNs = 0;
    quint64 stamp = 0;
    Cause refuse = Cause::None;
    QByteArray why;
};
struct FilesStable
{
    QList<StableFile> files;
};
/// Known files that are no longer in incoming (two complete listings).
struct FilesVanished
{
    QList<JobId> jobs;
};

/// How a share action ended.
struct ActionDone
{
    ActionKind kind = ActionKind::None;
    JobId job;
    MoveOutcome outcome = MoveOutcome::Ambiguous;
    bool verified = false; ///< a recovered lost reply
    bool changedBefore = false; ///< the source was not what was recorded: nothing was moved
    bool changedAfter = false; ///< what arrived is not what was recorded
    SharePath place; ///< where the token is when Moved
    Error error;
    SharePath asked {}; ///< the action's target: whose answer this is, should the job have another intent by now
};
struct ActionsDone
{
    QList<ActionDone> results;
};

enum class SeenWhere { Assigned, Running, Stage, Hold, Failed, Completed, Rejected, Incoming };

/// One token as a listing or a direct look shows it.
struct SeenToken
{
    SeenWhere where = SeenWhere::Assigned;
    NodeName node; ///< Assigned, Running
    TokenName token;
    SharePath path;
    qint64 size = 0; ///< bytes; 0 from a listing without details
};
/// A listing of every folder that holds tokens, completed/ and incoming/ excepted, begun at `startedAt`.
struct ZoneSeen
{
    MonoTime startedAt;
    QList<SeenToken> tokens;
    bool complete = false; ///< false: some folder could not be read; nothing is concluded from absence
};
/// Direct looks for jobs that a listing missed: found where, or nowhere.
struct TraceDone
{
    MonoTime startedAt;
    QList<std::pair<JobId, std::optional<SeenToken>>> found;
};

struct BeatReceived
{
    Heartbeat beat;
};
struct ReportsReceived
{
    quint64 request = 0; ///< answered when durable
    ReportBatch batch;
};
struct JobCommanded
{
    quint64 request = 0;
    JobId job;
    JobAction action = JobAction::Hold;
    OperatorRequest body;
    QByteArray actor;
};
struct NodeCommanded
{
    quint64 request = 0;
    NodeName node;
    NodeAction action = NodeAction::Pause;
    OperatorRequest body;
    QByteArray actor;
};
struct DispatchCommanded
{
    quint64 request = 0;
    bool pause = false;
    OperatorRequest body;
    QByteArray actor;
};
/// An operator has seen an alert.
struct AlertCommanded
{
    quint64 request = 0;
    AlertKind kind = AlertKind::StoreFailing;
    QByteArray subject;
    OperatorRequest body;
    QByteArray actor;
};
/// A machine asks to join. `token`: its bearer token should it be let in.
struct EnrolAsked
{
    quint64 request = 0; ///< answered when durable
    EnrolRequest body; ///< without the code
    QByteArray codeDigest; ///< 32 bytes
    QByteArray token;
    QByteArray from; ///< for the audit, e.g. "machine@10.0.0.7"
};
struct JoinCodeMade
{
    quint64 request = 0;
    JoinCodeRequest body;
    QByteArray digest; ///< 32 bytes
    QByteArray actor;
};
struct JoinCodeRevoked
{
    quint64 request = 0;
    qint64 number = 0;
    OperatorRequest body;
    QByteArray actor;
};
/// A joined node leaves for good.
struct NodeForgotten
{
    quint64 request = 0;
    NodeName node;
    OperatorRequest body;
    QByteArray actor;
};
struct ShareHealth
{
    bool ok = false;
    QByteArray detail;
    QList<std::pair<NodeName, QByteArray>> alive; ///< content identity of each node's alive file, as far as readable
    QByteArray uuid {}; ///< of the share, when ok
};
struct StoreHealth
{
    bool ok = true;
    QByteArray detail;
};
struct AccessRefused
{
    QByteArray who;
    QByteArray what;
};
/// Go on dispatching where a bounded pass stopped.
struct MoreToDispatch
{ };
/// At least once a second.
struct Tick
{ };

using FleetEvent = std::variant<FilesStable, FilesVanished, ActionsDone, ZoneSeen, TraceDone, BeatReceived, ReportsReceived,
    JobCommanded, NodeCommanded, DispatchCommanded, AlertCommanded, EnrolAsked, JoinCodeMade, JoinCodeRevoked, NodeForgotten,
    ShareHealth, StoreHealth, AccessRefused, MoreToDispatch, Tick>;

} // namespace dtf
