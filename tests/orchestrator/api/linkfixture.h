// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/apiserver.h"
#include "tests/orchestrator/api/apifixture.h"
#include "tests/orchestrator/api/fakefleet.h"
#include "tests/orchestrator/api/rawclient.h"
#include "tests/support/comparewords.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QWebSocket>
#include <QtEndian>

#include <memory>

namespace dtf::linkfixture {

using namespace dtf::apifixture;
using namespace Qt::StringLiterals;

inline LinkLimits quick()
{
    LinkLimits limits;
    limits.coalesce = milliseconds(20);
    limits.tick = milliseconds(50);
    limits.snapshotEvery = milliseconds(0);
    return limits;
}

struct Api
{
    FakeFleet fleet;
    SystemClock clock;
    AccessList access = accessList();
    std::unique_ptr<ApiServer> server;
    quint16 port = 0;

    explicit Api(
        const LinkLimits &limits = quick(), const HttpLimits &http = {}, const std::optional<QSslConfiguration> &tls = {})
    {
        fleet.stateView = state();
        ApiConfig config;
        config.port = 0;
        config.links = limits;
        config.http = http;
        config.tls = tls;
        server = std::make_unique<ApiServer>(fleet, access, config, clock);
        port = server->listen().value_or(0);
    }
    FleetPublisher &publisher() { return server->publisher(); }
};

/// A console or an agent on Qt's own WebSocket.
class Peer
{
public:
    Peer(const Api &api, const QString &path, const QByteArray &token)
    {
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket,
            [this](const QString &text) { m_inbox.append(*decodeMessage(text.toUtf8(), 16 * 1024 * 1024)); });
        QNetworkRequest request(QUrl(u"ws://localhost:%1%2"_s.arg(api.port).arg(path)));
        request.setRawHeader("Authorization", "Bearer " + token);
        m_socket.open(request);
        (void)RawClient::spin([this] { return m_socket.state() == QAbstractSocket::ConnectedState; });
    }
    [[nodiscard]] bool connected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    [[nodiscard]] bool closed()
    {
        return RawClient::spin([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; });
    }
    void say(MessageType type, const QJsonObject &body)
    {
        m_socket.sendTextMessage(QString::fromUtf8(encodeMessage(type, body)));
    }
    /// The next message; one of type Error with an empty body after 5 s.
    Message next()
    {
        (void)RawClient::spin([this] { return !m_inbox.isEmpty(); });
        return m_inbox.isEmpty() ? Message {} : m_inbox.takeFirst();
    }
    QWebSocket &socket() { return m_socket; }
    QList<Message> &inbox() { return m_inbox; }

private:
    QWebSocket m_socket;
    QList<Message> m_inbox;
};

inline QJsonObject hello(const char *boot = "k7m2p9xz", const char *name = "DTF-01")
{
    return toJson(AgentHello {protocolVersion, node(name), *BootId::parse(boot), u"0.1.0"_s});
}

inline LogLines lines(const char *name = "DTF-01", int count = 1)
{
    LogLines lines {node(name), *JobId::parse(jobText), 1, {}, 0};
    for (int i = 0; i < count; ++i) {
        lines.lines.append(LogEntry {{}, LogLevel::Info, u"DTF-01"_s, 0, u"line"_s, {}});
    }
    return lines;
}

inline JobView job(JobState state)
{
    JobView view;
    view.job = *JobId::parse(jobText);
    view.state = state;
    return view;
}

inline FeedDelta jobDelta(JobState state)
{
    FeedDelta delta;
    delta.jobs = {job(state)};
    return delta;
}

inline QByteArray upgrade(const QByteArray &path, const QByteArray &token, const QByteArray &more = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + more + "\r\n";
}

/// A masked client frame (mask 0) whose header announces `length`.
inline QByteArray frame(quint8 first, quint64 length, const QByteArray &payload)
{
    QByteArray out(1, static_cast<char>(first));
    if (length < 126) {
        out += static_cast<char>(0x80 + length);
    } else if (length <= 0xffff) {
        out += static_cast<char>(0xfe);
        out += QByteArray(2, '\0');
        qToBigEndian(static_cast<quint16>(length), out.data() + 2);
    } else {
        out += static_cast<char>(0xff);
        out += QByteArray(8, '\0');
        qToBigEndian(length, out.data() + 2);
    }
    return out + QByteArray(4, '\0') + payload;
}

} // namespace dtf::linkfixture
