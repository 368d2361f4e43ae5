// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <functional>

namespace dtf {

/// One Chrome DevTools Protocol connection to /devtools/browser/<guid>, with flat sessions. No Origin is sent, so the browser
/// needs no
/// --remote-allow-origins. Thread: its own event loop's.
class CdpConnection final : public QObject
{
    Q_OBJECT
public:
    using Answer = std::function<void(const Result<QJsonObject> &)>;

    explicit CdpConnection(QObject *parent = nullptr);
    /// Pending calls are answered with BrowserGone.
    ~CdpConnection() override;

    /// opened() or closed() follows; the handshake has 5 s.
    void open(const QUrl &endpoint);
    void close();
    [[nodiscard]] bool isOpen() const { return m_open; }

    /// `answer` is called exactly once, never from within call(): the result object; Timeout after `deadline`; BrowserGone when
    /// the connection ends; InvalidArgument with the browser's words when it refuses; TooMany with 256 calls pending.
    void call(const QString &method, const QJsonObject &params, const QString &sessionId, milliseconds deadline, Answer answer);
    void ping();

Q_SIGNALS:
    void opened();
    /// Once per open(), whether it was open or not; not after close().
    void closed(const QString &why);
    void event(const QString &method, const QJsonObject &params, const QString &sessionId);
    void pong();

private:
    struct Pending
    {
        Answer answer;
        QTimer *timer = nullptr; ///< owned by this
        QString method;
    };

    void received(const QString &text);
    void end(const QString &why, bool tell);
    void finish(int id, const Result<QJsonObject> &result);

    QWebSocket m_socket;
    QTimer m_handshake;
    QHash<int, Pending> m_pending;
    int m_nextId = 1;
    bool m_open = false;
    bool m_active = false; ///< opened or being opened
};

} // namespace dtf
