// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/backoff.h"
#include "common/core/error.h"
#include "common/net/tlstrust.h"
#include "common/protocol/envelope.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QSslSocket>
#include <QTimer>
#include <QUrl>

#include <deque>
#include <optional>

class QWebSocket;

namespace dtf {

/// What becomes of a message when the peer reads too slowly.
enum class Delivery {
    Lossy, ///< may be left out: log lines, progress
    Needed, ///< the connection is given up rather than losing it silently
};

/// A WebSocket client for the messages of the envelope. Connects, keeps looking whether the peer lives, and connects again with
/// growing waits until stop(). Nothing is kept over a lost connection: whoever needs it sends again on connected(). However much
/// comes at once, the event loop has its turn after `slice`; what came before the peer's end is told before it. Thread: its own;
/// never blocks.
class JsonSocket final : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QUrl url; ///< ws(s):// or http(s)://host:port/path
        QByteArray token; ///< bearer token; empty: none
        TlsTrust trust; ///< of a wss server
        milliseconds connectDeadline {10'000}; ///< TCP, TLS and handshake together
        milliseconds pingEvery {5'000};
        milliseconds healthyAfter {30'000}; ///< a connection that lives so long, by its pongs, ends the growing of the waits
        milliseconds silenceLimit {15'000}; ///< nothing heard for so long, not even a pong: given up
        milliseconds firstRetry {1'000};
        milliseconds lastRetry {30'000}; ///< both plus up to a quarter of jitter
        quint64 maxMessageBytes = quint64 {16} * 1024 * 1024; ///< incoming; a larger one ends the connection
        qint64 maxQueuedBytes = qint64 {4} * 1024 * 1024; ///< outgoing and not yet taken by the socket
        qint64 maxUnreadBytes = qint64 {32} * 1024 * 1024; ///< incoming and not yet told; more: the connection is given up
        milliseconds slice {8}; ///< of telling what came, before others have their turn
    };

    explicit JsonSocket(Options options, QObject *parent = nullptr);
    ~JsonSocket() override;

    void start();
    void stop(); ///< closes; no more attempts until start()
    void setToken(const QByteArray &token) { m_options.token = token; }
    [[nodiscard]] bool isConnected() const { return m_connected; }
    /// False when it was not taken: not connected, or the queue is full and nothing lossy could be left out.
    bool send(MessageType type, const QJsonObject &body, Delivery delivery);
    /// Lossy messages left out so far.
    [[nodiscard]] qint64 dropped() const { return m_dropped; }

Q_SIGNALS:
    void connected();
    /// A connection is lost, or an attempt failed: Unavailable, Timeout, Untrusted (the token was not sent), Unauthorised,
    /// Forbidden, ParseError, TooMany. The next attempt is under way by itself, unless stop() was called.
    void disconnected(const dtf::Error &error);
    void message(dtf::MessageType type, const QJsonObject &body);
    /// The peer lives: a message or the answer to a ping has just come.
    void heard();

private:
    struct Queued
    {
        QByteArray text;
        Delivery delivery = Delivery::Lossy;
    };
    void open();
    void guardTls();
    void opened();
    void arrived(QByteArray text);
    void readOn();
    void received(const QByteArray &text);
    void peerEnded(const Error &error);
    void giveUp(const Error &error, bool peerGone = false);
    void dispose(bool peerGone);
    void flush();
    [[nodiscard]] qint64 unsent() const;
    bool makeRoom(qint64 bytes);

    Options m_options;
    Backoff m_backoff;
    QWebSocket *m_socket = nullptr; ///< one per attempt
    QPointer<QSslSocket> m_tls; ///< below m_socket when it speaks TLS
    std::optional<Error> m_refusal; ///< why this attempt's certificate was not believed
    bool m_connected = false;
    bool m_wanted = false;
    std::deque<Queued> m_queue;
    qint64 m_queuedBytes = 0;
    qint64 m_dropped = 0;
    std::deque<QByteArray> m_unread;
    qint64 m_unreadBytes = 0;
    std::optional<Error> m_peerEnded; ///< told when m_unread is
    QTimer m_next; ///< for the rest of m_unread
    QTimer m_retry;
    QTimer m_ping;
    QElapsedTimer m_connectedFor;
    QTimer m_silence; ///< also the deadline of an attempt
};

} // namespace dtf
