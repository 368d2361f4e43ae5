// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/feed/agentlinks.h"

#include "common/protocol/codec.h"

#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace dtf {

AgentLinks::AgentLinks(FleetService &fleet, const LinkLimits &limits, const Clock &clock, LinkCounters &counters, QObject *parent)
    : QObject(parent)
    , m_fleet(fleet)
    , m_limits(limits)
    , m_clock(clock)
    , m_counters(counters)
{ }

void AgentLinks::adopt(QWebSocket *socket, QTcpSocket *tcp, const Principal &who)
{
    const LinkPeer::Bounds bounds {m_limits.agentMessage, m_limits.agentInbound, m_limits.backlog, m_limits.ping};
    auto *peer = new LinkPeer(socket, tcp, who, bounds, m_clock, this);
    Link &link = m_links[peer];
    link.peer = peer;
    link.helloUntil = m_clock.now().mono + m_limits.hello;
    peer->onMessage = [this, &link](const Message &message) { take(link, message); };
    peer->onGone = [this, peer] { remove(peer); };
}

void AgentLinks::take(Link &link, const Message &message)
{
    if (!link.greeted) {
        greet(link, message);
        return;
    }
    if (message.type == MessageType::Log) {
        const auto lines = fromJson<LogLines>(message.body);
        if (lines && lines->node == link.peer->who().node) {
            m_fleet.logLines(*lines);
            return;
        }
        link.peer->refuse(lines ? Error {ErrorCode::Forbidden, u"these lines are another node's"_s} : lines.error());
    } else if (message.type == MessageType::Picture) {
        const auto picture = fromJson<PictureData>(message.body);
        if (picture && picture->node == link.peer->who().node) {
            m_fleet.picture(*picture);
            return;
        }
        link.peer->refuse(picture ? Error {ErrorCode::Forbidden, u"this picture is another node's"_s} : picture.error());
    } else if (message.type == MessageType::Check) {
        const auto check = fromJson<CheckData>(message.body);
        if (check && check->node == link.peer->who().node) {
            m_fleet.checked(*check);
            return;
        }
        link.peer->refuse(check ? Error {ErrorCode::Forbidden, u"this self-check is another node's"_s} : check.error());
    } else {
        link.peer->refuse({ErrorCode::InvalidArgument, u"an agent may send log, picture and check"_s});
    }
}

void AgentLinks::greet(Link &link, const Message &message)
{
    if (message.type != MessageType::AgentHello) {
        link.peer->refuse({ErrorCode::InvalidArgument, u"the first message must be agent_hello"_s});
        return;
    }
    if (const auto version = servedProtocol(message.body); !version) {
        link.peer->refuse(version.error());
        return;
    }
    const auto hello = fromJson<AgentHello>(message.body);
    if (!hello) {
        link.peer->refuse(hello.error());
        return;
    }
    const NodeName node = link.peer->who().node;
    if (hello->node != node) {
        m_fleet.accessRefused("agent:" + node.bytes(), "said hello as " + hello->node.bytes());
        link.peer->refuse({ErrorCode::Forbidden, u"this token belongs to another node"_s});
        return;
    }
    if (Link *old = m_byNode.value(node)) {
        const bool alive =
            old->peer->isOpen() && m_clock.now().mono - old->peer->lastHeard() <= m_limits.ping + milliseconds(5'000);
        if (alive && old->boot != hello->boot) {
            m_fleet.accessRefused("agent:" + node.bytes(), "second link, boot " + hello->boot.bytes());
            link.peer->refuse({ErrorCode::AlreadyExists,
                u"another agent of this name is connected: end one of the two, or give one another name and token"_s});
            return;
        }
        old->peer->abort();
    } else {
        ++m_counters.agents;
    }
    link.greeted = true;
    link.boot = hello->boot;
    m_byNode.insert(node, &link);
}

void AgentLinks::sendTo(const NodeName &node, MessageType type, const QJsonObject &body)
{
    if (const Link *link = m_byNode.value(node)) {
        link->peer->send(encodeMessage(type, body));
    }
}

void AgentLinks::sendCommand(const NodeName &node, const AgentCommand &command)
{
    sendTo(node, MessageType::Command, toJson(command));
}

void AgentLinks::sendWorkHint(const NodeName &node)
{
    sendTo(node, MessageType::WorkHint, toJson(WorkHint {node}));
}

void AgentLinks::tick(MonoTime now, milliseconds forgive)
{
    for (auto &[peer, link] : m_links) {
        peer->forgive(forgive);
        link.helloUntil = link.helloUntil + forgive;
        if (!link.greeted && peer->isOpen() && now >= link.helloUntil) {
            link.peer->refuse({ErrorCode::Timeout, u"no agent_hello in time"_s});
            continue;
        }
        peer->tick(now);
    }
}

void AgentLinks::remove(LinkPeer *peer)
{
    const auto found = m_links.find(peer);
    if (found == m_links.end()) {
        return;
    }
    m_counters.agentsDropped += peer->wasDropped() ? 1 : 0;
    const NodeName node = peer->who().node;
    if (m_byNode.value(node) == &found->second) { // not a successor's
        m_byNode.remove(node);
        --m_counters.agents;
    }
    m_links.erase(found);
    peer->deleteLater();
}

} // namespace dtf
