// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/dispatch.h"

#include <algorithm>
#include <tuple>

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(AdminState state)
{
    switch (state) {
    case AdminState::InService:
        return "in-service"_L1;
    case AdminState::Paused:
        return "paused"_L1;
    case AdminState::Draining:
        return "draining"_L1;
    }
    return "in-service"_L1;
}

QLatin1StringView toString(Gate gate)
{
    switch (gate) {
    case Gate::Settled:
        return "settled"_L1;
    case Gate::Share:
        return "share"_L1;
    case Gate::Store:
        return "store"_L1;
    case Gate::Maintenance:
        return "maintenance"_L1;
    case Gate::Serial:
        return "serial"_L1;
    case Gate::Pool:
        return "pool"_L1;
    case Gate::Version:
        return "version"_L1;
    case Gate::InService:
        return "in-service"_L1;
    case Gate::NodeShare:
        return "node-share"_L1;
    case Gate::Browser:
        return "browser-ready"_L1;
    case Gate::Agent:
        return "agent-ready"_L1;
    case Gate::Disk:
        return "disk"_L1;
    case Gate::Wanted:
        return "wanted"_L1;
    case Gate::Excluded:
        return "excluded"_L1;
    case Gate::Affinity:
        return "affinity"_L1;
    case Gate::Capacity:
        return "capacity"_L1;
    }
    return "settled"_L1;
}

namespace {

bool passes(Gate gate, const FleetGates &fleet, const NodeSlot &node, const WaitingFile &file, bool alone)
{
    switch (gate) {
    case Gate::Settled:
        return fleet.settled;
    case Gate::Share:
        return fleet.shareOk;
    case Gate::Store:
        return fleet.storeOk;
    case Gate::Maintenance:
        return !fleet.maintenance;
    case Gate::Serial:
        return !file.serialBlocked;
    case Gate::Pool:
        return node.liveness == Liveness::Alive;
    case Gate::Version:
        return !node.refused;
    case Gate::InService:
        return node.admin == AdminState::InService;
    case Gate::NodeShare:
        return node.shareOk;
    case Gate::Browser:
        return node.browser == BrowserState::Ready;
    case Gate::Agent:
        return !node.agentClosed;
    case Gate::Disk:
        return node.diskFree < 0 || node.diskFree - file.size >= node.minDiskFree;
    case Gate::Wanted:
        return file.wanted.isEmpty() || file.wanted == node.node;
    case Gate::Excluded:
        return alone || file.excluded.isEmpty() || !(file.excluded == node.node) || file.wanted == node.node;
    case Gate::Affinity:
        return file.waitsFor.isEmpty() || file.waitsFor == node.node;
    case Gate::Capacity:
        return node.load < node.capacity;
    }
    return false;
}

constexpr Gate fileGates[] = {Gate::Settled, Gate::Share, Gate::Store, Gate::Maintenance, Gate::Serial};
constexpr Gate nodeGates[] = {Gate::Pool, Gate::Version, Gate::InService, Gate::NodeShare, Gate::Browser, Gate::Agent, Gate::Disk,
    Gate::Wanted, Gate::Excluded, Gate::Affinity, Gate::Capacity};

} // namespace

std::optional<Gate> firstClosedGate(const FleetGates &fleet, const WaitingFile &file)
{
    for (const Gate gate : fileGates) {
        if (!passes(gate, fleet, {}, file, false)) {
            return gate;
        }
    }
    return std::nullopt;
}

std::optional<Gate> firstClosedGate(const NodeSlot &node, const WaitingFile &file, bool alone)
{
    for (const Gate gate : nodeGates) {
        if (!passes(gate, {}, node, file, alone)) {
            return gate;
        }
    }
    return std::nullopt;
}

std::optional<Gate> firstClosedGate(const NodeSlot &node)
{
    return firstClosedGate(node, WaitingFile {}, false);
}

QList<std::pair<Gate, bool>> walkGates(const FleetGates &fleet, const NodeSlot &node, const WaitingFile &file, bool alone)
{
    QList<std::pair<Gate, bool>> walk;
    const auto step = [&](Gate gate) {
        const bool ok = passes(gate, fleet, node, file, alone);
        walk.append({gate, ok});
        return ok;
    };
    if (std::all_of(std::begin(fileGates), std::end(fileGates), step)) {
        (void)std::all_of(std::begin(nodeGates), std::end(nodeGates), step);
    }
    return walk;
}

bool ranksBefore(const NodeSlot &a, const NodeSlot &b, const WaitingFile &file)
{
    const auto rank = [&](const NodeSlot &n) {
        const int stranger = !file.affinity.isEmpty() && n.node == file.affinity ? 0 : 1;
        return std::make_tuple(stranger, n.load, static_cast<int>(n.errorRate * 10), n.idleSince.value.count(), n.node.bytes());
    };
    return rank(a) < rank(b);
}

bool servesFiles(NodeSlot node)
{
    node.load = 0;
    return !firstClosedGate(node);
}

std::optional<qsizetype> chooseNode(const QList<NodeSlot> &nodes, const WaitingFile &file, bool alone)
{
    std::optional<qsizetype> best;
    for (qsizetype i = 0; i < nodes.size(); ++i) {
        if (!firstClosedGate(nodes[i], file, alone) && (!best || ranksBefore(nodes[i], nodes[*best], file))) {
            best = i;
        }
    }
    return best;
}

bool isWorthWaitingFor(const NodeSlot &itsNode, bool worksOnKey, const WaitingFile &file)
{
    return worksOnKey && firstClosedGate(itsNode, file, false) == Gate::Capacity;
}

std::optional<milliseconds> affinityWaitLeft(
    const NodeSlot &itsNode, bool worksOnKey, const WaitingFile &file, milliseconds waited, milliseconds bound)
{
    if (waited >= bound || !isWorthWaitingFor(itsNode, worksOnKey, file)) {
        return std::nullopt;
    }
    return bound - waited;
}

} // namespace dtf
