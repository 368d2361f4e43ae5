// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/fleetservice.h"
#include "orchestrator/api/gate/query.h"
#include "orchestrator/api/gate/route.h"
#include "orchestrator/api/http/httpcounters.h"
#include "orchestrator/api/http/httphandler.h"

#include <QJsonObject>

namespace dtf {

class Clock;
class MembershipService;

/// One admitted request: authenticated, its role checked, its body an object. No transport in here.
struct ApiRequest
{
    Route route;
    QueryMap query;
    QJsonObject body;
    NodeName node; ///< Access::Node: who asks
    QByteArray actor; ///< "operator:anna", "agent:DTF-01"
};

/// Live numbers of the WebSocket side for /metrics.
struct LinkCounters
{
    int consoles = 0;
    int agents = 0;
    qint64 consolesDropped = 0; ///< too slow, silent or talking nonsense
    qint64 agentsDropped = 0;
};

/// What the handlers use. All outlive them.
struct ApiContext
{
    FleetService &fleet;
    const Clock &clock;
    const HttpCounters *http = nullptr; ///< may be null (tests without a server)
    const LinkCounters *links = nullptr;
    MembershipService *members = nullptr; ///< null: no machine can join
};

/// Answers through `respond` exactly once, at once or later. Thread: main.
void handleRequest(ApiContext context, const ApiRequest &request, HttpResponder respond);

// one per kind of caller; handleRequest() chooses
void handleAgentRequest(ApiContext context, const ApiRequest &request, HttpResponder respond);
void handleReadRequest(ApiContext context, const ApiRequest &request, HttpResponder respond);
void handleJoinRequest(ApiContext context, const ApiRequest &request, HttpResponder respond);
void handleCommandRequest(ApiContext context, const ApiRequest &request, HttpResponder respond);

} // namespace dtf
