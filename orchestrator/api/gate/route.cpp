// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/route.h"

#include <QList>

namespace dtf {

namespace {

enum class Match { No, BadId, Yes };

struct Row
{
    const char *method;
    const char *pattern; ///< {…}: one segment, read by readSegment()
    Endpoint endpoint;
    Access access;
    qint64 bodyLimit;
};

constexpr qint64 heartbeatLimit = qint64 {256} * 1024; // 4,096 queued ids are 120 KiB
constexpr qint64 reportsLimit = qint64 {1024} * 1024;
constexpr qint64 commandLimit = qint64 {16} * 1024;

constexpr qint64 enrolLimit = qint64 {4} * 1024;

constexpr Row table[] = {
    {"GET", "/healthz", Endpoint::Health, Access::Open, 0},
    {"GET", "/metrics", Endpoint::Metrics, Access::Read, 0},
    {"POST", "/api/v1/heartbeat", Endpoint::Heartbeat, Access::Node, heartbeatLimit},
    {"POST", "/api/v1/enrol", Endpoint::Enrol, Access::Open, enrolLimit},
    {"POST", "/api/v1/reports", Endpoint::Reports, Access::Node, reportsLimit},
    {"GET", "/api/v1/state", Endpoint::State, Access::Read, 0},
    {"GET", "/api/v1/nodes", Endpoint::Nodes, Access::Read, 0},
    {"GET", "/api/v1/alerts", Endpoint::Alerts, Access::Read, 0},
    {"GET", "/api/v1/jobs", Endpoint::Jobs, Access::Read, 0},
    {"GET", "/api/v1/jobs/{job}", Endpoint::Job, Access::Read, 0},
    {"GET", "/api/v1/jobs/{job}/why", Endpoint::Why, Access::Read, 0},
    {"GET", "/api/v1/jobs/{job}/log", Endpoint::JobLog, Access::Read, 0},
    {"GET", "/api/v1/jobs/{job}/attempts", Endpoint::Attempts, Access::Read, 0},
    {"GET", "/api/v1/jobs/{job}/results", Endpoint::Results, Access::Read, 0},
    {"GET", "/api/v1/jobs/{job}/result", Endpoint::ResultBytes, Access::Read, 0},
    {"GET", "/api/v1/nodes/figures", Endpoint::NodeFigures, Access::Read, 0},
    {"GET", "/api/v1/audit", Endpoint::Audit, Access::Read, 0},
    {"GET", "/api/v1/audit/verify", Endpoint::AuditCheck, Access::Read, 0},
    {"GET", "/api/v1/history", Endpoint::History, Access::Read, 0},
    {"GET", "/api/v1/report", Endpoint::DayReport, Access::Read, 0},
    {"POST", "/api/v1/jobs/{job}/{job-action}", Endpoint::JobCommand, Access::Command, commandLimit},
    {"POST", "/api/v1/nodes/{node}/forget", Endpoint::NodeForget, Access::Command, commandLimit},
    {"GET", "/api/v1/join-codes", Endpoint::JoinCodes, Access::Command, 0},
    {"POST", "/api/v1/join-codes", Endpoint::JoinCodeMake, Access::Command, commandLimit},
    {"POST", "/api/v1/join-codes/{number}/revoke", Endpoint::JoinCodeRevoke, Access::Command, commandLimit},
    {"POST", "/api/v1/nodes/{node}/{node-action}", Endpoint::NodeCommand, Access::Command, commandLimit},
    {"POST", "/api/v1/dispatch/{pause-resume}", Endpoint::DispatchCommand, Access::Command, commandLimit},
    {"POST", "/api/v1/alerts/{alert-kind}/{alert-subject}/ack", Endpoint::AlertAck, Access::Command, commandLimit},
    {"GET", "/api/v1/feed", Endpoint::Feed, Access::Read, 0},
    {"GET", "/api/v1/agent", Endpoint::AgentLink, Access::Node, 0},
    {"GET", "/api/v1/whoami", Endpoint::WhoAmI, Access::Anyone, 0},
};

Match readSegment(QByteArrayView placeholder, const QByteArray &text, Route &route)
{
    const QLatin1StringView word(text);
    if (placeholder == "{job}") {
        const auto job = JobId::parse(text);
        route.job = job.value_or(JobId());
        return job ? Match::Yes : Match::BadId;
    }
    if (placeholder == "{node}") {
        const auto node = NodeName::parse(text);
        route.node = node.value_or(NodeName());
        return node ? Match::Yes : Match::BadId;
    }
    if (placeholder == "{job-action}") {
        const auto action = jobActionFromString(word);
        route.jobAction = action.value_or(JobAction::Hold);
        return action ? Match::Yes : Match::No;
    }
    if (placeholder == "{node-action}") {
        const auto action = nodeActionFromString(word);
        route.nodeAction = action.value_or(NodeAction::Pause);
        return action ? Match::Yes : Match::No;
    }
    if (placeholder == "{number}") {
        bool ok = false;
        route.number = text.size() <= 15 ? text.toLongLong(&ok) : 0;
        return ok && route.number > 0 ? Match::Yes : Match::BadId;
    }
    if (placeholder == "{alert-kind}") {
        const auto kind = alertKindFromString(word);
        route.alertKind = kind.value_or(AlertKind::StoreFailing);
        return kind ? Match::Yes : Match::No;
    }
    if (placeholder == "{alert-subject}") {
        route.alertSubject = word == noSubject ? QByteArray() : text;
        return word == noSubject || NodeName::parse(text) ? Match::Yes : Match::BadId; // a job's id has that form, too
    }
    route.pause = text == "pause";
    return text == "pause" || text == "resume" ? Match::Yes : Match::No;
}

Match match(const QList<QByteArray> &pattern, const QList<QByteArray> &path, Route &route)
{
    if (pattern.size() != path.size()) {
        return Match::No;
    }
    Match result = Match::Yes;
    for (qsizetype i = 0; i < path.size(); ++i) {
        if (!pattern[i].startsWith('{')) {
            if (pattern[i] != path[i]) {
                return Match::No;
            }
            continue;
        }
        const Match segment = readSegment(pattern[i], path[i], route);
        if (segment == Match::No) {
            return Match::No;
        }
        if (segment == Match::BadId) {
            result = Match::BadId;
        }
    }
    return result;
}

} // namespace

bool onlyLooks(NodeAction action)
{
    return action == NodeAction::Picture || action == NodeAction::SelfCheck;
}

tl::expected<Route, RouteError> findRoute(const QByteArray &method, const QByteArray &path)
{
    static const QList<QList<QByteArray>> patterns = [] {
        QList<QList<QByteArray>> split;
        for (const Row &row : table) {
            split.append(QByteArray(row.pattern).split('/'));
        }
        return split;
    }();
    const QList<QByteArray> segments = path.split('/');
    QByteArrayList allow;
    for (qsizetype i = 0; i < patterns.size(); ++i) {
        const Row &row = table[i];
        Route route;
        route.endpoint = row.endpoint;
        route.access = row.access;
        route.bodyLimit = row.bodyLimit;
        const Match found = match(patterns[i], segments, route);
        if (found == Match::No) {
            continue;
        }
        if (method != row.method) {
            allow.append(row.method);
            continue;
        }
        if (found == Match::BadId) {
            return tl::unexpected(RouteError {400, {}});
        }
        return route;
    }
    return tl::unexpected(allow.isEmpty() ? RouteError {404, {}} : RouteError {405, allow.join(", ")});
}

} // namespace dtf
