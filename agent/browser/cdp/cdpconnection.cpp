// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/cdp/cdpconnection.h"

#include <QJsonDocument>
#include <QNetworkProxy>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int maxPending = 256;
constexpr quint64 maxMessage = quint64 {16} * 1024 * 1024; ///< a picture of 8 MiB in base 64, and some room

} // namespace

CdpConnection::CdpConnection(QObject *parent)
    : QObject(parent)
    , m_socket(QString(), QWebSocketProtocol::VersionLatest)
{
    m_socket.setProxy(QNetworkProxy::NoProxy);
    m_socket.setMaxAllowedIncomingFrameSize(maxMessage);
    m_socket.setMaxAllowedIncomingMessageSize(maxMessage);
    m_handshake.setSingleShot(true);
    m_handshake.setInterval(5'000);
    connect(&m_handshake, &QTimer::timeout, this, [this] { end(u"no WebSocket handshake within 5 s"_s, true); });
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        m_handshake.stop();
        m_open = true;
        Q_EMIT opened();
    });
    connect(&m_socket, &QWebSocket::disconnected, this, [this] { end(u"the DevTools connection closed"_s, true); });
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto failedSignal = &QWebSocket::errorOccurred;
#else
    const auto failedSignal = QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error);
#endif
    connect(&m_socket, failedSignal, this, [this] { end(u"the DevTools connection failed: "_s + m_socket.errorString(), true); });
    connect(&m_socket, &QWebSocket::textMessageReceived, this, &CdpConnection::received);
    connect(&m_socket, &QWebSocket::pong, this, [this] { Q_EMIT pong(); });
}

CdpConnection::~CdpConnection()
{
    end(u"closed"_s, false);
}

void CdpConnection::open(const QUrl &endpoint)
{
    end(u"closed"_s, false);
    m_active = true;
    m_handshake.start();
    m_socket.open(endpoint);
}

void CdpConnection::close()
{
    end(u"closed"_s, false);
}

void CdpConnection::call(
    const QString &method, const QJsonObject &params, const QString &sessionId, milliseconds deadline, Answer answer)
{
    const int id = m_nextId++;
    Pending pending {std::move(answer), new QTimer(this), method};
    pending.timer->setSingleShot(true);
    const bool refused = !m_open || m_pending.size() >= maxPending;
    const Error error = m_open ? Error {ErrorCode::TooMany, u"too many calls to the browser are waiting"_s}
                               : Error {ErrorCode::BrowserGone, u"not connected to the browser"_s};
    const Error late {ErrorCode::Timeout, u"%1 was not answered within %2 ms"_s.arg(method).arg(deadline.count())};
    connect(pending.timer, &QTimer::timeout, this,
        [this, id, failure = refused ? error : late] { finish(id, tl::unexpected<Error>(failure)); });
    pending.timer->start(refused ? milliseconds {0} : deadline);
    m_pending.insert(id, pending);
    if (refused) {
        return;
    }
    QJsonObject message {{u"id"_s, id}, {u"method"_s, method}, {u"params"_s, params}};
    if (!sessionId.isEmpty()) {
        message.insert(u"sessionId"_s, sessionId);
    }
    m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
}

void CdpConnection::ping()
{
    if (m_open) {
        m_socket.ping();
    }
}

void CdpConnection::received(const QString &text)
{
    const QJsonObject message = QJsonDocument::fromJson(text.toUtf8()).object();
    if (!message.contains("id"_L1)) {
        Q_EMIT event(message.value("method"_L1).toString(), message.value("params"_L1).toObject(),
            message.value("sessionId"_L1).toString());
        return;
    }
    const QJsonObject error = message.value("error"_L1).toObject();
    const int id = message.value("id"_L1).toInt();
    if (error.isEmpty()) {
        finish(id, message.value("result"_L1).toObject());
    } else {
        finish(id, fail(ErrorCode::InvalidArgument, error.value("message"_L1).toString()));
    }
}

void CdpConnection::finish(int id, const Result<QJsonObject> &result)
{
    const auto it = m_pending.find(id);
    if (it == m_pending.end()) {
        return; // answered after its deadline
    }
    const Pending pending = std::move(*it);
    m_pending.erase(it);
    pending.timer->stop();
    pending.timer->deleteLater();
    pending.answer(result);
}

void CdpConnection::end(const QString &why, bool tell)
{
    if (!m_active) {
        return;
    }
    m_active = false;
    m_open = false;
    m_handshake.stop();
    m_socket.abort();
    const QList<int> ids = m_pending.keys();
    for (const int id : ids) {
        finish(id, fail(ErrorCode::BrowserGone, why));
    }
    if (tell) {
        Q_EMIT closed(why);
    }
}

} // namespace dtf
