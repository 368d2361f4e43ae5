// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/recorder.h"

#include "tests/support/waiting.h"

#include <QTcpSocket>

#include <memory>

namespace dtf {

namespace {

/// How much of `bytes` is the first whole request; 0: more must come.
qsizetype wholeRequest(const QByteArray &bytes)
{
    const qsizetype head = bytes.indexOf("\r\n\r\n");
    if (head < 0) {
        return 0;
    }
    const qsizetype at = bytes.left(head).toLower().indexOf("content-length:");
    const qsizetype body = at < 0 ? 0 : bytes.mid(at + 15, bytes.indexOf("\r\n", at) - at - 15).trimmed().toLongLong();
    return bytes.size() >= head + 4 + body ? head + 4 + body : 0;
}

} // namespace

Recorder::Recorder(const QHostAddress &address, quint16 port)
    : m_port(port)
{
    (void)listen(address, port);
}

void Recorder::keep(QByteArray &unread)
{
    while (const qsizetype size = wholeRequest(unread)) {
        if (unread.startsWith("POST ")) {
            m_posts.append(unread.left(size));
        } else if (unread.startsWith("GET ")) {
            unread.clear(); // a WebSocket follows
            return;
        }
        unread.remove(0, size);
    }
}

void Recorder::incomingConnection(qintptr descriptor)
{
    auto *agent = new QTcpSocket(this);
    agent->setSocketDescriptor(descriptor);
    auto *orchestrator = new QTcpSocket(agent);
    const auto unread = std::make_shared<QByteArray>();
    connect(agent, &QIODevice::readyRead, orchestrator, [this, agent, orchestrator, unread] {
        const QByteArray bytes = agent->readAll();
        *unread += bytes;
        keep(*unread);
        orchestrator->write(bytes);
    });
    connect(orchestrator, &QIODevice::readyRead, agent, [agent, orchestrator] { agent->write(orchestrator->readAll()); });
    connect(orchestrator, &QAbstractSocket::disconnected, agent, [agent] { agent->disconnectFromHost(); });
    connect(orchestrator, &QAbstractSocket::errorOccurred, agent, [agent] { agent->abort(); });
    connect(agent, &QAbstractSocket::disconnected, agent, [agent, orchestrator] {
        orchestrator->disconnectFromHost();
        agent->deleteLater();
    });
    orchestrator->connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
}

qsizetype replay(quint16 port, const QList<QByteArray> &requests)
{
    qsizetype answered = 0;
    QTcpSocket socket;
    for (const QByteArray &request : requests) {
        if (socket.state() != QAbstractSocket::ConnectedState) {
            socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
            if (!QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::ConnectedState; }, 10'000)) {
                return answered;
            }
        }
        socket.write(request);
        QByteArray answer;
        const bool whole = QTest::qWaitFor(
            [&] {
                answer += socket.readAll();
                return wholeRequest(answer) > 0;
            },
            10'000);
        answered += whole && answer.startsWith("HTTP/1.1 ") ? 1 : 0;
    }
    return answered;
}

} // namespace dtf
