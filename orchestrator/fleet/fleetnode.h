// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "orchestrator/fleet/nodefigures.h"
#include "orchestrator/orchestratorconfig.h"
#include "orchestrator/policy/dispatch.h"
#include "orchestrator/store/records.h"

#include <QHash>
#include <QSet>

#include <bit>
#include <optional>

namespace dtf {

/// An agent of a node whose place another one has taken.
struct OldLife
{
    std::optional<MonoTime> heard; ///< first time since then
    qint64 seq = 0; ///< of that heartbeat
};

/// A node in memory.
struct FleetNode
{
    NodeConfig config;
    bool retired = false; ///< neither configured nor joined: its files come to an end, it gets none
    Liveness liveness = Liveness::Unseen;
    AdminState admin = AdminState::InService;
    QByteArray adminBy;
    QByteArray adminReason;
    WallTime adminChanged;
    WallTime since; ///< of the displayed state
    Heartbeat beat; ///< the last one taken; seq 0: none
    MonoTime lastBeat;
    MonoTime lastPublished;
    MonoTime heardAt; ///< when the last one was taken; unlike lastBeat never moved by a stall of our own
    QString refusal; ///< why its own agent's last heartbeat was refused; empty: taken. A twin of an agent that is heard changes
                     ///< nothing here
    QString answer; ///< the last heartbeat's, whoever sent it: its refusal, or empty
    QSet<QByteArray> refusalsTold; ///< boot and reason of each that is in the audit already
    BootId boot; ///< incumbent
    QByteArray machine;
    QByteArray machineBoot;
    BootId rival; ///< refused because the incumbent was heard; empty: none since the incumbent's last heartbeat
    QHash<BootId, MonoTime> rivals; ///< since when these are refused because the incumbent was heard, ≤ 16
    bool twin = false; ///< the last heartbeat's sender: refused, and the incumbent has gone on speaking since
    QHash<BootId, qint64> reportMarks;
    QHash<BootId, OldLife> oldBoots; ///< earlier lives seen: their heartbeats are stale, ≤ 64
    QSet<JobId> jobs; ///< tokens in its folder, running included, and moves towards it
    QByteArray aliveMark; ///< content of its alive file at the last look
    MonoTime aliveMoved; ///< when that changed last
    bool aliveSeen = false;
    QSet<JobId> refusedMoves; ///< files that could not be moved into its folder since one could
    std::optional<MonoTime> shutUntil; ///< its folder refuses more than one file: the next one is tried then
    std::optional<MonoTime> unableSince; ///< heard and in service, but it could not take a file
    std::optional<MonoTime> browserDownSince; ///< without a break, as far as its heartbeats tell
    MonoTime lostSince;
    MonoTime idleSince;
    int recentRuns = 0; ///< of the last 16
    quint16 recentFailures = 0; ///< bit per run, newest lowest
    int doneToday = 0;
    int failedToday = 0;
    NodeFigureRing figures;
    QList<AgentCommand> commands; ///< no result yet, ≤ 32
};

[[nodiscard]] inline double errorRate(const FleetNode &node)
{
    return node.recentRuns == 0 ? 0.0 : static_cast<double>(std::popcount(node.recentFailures)) / node.recentRuns;
}

/// Files lie in its folder, but neither the configuration nor the list of who has joined knows it any more.
inline void retire(FleetNode &node)
{
    node.retired = true;
    node.admin = AdminState::Draining;
    node.adminBy = "configuration";
    node.adminReason = "it is not in the orchestrator's configuration any more";
}

/// Taken out and empty: it may be switched off, its silence is nobody's trouble.
[[nodiscard]] inline bool mayBeOff(const FleetNode &node)
{
    return node.admin == AdminState::Draining && node.jobs.isEmpty();
}

/// One file may be at fault itself; two that nothing else has in common are not.
[[nodiscard]] inline bool refusesMoves(const FleetNode &node)
{
    return node.refusedMoves.size() > 1;
}

inline void rememberRun(FleetNode &node, bool failed)
{
    node.recentFailures = static_cast<quint16>((node.recentFailures << 1) | (failed ? 1 : 0));
    node.recentRuns = qMin(16, node.recentRuns + 1);
}

} // namespace dtf
