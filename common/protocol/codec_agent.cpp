// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/jsonwalk.h"
#include "common/protocol/version.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {
constexpr Range protocolRange {0, 1'000'000};
constexpr Range epochRange {0, std::numeric_limits<Epoch>::max()};
constexpr Range countRange {0, maxExactInteger};
constexpr Range sequenceRange {1, maxExactInteger};
constexpr Range unknownOrCount {-1, maxExactInteger}; ///< −1: unknown
constexpr Range portRange {0, 65'535};
constexpr Text lastLineText {300};
} // namespace

Result<int> servedProtocol(const QJsonObject &request)
{
    int protocol = 0;
    FieldReader reader(request);
    reader.required("protocol"_L1, protocol, protocolRange);
    auto read = reader.take(int {protocol});
    if (!read) {
        return read;
    }
    switch (judgeVersion(*read)) {
    case PeerVersion::Current:
    case PeerVersion::PastCompatible:
        return read;
    case PeerVersion::TooOld:
    case PeerVersion::Future:
        break;
    }
    return fail(ErrorCode::VersionMismatch,
        u"the peer speaks protocol %1, served are %2 to %3"_s.arg(*read).arg(oldestProtocolVersion).arg(protocolVersion));
}

static void fields(auto &io, Of<ApiError> auto &m)
{
    io.group("error"_L1, [&m](auto &inner) {
        inner.required("code"_L1, m.code);
        inner.optional("detail"_L1, m.detail, longText);
    });
}

static void fields(auto &io, Of<RunningJob> auto &m)
{
    io.required("job"_L1, m.job);
    io.required("epoch"_L1, m.epoch, epochRange);
    io.required("name"_L1, m.name, nameText);
    io.optional("since"_L1, m.since);
    io.optional("progress"_L1, m.progress, Range {-1, 100});
    io.optional("last_line"_L1, m.lastLine, lastLineText);
    io.optional("side_effects"_L1, m.sideEffects);
    io.optional("trouble"_L1, m.trouble, longText);
}

static void fields(auto &io, Of<Heartbeat> auto &m)
{
    io.required("protocol"_L1, m.protocol, protocolRange);
    io.required("node"_L1, m.node);
    io.required("boot"_L1, m.boot);
    io.optional("previous_boot"_L1, m.previousBoot);
    io.required("seq"_L1, m.seq, sequenceRange);
    io.optional("machine"_L1, m.machine, Ascii {128});
    io.optional("machine_boot"_L1, m.machineBoot, Ascii {128});
    io.required("browser_connected"_L1, m.browserConnected);
    io.required("browser_state"_L1, m.browserState);
    io.optional("browser_detail"_L1, m.browserDetail, longText);
    io.optional("browser_port"_L1, m.browserPort, portRange);
    io.required("running"_L1, m.running, FirstOf {16});
    io.required("queued"_L1, m.queued, FirstOf {4096});
    io.optional("share_ok"_L1, m.shareOk);
    io.optional("share_detail"_L1, m.shareDetail, longText);
    io.optional("cpu"_L1, m.cpuPercent, RealRange {-1, 100});
    io.optional("memory_free"_L1, m.memoryFree, unknownOrCount);
    io.optional("disk_free"_L1, m.diskFree, unknownOrCount);
    io.optional("browser_memory"_L1, m.browserMemory, unknownOrCount);
    io.optional("version"_L1, m.version, wordText);
    io.optional("time"_L1, m.time);
    io.optional("outbox"_L1, m.outbox, countRange);
    io.optional("closed_by"_L1, m.closedBy, longText);
}

static void fields(auto &io, Of<AgentCommand> auto &m)
{
    io.required("id"_L1, m.id, sequenceRange);
    io.required("kind"_L1, m.kind);
    io.optional("job"_L1, m.job);
    io.optional("epoch"_L1, m.epoch, epochRange);
    io.optional("now"_L1, m.now);
    io.optional("reason"_L1, m.reason, longText);
    io.optional("by"_L1, m.by, nameText);
}

static void fields(auto &io, Of<HeartbeatReply> auto &m)
{
    io.required("protocol"_L1, m.protocol, protocolRange);
    io.required("orchestrator_boot"_L1, m.orchestratorBoot);
    io.required("time"_L1, m.time);
    io.optional("heartbeat_seconds"_L1, m.heartbeatSeconds, Range {1, 3600});
    io.required("accepted"_L1, m.accepted);
    io.optional("refusal"_L1, m.refusal, longText);
    io.optional("twin"_L1, m.twin);
    io.optional("may_claim"_L1, m.mayClaim);
    io.optional("commands"_L1, m.commands, FirstOf {64});
}

static void fields(auto &io, Of<Report> auto &m)
{
    io.required("boot"_L1, m.boot);
    io.required("seq"_L1, m.seq, sequenceRange);
    io.required("kind"_L1, m.kind);
    io.required("time"_L1, m.time);
    io.optional("job"_L1, m.job);
    io.optional("epoch"_L1, m.epoch, epochRange);
    io.optional("token_boot"_L1, m.tokenBoot);
    io.optional("name"_L1, m.name, nameText);
    io.optional("cause"_L1, m.cause);
    io.optional("detail"_L1, m.detail, longText);
    io.optional("exit_code"_L1, m.exitCode);
    io.optional("side_effects"_L1, m.sideEffects);
    io.optional("rows"_L1, m.rows, unknownOrCount);
    io.optional("sha256"_L1, m.sha256, HexText {64});
    io.optional("command_id"_L1, m.commandId, countRange);
    io.optional("ok"_L1, m.ok);
}

static void fields(auto &io, Of<ReportBatch> auto &m)
{
    io.required("protocol"_L1, m.protocol, protocolRange);
    io.required("node"_L1, m.node);
    io.required("boot"_L1, m.boot);
    io.required("reports"_L1, m.reports, FirstOf {256});
}

static void fields(auto &io, Of<ReportAck> auto &m)
{
    io.required("accepted"_L1, m.accepted, Range {0, 256});
}

static void fields(auto &io, Of<AgentHello> auto &m)
{
    io.required("protocol"_L1, m.protocol, protocolRange);
    io.required("node"_L1, m.node);
    io.required("boot"_L1, m.boot);
    io.optional("version"_L1, m.version, wordText);
}

static void fields(auto &io, Of<LogEntry> auto &m)
{
    io.required("time"_L1, m.time);
    io.required("level"_L1, m.level);
    io.optional("where"_L1, m.where, wordText);
    io.optional("browser_port"_L1, m.browserPort, portRange);
    io.required("text"_L1, m.text, longText);
    io.optional("fields"_L1, m.fields, Pairs {32});
}

static void fields(auto &io, Of<LogLines> auto &m)
{
    io.required("node"_L1, m.node);
    io.optional("job"_L1, m.job);
    io.optional("epoch"_L1, m.epoch, epochRange);
    io.required("lines"_L1, m.lines, FirstOf {1000});
    io.optional("dropped"_L1, m.dropped, countRange);
}

static void fields(auto &io, Of<PictureData> auto &m)
{
    io.required("node"_L1, m.node);
    io.required("command_id"_L1, m.commandId, sequenceRange);
    io.optional("png"_L1, m.png, Base64 {qsizetype {8} * 1024 * 1024});
    io.optional("error"_L1, m.error, longText);
}

static void fields(auto &io, Of<WorkHint> auto &m)
{
    io.required("node"_L1, m.node);
}

DTF_MESSAGE(ApiError)
DTF_MESSAGE(RunningJob)
DTF_MESSAGE(Heartbeat)
DTF_MESSAGE(AgentCommand)
DTF_MESSAGE(HeartbeatReply)
DTF_MESSAGE(Report)
DTF_MESSAGE(ReportBatch)
DTF_MESSAGE(ReportAck)
DTF_MESSAGE(AgentHello)
DTF_MESSAGE(LogEntry)
DTF_MESSAGE(LogLines)
DTF_MESSAGE(PictureData)
DTF_MESSAGE(WorkHint)

} // namespace dtf
