// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/jsonsocket.h"

#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QPointer>
#include <QRandomGenerator>
#include <QWebSocket>

#include <utility>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// Bytes given to the socket beyond what the system has taken.
constexpr qint64 maxBytesInSocket = qint64 {64} * 1024;

QUrl webSocketUrl(QUrl url)
{
    if (url.scheme() == "http"_L1) {
        url.setScheme(u"ws"_s);
    } else if (url.scheme() == "https"_L1) {
        url.setScheme(u"wss"_s);
    }
    return url;
}

/// QWebSocket tells a refused upgrade in words only ("… Unhandled http status code: 401 (…)"). From Qt 6.6 on it has others for a
/// 401: "… Unsupported WWW-Authenticate challenge encountered", "… Host requires authentication".
Error translated(QAbstractSocket::SocketError error, const QString &text)
{
    if (text.contains("status code: 401"_L1) || text.contains("WWW-Authenticate"_L1)
        || text.contains("requires authentication"_L1)) {
        return {ErrorCode::Unauthorised, u"the token is not accepted there (HTTP 401)"_s};
    }
    if (text.contains("status code: 403"_L1)) {
        return {ErrorCode::Forbidden, text};
    }
    if (error == QAbstractSocket::SslHandshakeFailedError || error == QAbstractSocket::SslInternalError) {
        return {ErrorCode::Unavailable, handshakeTrouble(text)};
    }
    if (text.contains("status code: 400"_L1) || text.contains("Unknown error condition"_L1)) { // Qt's words for a 400
        return {ErrorCode::Unavailable,
            u"no WebSocket is spoken there (HTTP 400); the address of a server that speaks TLS begins with https://"_s};
    }
    return {error == QAbstractSocket::SocketTimeoutError ? ErrorCode::Timeout : ErrorCode::Unavailable, text};
}

} // namespace

JsonSocket::JsonSocket(Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_backoff(m_options.firstRetry, m_options.lastRetry)
{
    m_retry.setSingleShot(true);
    m_silence.setSingleShot(true);
    m_ping.setInterval(m_options.pingEvery);
    m_next.setSingleShot(true);
    m_next.setInterval(0);
    connect(&m_next, &QTimer::timeout, this, &JsonSocket::readOn);
    connect(&m_retry, &QTimer::timeout, this, &JsonSocket::open);
    connect(&m_ping, &QTimer::timeout, this, [this] { m_socket->ping(); });
    connect(&m_silence, &QTimer::timeout, this, [this] {
        giveUp({ErrorCode::Timeout, m_connected ? u"nothing heard from the peer"_s : u"no connection within the deadline"_s});
    });
}

JsonSocket::~JsonSocket()
{
    dispose(false);
}

void JsonSocket::start()
{
    if (!m_wanted) {
        m_wanted = true;
        m_backoff.reset();
        open();
    }
}

void JsonSocket::stop()
{
    if (m_wanted) {
        m_wanted = false;
        giveUp({ErrorCode::Cancelled, u"stopped"_s});
    }
}

void JsonSocket::open()
{
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setProxy(QNetworkProxy::NoProxy);
    m_socket->setMaxAllowedIncomingMessageSize(m_options.maxMessageBytes);
    m_socket->setMaxAllowedIncomingFrameSize(m_options.maxMessageBytes);
    connect(m_socket, &QWebSocket::connected, this, &JsonSocket::opened);
    connect(m_socket, &QWebSocket::disconnected, this, [this] {
        peerEnded(
            {ErrorCode::Unavailable, u"closed by the peer: %1 %2"_s.arg(m_socket->closeCode()).arg(m_socket->closeReason())});
    });
    const auto failed = [this](QAbstractSocket::SocketError error) { peerEnded(translated(error, m_socket->errorString())); };
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(m_socket, &QWebSocket::errorOccurred, this, failed);
#else
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, failed);
#endif
    connect(m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) { arrived(text.toUtf8()); });
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this] {
        giveUp({ErrorCode::ParseError, u"a binary message"_s});
    });
    connect(m_socket, &QWebSocket::pong, this, [this] {
        m_silence.start();
        if (m_connected && m_connectedFor.elapsed() >= m_options.healthyAfter.count()) {
            m_backoff.reset(); // on a healthy link nobody may have a word to say for hours
        }
        if (m_unread.empty()) { // else what was heard is older than what waits to be told
            Q_EMIT heard();
        }
    });
    connect(m_socket, &QWebSocket::bytesWritten, this, &JsonSocket::flush);

    QNetworkRequest request(webSocketUrl(m_options.url));
    if (!m_options.token.isEmpty()) {
        request.setRawHeader("Authorization", "Bearer " + m_options.token);
    }
    m_silence.start(m_options.connectDeadline);
    m_refusal.reset();
    m_socket->setSslConfiguration(m_options.trust.configuration());
    m_socket->open(request);
    if (request.url().scheme() == "wss"_L1) {
        guardTls();
    }
}

void JsonSocket::guardTls()
{
    m_tls = m_socket->findChild<QSslSocket *>();
    if (!m_tls) { // nobody would look at the certificate
        m_socket->disconnect(this);
        m_socket->abort();
        m_refusal = Error {ErrorCode::Internal, u"the TLS below a WebSocket is out of reach"_s};
        m_silence.start(0);
        return;
    }
    guard(*m_tls, m_options.trust, this, [this](const Error &why) { m_refusal = why; });
    connect(m_tls, &QSslSocket::encryptedBytesWritten, this, &JsonSocket::flush);
}

void JsonSocket::opened()
{
    m_connected = true;
    m_connectedFor.start();
    m_silence.start(m_options.silenceLimit);
    m_ping.start();
    Q_EMIT connected();
}

void JsonSocket::arrived(QByteArray text)
{
    m_silence.start();
    m_unreadBytes += text.size();
    m_unread.push_back(std::move(text));
    if (m_unreadBytes > m_options.maxUnreadBytes) {
        giveUp({ErrorCode::TooMany, u"more comes than can be taken in"_s});
    } else if (!m_next.isActive()) {
        m_next.start();
    }
}

void JsonSocket::readOn()
{
    QElapsedTimer since;
    since.start();
    while (!m_unread.empty()) {
        if (since.elapsed() >= m_options.slice.count()) {
            m_next.start();
            return;
        }
        const QByteArray text = std::move(m_unread.front());
        m_unread.pop_front();
        m_unreadBytes -= text.size();
        const QWebSocket *socket = m_socket;
        const QPointer<JsonSocket> alive(this);
        received(text);
        if (!alive || m_socket != socket) {
            return; // deleted or given up, perhaps begun anew, by who was told
        }
    }
    if (m_peerEnded) {
        giveUp(*std::exchange(m_peerEnded, std::nullopt), true);
    }
}

void JsonSocket::peerEnded(const Error &error)
{
    m_ping.stop();
    if (m_unread.empty()) {
        giveUp(error, true);
    } else if (!m_peerEnded) { // an error and the end that follows it: the first says more
        m_peerEnded = error;
    }
}

void JsonSocket::received(const QByteArray &text)
{
    const auto read = decodeMessage(text, qsizetype(m_options.maxMessageBytes));
    if (!read) {
        giveUp(read.error());
        return;
    }
    Q_EMIT heard();
    m_backoff.reset(); // a peer that only accepts and closes again is met ever more rarely
    Q_EMIT message(read->type, read->body);
}

void JsonSocket::giveUp(const Error &error, bool peerGone)
{
    const Error why = std::exchange(m_refusal, std::nullopt).value_or(error);
    dispose(peerGone);
    m_connected = false;
    m_retry.stop();
    if (m_wanted) {
        m_retry.start(withJitter(m_backoff.next(), QRandomGenerator::global()->generateDouble()));
    }
    Q_EMIT disconnected(why); // last: the receiver may stop, start or delete this
}

void JsonSocket::dispose(bool peerGone)
{
    m_ping.stop();
    m_silence.stop();
    m_queue.clear();
    m_queuedBytes = 0;
    m_unread.clear();
    m_unreadBytes = 0;
    m_peerEnded.reset();
    m_next.stop();
    if (QWebSocket *socket = std::exchange(m_socket, nullptr)) {
        socket->disconnect(this);
        if (!peerGone && socket->isValid()) {
            socket->close(QWebSocketProtocol::CloseCodeGoingAway);
        }
        socket->abort(); // never waits for the peer's close
        socket->deleteLater();
    }
}

bool JsonSocket::makeRoom(qint64 bytes)
{
    if (bytes > m_options.maxQueuedBytes) {
        return false;
    }
    for (auto it = m_queue.begin(); it != m_queue.end() && m_queuedBytes + bytes > m_options.maxQueuedBytes;) {
        if (it->delivery == Delivery::Lossy) {
            m_queuedBytes -= it->text.size();
            ++m_dropped;
            it = m_queue.erase(it);
        } else {
            ++it;
        }
    }
    return m_queuedBytes + bytes <= m_options.maxQueuedBytes;
}

bool JsonSocket::send(MessageType type, const QJsonObject &body, Delivery delivery)
{
    if (!m_connected) {
        return false;
    }
    QByteArray text = encodeMessage(type, body);
    if (!makeRoom(text.size())) {
        if (delivery == Delivery::Needed) {
            giveUp({ErrorCode::TooMany, u"the peer reads too slowly"_s});
        } else {
            ++m_dropped;
        }
        return false;
    }
    m_queuedBytes += text.size();
    m_queue.push_back({std::move(text), delivery});
    flush();
    return true;
}

qint64 JsonSocket::unsent() const
{
    return m_socket->bytesToWrite() + (m_tls ? m_tls->encryptedBytesToWrite() : 0);
}

void JsonSocket::flush()
{
    while (m_connected && !m_queue.empty() && unsent() < maxBytesInSocket) {
        const QByteArray text = std::move(m_queue.front().text);
        m_queue.pop_front();
        m_queuedBytes -= text.size();
        m_socket->sendTextMessage(QString::fromUtf8(text));
    }
}

} // namespace dtf
