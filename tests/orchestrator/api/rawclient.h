// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QEventLoop>
#include <QHostAddress>
#include <QSslSocket>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <memory>

namespace dtf {

/// Sends bytes as they are and reads answers as they come.
class RawClient
{
public:
    struct Answer
    {
        int status = 0; ///< 0: none came
        QByteArray head;
        QByteArray body;
    };

    explicit RawClient(quint16 port)
        : m_owned(std::make_unique<QTcpSocket>())
        , m_socket(*m_owned)
    {
        m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        (void)spin([this] { return m_socket.state() == QAbstractSocket::ConnectedState; });
    }
    /// Over TLS, whatever the certificate.
    [[nodiscard]] static RawClient overTls(quint16 port) { return RawClient(std::make_unique<QSslSocket>(), port); }
    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }
    /// The next answer; status 0 after 5 s or when the connection ends without one.
    Answer next()
    {
        Answer answer;
        (void)spin([&] { return take(answer) || m_socket.state() != QAbstractSocket::ConnectedState; });
        if (answer.status == 0) {
            (void)take(answer);
        }
        return answer;
    }
    Answer ask(const QByteArray &bytes)
    {
        send(bytes);
        return next();
    }
    /// The server ended the connection (within 5 s).
    [[nodiscard]] bool closed()
    {
        return spin([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; });
    }
    QTcpSocket &socket() { return m_socket; }

    template <typename Condition> [[nodiscard]] static bool spin(Condition condition, int msecs = 5'000)
    {
        return QTest::qWaitFor(condition, msecs);
    }

private:
    RawClient(std::unique_ptr<QSslSocket> tls, quint16 port)
        : m_owned(std::move(tls))
        , m_socket(*m_owned)
    {
        auto &socket = static_cast<QSslSocket &>(m_socket);
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
        (void)spin([&] { return socket.isEncrypted(); });
    }
    bool take(Answer &answer)
    {
        m_in += m_socket.readAll();
        const qsizetype end = m_in.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        const QByteArray head = m_in.left(end + 2);
        const qsizetype at = head.indexOf("Content-Length: ");
        const qsizetype size = at < 0 ? 0 : head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
        if (m_in.size() < end + 4 + size) {
            return false;
        }
        answer = {head.mid(9, 3).toInt(), head, m_in.mid(end + 4, size)};
        m_in.remove(0, end + 4 + size);
        return true;
    }
    std::unique_ptr<QTcpSocket> m_owned;
    QTcpSocket &m_socket;
    QByteArray m_in;
};

} // namespace dtf
