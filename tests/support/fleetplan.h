// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/certificates.h"
#include "tests/support/settings.h"

#include <QList>

#include <optional>

namespace dtf {

/// What runs on a node when a file comes.
enum class TestPipeline {
    Portal, ///< the demo's pipeline.js: transforms and uploads through the node's browser
    PortalFolder, ///< the demo's folder-pipeline.js, running beside the agent
    Script, ///< `script`, no portal
};

struct NodePlan
{
    QString name;
    TestPipeline pipeline = TestPipeline::Portal;
    QStringList script;
    Settings settings; ///< over the fleet's
    QStringList launcher {}; ///< started in place of the agent, which is its last argument: another network namespace
    QString orchestrator = QStringLiteral("127.0.0.1"); ///< where this node finds it
};

struct FleetPlan
{
    QList<NodePlan> nodes;
    Settings orchestrator; ///< over the defaults of a test: stable after 0.3 s, no caches, a heartbeat each second
    Settings agents; ///< the same, for every agent
    bool portal = true;
    QStringList strangers; ///< nodes that the orchestrator knows and that have no agent here: the test speaks for them
    std::optional<Certificates::Made> tls; ///< the orchestrator speaks TLS with it, everybody pins it
};

/// `count` nodes DTF-01, DTF-02 … that upload to the portal.
[[nodiscard]] FleetPlan portalNodes(int count);
/// … that run `script` instead; there is no portal.
[[nodiscard]] FleetPlan scriptNodes(int count, const QStringList &script);
/// `command`, but each start is first written into the fleet's file "starts", outside of our code: "<job> <epoch> <node>".
[[nodiscard]] QStringList ledgered(const QStringList &command);

} // namespace dtf
