// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/feed/linkpeer.h"

#include "common/core/logging.h"
#include "common/protocol/codec.h"
#include "orchestrator/api/http/unsent.h"

#include <QSslSocket>
#include <QWebSocket>

using namespace Qt::StringLiterals;

DTF_LOG_CATEGORY(lcLink, "orchestrator.api.link")

namespace dtf {

LinkPeer::LinkPeer(QWebSocket *socket, QTcpSocket *tcp, Principal who, const Bounds &bounds, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_tcp(tcp)
    , m_who(std::move(who))
    , m_bounds(bounds)
    , m_clock(clock)
    , m_lastHeard(clock.now().mono)
    , m_lastPing(m_lastHeard)
    , m_windowEnd(m_lastHeard + milliseconds(10'000))
{
    m_socket->setParent(this);
    m_socket->setMaxAllowedIncomingFrameSize(static_cast<quint64>(bounds.message));
    m_socket->setMaxAllowedIncomingMessageSize(static_cast<quint64>(bounds.message));
    connect(m_socket, &QWebSocket::textMessageReceived, this, &LinkPeer::received);
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this] {
        refuse({ErrorCode::InvalidArgument, u"binary messages are not understood"_s});
    });
    connect(m_socket, &QWebSocket::disconnected, this, &LinkPeer::gone, Qt::QueuedConnection);
    if (auto *tls = qobject_cast<QSslSocket *>(tcp)) { // bytesWritten() is said when they are encrypted
        connect(tls, &QSslSocket::encryptedBytesWritten, this, [this] { m_progress = true; });
    } else {
        connect(m_socket, &QWebSocket::bytesWritten, this, [this] { m_progress = true; });
    }
    connect(m_socket, &QWebSocket::pong, this, [this] { m_lastHeard = m_clock.now().mono; });
    if (tcp) {
        connect(tcp, &QIODevice::readyRead, this, [this] { m_lastHeard = m_clock.now().mono; });
    }
}

qint64 LinkPeer::backlog() const
{
    return m_tcp ? unsentBytes(*m_tcp) : m_socket->bytesToWrite();
}

void LinkPeer::received(const QString &text)
{
    if (m_ended) {
        return;
    }
    const QByteArray bytes = text.toUtf8();
    const MonoTime now = m_clock.now().mono;
    if (now >= m_windowEnd) {
        m_windowEnd = now + milliseconds(10'000);
        m_windowBytes = 0;
    }
    m_windowBytes += bytes.size() + 64; // empty messages cost something too
    if (m_windowBytes > m_bounds.inboundPer10s) {
        refuse({ErrorCode::TooMany, u"too much was sent in a short time"_s});
        return;
    }
    const auto message = decodeMessage(bytes, m_bounds.message);
    if (!message) {
        refuse(message.error());
    } else if (onMessage) {
        onMessage(*message);
    }
}

void LinkPeer::send(const QString &text)
{
    if (m_ended) {
        return;
    }
    if (backlog() > m_bounds.backlog) { // looked at before, so that one large snapshot ends nobody who reads
        tooSlow();
        return;
    }
    m_socket->sendTextMessage(text);
}

void LinkPeer::refuse(const Error &error)
{
    if (m_ended) {
        return;
    }
    m_socket->sendTextMessage(QString::fromUtf8(encodeMessage(MessageType::Error, toJson(ApiError {error.code, error.detail}))));
    m_ended = true;
    m_dropped = true;
    m_socket->close(QWebSocketProtocol::CloseCodePolicyViolated, QString(toString(error.code)));
}

void LinkPeer::tick(MonoTime now)
{
    const bool stuck = backlog() > m_bounds.backlog && !std::exchange(m_progress, false);
    if (stuck && !m_ended) {
        tooSlow();
    } else if (m_ended || now - m_lastHeard > 2 * m_bounds.ping + milliseconds(5'000)) {
        abort();
    } else if (now - m_lastPing >= m_bounds.ping) {
        m_lastPing = now;
        m_socket->ping();
    }
}

void LinkPeer::tooSlow()
{
    qCWarning(lcLink).noquote() << "dropped, reads too slowly who=" << m_who.name;
    abort();
}

void LinkPeer::abort()
{
    m_dropped = m_dropped || !m_ended;
    m_ended = true;
    m_socket->abort();
    QMetaObject::invokeMethod(this, &LinkPeer::gone, Qt::QueuedConnection);
}

void LinkPeer::gone()
{
    m_ended = true;
    if (!std::exchange(m_gone, true) && onGone) {
        onGone();
    }
}

} // namespace dtf
