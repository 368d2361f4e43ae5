// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>

namespace dtf {

/// An HTTP server of a few lines: gives each complete request (head and body) to `answer`, and sends back what that returns, byte
/// for byte. An empty answer leaves the client waiting; `closeAfter` ends the connection behind the answer.
class RawServer final : public QTcpServer
{
public:
    std::function<QByteArray(const QByteArray &request)> answer;
    QByteArray lastRequest;
    int requests = 0;
    bool closeAfter = false;

    RawServer()
    {
        if (!listen(QHostAddress::LocalHost)) {
            qFatal("cannot listen");
        }
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
    }
    [[nodiscard]] QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
    [[nodiscard]] static QByteArray http(const QByteArray &status, const QByteArray &body, const QByteArray &fields = {})
    {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size())
            + "\r\n" + fields + "\r\n" + body;
    }

private:
    void read(QTcpSocket *socket)
    {
        QByteArray request = socket->property("request").toByteArray() + socket->readAll();
        const qsizetype head = request.indexOf("\r\n\r\n");
        const qsizetype field = request.toLower().indexOf("content-length: ");
        const qsizetype length = field < 0 ? 0 : request.mid(field + 16, request.indexOf('\r', field) - field - 16).toLongLong();
        if (head < 0 || request.size() < head + 4 + length) {
            socket->setProperty("request", request);
            return;
        }
        socket->setProperty("request", QByteArray());
        ++requests;
        lastRequest = request;
        socket->write(answer(request));
        if (closeAfter) {
            socket->disconnectFromHost();
        }
    }
};

} // namespace dtf
