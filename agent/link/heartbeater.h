// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/net/jsonclient.h"
#include "common/protocol/messages.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace dtf {

/// Sends a heartbeat every few seconds (the orchestrator says how many) and at once on a change, one at a time. Thread: main.
class Heartbeater final : public QObject
{
    Q_OBJECT
public:
    /// `fill` makes the beat as things are now; seq is set here.
    Heartbeater(JsonClient &client, std::function<Heartbeat()> fill, QObject *parent = nullptr);

    void start();
    void stop();
    void changed(); ///< beat soon: within 50 ms, several changes are one beat
    [[nodiscard]] bool isHeard() const { return m_heard; }
    /// What the orchestrator was spoken to last: one below ours once it has refused ours as too new.
    [[nodiscard]] int protocol() const { return m_protocol; }

Q_SIGNALS:
    void answered(const dtf::HeartbeatReply &reply);
    void unknown(); ///< the orchestrator does not know our token; said for each such answer
    /// The orchestrator can be reached, or no more; said once per change.
    void heardChanged(bool heard, const QString &why);

private:
    void beat();

    JsonClient &m_client;
    std::function<Heartbeat()> m_fill;
    QTimer m_timer;
    QTimer m_soon;
    int m_protocol;
    qint64 m_seq = 0;
    bool m_underWay = false;
    bool m_again = false;
    bool m_heard = false;
    QString m_why;
};

} // namespace dtf
