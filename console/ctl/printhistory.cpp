// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/escape.h"
#include "console/ctl/printouts.h"
#include "console/ctl/table.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

constexpr JobState outcomes[] = {JobState::Done, JobState::Hold, JobState::Failed, JobState::Rejected, JobState::Withdrawn};

QStringList reportRow(const QString &name, const QJsonObject &counts)
{
    QStringList row {name};
    for (const JobState state : outcomes) {
        row.append(QString::number(counts.value(toString(state)).toInteger()));
    }
    return row;
}

} // namespace

QString auditText(const QList<AuditRow> &rows, const PrintContext &context)
{
    if (rows.isEmpty()) {
        return u"No entries match.\n"_s;
    }
    QList<AuditRow> sorted = rows;
    std::sort(sorted.begin(), sorted.end(), [](const AuditRow &a, const AuditRow &b) { return a.seq < b.seq; });
    QList<QStringList> cells;
    for (const AuditRow &row : std::as_const(sorted)) {
        const AuditEvent &e = row.event;
        cells.append({QString::number(row.seq), timeText(e.time, context.now, context.zone), textOf(e.kind),
            e.job.isNull() ? QString() : shortId(e.job), e.epoch == 0 ? QString() : QString::number(e.epoch), e.node.toString(),
            QString::fromUtf8(e.actor), QString::fromUtf8(e.detail)});
    }
    return renderTable({{u"NO"_s, Align::Right}, {u"TIME"_s}, {u"WHAT"_s}, {u"ID"_s}, {u"TRY"_s, Align::Right}, {u"NODE"_s},
                           {u"WHO"_s, Align::Left, 32}, {u"DETAIL"_s}},
        cells);
}

QString reportText(const QJsonObject &report)
{
    QString text = u"Files that came to rest on %1 (UTC)\n"_s.arg(escapedForLog(report.value("day"_L1).toString()));
    if (!report.value("complete"_L1).toBool(true)) {
        text += u"Too many files since then: these numbers are only a part.\n"_s;
    }
    const QJsonObject nodes = report.value("nodes"_L1).toObject();
    QList<QStringList> rows;
    for (auto it = nodes.constBegin(); it != nodes.constEnd(); ++it) {
        rows.append(reportRow(it.key(), it.value().toObject()));
    }
    rows.append(reportRow(u"all"_s, report.value("outcomes"_L1).toObject()));
    QList<TableColumn> columns {{u"NODE"_s}};
    for (const JobState state : outcomes) {
        columns.append({textOf(state).toUpper(), Align::Right});
    }
    return text + renderTable(columns, rows);
}

} // namespace dtf
