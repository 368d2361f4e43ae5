// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"
#include "common/model/browserstate.h"
#include "orchestrator/policy/liveness.h"

#include <QLatin1StringView>
#include <QList>

#include <optional>

namespace dtf {

enum class AdminState { InService, Paused, Draining };
[[nodiscard]] QLatin1StringView toString(AdminState state);

/// A node as the dispatcher sees it.
struct NodeSlot
{
    NodeName node;
    Liveness liveness = Liveness::Unseen;
    bool refused = false; ///< its agent speaks another protocol or is a clone's twin
    AdminState admin = AdminState::InService;
    BrowserState browser = BrowserState::Disconnected;
    bool shareOk = false; ///< the agent's own view
    bool agentClosed = false; ///< the agent says that it takes nothing (Heartbeat::closedBy)
    int load = 0; ///< files in its folder, running included, moves under way included
    int capacity = 2; ///< 1 + prefetch
    qint64 diskFree = -1; ///< bytes; -1: unknown, passes
    qint64 minDiskFree = 0;
    double errorRate = 0; ///< of its last runs, 0–1
    MonoTime idleSince; ///< when it ended its last file
};

/// A waiting file as the dispatcher sees it.
struct WaitingFile
{
    NodeName wanted; ///< an operator's choice; empty: any
    NodeName excluded; ///< the node that just gave it back; ignored when it is the only one in the pool
    NodeName affinity; ///< the node that took the same key last; empty: none
    NodeName waitsFor; ///< it stays for this node, which is full; empty: it goes to any
    qint64 size = 0; ///< bytes that its node's disk must have to spare
    bool serialBlocked = false; ///< another file of the same name or key is on its way
};

/// Of the whole fleet.
struct FleetGates
{
    bool maintenance = false; ///< dispatch paused by an operator
    bool shareOk = false;
    bool storeOk = true;
    bool settled = false; ///< the share was read once since start
    bool frozen = false; ///< many nodes vanished at once
};

/// Checked in this order; the first that fails is the answer to "why not".
enum class Gate {
    Settled,
    Share,
    Store,
    Maintenance,
    Serial,
    Pool, ///< the node's agent is heard
    Version, ///< not refused
    InService, ///< neither paused nor draining
    NodeShare, ///< the node itself sees the share
    Browser, ///< ready and logged in
    Agent, ///< its agent takes files: not one that stops, or whose outbox is full
    Disk,
    Wanted, ///< the operator's choice, if any, is this node
    Excluded,
    Affinity, ///< the file does not stay for another node
    Capacity,
};
[[nodiscard]] QLatin1StringView toString(Gate gate); ///< "browser-ready"

/// First failing gate of the fleet or the file itself; nullopt: all pass.
[[nodiscard]] std::optional<Gate> firstClosedGate(const FleetGates &fleet, const WaitingFile &file);
/// First failing gate of this node for this file; nullopt: it may run there. `alone`: no other node servesFiles().
[[nodiscard]] std::optional<Gate> firstClosedGate(const NodeSlot &node, const WaitingFile &file, bool alone);
/// Gates of the node that do not depend on the file; nullopt: it takes something.
[[nodiscard]] std::optional<Gate> firstClosedGate(const NodeSlot &node);

/// All gates that concern one node and one file in checking order up to the first that fails (for "why not"): (gate, passed).
[[nodiscard]] QList<std::pair<Gate, bool>> walkGates(
    const FleetGates &fleet, const NodeSlot &node, const WaitingFile &file, bool alone);

/// Strict rank: affinity, load, error rate (in tenths), longest idle, name. True: a before b.
[[nodiscard]] bool ranksBefore(const NodeSlot &a, const NodeSlot &b, const WaitingFile &file);

/// It would take files if it had none yet: another choice for a file that a node gave back, though it may have to wait.
[[nodiscard]] bool servesFiles(NodeSlot node);

/// Index of the best open node in `nodes`, or nullopt. `alone`: at most one node of the fleet servesFiles(), be it in `nodes` or
/// full.
[[nodiscard]] std::optional<qsizetype> chooseNode(const QList<NodeSlot> &nodes, const WaitingFile &file, bool alone);

/// The node of the file's key is worth waiting for: it has files of the key now (`worksOnKey`), may take this one, and is merely
/// full. Not one that is silent, paused, draining, at a login page, or out of the question for this file.
[[nodiscard]] bool isWorthWaitingFor(const NodeSlot &itsNode, bool worksOnKey, const WaitingFile &file);

/// How long the file still stays for that node though another one would take it; nullopt: it goes. `waited`: since another one
/// would have taken it first; `bound` 0: never.
[[nodiscard]] std::optional<milliseconds> affinityWaitLeft(
    const NodeSlot &itsNode, bool worksOnKey, const WaitingFile &file, milliseconds waited, milliseconds bound);

} // namespace dtf
