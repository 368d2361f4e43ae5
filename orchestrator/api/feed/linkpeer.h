// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/tokens.h"
#include "common/core/clock.h"
#include "common/protocol/envelope.h"

#include <QObject>
#include <QPointer>
#include <QTcpSocket>
#include <QWebSocketProtocol>

#include <functional>

class QWebSocket;

namespace dtf {

struct LinkLimits;

/// One WebSocket of either kind: decodes, bounds what comes in and what waits to go out, pings, ends what is silent. Owns the
/// socket, and through it the connection. Calls `onGone` once, from the event loop, whoever ended it; its owner deletes it later.
/// Thread: main.
class LinkPeer final : public QObject
{
public:
    struct Bounds
    {
        qint64 message = 0;
        qint64 inboundPer10s = 0;
        qint64 backlog = 0;
        milliseconds ping {0};
    };
    /// `tcp`: the connection below, to see bytes of a message that is not complete yet.
    LinkPeer(QWebSocket *socket, QTcpSocket *tcp, Principal who, const Bounds &bounds, const Clock &clock, QObject *parent);

    std::function<void(const Message &message)> onMessage;
    std::function<void()> onGone;

    [[nodiscard]] const Principal &who() const { return m_who; }
    [[nodiscard]] MonoTime lastHeard() const { return m_lastHeard; }
    [[nodiscard]] qint64 backlog() const;
    [[nodiscard]] bool isOpen() const { return !m_ended; }
    [[nodiscard]] bool wasDropped() const { return m_dropped; } ///< this side ended it

    /// A peer that does not read is dropped here, and only it: at most `backlog` and one message wait for it.
    void send(const QString &text);
    void send(const QByteArray &text) { send(QString::fromUtf8(text)); }
    /// An Error message, then the close.
    void refuse(const Error &error);
    /// Pings, and ends the silent, the slow and those that do not finish closing.
    void tick(MonoTime now);
    void forgive(milliseconds pause) { m_lastHeard = m_lastHeard + pause; }
    /// No farewell.
    void abort();

private:
    void received(const QString &text);
    void gone();
    void tooSlow();

    QWebSocket *m_socket;
    QPointer<QTcpSocket> m_tcp;
    Principal m_who;
    Bounds m_bounds;
    const Clock &m_clock;
    MonoTime m_lastHeard;
    MonoTime m_lastPing;
    MonoTime m_windowEnd;
    qint64 m_windowBytes = 0;
    bool m_ended = false; ///< by either side; nothing is sent or taken any more
    bool m_dropped = false;
    bool m_progress = true; ///< something was written since the last tick
    bool m_gone = false;
};

} // namespace dtf
