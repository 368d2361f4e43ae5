// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <QByteArray>

namespace dtf {

/// Everything that can be asked for.
enum class Endpoint {
    Health,
    Metrics,
    Heartbeat,
    Reports,
    State,
    Nodes,
    Alerts,
    Jobs,
    Job,
    Why,
    JobLog,
    Attempts,
    Results,
    ResultBytes,
    NodeFigures,
    Audit,
    AuditCheck,
    History,
    DayReport,
    JobCommand,
    NodeCommand,
    DispatchCommand,
    AlertAck,
    Enrol,
    JoinCodes,
    JoinCodeMake,
    JoinCodeRevoke,
    NodeForget,
    Feed, ///< WebSocket
    AgentLink, ///< WebSocket
    WhoAmI,
};

/// Who may ask.
enum class Access {
    Open, ///< no token
    Node, ///< an agent, for itself only
    Read, ///< viewer or operator
    Command, ///< operator
    Anyone, ///< who has a token
};

/// An endpoint with what its path named.
struct Route
{
    Endpoint endpoint = Endpoint::Health;
    Access access = Access::Command;
    qint64 bodyLimit = 0; ///< bytes
    JobId job;
    NodeName node;
    JobAction jobAction = JobAction::Hold;
    NodeAction nodeAction = NodeAction::Pause;
    bool pause = false; ///< DispatchCommand
    qint64 number = 0; ///< JoinCodeRevoke
    AlertKind alertKind = AlertKind::StoreFailing; ///< AlertAck
    QByteArray alertSubject; ///< AlertAck; empty: the whole fleet's
};

struct RouteError
{
    int status = 404; ///< 400 bad id, 404, 405
    QByteArray allow; ///< 405
};

/// Changes nothing: no reason is asked for, and the answer is what was seen.
[[nodiscard]] bool onlyLooks(NodeAction action);

/// Pure. The path as sent, undecoded: no legal path needs an escape, so '%' finds nothing.
[[nodiscard]] tl::expected<Route, RouteError> findRoute(const QByteArray &method, const QByteArray &path);

} // namespace dtf
