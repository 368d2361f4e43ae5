// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/gate/caller.h"
#include "orchestrator/api/gate/hostrules.h"
#include "orchestrator/api/gate/ratelimit.h"
#include "orchestrator/api/handlers/apihandlers.h"
#include "orchestrator/api/http/httphandler.h"

namespace dtf {

/// Between HTTP and the handlers: who may come in, judged on the head alone and in this order: Host and Origin (403), path and
/// method (400, 404, 405), token (401, 429), role (403), content type (415). Only then a body is read, up to the route's bound.
///
/// Failed authentication is limited per address: from the 11th in a minute on the answer is 429 and nothing is audited any more.
/// Enrolment, which has no token, is limited to 60 a minute from one address (429). A valid token is served all the same: someone
/// else's wrong token behind the same address must not shut out an agent. /metrics takes a viewer's or operator's token, from
/// loopback too: behind a proxy everything comes from loopback.
class ApiGate final : public HttpHandler
{
public:
    /// Takes an admitted upgrade over: the socket's owner from here on.
    using Upgrade = std::function<void(QTcpSocket *socket, const Principal &caller, Endpoint endpoint)>;

    /// `access` and what `context` refers to outlive it.
    ApiGate(ApiContext context, const AccessList &access, HostRules hosts);

    /// Until then Feed and AgentLink answer 501.
    void setUpgrade(Upgrade upgrade) { m_upgrade = std::move(upgrade); }
    void setCounters(const HttpCounters *http, const LinkCounters *links);

    [[nodiscard]] HttpVerdict judge(const HttpHead &head, const HttpPeer &peer) override;
    [[nodiscard]] HttpResponse failure(int status) override;
    [[nodiscard]] HttpResponse plainWhereTls() override;

private:
    [[nodiscard]] tl::expected<Principal, HttpResponse> authenticate(const HttpHead &head, const HttpPeer &peer);
    [[nodiscard]] HttpVerdict judgeUpgrade(const HttpHead &head, const Route &route, const Principal &caller);
    [[nodiscard]] HttpVerdict admit(const HttpHead &head, const Route &route, const QByteArray &actor, const NodeName &node);
    void remember(const HttpPeer &peer, const QByteArray &who, const QByteArray &what);

    ApiContext m_context;
    const AccessList &m_access;
    HostRules m_hosts;
    Upgrade m_upgrade;
    RateLimit m_failures {10, milliseconds(60'000)};
    RateLimit m_enrols {60, milliseconds(60'000)};
    RateLimit m_remembered {10, milliseconds(60'000)};
};

} // namespace dtf
