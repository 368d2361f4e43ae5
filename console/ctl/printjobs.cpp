// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/escape.h"
#include "console/ctl/printouts.h"
#include "console/ctl/table.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

milliseconds since(WallTime time, const PrintContext &context)
{
    return milliseconds(context.now.msecsSinceEpoch - time.msecsSinceEpoch);
}

/// The first gate that is closed, or none.
const GateView *closedGate(const WhyNode &node)
{
    for (const GateView &gate : node.gates) {
        if (!gate.pass) {
            return &gate;
        }
    }
    return nullptr;
}

} // namespace

QString shortId(const JobId &job)
{
    return job.toString().right(8);
}

QString whyLine(const JobView &job)
{
    if (job.stopAsked && isActive(job.state)) {
        return u"It was asked to stop."_s;
    }
    if (job.cause != Cause::None) {
        const QString text = textOf(job.cause);
        return job.detail.isEmpty() ? text : text + u' ' + job.detail;
    }
    return job.state == JobState::Running && !job.lastLine.isEmpty() ? job.lastLine : job.detail;
}

QString jobLine(const JobView &job, const PrintContext &context)
{
    return u"%1 (%2): %3 since %4"_s.arg(
               escapedForLog(job.name), job.job.toString(), textOf(job.state), timeText(job.changed, context.now, context.zone))
        + (job.node.isEmpty() ? QString() : u", %1"_s.arg(job.node.toString()))
        + (job.epoch == 0 ? QString() : u", attempt %1"_s.arg(job.epoch));
}

QString jobsText(const QList<JobView> &jobs, const PrintContext &context)
{
    if (jobs.isEmpty()) {
        return u"No files match.\n"_s;
    }
    QList<QStringList> rows;
    for (const JobView &job : jobs) {
        rows.append({shortId(job.job), job.name, textOf(job.state), job.node.toString(),
            job.epoch == 0 ? QString() : QString::number(job.epoch), timeText(job.changed, context.now, context.zone),
            ageText(since(job.changed, context)), whyLine(job)});
    }
    return renderTable({{u"ID"_s}, {u"FILE"_s, Align::Left, 48}, {u"STATE"_s}, {u"NODE"_s}, {u"TRY"_s, Align::Right},
                           {u"SINCE"_s}, {u"AGE"_s, Align::Right}, {u"WHY / LAST LINE"_s, Align::Left, 100}},
        rows);
}

QString whyText(const WhyView &why, const PrintContext &context)
{
    QString text = jobLine(why.job, context) + u'\n' + verdictText(why.verdict, why.job.state) + u'\n';
    if (why.job.cause != Cause::None) {
        text += textOf(why.job.cause) + u'\n';
    }
    const QString detail = why.detail.isEmpty() ? why.job.detail : why.detail;
    const QString until = why.until ? u"until "_s + timeText(*why.until, context.now, context.zone) : QString();
    if (!detail.isEmpty()) {
        text += escapedForLog(detail) + (until.isEmpty() ? QString() : u", "_s + until) + u'\n';
    }
    if (why.nodes.isEmpty()) {
        return text;
    }
    QList<QStringList> rows;
    for (const WhyNode &node : why.nodes) {
        const GateView *closed = closedGate(node);
        if (!closed) {
            rows.append({node.node.toString(), u"yes"_s, u"It can take this file."_s});
            continue;
        }
        const QString sentence = gateText(closed->gate).isEmpty() ? closed->gate : gateText(closed->gate);
        rows.append({node.node.toString(), u"no"_s,
            closed->detail.isEmpty() ? sentence : sentence + u" ("_s + nodeStateText(closed->detail) + u')'});
    }
    return text + u'\n' + renderTable({{u"NODE"_s}, {u"TAKES IT"_s}, {u"WHY"_s}}, rows);
}

QString replyText(const OperatorReply &reply, const PrintContext &context)
{
    QString detail = escapedForLog(reply.detail);
    if (reply.ok) {
        const QString word = reply.code == "done"_L1 ? u"Done"_s : u"Accepted"_s;
        return detail.isEmpty() ? word + u".\n"_s : word + u": "_s + detail + u".\n"_s;
    }
    QString text = u"Refused: "_s + detail + u".\n"_s;
    if (const auto code = errorCodeFromString(QLatin1StringView(reply.code.toLatin1())); code && detail.isEmpty()) {
        text = u"Refused. "_s + textOf(*code) + u'\n';
    }
    return reply.job ? text + u"Now: "_s + jobLine(*reply.job, context) + u".\n"_s : text;
}

} // namespace dtf
