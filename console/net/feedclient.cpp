// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/feedclient.h"

#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

JsonSocket::Options atFeed(JsonSocket::Options options)
{
    options.url.setPath(u"/api/v1/feed"_s);
    return options;
}

} // namespace

FeedClient::FeedClient(Options options, QObject *parent)
    : Feed(parent)
    , m_options(std::move(options))
    , m_socket(atFeed(m_options.socket))
    , m_backoff(m_options.firstRetry, m_options.lastRetry)
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(m_options.snapshotDeadline);
    m_restart.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] { connectAnew({ErrorCode::Timeout, u"no snapshot came in time"_s}); });
    connect(&m_restart, &QTimer::timeout, &m_socket, &JsonSocket::start);
    connect(&m_socket, &JsonSocket::connected, this, [this] {
        m_deadline.start();
        m_socket.send(MessageType::Subscribe, toJson(m_wish), Delivery::Needed);
    });
    connect(&m_socket, &JsonSocket::disconnected, this, [this](const Error &error) {
        m_current = false;
        m_deadline.stop();
        if (!m_ownStop) {
            Q_EMIT lost(error);
        }
    });
    connect(&m_socket, &JsonSocket::message, this, &FeedClient::take);
    connect(&m_socket, &JsonSocket::heard, this, &FeedClient::heard);
}

void FeedClient::start()
{
    m_restart.stop();
    m_socket.start();
}

void FeedClient::stop()
{
    m_restart.stop();
    m_ownStop = true;
    m_socket.stop();
    m_ownStop = false;
}

void FeedClient::subscribe(const FeedSubscribe &wish)
{
    m_wish = wish;
    if (m_socket.isConnected()) {
        m_socket.send(MessageType::Subscribe, toJson(m_wish), Delivery::Needed);
    }
}

void FeedClient::take(MessageType type, const QJsonObject &body)
{
    switch (type) {
    case MessageType::FeedHello:
        takeHello(body);
        return;
    case MessageType::Snapshot:
        takeSnapshot(body);
        return;
    case MessageType::Delta:
        takeDelta(body);
        return;
    case MessageType::Log:
        if (const auto lines = fromJson<LogLines>(body)) {
            Q_EMIT log(*lines);
        } else {
            connectAnew(lines.error());
        }
        return;
    case MessageType::Error: {
        const auto told = fromJson<ApiError>(body);
        connectAnew(told ? Error {told->code, told->detail} : told.error());
        return;
    }
    case MessageType::AgentHello:
    case MessageType::Command:
    case MessageType::WorkHint:
    case MessageType::Picture:
    case MessageType::Check:
    case MessageType::Subscribe:
    case MessageType::Resync:
        connectAnew({ErrorCode::ParseError, u"not a message of a feed: %1"_s.arg(toString(type))});
        return;
    }
}

void FeedClient::takeHello(const QJsonObject &body)
{
    const auto greeting = fromJson<FeedHello>(body);
    if (!greeting) {
        connectAnew(greeting.error());
        return;
    }
    const PeerVersion version = judgeVersion(greeting->protocol);
    if (version == PeerVersion::TooOld || version == PeerVersion::Future) {
        giveUp({ErrorCode::VersionMismatch,
            u"the orchestrator speaks version %1, this console %2"_s.arg(greeting->protocol).arg(protocolVersion)});
        return;
    }
    Q_EMIT hello(*greeting);
}

void FeedClient::takeSnapshot(const QJsonObject &body)
{
    const auto whole = fromJson<FeedSnapshot>(body);
    if (!whole) {
        connectAnew(whole.error());
        return;
    }
    m_deadline.stop();
    m_backoff.reset();
    m_number = whole->number;
    m_current = true;
    Q_EMIT snapshot(*whole);
}

void FeedClient::takeDelta(const QJsonObject &body)
{
    if (!m_current) {
        return; // a snapshot is on its way
    }
    const auto change = fromJson<FeedDelta>(body);
    if (!change) {
        connectAnew(change.error());
        return;
    }
    if (change->number == m_number + 1) {
        m_number = change->number;
        Q_EMIT delta(*change);
        return;
    }
    m_current = false;
    m_deadline.start();
    m_socket.send(MessageType::Resync, {}, Delivery::Needed);
}

void FeedClient::connectAnew(const Error &error)
{
    m_restart.start(withJitter(m_backoff.next(), QRandomGenerator::global()->generateDouble()));
    giveUp(error);
}

void FeedClient::giveUp(const Error &error)
{
    m_ownStop = true;
    m_socket.stop();
    m_ownStop = false;
    Q_EMIT lost(error); // last: the receiver may stop or start
}

} // namespace dtf
