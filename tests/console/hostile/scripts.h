// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/codec.h"
#include "common/protocol/envelope.h"
#include "common/protocol/version.h"
#include "tests/console/support/hostileserver.h"

#include <QJsonDocument>

/// What a good orchestrator says, for scripts that go wrong at one point only.
namespace dtf::scripts {

using namespace Qt::StringLiterals;

inline constexpr qint64 serverNow = 1'795'000'000'000;
inline constexpr int snapshotNumber = 10;

[[nodiscard]] inline JobView job(int n, JobState state = JobState::Waiting)
{
    JobView view;
    view.job = *JobId::parse("01JDPK3E4R00000000000" + QByteArray::number(n).rightJustified(5, '0'));
    view.name = u"file_%1.csv"_s.arg(n);
    view.state = state;
    view.accepted = view.changed = {serverNow - 60'000 + n};
    return view;
}

[[nodiscard]] inline QByteArray hello(const QString &role = u"operator"_s, int protocol = protocolVersion)
{
    return encodeMessage(MessageType::FeedHello,
        toJson(FeedHello {protocol, *BootId::parse("0rch3str"), u"0.1.0"_s, role == u"viewer"_s ? u"bob"_s : u"anna"_s, role}));
}

[[nodiscard]] inline StateView state(qint64 now = serverNow)
{
    StateView state;
    state.summary.orchestratorBoot = *BootId::parse("0rch3str");
    state.summary.time = {now};
    state.summary.shareOk = true;
    state.summary.jobsByState = QList<qint64>(11, 0);
    NodeView node;
    node.node = *NodeName::parse("DTF-01");
    node.state = u"ready"_s;
    node.since = {now - 5'000};
    node.beat.protocol = protocolVersion;
    node.beat.node = node.node;
    node.beat.boot = *BootId::parse("agent000");
    node.beat.seq = 1;
    node.heartbeatAgeMs = 1'000;
    state.nodes = {node};
    return state;
}

[[nodiscard]] inline QByteArray snapshot(qint64 now = serverNow)
{
    return encodeMessage(MessageType::Snapshot, toJson(FeedSnapshot {snapshotNumber, state(now), {job(1)}}));
}

[[nodiscard]] inline QByteArray delta(qint64 number, const QList<JobView> &jobs = {})
{
    FeedDelta delta;
    delta.number = number;
    delta.jobs = jobs;
    return encodeMessage(MessageType::Delta, toJson(delta));
}

[[nodiscard]] inline QByteArray jsonOf(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// Upgrade, hello, snapshot.
inline void goodFeed(HostilePeer &peer)
{
    peer.upgrade();
    peer.text(hello());
    peer.text(snapshot());
}

/// One file; nothing else is known here.
inline void goodHttp(HostilePeer &peer)
{
    if (peer.target().startsWith("/api/v1/jobs?")) {
        peer.answer(200, jsonOf(toJson(JobPage {{job(1)}, 1, {}})));
    } else {
        peer.answer(404, R"({"error":{"code":"not-found","detail":"no such thing"}})");
    }
}

} // namespace dtf::scripts
