// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

/// The payroll portal, played on a loopback port: path → page. Every request's head is kept.
class PortalServer : public QTcpServer
{
public:
    PortalServer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        (void)listen(QHostAddress::LocalHost);
    }
    [[nodiscard]] QUrl url(const QString &path) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(serverPort()).arg(path));
    }

    QHash<QByteArray, QByteArray> pages; ///< path without query → HTML
    QHash<QByteArray, QByteArray> redirects; ///< path → Location
    QByteArray needsCookie; ///< without it in the request every path but /login redirects there; empty: no need
    QByteArray setCookie; ///< sent with every answer unless empty
    QList<QByteArray> heads;

private:
    void answer(QTcpSocket *socket)
    {
        QByteArray &head = m_buffers[socket];
        head += socket->readAll();
        if (!head.contains("\r\n\r\n")) {
            return;
        }
        heads.append(head);
        const QByteArray path = head.split(' ').value(1).split('?').constFirst();
        m_buffers.remove(socket);
        QByteArray reply;
        const QByteArray cookie = setCookie.isEmpty() ? QByteArray() : "Set-Cookie: " + setCookie + "\r\n";
        const QByteArray cookies = header(head, "cookie: ");
        if (!needsCookie.isEmpty() && path != "/login" && !cookies.contains(needsCookie)) {
            reply = "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        } else if (redirects.contains(path)) {
            reply = "HTTP/1.1 302 Found\r\nLocation: " + redirects.value(path) + "\r\n" + cookie
                + "Content-Length: 0\r\nConnection: close\r\n\r\n";
        } else if (pages.contains(path)) {
            const QByteArray page = pages.value(path);
            reply = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\n" + cookie
                + "Content-Length: " + QByteArray::number(page.size()) + "\r\nConnection: close\r\n\r\n" + page;
        } else {
            reply = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        }
        socket->write(reply);
        socket->disconnectFromHost();
    }
    [[nodiscard]] static QByteArray header(const QByteArray &head, const QByteArray &name)
    {
        const qsizetype at = head.toLower().indexOf("\r\n" + name);
        return at < 0 ? QByteArray() : head.sliced(at + 2, head.indexOf("\r\n", at + 2) - at - 2);
    }
    QHash<QTcpSocket *, QByteArray> m_buffers;
};
