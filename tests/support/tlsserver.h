// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QUrl>

namespace dtf {

/// A TLS server that remembers everything it was told once encrypted, and answers each request with the same JSON.
class TlsServer final : public QTcpServer
{
public:
    explicit TlsServer(const QSslConfiguration &configuration)
        : m_configuration(configuration)
    {
        if (!listen(QHostAddress::LocalHost)) {
            qFatal("can't listen");
        }
    }
    QByteArray heard; ///< of all connections
    int connections = 0;
    int handshakes = 0; ///< finished from this side
    bool closeAfter = false; ///< the connection, behind each answer

    void show(const QSslConfiguration &configuration) { m_configuration = configuration; } ///< to the next ones
    [[nodiscard]] QUrl url() const { return QUrl(QStringLiteral("https://localhost:%1").arg(serverPort())); }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        ++connections;
        auto *socket = new QSslSocket(this);
        socket->setSslConfiguration(m_configuration);
        socket->setSocketDescriptor(descriptor);
        connect(socket, &QSslSocket::encrypted, this, [this] { ++handshakes; });
        connect(socket, &QIODevice::readyRead, this, [this, socket] {
            const QByteArray bytes = socket->readAll();
            heard += bytes;
            if (bytes.endsWith("\r\n\r\n")) {
                socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
                if (closeAfter) {
                    socket->disconnectFromHost();
                }
            }
        });
        connect(socket, &QAbstractSocket::disconnected, socket, &QObject::deleteLater);
        socket->startServerEncryption();
    }

private:
    QSslConfiguration m_configuration;
};

} // namespace dtf
