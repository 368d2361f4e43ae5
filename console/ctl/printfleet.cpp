// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/escape.h"
#include "console/ctl/printouts.h"
#include "console/ctl/table.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

QString runningText(const NodeView &node)
{
    QStringList files;
    for (const RunningJob &job : node.beat.running) {
        files.append(job.progress < 0 ? job.name : u"%1 %2 %"_s.arg(job.name).arg(job.progress));
    }
    return files.join(u", "_s);
}

QString noteOf(const NodeView &node)
{
    if (node.paused || node.draining) {
        return u"by %1: %2"_s.arg(node.pausedBy, node.pausedReason);
    }
    return node.stateDetail;
}

QString countsOf(const FleetSummary &summary)
{
    QStringList words;
    for (qsizetype i = 0; i < summary.jobsByState.size() && i <= static_cast<qsizetype>(JobState::Withdrawn); ++i) {
        const auto state = static_cast<JobState>(i);
        if (summary.jobsByState[i] > 0 || state == JobState::Waiting || state == JobState::Running) {
            words.append(u"%1 %2"_s.arg(summary.jobsByState[i]).arg(textOf(state)));
        }
    }
    return words.join(u" · "_s);
}

QString trouble(bool ok, const QString &detail)
{
    return ok ? u"OK"_s : u"TROUBLE"_s + (detail.isEmpty() ? QString() : u": "_s + escapedForLog(detail));
}

QString nodeCounts(const QList<NodeView> &nodes)
{
    QMap<QString, int> counts;
    for (const NodeView &node : nodes) {
        ++counts[nodeStateText(node.state)];
    }
    QStringList words;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
        words.append(u"%1 %2"_s.arg(it.value()).arg(escapedForLog(it.key())));
    }
    return words.isEmpty() ? u"none"_s : words.join(u" · "_s);
}

QStringList versionsHeard(const QList<NodeView> &nodes)
{
    QStringList versions;
    for (const NodeView &node : nodes) {
        if (node.beat.seq > 0 && node.state != "lost"_L1 && node.state != "unseen"_L1) {
            versions.append(node.beat.version);
        }
    }
    return versions;
}

/// The words that `ack` takes: kind and subject, the end of an id for a file.
QString handleOf(const Alert &alert)
{
    const QString kind(toString(alert.kind));
    const auto job = JobId::parse(alert.subject);
    return job ? kind + u' ' + shortId(*job) : alert.subject.isEmpty() ? kind : kind + u' ' + escapedForLog(alert.subject);
}

} // namespace

QString stateText(const StateView &state, const PrintContext &context)
{
    const FleetSummary &s = state.summary;
    QString text = u"Orchestrator  %1, %2\n"_s.arg(escapedForLog(s.version), timeText(s.time, context.now, context.zone));
    text += u"Dispatch      "_s
        + (s.dispatchPaused ? u"PAUSED by %1: %2"_s.arg(escapedForLog(s.dispatchPausedBy), escapedForLog(s.dispatchPausedReason))
                            : u"running"_s)
        + u'\n';
    text += u"Share         "_s + trouble(s.shareOk, s.shareDetail) + u'\n';
    text += u"Records       "_s + trouble(s.storeOk, s.storeDetail) + u'\n';
    text += u"Nodes         "_s + nodeCounts(state.nodes) + u'\n';
    if (const QString agents = agentVersionsText(versionsHeard(state.nodes)); !agents.isEmpty()) {
        text += u"Agents        "_s + agents + u'\n';
    }
    if (s.evictionsFrozen) {
        text += u"              Many nodes fell silent at once: none is taken out until this is over.\n"_s;
    }
    text += u"Files         "_s + countsOf(s) + u'\n';
    if (s.oldestWaitingMs > 0) {
        text += u"              the oldest has waited for %1\n"_s.arg(ageText(milliseconds(s.oldestWaitingMs)));
    }
    text += u"Done today    %1\n"_s.arg(s.doneToday);
    const auto counted = [&](auto which) { return std::count_if(state.alerts.cbegin(), state.alerts.cend(), which); };
    const auto seen = counted([](const Alert &a) { return a.acknowledged.has_value(); });
    const auto critical = counted([](const Alert &a) { return a.severity == AlertSeverity::Critical && !a.acknowledged; });
    if (state.alerts.isEmpty()) {
        return text + u"Alerts        none\n"_s;
    }
    return text + u"Alerts        %1, critical: %2"_s.arg(state.alerts.size() - seen).arg(critical)
        + (seen > 0 ? u", acknowledged: %1"_s.arg(seen) : QString()) + u" (dtf-ctl alerts)\n"_s;
}

QString nodesText(const QList<NodeView> &nodes, const PrintContext &context)
{
    if (nodes.isEmpty()) {
        return u"The orchestrator knows no nodes. Let machines join with a code: dtf-ctl join-code.\n"_s;
    }
    QList<QStringList> rows;
    for (const NodeView &node : nodes) {
        const bool seen = node.beat.seq > 0;
        rows.append({node.node.toString(), nodeStateText(node.state), timeText(node.since, context.now, context.zone),
            seen ? textOf(node.beat.browserState) : QString(),
            seen && node.beat.browserPort > 0 ? QString::number(node.beat.browserPort) : QString(),
            seen ? ageText(milliseconds(node.heartbeatAgeMs)) : u"never"_s,
            seen && node.beat.cpuPercent >= 0 ? u"%1 %"_s.arg(node.beat.cpuPercent, 0, 'f', 0) : QString(),
            seen ? escapedForLog(node.beat.version) : QString(), QString::number(node.assigned), QString::number(node.doneToday),
            QString::number(node.failedToday), runningText(node), noteOf(node)});
    }
    return renderTable({{u"NODE"_s}, {u"STATE"_s}, {u"SINCE"_s}, {u"BROWSER"_s}, {u"PORT"_s, Align::Right},
                           {u"HEARD"_s, Align::Right}, {u"CPU"_s, Align::Right}, {u"VERSION"_s}, {u"FILES"_s, Align::Right},
                           {u"DONE"_s, Align::Right}, {u"FAILED"_s, Align::Right}, {u"RUNNING"_s, Align::Left, 48}, {u"NOTE"_s}},
        rows);
}

QString alertsText(const QList<Alert> &alerts, const PrintContext &context)
{
    if (alerts.isEmpty()) {
        return u"No alerts: all is well.\n"_s;
    }
    // What nobody has seen first, then the worst, then the oldest. Pointers are sorted: see FleetStore::setAlerts.
    QList<const Alert *> sorted;
    for (const Alert &alert : alerts) {
        sorted.append(&alert);
    }
    const auto rank = [](const Alert &a) {
        return std::make_tuple(a.acknowledged.has_value(), -static_cast<int>(a.severity), a.since.msecsSinceEpoch);
    };
    std::stable_sort(sorted.begin(), sorted.end(), [&](const Alert *a, const Alert *b) { return rank(*a) < rank(*b); });
    QString text;
    for (const Alert *shown : std::as_const(sorted)) {
        const Alert &alert = *shown;
        const milliseconds age(context.now.msecsSinceEpoch - alert.since.msecsSinceEpoch);
        text += u"%1  %2  since %3 (%4)  %5\n"_s.arg(textOf(alert.severity).toUpper().leftJustified(8), handleOf(alert),
            timeText(alert.since, context.now, context.zone), ageText(age), textOf(alert.kind));
        if (!alert.detail.isEmpty()) {
            text += u"          "_s + escapedForLog(alert.detail) + u'\n';
        }
        text += u"          Next: "_s + adviceFor(alert.kind) + u'\n';
        if (const auto &seen = alert.acknowledged) {
            text += u"          Acknowledged by %1 at %2"_s.arg(
                        escapedForLog(seen->by), timeText(seen->time, context.now, context.zone))
                + (seen->reason.isEmpty() ? QString() : u": "_s + escapedForLog(seen->reason)) + u'\n';
        }
    }
    return sorted.first()->acknowledged
        ? text
        : text + u"Take care of one: dtf-ctl ack KIND SUBJECT, e.g. ack "_s + handleOf(*sorted.first()) + u".\n"_s;
}

} // namespace dtf
