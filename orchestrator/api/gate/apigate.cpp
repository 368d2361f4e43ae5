// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/apigate.h"

#include "common/core/clock.h"
#include "common/protocol/codec.h"
#include "orchestrator/api/handlers/answers.h"
#include "orchestrator/api/http/peeraddress.h"
#include "orchestrator/api/membershipservice.h"

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

HttpRefusal refused(int status, const QString &detail)
{
    return {errorAnswer(status, detail)};
}

/// The token of "Bearer <token>"; empty when it is something else.
QByteArray bearerOf(const QByteArray &authorization)
{
    constexpr QByteArrayView scheme = "bearer ";
    return authorization.left(scheme.size()).toLower() == scheme ? authorization.mid(scheme.size()).trimmed() : QByteArray();
}

/// application/json, with nothing but a charset=utf-8 behind it: what a form or a script of another site can't send unasked.
bool isJson(const QByteArray &contentType)
{
    const QByteArray type = contentType.toLower().replace(' ', "");
    return type == "application/json" || type == "application/json;charset=utf-8";
}

} // namespace

ApiGate::ApiGate(ApiContext context, const AccessList &access, HostRules hosts)
    : m_context(context)
    , m_access(access)
    , m_hosts(std::move(hosts))
{ }

void ApiGate::setCounters(const HttpCounters *http, const LinkCounters *links)
{
    m_context.http = http;
    m_context.links = links;
}

HttpResponse ApiGate::failure(int status)
{
    switch (status) {
    case 408:
        return errorAnswer(status, u"the request was too slow"_s);
    case 413:
        return errorAnswer(status, u"the body is larger than this request may have"_s);
    case 431:
        return errorAnswer(status, u"the head is too large"_s);
    case 503:
        return errorAnswer(status, u"no answer in time"_s);
    default:
        return errorAnswer(status, u"malformed request"_s);
    }
}

HttpResponse ApiGate::plainWhereTls()
{
    return errorAnswer(400, u"this port speaks TLS: the address begins with https://"_s);
}

HttpVerdict ApiGate::judge(const HttpHead &head, const HttpPeer &peer)
{
    if (!m_hosts.hostAllowed(head.host, peer.localAddress, peer.localPort)) {
        remember(peer, "unknown", "foreign Host");
        return refused(403, u"this Host is not served here; see listen.hosts"_s);
    }
    if (!HostRules::originAllowed(head.origin, head.host)) {
        remember(peer, "unknown", "foreign Origin");
        return refused(403, u"requests from other sites are refused"_s);
    }
    const auto route = findRoute(head.method, head.path);
    if (!route) {
        HttpResponse response = errorAnswer(
            route.error().status, route.error().status == 400 ? u"malformed id in the path"_s : u"no such path or method"_s);
        response.allow = route.error().allow;
        return HttpRefusal {response};
    }
    Principal caller;
    if (route->access != Access::Open) {
        auto known = authenticate(head, peer);
        if (!known) {
            return HttpRefusal {known.error()};
        }
        caller = *known;
        if (!mayUse(caller.role, route->access)) {
            remember(peer, actorOf(caller), head.method + ' ' + head.path);
            return refused(403, u"this token's role may not do this"_s);
        }
    }
    if (route->endpoint == Endpoint::Feed || route->endpoint == Endpoint::AgentLink) {
        return judgeUpgrade(head, *route, caller);
    }
    if (head.method == "POST" && !isJson(head.contentType)) {
        return refused(415, u"the content type must be application/json"_s);
    }
    if (route->endpoint == Endpoint::Enrol) {
        if (!m_enrols.allow(peerKey(peer.address), m_context.clock.now().mono)) {
            return refused(429, u"too many machines ask to join from this address; ask again in a minute"_s);
        }
        return admit(head, *route, "machine@" + peerKey(peer.address), {});
    }
    return admit(head, *route, actorOf(caller), caller.node);
}

tl::expected<Principal, HttpResponse> ApiGate::authenticate(const HttpHead &head, const HttpPeer &peer)
{
    const QByteArray bearer = bearerOf(head.authorization);
    if (auto caller = m_access.authenticate(bearer)) {
        return *caller;
    }
    if (auto member = m_context.members ? m_context.members->memberOf(bearer) : std::nullopt) {
        return *member;
    }
    if (!m_failures.allow(peerKey(peer.address), m_context.clock.now().mono)) {
        return tl::unexpected(errorAnswer(429, u"too many refused tokens from this address"_s));
    }
    remember(peer, "unknown", (head.authorization.isEmpty() ? "no token: " : "wrong token: ") + head.method + ' ' + head.path);
    return tl::unexpected(errorAnswer(401, u"a valid bearer token is needed"_s));
}

HttpVerdict ApiGate::judgeUpgrade(const HttpHead &head, const Route &route, const Principal &caller)
{
    if (!head.upgradeWebSocket || head.webSocketVersion != "13") {
        return refused(426, u"this path speaks WebSocket version 13"_s);
    }
    const auto key = QByteArray::fromBase64Encoding(head.webSocketKey, QByteArray::AbortOnBase64DecodingErrors);
    if (!key || key.decoded.size() != 16 || head.hasBody()) {
        return refused(400, u"malformed upgrade"_s);
    }
    if (!m_upgrade) {
        return refused(501, u"built without WebSockets"_s);
    }
    return HttpUpgrade {[this, caller, endpoint = route.endpoint](QTcpSocket *socket) { m_upgrade(socket, caller, endpoint); }};
}

HttpVerdict ApiGate::admit(const HttpHead &head, const Route &route, const QByteArray &actor, const NodeName &node)
{
    const auto query = parseQuery(head.query);
    if (!query) {
        return HttpRefusal {errorAnswer(query.error())};
    }
    ApiRequest request {route, *query, {}, node, actor};
    const bool empty = head.method != "POST" || (route.endpoint == Endpoint::NodeCommand && onlyLooks(route.nodeAction));
    return HttpAcceptance {route.bodyLimit,
        [context = m_context, request = std::move(request), mayBeEmpty = empty](
            const QByteArray &body, HttpResponder respond) mutable {
            if (!(mayBeEmpty && body.isEmpty())) {
                const auto object = parseObject(body, request.route.bodyLimit);
                if (!object) {
                    respond(errorAnswer(object.error()));
                    return;
                }
                request.body = *object;
            }
            handleRequest(context, request, std::move(respond));
        }};
}

void ApiGate::remember(const HttpPeer &peer, const QByteArray &who, const QByteArray &what)
{
    const QByteArray address = peerKey(peer.address);
    if (m_remembered.allow(address, m_context.clock.now().mono)) {
        m_context.fleet.accessRefused(who + '@' + address, what.left(256));
    }
}

} // namespace dtf
