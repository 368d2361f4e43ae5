// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/jsonsocket.h"
#include "common/protocol/codec.h"
#include "tests/common/net/rawserver.h"

#include <QCryptographicHash>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace dtf {

class TestJsonSocket final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_errors.clear();
        m_messages.clear();
        m_texts.clear();
        m_server = std::make_unique<QWebSocketServer>(u"test"_s, QWebSocketServer::NonSecureMode);
        QVERIFY(m_server->listen(QHostAddress::LocalHost));
        connect(m_server.get(), &QWebSocketServer::newConnection, this, [this] {
            m_peer = m_server->nextPendingConnection();
            m_peer->setParent(m_server.get());
            connect(
                m_peer, &QWebSocket::textMessageReceived, this, [this](const QString &text) { m_texts.append(text.toUtf8()); });
        });
    }
    void cleanup()
    {
        m_socket.reset();
        m_server.reset();
    }

    void connectsWithItsTokenAndTalksBothWays()
    {
        make(options());
        m_socket->start();
        QTRY_VERIFY(m_socket->isConnected() && m_peer);
        QCOMPARE(m_peer->request().rawHeader("Authorization"), QByteArray("Bearer secret-secret-secret-0001"));
        QVERIFY(!m_peer->request().hasRawHeader("Origin"));
        QVERIFY(m_socket->send(MessageType::WorkHint, {{u"node"_s, u"DTF-01"_s}}, Delivery::Needed));
        QTRY_COMPARE(m_texts, QList<QByteArray> {"{\"body\":{\"node\":\"DTF-01\"},\"type\":\"work\"}"});
        m_peer->sendTextMessage(u"{\"type\":\"log\",\"body\":{\"a\":1}}"_s);
        QTRY_COMPARE(m_messages, QStringList {u"log {\"a\":1}"_s});
        QVERIFY(m_errors.isEmpty());
    }

    void nothingIsTakenWhileNotConnected()
    {
        make(options());
        QVERIFY(!m_socket->send(MessageType::WorkHint, {}, Delivery::Needed));
    }

    void badMessagesEndTheConnection_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("binary");
        QTest::addColumn<QString>("code");
        QTest::newRow("no JSON") << QByteArray("hello") << false << u"parse-error"_s;
        QTest::newRow("unknown type") << QByteArray("{\"type\":\"reboot\",\"body\":{}}") << false << u"parse-error"_s;
        QTest::newRow("binary") << QByteArray("{}") << true << u"parse-error"_s;
        QTest::newRow("larger than allowed")
            << "{\"type\":\"log\",\"body\":{\"a\":\"" + QByteArray(100'000, 'x') + "\"}}" << false << u"unavailable"_s;
    }
    void badMessagesEndTheConnection()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const bool, binary);
        QFETCH(const QString, code);
        make(options());
        m_socket->start();
        QTRY_VERIFY(m_socket->isConnected() && m_peer);
        if (binary) {
            m_peer->sendBinaryMessage(text);
        } else {
            m_peer->sendTextMessage(QString::fromUtf8(text));
        }
        QTRY_VERIFY(!m_errors.isEmpty());
        QCOMPARE(m_errors[0].section(u' ', 0, 0), code);
        QVERIFY(m_messages.isEmpty());
    }

    void comesBackByItself()
    {
        make(options());
        QSignalSpy connected(m_socket.get(), &JsonSocket::connected);
        m_socket->start();
        for (int round = 1; round <= 3; ++round) {
            QTRY_COMPARE(connected.count(), round);
            QTRY_VERIFY(m_peer);
            m_peer->abort();
            m_peer = nullptr;
            QTRY_COMPARE(m_errors.size(), round);
            QVERIFY(m_errors.last().startsWith(u"unavailable"_s));
        }
        QTRY_COMPARE(connected.count(), 4);
    }

    /// Pongs alone show that a link is healthy: each loss is the first again. With growing waits the last takes minutes.
    void aHealthyLinkIsBackAtOnce()
    {
        auto opts = options();
        opts.firstRetry = 20ms;
        opts.lastRetry = 1h;
        opts.pingEvery = 5ms;
        opts.healthyAfter = 0ms;
        make(opts);
        QSignalSpy heard(m_socket.get(), &JsonSocket::heard);
        m_socket->start();
        for (int round = 1; round <= 14; ++round) {
            QTRY_VERIFY(m_socket->isConnected() && m_peer);
            heard.clear();
            QTRY_VERIFY(!heard.isEmpty());
            m_peer->abort();
            m_peer = nullptr;
            QTRY_COMPARE(m_errors.size(), round);
        }
    }

    void comesBackWhenTheServerDoes()
    {
        const quint16 port = m_server->serverPort();
        m_server->close();
        make(options(port));
        m_socket->start();
        QTRY_VERIFY(m_errors.size() >= 2);
        QVERIFY(m_errors[0].startsWith(u"unavailable"_s));
        QVERIFY(m_server->listen(QHostAddress::LocalHost, port));
        QTRY_VERIFY(m_socket->isConnected());
    }

    void stopMeansStop()
    {
        make(options());
        m_socket->start();
        QTRY_VERIFY(m_socket->isConnected() && m_peer);
        QSignalSpy gone(m_peer, &QWebSocket::disconnected);
        QSignalSpy another(m_server.get(), &QWebSocketServer::newConnection);
        m_socket->stop();
        QVERIFY(!m_socket->isConnected());
        QCOMPARE(m_errors, QStringList {u"cancelled stopped"_s});
        QVERIFY(gone.count() > 0 || gone.wait());
        QVERIFY(!another.wait(100)); // five times the longest retry
        m_socket->start();
        QTRY_VERIFY(m_socket->isConnected());
    }

    /// A peer that accepts the TCP connection and then says nothing at all, before or after the handshake.
    void silence_data()
    {
        QTest::addColumn<bool>("handshake");
        QTest::newRow("no handshake") << false;
        QTest::newRow("no pong") << true;
    }
    void silence()
    {
        QFETCH(const bool, handshake);
        RawServer mute;
        mute.answer = [handshake](const QByteArray &request) {
            if (!handshake || !request.startsWith("GET ")) {
                return QByteArray();
            }
            const QByteArray field = "\r\nSec-WebSocket-Key: ";
            const qsizetype at = request.indexOf(field) + field.size();
            const QByteArray key = request.mid(at, request.indexOf('\r', at) - at);
            const QByteArray accept =
                QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept + "\r\n\r\n";
        };
        auto opts = options(mute.serverPort());
        opts.connectDeadline = 200ms;
        opts.silenceLimit = 100ms;
        make(opts);
        QSignalSpy connected(m_socket.get(), &JsonSocket::connected);
        m_socket->start();
        QTRY_VERIFY(!m_errors.isEmpty());
        QCOMPARE(connected.count() > 0, handshake);
        QCOMPARE(
            m_errors[0], handshake ? u"timeout nothing heard from the peer"_s : u"timeout no connection within the deadline"_s);
    }

    /// Pongs alone keep a connection: longer than the limit of silence, although no message comes.
    void pongsAreSignsOfLife()
    {
        auto opts = options();
        opts.pingEvery = 20ms;
        opts.silenceLimit = 400ms;
        make(opts);
        m_socket->start();
        QTRY_VERIFY(m_socket->isConnected());
        QSignalSpy lost(m_socket.get(), &JsonSocket::disconnected);
        QVERIFY(!lost.wait(1000));
    }

    void refusedUpgrades_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<QString>("code");
        const QByteArray none;
        const QByteArray unauthorised = "401 Unauthorized";
        QTest::newRow("401") << unauthorised << none << u"unauthorised"_s;
        QTest::newRow("401 asking for a token")
            << unauthorised << QByteArray("WWW-Authenticate: Bearer\r\n") << u"unauthorised"_s;
        QTest::newRow("401 asking for a password")
            << unauthorised << QByteArray("WWW-Authenticate: Basic realm=\"x\"\r\n") << u"unauthorised"_s;
        QTest::newRow("403") << QByteArray("403 Forbidden") << none << u"forbidden"_s;
        QTest::newRow("503") << QByteArray("503 Service Unavailable") << none << u"unavailable"_s;
        QTest::newRow("200") << QByteArray("200 OK") << none << u"unavailable"_s;
    }
    void refusedUpgrades()
    {
        QFETCH(const QByteArray, status);
        QFETCH(const QByteArray, fields);
        QFETCH(const QString, code);
        RawServer server;
        server.answer = [&](const QByteArray &) { return RawServer::http(status, "{}", fields); };
        make(options(server.serverPort()));
        m_socket->start();
        QTRY_VERIFY(m_errors.size() >= 2); // and it goes on trying
        QCOMPARE(m_errors[0].section(u' ', 0, 0), code);
    }

    /// A peer that does not read: lossy messages are left out, needed ones end the connection rather than vanish.
    void slowReader()
    {
        RawServer deaf;
        QTcpSocket *accepted = nullptr;
        deaf.disconnect(&deaf);
        connect(&deaf, &QTcpServer::newConnection, this, [&] {
            accepted = deaf.nextPendingConnection();
            connect(accepted, &QTcpSocket::readyRead, this, [accepted] {
                const QByteArray request = accepted->readAll();
                const QByteArray field = "\r\nSec-WebSocket-Key: ";
                const qsizetype at = request.indexOf(field) + field.size();
                const QByteArray key = request.mid(at, request.indexOf('\r', at) - at);
                accepted->disconnect();
                accepted->setReadBufferSize(1); // from now on the system's buffers fill up
                accepted->write(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64()
                    + "\r\n\r\n");
            });
        });
        make(options(deaf.serverPort()));
        m_socket->start();
        QTRY_VERIFY(m_socket->isConnected());
        const QJsonObject body {{u"text"_s, QString(30'000, u'x')}};
        const auto sendMany = [this, &body](Delivery delivery) {
            for (int i = 0; i < 50; ++i) {
                m_socket->send(MessageType::Log, body, delivery);
            }
        };
        QTRY_VERIFY_WITH_TIMEOUT((sendMany(Delivery::Lossy), m_socket->dropped() > 0), 20'000);
        QVERIFY(m_errors.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT((sendMany(Delivery::Needed), !m_errors.isEmpty()), 20'000);
        QCOMPARE(m_errors[0], u"too-many the peer reads too slowly"_s);
    }

private:
    JsonSocket::Options options(quint16 port = 0) const
    {
        JsonSocket::Options o;
        o.url = QUrl(u"http://127.0.0.1:%1/api/v1/feed"_s.arg(port ? port : m_server->serverPort()));
        o.token = "secret-secret-secret-0001";
        o.firstRetry = 5ms;
        o.lastRetry = 20ms;
        o.maxMessageBytes = 50'000;
        o.maxQueuedBytes = 200'000;
        return o;
    }
    void make(const JsonSocket::Options &o)
    {
        m_peer = nullptr;
        m_socket = std::make_unique<JsonSocket>(o);
        connect(m_socket.get(), &JsonSocket::disconnected, this,
            [this](const Error &error) { m_errors.append(toString(error.code) + u' ' + error.detail); });
        connect(m_socket.get(), &JsonSocket::message, this, [this](MessageType type, const QJsonObject &body) {
            m_messages.append(toString(type) + u' ' + QString::fromUtf8(toBytes(body)));
        });
    }

    std::unique_ptr<QWebSocketServer> m_server;
    std::unique_ptr<JsonSocket> m_socket;
    QPointer<QWebSocket> m_peer;
    QStringList m_errors;
    QStringList m_messages;
    QList<QByteArray> m_texts;
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestJsonSocket)
#include "tst_jsonsocket.moc"
