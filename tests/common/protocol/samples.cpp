// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/protocol/samples.h"

namespace dtf::samples {

using namespace Qt::StringLiterals;

namespace {

const JobId jobA = *JobId::parse("01JDCQ5T3M8YZKX4W9RVN7B2HC");
const JobId jobB = *JobId::parse("01JDCQ5T3N0000000000000001");
const BootId agentBoot = *BootId::parse("k7m2p9xz");
const BootId earlierBoot = *BootId::parse("a1b2c3d4");
const BootId orchestratorBoot = *BootId::parse("0rch3str");
constexpr WallTime noon {1'795'435'200'000};

WallTime later(qint64 msecs)
{
    return {noon.msecsSinceEpoch + msecs};
}

NodeName node(const char *name)
{
    return *NodeName::parse(name);
}

} // namespace

void fill(ApiError &m)
{
    m = {ErrorCode::Stale, u"it has changed meanwhile"_s};
}

void fill(RunningJob &m)
{
    m = {jobA, 2, u"Agency Ä–1.csv"_s, later(-65'000), 40, u"row 120 of 300"_s, true, u"hold/ refuses it"_s};
}

void fill(Heartbeat &m)
{
    m.protocol = 1;
    m.node = node("DTF-01");
    m.boot = agentBoot;
    m.previousBoot = earlierBoot;
    m.seq = 17;
    m.machine = "4c4c4544-0037";
    m.machineBoot = "b7e1-55";
    m.browserConnected = true;
    m.browserState = BrowserState::LoginRequired;
    m.browserDetail = u"login page"_s;
    m.browserPort = 9222;
    m.running = {sample<RunningJob>()};
    m.queued = {jobB, jobA};
    m.shareOk = false;
    m.shareDetail = u"sentinel unreadable"_s;
    m.cpuPercent = 12.5;
    m.memoryFree = 2'147'483'648;
    m.diskFree = 9'007'199'254'740'991; // 2^53 − 1
    m.browserMemory = 734'003'200;
    m.version = u"0.1.0"_s;
    m.time = noon;
    m.outbox = 3;
    m.closedBy = u"the agent is stopping"_s;
}

void fill(AgentCommand &m)
{
    m = {41, CommandKind::RestartBrowser, jobA, 2, true, u"portal hangs"_s, u"anna"_s};
}

void fill(HeartbeatReply &m)
{
    m = {1, orchestratorBoot, noon, 20, false, u"already-exists"_s, true, false, {sample<AgentCommand>()}};
}

void fill(Report &m)
{
    m.boot = agentBoot;
    m.seq = 1001;
    m.kind = ReportKind::Exited;
    m.time = noon;
    m.job = jobA;
    m.epoch = 2;
    m.tokenBoot = earlierBoot;
    m.name = u"AgencyA.csv"_s;
    m.cause = Cause::ZeroRows;
    m.detail = u"nothing was processed"_s;
    m.exitCode = -1'073'741'819; // 0xC0000005
    m.sideEffects = true;
    m.rows = 300;
    m.sha256 = QByteArray("0123456789abcdef").repeated(4);
    m.commandId = 41;
    m.ok = false;
}

void fill(ReportBatch &m)
{
    m = {1, node("DTF-01"), agentBoot, {sample<Report>()}};
}

void fill(ReportAck &m)
{
    m = {7};
}

void fill(AgentHello &m)
{
    m = {1, node("DTF-01"), agentBoot, u"0.1.0"_s};
}

void fill(LogEntry &m)
{
    m = {noon, LogLevel::Warn, u"DTF-03"_s, 9224, u"Upload Success"_s, {{u"job"_s, jobA.toString()}, {u"attempt"_s, u"1"_s}}};
}

void fill(LogLines &m)
{
    m = {node("DTF-03"), jobA, 2, {sample<LogEntry>()}, 12};
}

void fill(PictureData &m)
{
    m = {node("DTF-01"), 41, QByteArray::fromHex("89504e470d0a1a0a00ff"), u"cut off"_s};
}

void fill(WorkHint &m)
{
    m = {node("DTF-02")};
}

void fill(NodeView &m)
{
    m.node = node("DTF-01");
    m.state = u"suspect"_s;
    m.stateReason = u"heartbeat-late"_s;
    m.stateDetail = u"21 s"_s;
    m.since = noon;
    m.paused = true;
    m.draining = true;
    m.pausedBy = u"anna"_s;
    m.pausedReason = u"portal update"_s;
    m.beat = sample<Heartbeat>();
    m.heartbeatAgeMs = 21'000;
    m.assigned = 1;
    m.doneToday = 12;
    m.failedToday = 2;
}

void fill(JobView &m)
{
    m.job = jobA;
    m.name = u"AgencyA.csv"_s;
    m.state = JobState::InDoubt;
    m.node = node("DTF-01");
    m.epoch = 2;
    m.attempts = 3;
    m.priority = -5;
    m.affinity = u"AgencyA"_s;
    m.size = 5'368'709'120;
    m.accepted = noon;
    m.changed = later(1000);
    m.cause = Cause::NodeLost;
    m.detail = u"silent for 31 s"_s;
    m.lastLine = u"row 120 of 300"_s;
    m.place = u"processing/DTF-01/running/x"_s;
    m.stopAsked = true;
    m.sha256 = QByteArray("0123456789abcdef").repeated(4);
    m.rows = 300;
    m.sideEffects = true;
}

void fill(JobPage &m)
{
    m = {{sample<JobView>()}, 4711, u"01JDCQ5T3M8YZKX4W9RVN7B2HC"_s, false};
}

void fill(GateView &m)
{
    m = {u"browser-ready"_s, true, u"ready for 5 min"_s};
}

void fill(WhyNode &m)
{
    m = {node("DTF-01"), {sample<GateView>()}};
}

void fill(WhyView &m)
{
    m = {sample<JobView>(), u"waiting-for-node"_s, u"3 nodes busy"_s, later(30'000), {sample<WhyNode>()}};
}

void fill(Acknowledgement &m)
{
    m = {later(60'000), "operator:anna", "rang the office"};
}

void fill(Alert &m)
{
    m = {AlertKind::LoginNeeded, AlertSeverity::Critical, "DTF-01", noon, "the portal asks for a log-in",
        sample<Acknowledgement>()};
}

void fill(AlertView &m)
{
    m = {sample<Alert>()};
}

void fill(FleetSummary &m)
{
    m.orchestratorBoot = orchestratorBoot;
    m.time = noon;
    m.version = u"0.1.0"_s;
    m.dispatchPaused = true;
    m.dispatchPausedBy = u"anna"_s;
    m.dispatchPausedReason = u"portal update"_s;
    m.shareOk = true;
    m.shareDetail = u"answers in 4 ms"_s;
    m.storeOk = false;
    m.storeDetail = u"disk full"_s;
    m.jobsByState = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    m.oldestWaitingMs = 90'000;
    m.doneToday = 120;
    m.evictionsFrozen = true;
}

void fill(StateView &m)
{
    m = {sample<FleetSummary>(), {sample<NodeView>()}, {sample<Alert>()}};
}

void fill(AuditEvent &m)
{
    m = {AuditKind::JobAssigned, noon, jobA, 2, node("DTF-01"), "operator:anna", "least loaded"};
}

void fill(AuditRow &m)
{
    m = {99, sample<AuditEvent>(), QByteArray::fromHex(QByteArray("00ff").repeated(16))};
}

void fill(AuditPage &m)
{
    m = {{sample<AuditRow>()}, 120};
}

void fill(AuditCheck &m)
{
    m = {true, noon, 1'204, true, 1'205, u"row 1205 or its hash was changed"_s};
}

void fill(HistoryHour &m)
{
    m = {noon, 41, 2, 1, 3, 184'000, 62'000};
}

void fill(LanePart &m)
{
    m = {u"busy"_s, noon, {noon.msecsSinceEpoch + 60'000}};
}

void fill(HistoryLane &m)
{
    m = {node("DTF-01"), {sample<LanePart>()}};
}

void fill(HistoryView &m)
{
    m = {noon, {noon.msecsSinceEpoch + 60'000}, false, {sample<HistoryHour>()}, {sample<HistoryLane>()}};
}

void fill(OperatorRequest &m)
{
    m = {u"agency rang"_s, u"b2c9"_s, 2, JobState::Hold, noon, node("DTF-02"), true};
}

void fill(OperatorReply &m)
{
    m = {true, u"accepted"_s, u"waiting again"_s, sample<JobView>(), 41};
}

void fill(FeedHello &m)
{
    m = {1, orchestratorBoot, u"0.1.0"_s, u"anna"_s, u"operator"_s};
}

void fill(FeedSnapshot &m)
{
    m = {500, sample<StateView>(), {sample<JobView>()}};
}

void fill(FeedDelta &m)
{
    Alert cleared = sample<Alert>();
    cleared.kind = AlertKind::NodeLost;
    m = {501, {sample<NodeView>()}, {sample<JobView>()}, {sample<Alert>()}, {cleared}, {sample<AuditRow>()},
        sample<FleetSummary>()};
}

void fill(FeedSubscribe &m)
{
    m = {{jobA, jobB}, true};
}

void fill(ResultFile &m)
{
    m = {u"Ergebnis Ä.csv"_s, 4'096, QByteArray("fedcba9876543210").repeated(4)};
}

void fill(ResultsView &m)
{
    m = {jobA, u"completed/2026-11-23/x"_s, {sample<ResultFile>()}, u"its result folder is gone"_s};
}

void fill(AttemptView &m)
{
    m = {2, node("DTF-01"), noon, later(60'000), u"failed"_s, Cause::ZeroRows, u"nothing was processed"_s, -1'073'741'819, true};
}

void fill(AttemptsView &m)
{
    m = {jobA, {sample<AttemptView>()}};
}

void fill(NodeFigures &m)
{
    m = {node("DTF-01"), {-1, 0, 41}, {100, 7, -1}};
}

void fill(FiguresView &m)
{
    m = {noon, 30, {sample<NodeFigures>()}};
}

void fill(CheckLine &m)
{
    m = {u"share"_s, true, u"/srv/dtf, id 4c4c"_s, true};
}

void fill(CheckData &m)
{
    m = {node("DTF-01"), 41, noon, {sample<CheckLine>()}, u"a check is under way already"_s};
}

void fill(EnrolRequest &m)
{
    m = {2, u"7K2QD-0X9FA-00000-11111-22222-33333"_s, node("VM-7"), "board-4c4c4544", "0123456789abcdef0123", agentBoot,
        u"1.2.0"_s, true};
}

void fill(EnrolReply &m)
{
    m = {2, node("VM-7-2"), u"0123456789abcdef0123456789abcdef"_s, "5e0c"};
}

void fill(JoinCodeRequest &m)
{
    m = {u"four new machines"_s, u"key-1"_s, QByteArray(64, 'a'), 48, 4};
}

void fill(JoinCodeView &m)
{
    m = {
        3, u"revoked"_s, u"operator:anna"_s, u"four new machines"_s, noon, {noon.msecsSinceEpoch + 5}, 4, 2, u"operator:bernd"_s};
}

void fill(JoinCodesView &m)
{
    m = {{sample<JoinCodeView>()}};
}

} // namespace dtf::samples
