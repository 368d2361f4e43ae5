// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

namespace dtf {

/// What the fleet needs of the outside: changes go to consoles, commands go to agents. Never blocks, drops for slow peers.
/// Thread: main.
class FleetPublisher
{
public:
    FleetPublisher() = default;
    FleetPublisher(const FleetPublisher &) = delete;
    FleetPublisher &operator=(const FleetPublisher &) = delete;
    virtual ~FleetPublisher() = default;

    /// False: no console listens, so no delta need be made.
    [[nodiscard]] virtual bool hasConsoles() const { return true; }
    virtual void publish(FeedDelta delta) = 0; ///< `number` is set by the publisher
    virtual void publishLog(const LogLines &lines) = 0; ///< to consoles that subscribed to this job or to all
    virtual void sendCommand(
        const NodeName &node, const AgentCommand &command) = 0; ///< at once if its link is up; else with the next heartbeat
    /// Something is gone that no delta can tell: every console gets a new snapshot.
    virtual void publishAnew() { }
    virtual void sendWorkHint(const NodeName &node) = 0;
};

} // namespace dtf
