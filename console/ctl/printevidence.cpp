// SPDX-License-Identifier: GPL-3.0-or-later
// What dtf-ctl shows of a file's runs, a node's self-check and the last hours.
#include "common/core/escape.h"
#include "console/ctl/printouts.h"
#include "console/ctl/table.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <QMap>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

QString outcomeText(const AttemptView &attempt)
{
    const QString word = attempt.outcome;
    return word == "hold"_L1     ? textOf(JobState::Hold)
        : word == "in_doubt"_L1  ? textOf(JobState::InDoubt)
        : word == "released"_L1  ? u"given back"_s
        : word == "requeued"_L1  ? u"taken back"_s
        : word == "fenced"_L1    ? u"lost its file"_s
        : word == "recovered"_L1 ? u"found on the share"_s
                                 : word;
}

QString percentOf(qint64 part, qint64 whole)
{
    return part == 0 ? u"-"_s : part * 100 < whole ? u"<1 %"_s : u"%1 %"_s.arg((part * 100 + whole / 2) / whole);
}

QString waitText(qint64 ms)
{
    return ms < 0 ? u"-"_s : ageText(milliseconds(ms));
}

} // namespace

QString attemptsText(const AttemptsView &view, const PrintContext &context)
{
    if (view.attempts.isEmpty()) {
        return u"It was never given to a node. Try why.\n"_s;
    }
    QList<QStringList> rows;
    for (const AttemptView &a : view.attempts) {
        const qint64 end = a.ended.msecsSinceEpoch > 0 ? a.ended.msecsSinceEpoch : context.now.msecsSinceEpoch;
        const QString why = a.cause == Cause::None ? QString() : textOf(a.cause) + u' ';
        rows.append({QString::number(a.epoch), a.node.toString(), timeText(a.started, context.now, context.zone),
            a.ran ? ageText(milliseconds(end - a.started.msecsSinceEpoch)) : u"did not run"_s, outcomeText(a),
            a.exitCode ? QString::number(*a.exitCode) : QString(), why + a.detail});
    }
    return renderTable({{u"TRY"_s, Align::Right}, {u"NODE"_s}, {u"BEGAN"_s}, {u"TOOK"_s, Align::Right}, {u"END"_s},
                           {u"EXIT"_s, Align::Right}, {u"WHY"_s, Align::Left, 120}},
        rows);
}

QString resultsText(const ResultsView &view)
{
    QString text;
    if (!view.files.isEmpty()) {
        QList<QStringList> rows;
        for (const ResultFile &file : view.files) {
            rows.append({file.name, QString::number(file.size), QString::fromLatin1(file.sha256)});
        }
        text = renderTable({{u"FILE"_s}, {u"BYTES"_s, Align::Right}, {u"SHA-256"_s}}, rows) + u"in "_s
            + escapedForLog(view.place + u"/results"_s) + u'\n';
    }
    if (!view.note.isEmpty()) {
        text += (view.files.isEmpty() ? u"No results: "_s : u"Note: "_s) + escapedForLog(view.note) + u".\n"_s;
    }
    return text;
}

QString checkText(const CheckData &check, const PrintContext &context)
{
    QList<QStringList> rows;
    for (const CheckLine &line : check.rows) {
        rows.append({!line.ok ? u"NOT OK"_s : line.warning ? u"WARNING"_s : u"ok"_s, line.what, line.detail});
    }
    return renderTable({{u""_s}, {u"WHAT"_s}, {u"FOUND"_s}}, rows)
        + u"%1 at %2\n"_s.arg(check.node.toString(), timeText(check.time, context.now, context.zone));
}

QString historyText(const HistoryView &view, const PrintContext &context)
{
    QList<QStringList> rows;
    for (const HistoryHour &hour : view.hours) {
        rows.append({timeText(hour.start, context.now, context.zone), QString::number(hour.done), QString::number(hour.failed),
            QString::number(hour.held), QString::number(hour.rejected), waitText(hour.medianWaitMs),
            waitText(hour.longestWaitMs)});
    }
    QString text =
        renderTable({{u"HOUR FROM"_s}, {u"DONE"_s, Align::Right}, {u"FAILED"_s, Align::Right}, {u"HELD"_s, Align::Right},
                        {u"REJECTED"_s, Align::Right}, {u"WAIT (MEDIAN)"_s, Align::Right}, {u"LONGEST"_s, Align::Right}},
            rows);
    const QStringList states {u"ready"_s, u"busy"_s, u"failed"_s, u"paused"_s, u"draining"_s, u"browser"_s, u"suspect"_s,
        u"lost"_s, u"refused"_s, u"unknown"_s};
    QList<TableColumn> columns {{u"NODE"_s}};
    for (const QString &state : states) {
        columns.append({state.toUpper(), Align::Right});
    }
    QList<QStringList> lanes;
    for (const HistoryLane &lane : view.lanes) {
        QMap<QString, qint64> took;
        qint64 whole = 0;
        for (const LanePart &part : lane.parts) {
            const qint64 ms = part.to.msecsSinceEpoch - part.from.msecsSinceEpoch;
            took[part.state] += ms;
            whole += ms;
        }
        QStringList row {lane.node.toString()};
        for (const QString &state : states) {
            row.append(percentOf(took.value(state), whole));
        }
        lanes.append(row);
    }
    if (!lanes.isEmpty()) {
        text += u'\n' + renderTable(columns, lanes);
    }
    return view.complete ? text : text + u"Too much happened: lanes and waits begin later than the hours.\n"_s;
}

} // namespace dtf
