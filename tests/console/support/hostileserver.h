// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTcpServer>
#include <QThread>
#include <QUrl>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

class QTcpSocket;

namespace dtf {

/// One connection to the hostile server. Thread: the server's.
class HostilePeer final : public QObject
{
public:
    explicit HostilePeer(QTcpSocket *socket);

    QByteArray head; ///< "GET /api/v1/feed HTTP/1.1…", lines as they came
    QByteArray body; ///< what follows the head of a request, as its length says
    int number = 0; ///< of the feed's connections, from 1; 0: no upgrade was asked for

    [[nodiscard]] bool wantsUpgrade() const { return number > 0; }
    [[nodiscard]] QByteArray target() const { return head.split(' ').value(1); }
    void raw(const QByteArray &bytes);
    void upgrade(); ///< a right answer to the WebSocket handshake
    void text(const QByteArray &message) { raw(frame(message)); }
    void answer(int status, const QByteArray &json); ///< a right HTTP answer
    /// The bytes one by one, a millisecond between them; pings are answered no more until they are out.
    void trickle(const QByteArray &bytes);
    void end(); ///< without a farewell, once everything is written
    void abort(); ///< at once
    /// What the peer said over the WebSocket from now on.
    std::function<void(const QByteArray &message)> onText;
    void readFrames(QByteArray &buffer);

    /// As one frame of a server. `opcode`: 1 text, 2 binary, 9 ping.
    [[nodiscard]] static QByteArray frame(const QByteArray &payload, int opcode = 1);

private:
    QTcpSocket *m_socket;
    bool m_trickling = false; ///< nothing may come between the bytes
};

/// An orchestrator's port on loopback behind which a script does as it likes, byte by byte, in a thread of its own: a slow or
/// flooding server takes no time of the window under test.
class HostileServer final
{
public:
    /// Called for each complete request head (and body); thread: the server's.
    using Script = std::function<void(HostilePeer &peer)>;

    explicit HostileServer(Script feed, Script http = {});
    ~HostileServer();

    [[nodiscard]] QUrl url() const { return m_url; }
    /// Instead of the scripts before, from the next request on.
    void become(Script feed, Script http);
    [[nodiscard]] int feeds() const { return m_feeds; } ///< upgrades asked for so far
    [[nodiscard]] int requests() const { return m_requests; } ///< other requests so far
    [[nodiscard]] int accepted() const { return m_accepted; }

private:
    void serve(QTcpSocket *socket);

    QThread m_thread;
    QTcpServer *m_server = nullptr; ///< lives in m_thread
    QUrl m_url;
    std::mutex m_mutex;
    Script m_feed;
    Script m_http;
    std::atomic<int> m_feeds = 0;
    std::atomic<int> m_requests = 0;
    std::atomic<int> m_accepted = 0;
};

} // namespace dtf
