// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/apiserver.h"

namespace dtf {

ApiServer::ApiServer(
    FleetService &fleet, const AccessList &access, const ApiConfig &config, const Clock &clock, MembershipService *members)
    : m_config(config)
    , m_links(fleet, config.links, clock)
    , m_gate(ApiContext {fleet, clock, nullptr, nullptr, members}, access, HostRules(config.hosts))
    , m_http(m_gate, config.http, clock)
{
    if (config.tls) {
        m_http.setTls(*config.tls);
    }
    m_gate.setCounters(&m_http.counters(), &m_links.counters());
    m_gate.setUpgrade(
        [this](QTcpSocket *socket, const Principal &who, Endpoint endpoint) { m_links.take(socket, who, endpoint); });
}

Result<quint16> ApiServer::listen()
{
    return m_http.start(m_config.address, m_config.port);
}

} // namespace dtf
