// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/feed/linklimits.h"
#include "orchestrator/api/feed/linkpeer.h"
#include "orchestrator/api/fleetservice.h"
#include "orchestrator/api/handlers/apihandlers.h"

#include <QHash>
#include <QObject>

#include <map>

namespace dtf {

/// The immediate way to and from the agents; lossy, since heartbeats and reports carry everything that counts. An agent says
/// hello first and speaks for its own node only. Thread: main.
///
/// Two links of one node: the same boot is a reconnect and replaces the old link. Another boot is a restarted agent or a cloned
/// machine: the incumbent stays while it was heard within a ping's time and 5 s (a killed agent's link is closed by its machine
/// at once), else the newcomer replaces it. The one refused hears already-exists and may try again.
class AgentLinks final : public QObject
{
public:
    AgentLinks(
        FleetService &fleet, const LinkLimits &limits, const Clock &clock, LinkCounters &counters, QObject *parent = nullptr);

    void adopt(QWebSocket *socket, QTcpSocket *tcp, const Principal &who);
    void sendCommand(const NodeName &node, const AgentCommand &command);
    void sendWorkHint(const NodeName &node);
    void tick(MonoTime now, milliseconds forgive);

private:
    struct Link
    {
        LinkPeer *peer = nullptr;
        bool greeted = false;
        BootId boot;
        MonoTime helloUntil;
    };
    void take(Link &link, const Message &message);
    void greet(Link &link, const Message &message);
    void sendTo(const NodeName &node, MessageType type, const QJsonObject &body);
    void remove(LinkPeer *peer);

    FleetService &m_fleet;
    const LinkLimits &m_limits;
    const Clock &m_clock;
    LinkCounters &m_counters;
    std::map<LinkPeer *, Link> m_links; ///< stable addresses
    QHash<NodeName, Link *> m_byNode; ///< greeted ones
};

} // namespace dtf
