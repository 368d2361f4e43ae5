// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/feed/deltabatch.h"
#include "orchestrator/api/feed/linklimits.h"
#include "orchestrator/api/feed/linkpeer.h"
#include "orchestrator/api/fleetservice.h"
#include "orchestrator/api/handlers/apihandlers.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <map>
#include <memory>

namespace dtf {

/// The feed of all consoles: hello, snapshot, then deltas that count up by one. Each delta is written once, whoever reads it.
/// When more changes than a delta carries, and when a console asks (resync), a new snapshot takes their place; it may come at any
/// time and replaces everything. A console gets no delta while it waits for one. Thread: main.
class ConsoleFeed final : public QObject
{
public:
    ConsoleFeed(
        FleetService &fleet, const LinkLimits &limits, const Clock &clock, LinkCounters &counters, QObject *parent = nullptr);

    void adopt(QWebSocket *socket, QTcpSocket *tcp, const Principal &who);
    void publish(const FeedDelta &delta);
    void publishAnew(); ///< a snapshot for everybody soon
    void publishLog(const LogLines &lines);
    void tick(MonoTime now, milliseconds forgive);

private:
    struct Console
    {
        LinkPeer *peer = nullptr;
        QSet<JobId> jobs;
        bool allLogs = false;
        bool wantsSnapshot = false;
        MonoTime lastSnapshot;
        qint64 linesLeftOut = 0;
    };
    void take(Console &console, const Message &message);
    void flush();
    [[nodiscard]] QString snapshot();
    void remove(LinkPeer *peer);

    FleetService &m_fleet;
    const LinkLimits &m_limits;
    const Clock &m_clock;
    LinkCounters &m_counters;
    std::map<LinkPeer *, Console> m_consoles; ///< stable addresses: messages hold on to theirs
    DeltaBatch m_batch;
    QTimer m_flushTimer;
    qint64 m_number = 0; ///< of the last delta
};

} // namespace dtf
