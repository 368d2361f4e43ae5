// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/backoff.h"
#include "common/net/jsonclient.h"
#include "common/protocol/messages.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace dtf {

/// Empties the outbox in order: one batch at a time, the next only after the acknowledgement; an outage is waited for (1 … 15 s).
/// Thread: main.
class ReportSender final : public QObject
{
    Q_OBJECT
public:
    struct Outbox
    {
        std::function<QList<Report>(int)> pending;
        std::function<void(int)> acknowledge;
        std::function<int()> protocol; ///< what to speak
    };
    ReportSender(JsonClient &client, const NodeName &node, const BootId &boot, Outbox outbox, QObject *parent = nullptr);

    void wake(); ///< there is something, or the orchestrator is heard again
    void stop();

private:
    void send();

    JsonClient &m_client;
    NodeName m_node;
    BootId m_boot;
    Outbox m_outbox;
    QTimer m_retry;
    Backoff m_backoff {milliseconds(1'000), milliseconds(15'000)};
    bool m_underWay = false;
    bool m_stopped = false;
};

} // namespace dtf
