// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/protocol/envelope.h"
#include "common/protocol/jsonscan.h"
#include "common/protocol/messages.h"

#include <QJsonObject>

#include <concepts>

/// The one home of every JSON key. `toJson(message)` and `fromJson<Message>(object)` for each struct of messages.h, for the
/// model's Alert, AuditEvent and AuditRow, and for LogEntry. Pure, any thread.
///
/// Reading is strict on what it knows and deaf to what it does not: a wrong type, a value out of range, a list beyond its bound
/// or a missing required field is ParseError with the field's path first in the detail ("running[3].job: must be …"); unknown
/// fields are ignored; a missing optional field keeps its default. Integers are exact up to 2^53 − 1, times are whole
/// milliseconds since 1970 UTC.
///
/// Writing leaves out null ids, empty node names and empty optionals, cuts free text at the reader's limit, and sends the first
/// 16 of `running`, 4,096 of `queued`, 64 commands, 256 reports, 1,000 log lines. The feed's and the pages' lists are not cut:
/// keep them ≤ 4,096.
namespace dtf {

template <typename T, typename... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

template <typename T>
concept WireMessage = OneOf<T, ApiError, RunningJob, Heartbeat, AgentCommand, HeartbeatReply, Report, ReportBatch, ReportAck,
    AgentHello, LogEntry, LogLines, PictureData, WorkHint, NodeView, JobView, JobPage, GateView, WhyNode, WhyView,
    Acknowledgement, Alert, AlertView, FleetSummary, StateView, AuditEvent, AuditRow, AuditPage, AuditCheck, HistoryHour,
    LanePart, HistoryLane, HistoryView, OperatorRequest, OperatorReply, FeedHello, FeedSnapshot, FeedDelta, FeedSubscribe,
    ResultFile, ResultsView, AttemptView, AttemptsView, NodeFigures, FiguresView, CheckLine, CheckData, EnrolRequest, EnrolReply,
    JoinCodeRequest, JoinCodeView, JoinCodesView>;

template <WireMessage T> [[nodiscard]] Result<T> fromJson(const QJsonObject &object);

#define DTF_DECLARE_MESSAGE(T)                                                                                                   \
    [[nodiscard]] QJsonObject toJson(const T &message);                                                                          \
    template <> [[nodiscard]] Result<T> fromJson(const QJsonObject &object);

// codec_agent.cpp
DTF_DECLARE_MESSAGE(ApiError)
DTF_DECLARE_MESSAGE(RunningJob)
DTF_DECLARE_MESSAGE(Heartbeat)
DTF_DECLARE_MESSAGE(AgentCommand)
DTF_DECLARE_MESSAGE(HeartbeatReply)
DTF_DECLARE_MESSAGE(Report)
DTF_DECLARE_MESSAGE(ReportBatch)
DTF_DECLARE_MESSAGE(ReportAck)
DTF_DECLARE_MESSAGE(AgentHello)
DTF_DECLARE_MESSAGE(LogEntry)
DTF_DECLARE_MESSAGE(LogLines)
DTF_DECLARE_MESSAGE(PictureData)
DTF_DECLARE_MESSAGE(WorkHint)
// codec_views.cpp
DTF_DECLARE_MESSAGE(NodeView)
DTF_DECLARE_MESSAGE(JobView)
DTF_DECLARE_MESSAGE(JobPage)
DTF_DECLARE_MESSAGE(GateView)
DTF_DECLARE_MESSAGE(WhyNode)
DTF_DECLARE_MESSAGE(WhyView)
DTF_DECLARE_MESSAGE(Acknowledgement)
DTF_DECLARE_MESSAGE(Alert)
DTF_DECLARE_MESSAGE(AlertView)
DTF_DECLARE_MESSAGE(FleetSummary)
DTF_DECLARE_MESSAGE(StateView)
DTF_DECLARE_MESSAGE(AuditEvent)
DTF_DECLARE_MESSAGE(AuditRow)
DTF_DECLARE_MESSAGE(AuditPage)
// codec_evidence.cpp
DTF_DECLARE_MESSAGE(ResultFile)
DTF_DECLARE_MESSAGE(ResultsView)
DTF_DECLARE_MESSAGE(AttemptView)
DTF_DECLARE_MESSAGE(AttemptsView)
DTF_DECLARE_MESSAGE(NodeFigures)
DTF_DECLARE_MESSAGE(FiguresView)
DTF_DECLARE_MESSAGE(CheckLine)
DTF_DECLARE_MESSAGE(CheckData)
// codec_history.cpp
DTF_DECLARE_MESSAGE(AuditCheck)
DTF_DECLARE_MESSAGE(HistoryHour)
DTF_DECLARE_MESSAGE(LanePart)
DTF_DECLARE_MESSAGE(HistoryLane)
DTF_DECLARE_MESSAGE(HistoryView)
// codec_joining.cpp
DTF_DECLARE_MESSAGE(EnrolRequest)
DTF_DECLARE_MESSAGE(EnrolReply)
DTF_DECLARE_MESSAGE(JoinCodeRequest)
DTF_DECLARE_MESSAGE(JoinCodeView)
DTF_DECLARE_MESSAGE(JoinCodesView)
// codec_operator.cpp
DTF_DECLARE_MESSAGE(OperatorRequest)
DTF_DECLARE_MESSAGE(OperatorReply)
// codec_feed.cpp
DTF_DECLARE_MESSAGE(FeedHello)
DTF_DECLARE_MESSAGE(FeedSnapshot)
DTF_DECLARE_MESSAGE(FeedDelta)
DTF_DECLARE_MESSAGE(FeedSubscribe)
#undef DTF_DECLARE_MESSAGE

/// For whoever serves: the `protocol` of a request, or VersionMismatch (with both versions in the detail) when a peer of that
/// version is not served. Ask it before fromJson: a peer from the future must get "upgrade", not "parse error". Never mis-parse.
[[nodiscard]] Result<int> servedProtocol(const QJsonObject &request);

} // namespace dtf
