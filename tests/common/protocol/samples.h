// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

/// One filled-in message of each kind: no field has its default, no two fields of one type in a message have the same value.
namespace dtf::samples {

void fill(ApiError &m);
void fill(RunningJob &m);
void fill(Heartbeat &m);
void fill(AgentCommand &m);
void fill(HeartbeatReply &m);
void fill(Report &m);
void fill(ReportBatch &m);
void fill(ReportAck &m);
void fill(AgentHello &m);
void fill(LogEntry &m);
void fill(LogLines &m);
void fill(PictureData &m);
void fill(WorkHint &m);
void fill(NodeView &m);
void fill(JobView &m);
void fill(JobPage &m);
void fill(GateView &m);
void fill(WhyNode &m);
void fill(WhyView &m);
void fill(Acknowledgement &m);
void fill(Alert &m);
void fill(AlertView &m);
void fill(FleetSummary &m);
void fill(StateView &m);
void fill(AuditEvent &m);
void fill(AuditRow &m);
void fill(AuditPage &m);
void fill(AuditCheck &m);
void fill(HistoryHour &m);
void fill(LanePart &m);
void fill(HistoryLane &m);
void fill(HistoryView &m);
void fill(OperatorRequest &m);
void fill(OperatorReply &m);
void fill(FeedHello &m);
void fill(FeedSnapshot &m);
void fill(FeedDelta &m);
void fill(FeedSubscribe &m);
void fill(ResultFile &m);
void fill(ResultsView &m);
void fill(AttemptView &m);
void fill(AttemptsView &m);
void fill(NodeFigures &m);
void fill(FiguresView &m);
void fill(CheckLine &m);
void fill(CheckData &m);
void fill(EnrolRequest &m);
void fill(EnrolReply &m);
void fill(JoinCodeRequest &m);
void fill(JoinCodeView &m);
void fill(JoinCodesView &m);

template <typename T> [[nodiscard]] T sample()
{
    T message;
    fill(message);
    return message;
}

} // namespace dtf::samples
