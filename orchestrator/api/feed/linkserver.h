// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/feed/agentlinks.h"
#include "orchestrator/api/feed/consolefeed.h"
#include "orchestrator/api/fleetpublisher.h"
#include "orchestrator/api/gate/route.h"

#include <QHash>
#include <QPointer>
#include <QTimer>
#include <QWebSocketServer>

namespace dtf {

/// All WebSockets: takes admitted sockets from the HTTP side, lets Qt finish the handshake (its bytes are still unread inside)
/// and gives them to the consoles' feed or the agents' links. Thread: main.
class LinkServer final : public FleetPublisher
{
public:
    LinkServer(FleetService &fleet, const LinkLimits &limits, const Clock &clock);
    ~LinkServer() override;

    void take(QTcpSocket *socket, const Principal &who, Endpoint endpoint);
    [[nodiscard]] const LinkCounters &counters() const { return m_counters; }

    [[nodiscard]] bool hasConsoles() const override { return m_counters.consoles > 0; }
    void publish(FeedDelta delta) override { m_feed.publish(delta); }
    void publishAnew() override { m_feed.publishAnew(); }
    void publishLog(const LogLines &lines) override { m_feed.publishLog(lines); }
    void sendCommand(const NodeName &node, const AgentCommand &command) override { m_agents.sendCommand(node, command); }
    void sendWorkHint(const NodeName &node) override { m_agents.sendWorkHint(node); }

private:
    /// A connection is known by its two ends while Qt shakes hands.
    using Ends = QByteArray;
    struct Pending
    {
        QPointer<QTcpSocket> socket;
        Principal who;
        Endpoint endpoint = Endpoint::Feed;
        MonoTime until;
    };
    void connected();
    void tick();

    const LinkLimits m_limits;
    const Clock &m_clock;
    LinkCounters m_counters;
    QWebSocketServer m_handshaker;
    ConsoleFeed m_feed;
    AgentLinks m_agents;
    QHash<Ends, Pending> m_pending;
    QTimer m_ticker;
    MonoTime m_lastTick;
};

} // namespace dtf
