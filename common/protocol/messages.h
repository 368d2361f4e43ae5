// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"
#include "common/core/logging.h"
#include "common/model/alert.h"
#include "common/model/auditevent.h"
#include "common/model/browserstate.h"
#include "common/model/cause.h"
#include "common/model/jobstate.h"
#include "common/protocol/jobevidence.h"
#include "common/protocol/joining.h"
#include "common/protocol/nodeevidence.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

/// Plain structs of everything on the wire. JSON keys live in codec.cpp and nowhere else. Times: wall clock, ms since 1970 UTC.
/// File names and details are UTF-8 text of remote origin: escape before display.
namespace dtf {

/// Body of every refusal of the API, `{"error":{"code","detail"}}`, and of the last message before a WebSocket is closed.
struct ApiError
{
    ErrorCode code = ErrorCode::Internal;
    QString detail;
};

// ---- agent → orchestrator ---------------------------------------------------------------------------------------------------

/// The file a node is running now.
struct RunningJob
{
    JobId job;
    Epoch epoch = 0;
    QString name;
    WallTime since;
    int progress = -1; ///< percent, -1: unknown
    QString lastLine; ///< newest line of the pipeline's output, ≤ 300 characters
    bool sideEffects = false; ///< may have begun
    QString trouble; ///< why it can't be put where it belongs, for minutes already; empty: none
};

/// POST /api/v1/heartbeat, every 15 s and at once on a change. Deduplicated on (node, boot, seq).
struct Heartbeat
{
    int protocol = 0;
    NodeName node;
    BootId boot; ///< this life of the agent
    BootId previousBoot; ///< its life before, from its own state folder: proves a successor; empty: first life
    qint64 seq = 0; ///< 1, 2, … within `boot`
    QByteArray machine; ///< printable ASCII, ≤ 128: identity of the machine or installation; a clone shares node and token but
                        ///< not this with its twin (or shares all but boot)
    QByteArray machineBoot; ///< printable ASCII, ≤ 128: changes when the machine is rebooted
    bool browserConnected = false;
    BrowserState browserState = BrowserState::Disconnected;
    QString browserDetail; ///< which step of the health ladder fails, why
    int browserPort = 0;
    QList<RunningJob> running;
    QList<JobId> queued; ///< claimed next, lying in its folder
    bool shareOk = true; ///< the agent's own view
    QString shareDetail;
    double cpuPercent = -1; ///< whole machine; -1: unknown
    qint64 memoryFree = -1; ///< bytes
    qint64 diskFree = -1; ///< bytes on the scratch disk
    qint64 browserMemory = -1; ///< bytes, all of the browser's processes
    QString version;
    WallTime time; ///< the agent's clock, to show skew
    qint64 outbox = 0; ///< reports not acknowledged yet
    QString closedBy; ///< why the agent takes no new file, beyond what its share and browser say; empty: it does
};

enum class CommandKind { Stop, RestartBrowser, RestartAgent, Picture, SelfCheck };
[[nodiscard]] QLatin1StringView toString(CommandKind kind);
[[nodiscard]] std::optional<CommandKind> commandKindFromString(QLatin1StringView text);

/// What the orchestrator asks of an agent: in the heartbeat's answer and at once over the WebSocket. Idempotent by id.
struct AgentCommand
{
    qint64 id = 0;
    CommandKind kind = CommandKind::Stop;
    JobId job; ///< Stop
    Epoch epoch = 0; ///< Stop: of this attempt only
    bool now = false; ///< RestartBrowser: do not wait for the running file
    QString reason;
    QString by;
};

struct HeartbeatReply
{
    int protocol = 0;
    BootId orchestratorBoot;
    WallTime time;
    int heartbeatSeconds = 15;
    bool accepted = true; ///< false: refused, see refusal (clone, unknown version …)
    QString refusal;
    bool twin =
        false; ///< refused, and for certain: another agent has gone on speaking under this name since it was refused first
    bool mayClaim = true; ///< false: paused; finish what runs, begin nothing. Kept while the orchestrator can't be reached
    QList<AgentCommand> commands; ///< pending, oldest first, repeated until acknowledged by result
};

/// What happened to a job on a node, in journal order. Kept until acknowledged, replayed in order, idempotent by
/// (node, boot, seq).
enum class ReportKind {
    Claimed, ///< token in running/
    Started, ///< START journalled: spawn follows
    Exited,
    Released, ///< the agent lets go of the running token: the orchestrator may move it to another node
    Committed, ///< token consumed into the stage
    Done, ///< result folder visible
    Held, ///< moved to hold/
    Failed, ///< moved to failed/
    Rejected, ///< moved to rejected/
    Fenced, ///< token was taken away while it ran; outputs kept as evidence
    Late, ///< results of a fenced attempt put under .dtf/late
    Foreign, ///< a token in my running/ that I never claimed
    CommandDone, ///< result of a command
};
[[nodiscard]] QLatin1StringView toString(ReportKind kind);
[[nodiscard]] std::optional<ReportKind> reportKindFromString(QLatin1StringView text);

struct Report
{
    BootId boot; ///< the life that wrote it (may be an earlier one than the sender's)
    qint64 seq = 0;
    ReportKind kind = ReportKind::Claimed;
    WallTime time;
    JobId job;
    Epoch epoch = 0;
    BootId tokenBoot; ///< B in the token's name
    QString name; ///< original file name
    Cause cause = Cause::None;
    QString detail; ///< plain words; path of the result folder, last line, exit code in words
    int exitCode = 0;
    bool sideEffects = false;
    qint64 rows = -1; ///< processed rows if the result says
    QByteArray sha256; ///< of the input, hex
    qint64 commandId = 0; ///< CommandDone
    bool ok = true; ///< CommandDone
};

/// POST /api/v1/reports: a run of reports, oldest first, ≤ 256.
struct ReportBatch
{
    int protocol = 0;
    NodeName node;
    BootId boot; ///< the sender's life
    QList<Report> reports;
};
struct ReportAck
{
    int accepted = 0; ///< how many of the batch, from its front, are durable and need not be sent again
};

// ---- agent WebSocket /api/v1/agent: immediate, lossy -----------------------------------------------------------------------

struct AgentHello
{
    int protocol = 0;
    NodeName node;
    BootId boot;
    QString version;
};
/// Lines of a pipeline's output, bounded to 64 KiB/s.
struct LogLines
{
    NodeName node;
    JobId job;
    Epoch epoch = 0;
    QList<LogEntry> lines;
    qint64 dropped = 0; ///< lines left out because of the bound
};
struct PictureData
{
    NodeName node;
    qint64 commandId = 0;
    QByteArray png; ///< ≤ 8 MiB; empty on failure
    QString error;
};
/// "There may be something new in your folder": wakes the agent's listing.
struct WorkHint
{
    NodeName node;
};

// ---- reading API -------------------------------------------------------------------------------------------------------------

struct NodeView
{
    NodeName node;
    QString state; ///< word of the orchestrator's NodeState
    QString stateReason; ///< code
    QString stateDetail;
    WallTime since;
    bool paused = false;
    bool draining = false;
    QString pausedBy;
    QString pausedReason;
    Heartbeat beat; ///< the last one; beat.seq == 0: never seen
    qint64 heartbeatAgeMs = -1;
    int assigned = 0; ///< tokens in its folder
    int doneToday = 0;
    int failedToday = 0;
};

struct JobView
{
    JobId job;
    QString name;
    JobState state = JobState::Waiting;
    NodeName node; ///< now or last
    Epoch epoch = 0;
    int attempts = 0; ///< started runs
    int priority = 0;
    QString affinity; ///< e.g. the agency
    qint64 size = 0;
    WallTime accepted; ///< when it became a job
    WallTime changed; ///< when its state changed last
    Cause cause = Cause::None;
    QString detail;
    QString lastLine;
    QString place; ///< path of its token on the share
    bool stopAsked = false;
    QByteArray sha256; ///< of the input, hex, once an agent told
    qint64 rows = -1; ///< processed rows if the result says
    bool sideEffects = false; ///< may have begun in the last run
};

/// What GET /api/v1/jobs sorts by; joborder.h says what that means exactly.
enum class JobSort { Changed, Accepted, Name, Agency, State, Node, Attempts, Size, Priority, Cause };
[[nodiscard]] QLatin1StringView toString(JobSort sort);
[[nodiscard]] std::optional<JobSort> jobSortFromString(QLatin1StringView text);

struct JobPage
{
    QList<JobView> jobs;
    qint64 total = 0; ///< matching the filter, counted within the last few seconds
    QString next; ///< cursor for the next page; empty: no more
    bool totalExact = true; ///< false: there are at least `total`, counting went no further
};

/// One gate of the dispatcher against one node, in checking order.
struct GateView
{
    QString gate; ///< code, e.g. "browser-ready"
    bool pass = false;
    QString detail;
};
struct WhyNode
{
    NodeName node;
    QList<GateView> gates; ///< up to and including the first that fails
};
struct WhyView
{
    JobView job;
    QString verdict; ///< code: "dispatchable", "waiting-for-node", "serial-behind", "held", "maintenance", "share-down", …
    QString detail;
    std::optional<WallTime> until; ///< when this reason ends by itself, if that is known
    QList<WhyNode> nodes;
};

struct AlertView
{
    Alert alert;
};

struct FleetSummary
{
    BootId orchestratorBoot;
    WallTime time;
    QString version;
    bool dispatchPaused = false;
    QString dispatchPausedBy;
    QString dispatchPausedReason;
    bool shareOk = false;
    QString shareDetail;
    bool storeOk = true;
    QString storeDetail;
    QList<qint64> jobsByState; ///< indexed by JobState
    qint64 oldestWaitingMs = 0;
    qint64 doneToday = 0;
    bool evictionsFrozen = false; ///< many nodes vanished at once
};

/// GET /api/v1/state, and the snapshot of the feed.
struct StateView
{
    FleetSummary summary;
    QList<NodeView> nodes;
    QList<Alert> alerts;
};

struct AuditPage
{
    QList<AuditRow> rows;
    qint64 last = 0; ///< newest sequence number in the store
};

/// GET /api/v1/audit/verify: how the last reading of the whole chain ended. Asking begins a new one when it is a minute old.
struct AuditCheck
{
    bool running = false; ///< one is under way: ask again
    WallTime time; ///< when the last one ended; 0: none has since the orchestrator started
    qint64 rows = 0; ///< found good, from 1 on
    bool ok = false; ///< every row there was
    qint64 firstBad = 0; ///< first row that is missing or wrong; 0: none, or the audit could not be read
    QString why; ///< plain words when not ok
};

/// One hour of GET /api/v1/history. Each file counts once, by its present state, in the hour it came to it.
struct HistoryHour
{
    WallTime start;
    qint64 done = 0;
    qint64 failed = 0;
    qint64 held = 0;
    qint64 rejected = 0;
    qint64 longestWaitMs = -1; ///< of the files first given to a node in this hour, from acceptance on; -1: there was none
    qint64 medianWaitMs = -1;
};
/// A node in one state for a while: "ready", "busy", "failed" (a run that failed or went on hold), "paused", "draining",
/// "browser", "suspect", "lost", "refused", "unknown".
struct LanePart
{
    QString state;
    WallTime from;
    WallTime to;
};
struct HistoryLane
{
    NodeName node;
    QList<LanePart> parts; ///< without gaps, from HistoryView::from to ::to
};
/// GET /api/v1/history?hours=24: whole hours of UTC and the one that runs. All lanes together have at most 24,000 parts: a lane
/// with more than its share is told in equal pieces.
struct HistoryView
{
    WallTime from;
    WallTime to;
    bool complete = true; ///< false: there were too many audit rows; lanes and waits begin later than `from`
    QList<HistoryHour> hours;
    QList<HistoryLane> lanes;
};

// ---- operator commands --------------------------------------------------------------------------------

enum class JobAction { Requeue, Hold, Release, Stop, Done };
enum class NodeAction { Pause, Resume, Drain, RestartBrowser, RestartAgent, Picture, SelfCheck };
[[nodiscard]] QLatin1StringView toString(JobAction action);
[[nodiscard]] std::optional<JobAction> jobActionFromString(QLatin1StringView text);
[[nodiscard]] QLatin1StringView toString(NodeAction action);
[[nodiscard]] std::optional<NodeAction> nodeActionFromString(QLatin1StringView text);

/// POST /api/v1/alerts/{kind}/{subject}/ack: the subject is a node's name, a job's id, or this where the alert has none.
inline constexpr QLatin1StringView noSubject("-");

/// Body of POST …/{action}.
struct OperatorRequest
{
    QString reason;
    QString key; ///< idempotency key; the same key answers the same again
    std::optional<Epoch> expectEpoch; ///< compare-and-set: refused as Stale when different
    std::optional<JobState> expectState;
    std::optional<WallTime> expectSince; ///< of an alert: it is still the one that was seen
    NodeName node; ///< Requeue: this node, empty: any
    bool now = false; ///< RestartBrowser
};
struct OperatorReply
{
    bool ok = false;
    QString code; ///< ErrorCode word or "accepted" / "done"
    QString detail; ///< plain words
    std::optional<JobView> job; ///< the truth after it, also when refused as stale
    qint64 commandId = 0; ///< Picture and other agent commands
};

// ---- feed /api/v1/feed --------------------------------------------------------------------------------

struct FeedHello
{
    int protocol = 0;
    BootId orchestratorBoot;
    QString version;
    QString user;
    QString role;
};
/// Snapshot: StateView + first page of active jobs; then numbered deltas. A gap in `number` asks for a new snapshot.
struct FeedSnapshot
{
    qint64 number = 0; ///< deltas continue at number + 1
    StateView state;
    QList<JobView> jobs; ///< not final, newest 1000
};
struct FeedDelta
{
    qint64 number = 0;
    QList<NodeView> nodes; ///< changed
    QList<JobView> jobs; ///< changed or new
    QList<Alert> alertsRaised; ///< new, or acknowledged
    QList<Alert> alertsCleared;
    QList<AuditRow> audit; ///< new rows
    std::optional<FleetSummary> summary;
};
/// A console's wish: follow these jobs' or nodes' log lines.
struct FeedSubscribe
{
    QList<JobId> jobs;
    bool allLogs = false;
};

} // namespace dtf
