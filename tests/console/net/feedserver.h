// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QWebSocket>
#include <QWebSocketServer>

namespace dtf {

/// An orchestrator's feed that says exactly what a test makes it say. Greets and gives a snapshot by itself unless told
/// otherwise.
class FeedServer : public QObject
{
public:
    FeedServer()
        : m_server(QStringLiteral("feed"), QWebSocketServer::NonSecureMode)
    {
        (void)m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QWebSocketServer::newConnection, this, [this] {
            m_console = m_server.nextPendingConnection();
            m_console->setParent(this);
            ++connections;
            connect(m_console, &QWebSocket::textMessageReceived, this,
                [this](const QString &text) { heard.append(*decodeMessage(text.toUtf8(), 1024 * 1024)); });
            if (greets) {
                say(MessageType::FeedHello,
                    toJson(FeedHello {protocol, *BootId::parse("0rch3str"), QStringLiteral("0.1.0"), QStringLiteral("anna"),
                        QStringLiteral("operator")}));
                snapshot(10);
            }
        });
    }
    [[nodiscard]] QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort())); }
    void say(MessageType type, const QJsonObject &body)
    {
        m_console->sendTextMessage(QString::fromUtf8(encodeMessage(type, body)));
    }
    void snapshot(qint64 number)
    {
        FeedSnapshot whole;
        whole.number = number;
        whole.state.summary.orchestratorBoot = *BootId::parse("0rch3str");
        whole.state.summary.jobsByState = QList<qint64>(11, 0);
        say(MessageType::Snapshot, toJson(whole));
    }
    void delta(qint64 number)
    {
        FeedDelta change;
        change.number = number;
        say(MessageType::Delta, toJson(change));
    }
    void drop() { m_console->abort(); }
    [[nodiscard]] qsizetype heardOf(MessageType type) const
    {
        return std::count_if(heard.cbegin(), heard.cend(), [type](const Message &m) { return m.type == type; });
    }

    bool greets = true;
    int protocol = protocolVersion;
    int connections = 0;
    QList<Message> heard;

private:
    QWebSocketServer m_server;
    QWebSocket *m_console = nullptr; ///< the last one
};

} // namespace dtf
