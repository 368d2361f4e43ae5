// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/feed/linkserver.h"
#include "orchestrator/api/gate/apigate.h"
#include "orchestrator/api/http/httpserver.h"

#include <QHostAddress>
#include <QSslConfiguration>

#include <optional>

namespace dtf {

/// Where to listen, and every bound.
struct ApiConfig
{
    QHostAddress address = QHostAddress(QHostAddress::LocalHost);
    quint16 port = 3000; ///< 0: any free one
    QStringList hosts; ///< accepted Host names besides localhost and the address a connection came in on
    std::optional<QSslConfiguration> tls; ///< with certificate and key: the port speaks TLS only
    HttpLimits http;
    LinkLimits links;
};

/// The control plane on its one port: HTTP, the consoles' feed, the agents' links. `fleet`, `access` and `clock` outlive it;
/// `fleet` is not called before listen(). Without `members` no machine can join. publisher() is good from the constructor on.
/// Thread: main.
class ApiServer
{
public:
    ApiServer(FleetService &fleet, const AccessList &access, const ApiConfig &config, const Clock &clock,
        MembershipService *members = nullptr);

    /// The port it got.
    [[nodiscard]] Result<quint16> listen();
    [[nodiscard]] FleetPublisher &publisher() { return m_links; }
    [[nodiscard]] const HttpCounters &httpCounters() const { return m_http.counters(); }
    [[nodiscard]] const LinkCounters &linkCounters() const { return m_links.counters(); }

private:
    const ApiConfig m_config;
    LinkServer m_links;
    ApiGate m_gate;
    HttpServer m_http; ///< last: its connections end first
};

} // namespace dtf
