// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/support/hostileserver.h"

#include <QCryptographicHash>
#include <QTcpSocket>
#include <QTimer>
#include <QtEndian>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// The value of a header line, or nothing.
QByteArray header(const QByteArray &head, const QByteArray &name)
{
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray &line : lines) {
        if (line.toLower().startsWith(name.toLower() + ':')) {
            return line.mid(name.size() + 1).trimmed();
        }
    }
    return {};
}

} // namespace

HostilePeer::HostilePeer(QTcpSocket *socket)
    : QObject(socket)
    , m_socket(socket)
{ }

void HostilePeer::raw(const QByteArray &bytes)
{
    m_socket->write(bytes);
}

void HostilePeer::upgrade()
{
    const QByteArray key = header(head, "Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + QCryptographicHash::hash(key, QCryptographicHash::Sha1).toBase64() + "\r\n\r\n");
}

void HostilePeer::answer(int status, const QByteArray &json)
{
    raw("HTTP/1.1 " + QByteArray::number(status)
        + " Word\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(json.size()) + "\r\n\r\n" + json);
}

void HostilePeer::trickle(const QByteArray &bytes)
{
    auto *timer = new QTimer(this);
    auto rest = std::make_shared<QByteArray>(bytes);
    m_trickling = true;
    connect(timer, &QTimer::timeout, this, [this, timer, rest] {
        m_socket->write(rest->left(1));
        rest->remove(0, 1);
        if (rest->isEmpty()) {
            m_trickling = false;
            timer->deleteLater();
        }
    });
    timer->start(1);
}

void HostilePeer::end()
{
    m_socket->disconnectFromHost();
}

void HostilePeer::abort()
{
    m_socket->abort();
}

QByteArray HostilePeer::frame(const QByteArray &payload, int opcode)
{
    QByteArray frame(1, char(0x80 | opcode));
    if (payload.size() < 126) {
        frame += char(payload.size());
    } else if (payload.size() < 65'536) {
        frame += char(126);
        frame.resize(4);
        qToBigEndian(static_cast<quint16>(payload.size()), frame.data() + 2);
    } else {
        frame += char(127);
        frame.resize(10);
        qToBigEndian(static_cast<quint64>(payload.size()), frame.data() + 2);
    }
    return frame + payload;
}

/// Short masked frames of a client; a ping is answered.
void HostilePeer::readFrames(QByteArray &buffer)
{
    while (buffer.size() >= 6) {
        qsizetype length = buffer[1] & 0x7f;
        qsizetype at = 2;
        if (length == 126) {
            length = qFromBigEndian<quint16>(buffer.constData() + 2);
            at = 4;
        }
        if (buffer.size() < at + 4 + length) {
            return;
        }
        const QByteArray mask = buffer.mid(at, 4);
        QByteArray payload = buffer.mid(at + 4, length);
        for (qsizetype i = 0; i < payload.size(); ++i) {
            payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
        }
        const int opcode = buffer[0] & 0x0f;
        buffer.remove(0, at + 4 + length);
        if (opcode == 9 && !m_trickling) {
            raw(frame(payload, 10));
        } else if (opcode == 1 && onText) {
            onText(payload);
        }
    }
}

HostileServer::HostileServer(Script feed, Script http)
    : m_feed(std::move(feed))
    , m_http(std::move(http))
{
    m_thread.start();
    m_server = new QTcpServer;
    m_server->moveToThread(&m_thread);
    QMetaObject::invokeMethod(
        m_server,
        [this] {
            QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] {
                while (QTcpSocket *socket = m_server->nextPendingConnection()) {
                    ++m_accepted;
                    serve(socket);
                }
            });
            if (m_server->listen(QHostAddress::LocalHost)) {
                m_url = QUrl(u"http://127.0.0.1:%1"_s.arg(m_server->serverPort()));
            }
        },
        Qt::BlockingQueuedConnection);
}

HostileServer::~HostileServer()
{
    QMetaObject::invokeMethod(
        m_server, [this] { delete m_server; }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void HostileServer::become(Script feed, Script http)
{
    const std::lock_guard lock(m_mutex);
    m_feed = std::move(feed);
    m_http = std::move(http);
}

void HostileServer::serve(QTcpSocket *socket)
{
    auto *peer = new HostilePeer(socket);
    auto buffer = std::make_shared<QByteArray>();
    QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    QObject::connect(socket, &QTcpSocket::readyRead, peer, [this, socket, peer, buffer] {
        *buffer += socket->readAll();
        while (true) {
            if (peer->wantsUpgrade()) {
                peer->readFrames(*buffer);
                return;
            }
            const qsizetype end = buffer->indexOf("\r\n\r\n");
            const qsizetype length = end < 0 ? 0 : header(buffer->left(end), "Content-Length").toLongLong();
            if (end < 0 || buffer->size() < end + 4 + length) {
                return;
            }
            peer->head = buffer->left(end);
            peer->body = buffer->mid(end + 4, length);
            buffer->remove(0, end + 4 + length);
            const bool upgrade = peer->head.toLower().contains("upgrade: websocket");
            if (upgrade) {
                peer->number = ++m_feeds;
            } else {
                ++m_requests;
            }
            Script script;
            {
                const std::lock_guard lock(m_mutex);
                script = upgrade ? m_feed : m_http;
            }
            if (script) {
                script(*peer);
            }
        }
    });
}

} // namespace dtf
