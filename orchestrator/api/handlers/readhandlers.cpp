// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/clock.h"
#include "common/protocol/callerview.h"
#include "common/protocol/codec.h"
#include "common/protocol/version.h"
#include "orchestrator/api/handlers/answers.h"
#include "orchestrator/api/handlers/apihandlers.h"
#include "orchestrator/api/handlers/dayreport.h"
#include "orchestrator/api/handlers/metrics.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

HttpResponse health(FleetService &fleet)
{
    const FleetSummary summary = fleet.state().summary;
    const bool well = summary.storeOk && summary.shareOk;
    return jsonAnswer({{"ok"_L1, well}}, well ? 200 : 503); // no more than that: anyone may ask
}

HttpResponse metrics(const ApiContext &context)
{
    HttpResponse response;
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metricsText(context.fleet.state(), context.http, context.links);
    return response;
}

/// Nodes and alerts are a state without its other lists: the same reader takes all three.
HttpResponse stateAnswer(FleetService &fleet, Endpoint endpoint)
{
    StateView state = fleet.state();
    if (endpoint == Endpoint::Nodes) {
        state.alerts.clear();
    } else if (endpoint == Endpoint::Alerts) {
        state.nodes.clear();
    }
    return jsonAnswer(toJson(state));
}

/// For an agent that tries its token, its name and its clock before it starts.
HttpResponse whoAmI(const ApiContext &context, const ApiRequest &request)
{
    CallerView view;
    view.caller = QString::fromUtf8(request.actor);
    view.node = request.node;
    const StateView state = context.fleet.state();
    view.known =
        std::any_of(state.nodes.cbegin(), state.nodes.cend(), [&](const NodeView &node) { return node.node == request.node; });
    view.time = context.clock.now().wall;
    view.version = QStringLiteral(DTF_VERSION);
    view.protocol = protocolVersion;
    return jsonAnswer(toJson(view));
}

FleetService::Callback<QByteArray> answeringBytes(HttpResponder respond, const QByteArray &type)
{
    return [respond = std::move(respond), type](const Result<QByteArray> &bytes) {
        if (!bytes) {
            respond(errorAnswer(bytes.error()));
            return;
        }
        HttpResponse response;
        response.contentType = type;
        response.body = *bytes;
        respond(response);
    };
}

void dayReport(const ApiContext &context, const ApiRequest &request, HttpResponder respond)
{
    QueryMap query = request.query;
    const QByteArray asked = query.take("day");
    const QDate today = QDateTime::fromMSecsSinceEpoch(context.clock.now().wall.msecsSinceEpoch, QTimeZone::utc()).date();
    const QDate day = asked.isEmpty() ? today : QDate::fromString(QString::fromUtf8(asked), Qt::ISODate);
    if (!query.isEmpty() || !day.isValid()) {
        respond(errorAnswer(Error {ErrorCode::InvalidArgument, u"the only query key is day=YYYY-MM-DD"_s}));
        return;
    }
    makeDayReport(context.fleet, day, answering<DayReport>(std::move(respond)));
}

template <typename Wanted> bool refusedQuery(const Result<Wanted> &query, const HttpResponder &respond)
{
    if (!query) {
        respond(errorAnswer(query.error()));
    }
    return !query;
}

bool hasKeys(Endpoint endpoint)
{
    return endpoint == Endpoint::Jobs || endpoint == Endpoint::Audit || endpoint == Endpoint::JobLog
        || endpoint == Endpoint::ResultBytes || endpoint == Endpoint::DayReport || endpoint == Endpoint::History;
}

/// What is left of one file's runs.
void handleEvidence(const ApiContext &context, const ApiRequest &request, HttpResponder respond)
{
    const JobId &job = request.route.job;
    if (request.route.endpoint == Endpoint::JobLog) {
        const auto query = logQueryFrom(request.query);
        if (!refusedQuery(query, respond)) {
            context.fleet.jobLog(
                job, query->attempt, query->offset, answeringBytes(std::move(respond), "text/plain; charset=utf-8"));
        }
    } else if (request.route.endpoint == Endpoint::ResultBytes) {
        const auto query = resultQueryFrom(request.query);
        if (!refusedQuery(query, respond)) {
            context.fleet.resultBytes(
                job, query->name, query->offset, answeringBytes(std::move(respond), "application/octet-stream"));
        }
    } else if (request.route.endpoint == Endpoint::Attempts) {
        context.fleet.attempts(job, answering<AttemptsView>(std::move(respond)));
    } else {
        context.fleet.results(job, answering<ResultsView>(std::move(respond)));
    }
}

} // namespace

void handleReadRequest(ApiContext context, const ApiRequest &request, HttpResponder respond)
{
    const Endpoint endpoint = request.route.endpoint;
    if (!hasKeys(endpoint) && refusedQuery(noQuery(request.query), respond)) {
        return;
    }
    if (endpoint == Endpoint::Jobs) {
        const auto query = jobQueryFrom(request.query);
        if (!refusedQuery(query, respond)) {
            context.fleet.jobs(*query, answering<JobPage>(std::move(respond)));
        }
    } else if (endpoint == Endpoint::Audit) {
        const auto query = auditQueryFrom(request.query);
        if (!refusedQuery(query, respond)) {
            context.fleet.audit(*query, answering<AuditPage>(std::move(respond)));
        }
    } else if (endpoint == Endpoint::AuditCheck) {
        context.fleet.auditCheck(answering<AuditCheck>(std::move(respond)));
    } else if (endpoint == Endpoint::History) {
        const auto hours = hoursFrom(request.query);
        if (!refusedQuery(hours, respond)) {
            context.fleet.history(*hours, answering<HistoryView>(std::move(respond)));
        }
    } else if (endpoint == Endpoint::JobLog || endpoint == Endpoint::Attempts || endpoint == Endpoint::Results
        || endpoint == Endpoint::ResultBytes) {
        handleEvidence(context, request, std::move(respond));
    } else if (endpoint == Endpoint::NodeFigures) {
        respond(jsonAnswer(toJson(context.fleet.figures())));
    } else if (endpoint == Endpoint::DayReport) {
        dayReport(context, request, std::move(respond));
    } else if (endpoint == Endpoint::Job) {
        context.fleet.job(request.route.job, answering<JobView>(std::move(respond)));
    } else if (endpoint == Endpoint::Why) {
        context.fleet.why(request.route.job, answering<WhyView>(std::move(respond)));
    } else if (endpoint == Endpoint::Health) {
        respond(health(context.fleet));
    } else if (endpoint == Endpoint::WhoAmI) {
        respond(whoAmI(context, request));
    } else if (endpoint == Endpoint::Metrics) {
        respond(metrics(context));
    } else {
        respond(stateAnswer(context.fleet, endpoint));
    }
}

void handleRequest(ApiContext context, const ApiRequest &request, HttpResponder respond)
{
    switch (request.route.endpoint) {
    case Endpoint::Enrol:
    case Endpoint::JoinCodes:
    case Endpoint::JoinCodeMake:
    case Endpoint::JoinCodeRevoke:
    case Endpoint::NodeForget:
        handleJoinRequest(context, request, std::move(respond));
        return;
    default:
        break;
    }
    switch (request.route.access) {
    case Access::Node:
        handleAgentRequest(context, request, std::move(respond));
        break;
    case Access::Command:
        handleCommandRequest(context, request, std::move(respond));
        break;
    case Access::Open:
    case Access::Read:
    case Access::Anyone:
        handleReadRequest(context, request, std::move(respond));
        break;
    }
}

} // namespace dtf
