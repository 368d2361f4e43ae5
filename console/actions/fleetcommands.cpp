// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/actions/fleetcommands.h"

#include "common/core/escape.h"
#include "console/actions/permits.h"
#include "console/text/texts.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

OperatorRequest requestWith(const QString &reason)
{
    OperatorRequest request;
    request.reason = reason.trimmed();
    request.key = newIdempotencyKey();
    return request;
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

OrchestratorClient::Callback<OperatorReply> FleetCommands::telling(const QString &subject, const QString &action, Told told)
{
    return [this, subject, action, told = std::move(told)](const Answer<OperatorReply> &answer) {
        if (!answer.result) {
            const QString detail = escapedForLog(answer.result.error().detail);
            const QString text = textOf(answer.result.error().code);
            tell({subject, action, false, detail.isEmpty() ? text : text + u' ' + detail}, told);
        } else {
            tell({subject, action, answer.result->ok, escapedForLog(answer.result->detail)}, told);
        }
    };
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
    m_session->client().command(seen.job, action, request, this, telling(subject, name, std::move(told)));
}

void FleetCommands::send(NodeAction action, const NodeName &node, const QString &reason, bool now)
{
    const QString name = plainName(nameOf(action));
    if (refusedHere(node.toString(), name)) {
        return;
    }
    OperatorRequest request = requestWith(reason);
    request.now = now;
    m_session->client().command(node, action, request, this, telling(node.toString(), name));
}

void FleetCommands::sendDispatch(bool pause, const QString &reason)
{
    const QString action = pause ? tr("Pause dispatch") : tr("Resume dispatch");
    if (!refusedHere({}, action)) {
        m_session->client().dispatch(pause, requestWith(reason), this, telling({}, action));
    }
}

void FleetCommands::acknowledge(const Alert &alert, const QString &reason)
{
    const QString subject = escapedForLog(alert.subject, 64);
    const QString action = tr("Acknowledge");
    if (!refusedHere(subject, action)) {
        m_session->client().acknowledge(alert.kind, alert.subject, requestWith(reason), this, telling(subject, action));
    }
}

} // namespace dtf
