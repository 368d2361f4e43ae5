// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/codec.h"
#include "tests/common/protocol/samples.h"

#include <QByteArray>
#include <QList>

#include <functional>
#include <utility>

namespace dtf {

/// Stands for any value in an aggregate's initialiser list. std::optional takes it through its value's type.
struct AnyValue
{
    template <typename T>
    requires(!requires { std::declval<T>().has_value(); }) operator T() const; // NOLINT: never defined
};

/// How many members a message struct has.
template <typename T, typename... Values> constexpr int memberCount()
{
    if constexpr (requires { T {Values()..., AnyValue()}; }) {
        return memberCount<T, Values..., AnyValue>();
    } else {
        return int(sizeof...(Values));
    }
}

/// A message type with its type taken away, for tables.
struct MessageCase
{
    QByteArray name;
    int members = 0;
    QJsonObject blank; ///< toJson of a default-constructed one
    QJsonObject filled; ///< toJson of the sample
    std::function<Result<QJsonObject>(const QJsonObject &)> rewrite; ///< toJson(fromJson(object))
};

template <typename T> MessageCase messageCase(const char *name)
{
    return {
        name, memberCount<T>(), toJson(T {}), toJson(samples::sample<T>()), [](const QJsonObject &object) -> Result<QJsonObject> {
            return fromJson<T>(object).map([](const T &message) { return toJson(message); });
        }};
}

#define DTF_CASE(T) messageCase<T>(#T)
inline const QList<MessageCase> &messageCases()
{
    static const QList<MessageCase> cases = {DTF_CASE(ApiError), DTF_CASE(RunningJob), DTF_CASE(Heartbeat),
        DTF_CASE(AgentCommand), DTF_CASE(HeartbeatReply), DTF_CASE(Report), DTF_CASE(ReportBatch), DTF_CASE(ReportAck),
        DTF_CASE(AgentHello), DTF_CASE(LogEntry), DTF_CASE(LogLines), DTF_CASE(PictureData), DTF_CASE(WorkHint),
        DTF_CASE(NodeView), DTF_CASE(JobView), DTF_CASE(JobPage), DTF_CASE(GateView), DTF_CASE(WhyNode), DTF_CASE(WhyView),
        DTF_CASE(Acknowledgement), DTF_CASE(Alert), DTF_CASE(AlertView), DTF_CASE(FleetSummary), DTF_CASE(StateView),
        DTF_CASE(AuditEvent), DTF_CASE(AuditRow), DTF_CASE(AuditPage), DTF_CASE(AuditCheck), DTF_CASE(HistoryHour),
        DTF_CASE(LanePart), DTF_CASE(HistoryLane), DTF_CASE(HistoryView), DTF_CASE(OperatorRequest), DTF_CASE(OperatorReply),
        DTF_CASE(FeedHello), DTF_CASE(FeedSnapshot), DTF_CASE(FeedDelta), DTF_CASE(FeedSubscribe), DTF_CASE(ResultFile),
        DTF_CASE(ResultsView), DTF_CASE(AttemptView), DTF_CASE(AttemptsView), DTF_CASE(NodeFigures), DTF_CASE(FiguresView),
        DTF_CASE(CheckLine), DTF_CASE(CheckData), DTF_CASE(EnrolRequest), DTF_CASE(EnrolReply), DTF_CASE(JoinCodeRequest),
        DTF_CASE(JoinCodeView), DTF_CASE(JoinCodesView)};
    return cases;
}
#undef DTF_CASE

} // namespace dtf
