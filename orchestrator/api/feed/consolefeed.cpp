// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/feed/consolefeed.h"

#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QWebSocket>

#include <optional>

using namespace Qt::StringLiterals;

namespace dtf {

ConsoleFeed::ConsoleFeed(
    FleetService &fleet, const LinkLimits &limits, const Clock &clock, LinkCounters &counters, QObject *parent)
    : QObject(parent)
    , m_fleet(fleet)
    , m_limits(limits)
    , m_clock(clock)
    , m_counters(counters)
    , m_batch(limits.deltaEntries)
{
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(limits.coalesce);
    connect(&m_flushTimer, &QTimer::timeout, this, &ConsoleFeed::flush);
}

void ConsoleFeed::adopt(QWebSocket *socket, QTcpSocket *tcp, const Principal &who)
{
    const LinkPeer::Bounds bounds {m_limits.consoleMessage, m_limits.consoleInbound, m_limits.backlog, m_limits.ping};
    auto *peer = new LinkPeer(socket, tcp, who, bounds, m_clock, this);
    Console &console = m_consoles[peer];
    console.peer = peer;
    ++m_counters.consoles;
    peer->onMessage = [this, &console](const Message &message) { take(console, message); };
    peer->onGone = [this, peer] { remove(peer); };
    const FeedHello hello {protocolVersion, m_fleet.state().summary.orchestratorBoot, QStringLiteral(DTF_VERSION), who.name,
        QString(toString(who.role))};
    peer->send(encodeMessage(MessageType::FeedHello, toJson(hello)));
    peer->send(snapshot());
    console.lastSnapshot = m_clock.now().mono;
}

void ConsoleFeed::take(Console &console, const Message &message)
{
    if (message.type == MessageType::Resync) {
        console.wantsSnapshot = true;
        if (!m_flushTimer.isActive()) {
            m_flushTimer.start();
        }
        return;
    }
    if (message.type != MessageType::Subscribe) {
        console.peer->refuse({ErrorCode::InvalidArgument, u"a console may send subscribe and resync"_s});
        return;
    }
    const auto wish = fromJson<FeedSubscribe>(message.body);
    if (!wish) {
        console.peer->refuse(wish.error());
        return;
    }
    console.jobs = QSet<JobId>(wish->jobs.cbegin(), wish->jobs.cend());
    console.allLogs = wish->allLogs;
}

QString ConsoleFeed::snapshot()
{
    return QString::fromUtf8(encodeMessage(
        MessageType::Snapshot, toJson(FeedSnapshot {m_number, m_fleet.state(), m_fleet.activeJobs(m_limits.snapshotJobs)})));
}

void ConsoleFeed::publish(const FeedDelta &delta)
{
    if (m_consoles.empty()) {
        return; // the next console begins with a snapshot
    }
    m_batch.add(delta);
    if (!m_flushTimer.isActive()) {
        m_flushTimer.start();
    }
}

void ConsoleFeed::publishAnew()
{
    for (auto &[peer, console] : m_consoles) {
        console.wantsSnapshot = true;
    }
    if (!m_flushTimer.isActive()) {
        m_flushTimer.start();
    }
}

void ConsoleFeed::flush()
{
    const MonoTime now = m_clock.now().mono;
    const bool overflowed = m_batch.overflowed();
    QString text;
    if (!m_batch.isEmpty()) {
        FeedDelta delta = m_batch.take();
        if (!overflowed) {
            delta.number = ++m_number;
            text = QString::fromUtf8(encodeMessage(MessageType::Delta, toJson(delta)));
        }
    }
    std::optional<QString> whole;
    bool waiting = false;
    for (auto &[peer, console] : m_consoles) {
        console.wantsSnapshot = console.wantsSnapshot || overflowed;
        if (!console.wantsSnapshot) {
            if (!text.isEmpty()) {
                peer->send(text);
            }
        } else if (now - console.lastSnapshot >= m_limits.snapshotEvery) {
            if (!whole) {
                whole = snapshot();
            }
            console.wantsSnapshot = false;
            console.lastSnapshot = now;
            peer->send(*whole);
        } else {
            waiting = true;
        }
    }
    if (waiting) {
        m_flushTimer.start();
    }
}

void ConsoleFeed::publishLog(const LogLines &lines)
{
    std::optional<QString> plain;
    for (auto &[peer, console] : m_consoles) {
        if (!console.allLogs && !console.jobs.contains(lines.job)) {
            continue;
        }
        if (peer->backlog() > m_limits.logBacklog) {
            console.linesLeftOut += lines.lines.size() + lines.dropped;
            continue;
        }
        if (console.linesLeftOut > 0) {
            LogLines more = lines;
            more.dropped += std::exchange(console.linesLeftOut, 0);
            peer->send(encodeMessage(MessageType::Log, toJson(more)));
            continue;
        }
        if (!plain) {
            plain = QString::fromUtf8(encodeMessage(MessageType::Log, toJson(lines)));
        }
        peer->send(*plain);
    }
}

void ConsoleFeed::tick(MonoTime now, milliseconds forgive)
{
    for (auto &[peer, console] : m_consoles) {
        peer->forgive(forgive);
        peer->tick(now);
    }
}

void ConsoleFeed::remove(LinkPeer *peer)
{
    if (m_consoles.erase(peer) > 0) {
        --m_counters.consoles;
        m_counters.consolesDropped += peer->wasDropped() ? 1 : 0;
        peer->deleteLater();
    }
}

} // namespace dtf
