// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {
constexpr Range epochRange {0, std::numeric_limits<Epoch>::max()};
constexpr Range countRange {0, maxExactInteger};
constexpr Range smallCount {0, std::numeric_limits<int>::max()};
} // namespace

static void fields(auto &io, Of<NodeView> auto &m)
{
    io.required("node"_L1, m.node);
    io.required("state"_L1, m.state, wordText);
    io.optional("state_reason"_L1, m.stateReason, wordText);
    io.optional("state_detail"_L1, m.stateDetail, longText);
    io.optional("since"_L1, m.since);
    io.optional("paused"_L1, m.paused);
    io.optional("draining"_L1, m.draining);
    io.optional("paused_by"_L1, m.pausedBy, nameText);
    io.optional("paused_reason"_L1, m.pausedReason, longText);
    io.optional("heartbeat"_L1, m.beat); // left out while seq is 0: never seen
    io.optional("heartbeat_age_ms"_L1, m.heartbeatAgeMs, Range {-1, maxExactInteger});
    io.optional("assigned"_L1, m.assigned, smallCount);
    io.optional("done_today"_L1, m.doneToday, smallCount);
    io.optional("failed_today"_L1, m.failedToday, smallCount);
}

static void fields(auto &io, Of<JobView> auto &m)
{
    io.required("job"_L1, m.job);
    io.required("name"_L1, m.name, nameText);
    io.required("state"_L1, m.state);
    io.optional("node"_L1, m.node);
    io.required("epoch"_L1, m.epoch, epochRange);
    io.optional("attempts"_L1, m.attempts, smallCount);
    io.optional("priority"_L1, m.priority);
    io.optional("affinity"_L1, m.affinity, nameText);
    io.optional("size"_L1, m.size, countRange);
    io.optional("accepted"_L1, m.accepted);
    io.optional("changed"_L1, m.changed);
    io.optional("cause"_L1, m.cause);
    io.optional("detail"_L1, m.detail, longText);
    io.optional("last_line"_L1, m.lastLine, Text {300});
    io.optional("place"_L1, m.place, longText);
    io.optional("stop_asked"_L1, m.stopAsked);
    io.optional("sha256"_L1, m.sha256, HexText {64});
    io.optional("rows"_L1, m.rows, Range {-1, maxExactInteger});
    io.optional("side_effects"_L1, m.sideEffects);
}

static void fields(auto &io, Of<JobPage> auto &m)
{
    io.required("jobs"_L1, m.jobs, AtMost {4096});
    io.required("total"_L1, m.total, countRange);
    io.optional("total_exact"_L1, m.totalExact);
    io.optional("next"_L1, m.next, longText);
}

static void fields(auto &io, Of<GateView> auto &m)
{
    io.required("gate"_L1, m.gate, wordText);
    io.required("pass"_L1, m.pass);
    io.optional("detail"_L1, m.detail, longText);
}

static void fields(auto &io, Of<WhyNode> auto &m)
{
    io.required("node"_L1, m.node);
    io.required("gates"_L1, m.gates, AtMost {64});
}

static void fields(auto &io, Of<WhyView> auto &m)
{
    io.required("job"_L1, m.job);
    io.required("verdict"_L1, m.verdict, wordText);
    io.optional("detail"_L1, m.detail, longText);
    io.optional("until"_L1, m.until);
    io.required("nodes"_L1, m.nodes, AtMost {1000});
}

static void fields(auto &io, Of<Acknowledgement> auto &m)
{
    io.required("time"_L1, m.time);
    io.required("by"_L1, m.by, nameText);
    io.optional("reason"_L1, m.reason, longText);
}

static void fields(auto &io, Of<Alert> auto &m)
{
    io.required("kind"_L1, m.kind);
    io.required("severity"_L1, m.severity);
    io.optional("subject"_L1, m.subject, nameText);
    io.optional("since"_L1, m.since);
    io.optional("detail"_L1, m.detail, longText);
    io.optional("acknowledged"_L1, m.acknowledged);
}

static void fields(auto &io, Of<AlertView> auto &m)
{
    io.required("alert"_L1, m.alert);
}

static void fields(auto &io, Of<FleetSummary> auto &m)
{
    io.required("orchestrator_boot"_L1, m.orchestratorBoot);
    io.required("time"_L1, m.time);
    io.optional("version"_L1, m.version, wordText);
    io.optional("dispatch_paused"_L1, m.dispatchPaused);
    io.optional("dispatch_paused_by"_L1, m.dispatchPausedBy, nameText);
    io.optional("dispatch_paused_reason"_L1, m.dispatchPausedReason, longText);
    io.required("share_ok"_L1, m.shareOk);
    io.optional("share_detail"_L1, m.shareDetail, longText);
    io.optional("store_ok"_L1, m.storeOk);
    io.optional("store_detail"_L1, m.storeDetail, longText);
    io.required("jobs_by_state"_L1, m.jobsByState, ByJobState {});
    io.optional("oldest_waiting_ms"_L1, m.oldestWaitingMs, countRange);
    io.optional("done_today"_L1, m.doneToday, countRange);
    io.optional("evictions_frozen"_L1, m.evictionsFrozen);
}

static void fields(auto &io, Of<StateView> auto &m)
{
    io.required("summary"_L1, m.summary);
    io.required("nodes"_L1, m.nodes, AtMost {1000});
    io.required("alerts"_L1, m.alerts, FirstOf {4096});
}

static void fields(auto &io, Of<AuditEvent> auto &m)
{
    io.required("kind"_L1, m.kind);
    io.required("time"_L1, m.time);
    io.optional("job"_L1, m.job);
    io.optional("epoch"_L1, m.epoch, epochRange);
    io.optional("node"_L1, m.node);
    io.required("actor"_L1, m.actor, nameText);
    io.optional("detail"_L1, m.detail, longText);
}

static void fields(auto &io, Of<AuditRow> auto &m)
{
    io.required("seq"_L1, m.seq, Range {1, maxExactInteger});
    io.required("event"_L1, m.event);
    io.required("hash"_L1, m.hash, Hex {32});
}

static void fields(auto &io, Of<AuditPage> auto &m)
{
    io.required("rows"_L1, m.rows, AtMost {4096});
    io.required("last"_L1, m.last, countRange);
}

DTF_MESSAGE(NodeView)
DTF_MESSAGE(JobView)
DTF_MESSAGE(JobPage)
DTF_MESSAGE(GateView)
DTF_MESSAGE(WhyNode)
DTF_MESSAGE(WhyView)
DTF_MESSAGE(Acknowledgement)
DTF_MESSAGE(Alert)
DTF_MESSAGE(AlertView)
DTF_MESSAGE(FleetSummary)
DTF_MESSAGE(StateView)
DTF_MESSAGE(AuditEvent)
DTF_MESSAGE(AuditRow)
DTF_MESSAGE(AuditPage)

} // namespace dtf
