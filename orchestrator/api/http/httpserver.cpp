// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/httpserver.h"

#include "common/core/logging.h"
#include "orchestrator/api/http/httpconnection.h"
#include "orchestrator/api/http/peeraddress.h"

#include <QSslSocket>
#include <QTcpSocket>

using namespace Qt::StringLiterals;

DTF_LOG_CATEGORY(lcHttp, "orchestrator.api.http")

namespace dtf {

HttpServer::HttpServer(HttpHandler &handler, const HttpLimits &limits, const Clock &clock, QObject *parent)
    : QTcpServer(parent)
    , m_handler(handler)
    , m_limits(limits)
    , m_clock(clock)
{
    setListenBacklogSize(1024); // facts.md: with the default 50, 5,000 connects took 77 s
    m_ticker.setInterval(limits.tick);
    connect(&m_ticker, &QTimer::timeout, this, &HttpServer::tick);
    connect(this, &QTcpServer::acceptError, this, [this] { // out of descriptors: Qt stops accepting for good
        qCWarning(lcHttp).noquote() << "accept failed:" << errorString();
        QTimer::singleShot(1'000, this, [this] { resumeAccepting(); });
    });
}

HttpServer::~HttpServer()
{
    close();
    const QSet<HttpConnection *> open = std::exchange(m_connections, {});
    qDeleteAll(open);
}

Result<quint16> HttpServer::start(const QHostAddress &address, quint16 port)
{
    if (!listen(address, port)) {
        return fail(ErrorCode::Unavailable, u"%1 port %2: %3"_s.arg(address.toString()).arg(port).arg(errorString()));
    }
    m_lastTick = m_clock.now().mono;
    m_ticker.start();
    return serverPort();
}

void HttpServer::incomingConnection(qintptr descriptor)
{
    QSslSocket *tls = m_tls ? new QSslSocket(this) : nullptr;
    QTcpSocket *socket = tls ? tls : new QTcpSocket(this);
    if (tls) {
        tls->setSslConfiguration(*m_tls);
    }
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    const QByteArray who = peerKey(socket->peerAddress());
    if (m_counters.open >= m_limits.connections || m_perAddress.value(who) >= m_limits.perAddress) {
        ++m_counters.turnedAway;
        qCDebug(lcHttp).noquote() << "turned away address=" << who << "open=" << m_counters.open;
        socket->abort();
        delete socket;
        return;
    }
    ++m_counters.accepted;
    ++m_counters.open;
    ++m_perAddress[who];
    connect(socket, &QObject::destroyed, this, [this, who] { leave(who); });
    auto *connection = new HttpConnection(socket, m_handler, m_limits, m_clock, m_counters, this);
    m_connections.insert(connection);
    connect(connection, &QObject::destroyed, this, [this, connection] { m_connections.remove(connection); });
}

void HttpServer::leave(const QByteArray &who)
{
    --m_counters.open;
    if (--m_perAddress[who] <= 0) {
        m_perAddress.remove(who);
    }
}

void HttpServer::tick()
{
    const MonoTime now = m_clock.now().mono;
    const milliseconds slept = (now - m_lastTick) - m_limits.tick;
    m_lastTick = now;
    // A suspended or starved process finds every deadline behind it and the bytes in the sockets unread: give the time back.
    const bool forgive = slept > std::max(milliseconds(1'000), 4 * m_limits.tick);
    for (HttpConnection *connection : std::as_const(m_connections)) {
        if (forgive) {
            connection->forgive(slept);
        }
        connection->expire(now);
    }
}

} // namespace dtf
