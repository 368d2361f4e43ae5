// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/backoff.h"
#include "common/net/jsonsocket.h"
#include "console/net/feed.h"

#include <QTimer>

namespace dtf {

/// The console's end of the feed, by WebSocket. A delta that does not fit asks for a new snapshot (resync) and is dropped with
/// all that follow until it is there; when it does not come in time, and on anything that can't be understood, the connection is
/// made anew. Reconnects by itself until stop(). Thread: its own.
class FeedClient final : public Feed
{
    Q_OBJECT

public:
    struct Options
    {
        JsonSocket::Options socket; ///< url: of the server, http(s)://host:port; the path is set here
        milliseconds snapshotDeadline {15'000}; ///< after connecting and after a resync
        milliseconds firstRetry {1'000}; ///< before connecting anew after nonsense
        milliseconds lastRetry {30'000};
    };

    explicit FeedClient(Options options, QObject *parent = nullptr);

    void start() override;
    void stop(); ///< without lost()
    void subscribe(const FeedSubscribe &wish) override;
    [[nodiscard]] const FeedSubscribe &wish() const override { return m_wish; }
    /// What was last told is the present state: snapshot there, connected, no gap.
    [[nodiscard]] bool isCurrent() const { return m_current; }

private:
    void take(MessageType type, const QJsonObject &body);
    void takeHello(const QJsonObject &body);
    void takeSnapshot(const QJsonObject &body);
    void takeDelta(const QJsonObject &body);
    void connectAnew(const Error &error);
    void giveUp(const Error &error);

    const Options m_options;
    JsonSocket m_socket;
    Backoff m_backoff;
    FeedSubscribe m_wish;
    bool m_current = false;
    bool m_ownStop = false; ///< whether lost() is told is decided here
    qint64 m_number = 0; ///< of the last delta or snapshot taken
    QTimer m_deadline; ///< for the snapshot
    QTimer m_restart;
};

} // namespace dtf
