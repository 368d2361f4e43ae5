// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <QJsonObject>
#include <QTimeZone>

/// What dtf-ctl shows of each document, for people. Pure: time and zone are given. Remote text comes out escaped.
namespace dtf {

/// `now`: to tell ages; the caller's clock, or better the orchestrator's where the document has its time.
struct PrintContext
{
    WallTime now;
    QTimeZone zone;
};

[[nodiscard]] QString stateText(const StateView &state, const PrintContext &context);
[[nodiscard]] QString joinCodesText(const JoinCodesView &view, const PrintContext &context);
[[nodiscard]] QString nodesText(const QList<NodeView> &nodes, const PrintContext &context);
[[nodiscard]] QString jobsText(const QList<JobView> &jobs, const PrintContext &context);
[[nodiscard]] QString whyText(const WhyView &why, const PrintContext &context);
[[nodiscard]] QString alertsText(const QList<Alert> &alerts, const PrintContext &context);
/// One line for each row, oldest first whatever the order given.
[[nodiscard]] QString auditText(const QList<AuditRow> &rows, const PrintContext &context);
[[nodiscard]] QString attemptsText(const AttemptsView &view, const PrintContext &context);
[[nodiscard]] QString resultsText(const ResultsView &view);
[[nodiscard]] QString checkText(const CheckData &check, const PrintContext &context);
/// The hours, then how each node spent them.
[[nodiscard]] QString historyText(const HistoryView &view, const PrintContext &context);
[[nodiscard]] QString reportText(const QJsonObject &report);
/// "Done: dispatch is paused …", for a refusal what is and what to do.
[[nodiscard]] QString replyText(const OperatorReply &reply, const PrintContext &context);

/// "Agency.csv (01J…): on hold since 14:31:02".
[[nodiscard]] QString jobLine(const JobView &job, const PrintContext &context);
/// The last 8 characters of an id: as good as the whole within one fleet, and JOB takes it.
[[nodiscard]] QString shortId(const JobId &job);
/// What to read beside a file: its cause in words, else its last line, else the detail.
[[nodiscard]] QString whyLine(const JobView &job);

} // namespace dtf
