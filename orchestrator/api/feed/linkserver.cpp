// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/feed/linkserver.h"

#include <QHostAddress>
#include <QTcpSocket>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

template <typename Socket> QByteArray endsOf(const Socket &socket)
{
    return socket.peerAddress().toString().toLatin1() + ' ' + QByteArray::number(socket.peerPort()) + ' '
        + socket.localAddress().toString().toLatin1() + ' ' + QByteArray::number(socket.localPort());
}

} // namespace

LinkServer::LinkServer(FleetService &fleet, const LinkLimits &limits, const Clock &clock)
    : m_limits(limits)
    , m_clock(clock)
    , m_handshaker(u"dtf-orchestrator"_s, QWebSocketServer::NonSecureMode)
    , m_feed(fleet, m_limits, clock, m_counters)
    , m_agents(fleet, m_limits, clock, m_counters)
    , m_lastTick(clock.now().mono)
{
    m_ticker.setInterval(limits.tick);
    QObject::connect(&m_handshaker, &QWebSocketServer::newConnection, &m_handshaker, [this] { connected(); });
    QObject::connect(&m_ticker, &QTimer::timeout, &m_handshaker, [this] { tick(); });
    m_ticker.start();
}

LinkServer::~LinkServer()
{
    for (const Pending &pending : std::as_const(m_pending)) {
        delete pending.socket.data();
    }
}

void LinkServer::take(QTcpSocket *socket, const Principal &who, Endpoint endpoint)
{
    const qint64 message = endpoint == Endpoint::AgentLink ? m_limits.agentMessage : m_limits.consoleMessage;
    socket->setReadBufferSize(message + qint64 {64} * 1024); // QWebSocket reads a frame once all of it is in the socket
    socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    m_pending.insert(endsOf(*socket), Pending {socket, who, endpoint, m_clock.now().mono + m_limits.hello});
    m_handshaker.handleConnection(socket);
}

void LinkServer::connected()
{
    while (QWebSocket *socket = m_handshaker.nextPendingConnection()) {
        const Pending pending = m_pending.take(endsOf(*socket));
        if (!pending.socket) {
            socket->abort();
            socket->deleteLater();
        } else if (pending.endpoint == Endpoint::AgentLink) {
            m_agents.adopt(socket, pending.socket, pending.who);
        } else {
            m_feed.adopt(socket, pending.socket, pending.who);
        }
    }
}

void LinkServer::tick()
{
    const MonoTime now = m_clock.now().mono;
    const milliseconds slept = (now - m_lastTick) - m_limits.tick;
    m_lastTick = now;
    // after a suspend everyone looks silent: give the time back
    const milliseconds forgive = slept > std::max(milliseconds(1'000), 4 * m_limits.tick) ? slept : milliseconds(0);
    m_pending.removeIf([now](const auto &entry) {
        const Pending &pending = entry.value();
        const bool over = !pending.socket || now >= pending.until || pending.socket->state() == QAbstractSocket::UnconnectedState;
        if (over && pending.socket) {
            pending.socket->abort();
            pending.socket->deleteLater();
        }
        return over;
    });
    m_feed.tick(now, forgive);
    m_agents.tick(now, forgive);
}

} // namespace dtf
