// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/actions/fleetcommands.h"

#include "common/core/escape.h"
#include "console/actions/permits.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int rowsLookedAt = 50; ///< of the audit, for who was first

OperatorRequest requestWith(const QString &reason)
{
    OperatorRequest request;
    request.reason = reason.trimmed();
    request.key = newIdempotencyKey();
    return request;
}

/// No status: nothing, or not all, of an answer came, and the orchestrator may have acted (TooMany: it was never sent). A good
/// status with an answer that can't be read: it did act, in one way or another.
bool isUnknown(const Answer<OperatorReply> &answer)
{
    return answer.status == 0 ? answer.result.error().code != ErrorCode::TooMany : answer.status < 300;
}

QString plainName(QString name)
{
    return name.remove(u'…');
}

} // namespace

FleetCommands::FleetCommands(const FleetStore &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{ }

QString FleetCommands::whyNone() const
{
    if (m_store.isSaved()) {
        return tr("This is a saved state: it is for reading only.");
    }
    return dtf::whyNoCommand(m_store.freshness(), m_session && m_session->mayCommand());
}

bool FleetCommands::refusedHere(const QString &subject, const QString &action, const Told &told)
{
    const QString why = whyNone();
    if (!why.isEmpty()) {
        tell({subject, action, false, why}, told);
    }
    return !why.isEmpty();
}

void FleetCommands::tell(const CommandAnswer &answer, const Told &told)
{
    if (told) {
        told(answer);
    } else {
        Q_EMIT answered(answer);
    }
}

OrchestratorClient::Callback<OperatorReply> FleetCommands::telling(
    const QString &subject, const QString &action, const std::optional<AuditFilter> &about, Told told)
{
    return [this, subject, action, about, told = std::move(told)](const Answer<OperatorReply> &answer) {
        if (!answer.result) {
            const QString detail = escapedForLog(answer.result.error().detail);
            const QString text = textOf(answer.result.error().code);
            QString words = detail.isEmpty() ? text : text + u' ' + detail;
            const bool unknown = isUnknown(answer);
            if (unknown) {
                words += u' ' + tr("Whether it was done is not known: look again before you repeat it.");
            }
            tell({subject, action, false, words, unknown}, told);
        } else {
            const CommandAnswer judged {subject, action, answer.result->ok, escapedForLog(answer.result->detail)};
            if (answer.result->code == toString(ErrorCode::Stale) && about && m_session) {
                tellWhoWasFirst(judged, *about, told);
            } else {
                tell(judged, told);
            }
        }
    };
}

void FleetCommands::tellWhoWasFirst(const CommandAnswer &answer, AuditFilter about, const Told &told)
{
    about.actor = u"operator:"_s;
    about.limit = rowsLookedAt;
    m_session->client().audit(about, this, [this, answer, about, told](const Answer<AuditPage> &page) {
        CommandAnswer whole = answer;
        const QList<AuditRow> rows = page.result ? page.result->rows : QList<AuditRow>();
        const auto first = std::find_if(rows.begin(), rows.end(), [&](const AuditRow &row) {
            const AuditKind kind = row.event.kind;
            const bool aboutAll = kind == AuditKind::DispatchPaused || kind == AuditKind::DispatchResumed;
            return kind != AuditKind::CommandRefused && kind != AuditKind::AlertAcknowledged
                && (aboutAll || !about.job.isNull() || !about.node.isEmpty());
        });
        if (first != rows.end()) {
            const QString who = QString::fromUtf8(first->event.actor).mid(about.actor.size());
            whole.words += u' '
                + tr("%1 was first, %2 ago: %3.")
                      .arg(m_session && who == m_session->user() ? tr("You") : escapedForLog(who, 80),
                          ageText(m_store.sinceOrchestratorTime(first->event.time)), textOf(first->event.kind));
        }
        tell(whole, told);
    });
}

void FleetCommands::send(JobAction action, const JobView &seen, const QString &reason, const NodeName &node, Told told)
{
    const QString subject = escapedForLog(seen.name, 200);
    const QString name = plainName(nameOf(action));
    if (refusedHere(subject, name, told)) {
        return;
    }
    OperatorRequest request = requestWith(reason);
    request.expectEpoch = seen.epoch;
    request.expectState = seen.state;
    request.node = node;
    AuditFilter about;
    about.job = seen.job;
    about.from = {seen.changed.msecsSinceEpoch + 1}; // what led to what the user saw is no one's being first
    m_session->client().command(seen.job, action, request, this, telling(subject, name, about, std::move(told)));
}

void FleetCommands::send(NodeAction action, const NodeName &node, const QString &reason, bool now)
{
    const QString name = plainName(nameOf(action));
    if (refusedHere(node.toString(), name)) {
        return;
    }
    OperatorRequest request = requestWith(reason);
    request.now = now;
    AuditFilter about;
    about.node = node;
    about.from = m_store.nodes().value(node).since; // who brought it into this state
    m_session->client().command(node, action, request, this, telling(node.toString(), name, about));
}

void FleetCommands::sendDispatch(bool pause, const QString &reason)
{
    const QString action = pause ? tr("Pause dispatch") : tr("Resume dispatch");
    if (!refusedHere({}, action)) {
        m_session->client().dispatch(pause, requestWith(reason), this, telling({}, action, AuditFilter {}));
    }
}

void FleetCommands::acknowledge(const Alert &alert, const QString &reason)
{
    const QString subject = escapedForLog(alert.subject, 64);
    const QString action = tr("Acknowledge");
    if (!refusedHere(subject, action)) {
        m_session->client().acknowledge(alert.kind, alert.subject, requestWith(reason), this, telling(subject, action, {}));
    }
}

} // namespace dtf
