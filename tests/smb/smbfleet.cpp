// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/smbfleet.h"

#include <QDir>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

FleetPlan overSmb(const SmbGround &ground, int nodes, const QStringList &script, const std::function<void(FleetPlan &)> &adjust)
{
    const double cache = std::chrono::duration<double>(SmbGround::cacheLifetime).count();
    FleetPlan plan = scriptNodes(nodes, script);
    plan.orchestrator.set("share", "root", ground.root(u"orchestrator"_s));
    plan.orchestrator.set("share", "cache_seconds", cache);
    plan.agents.set("share", "cache_seconds", cache);
    for (NodePlan &node : plan.nodes) {
        node.settings.set("share", "root", ground.root(node.name));
    }
    if (adjust) {
        adjust(plan);
    }
    return plan;
}

} // namespace

SmbFleet::SmbFleet(int nodes, const QStringList &script, const std::function<void(FleetPlan &)> &adjust)
    : m_clients {u"orchestrator"_s}
    , m_fleet(overSmb(m_ground, nodes, script, adjust))
{
    for (int n = 1; n <= nodes; ++n) {
        m_clients.append(u"DTF-%1"_s.arg(n, 2, 10, QChar(u'0')));
    }
}

bool SmbFleet::begin()
{
    if (!QDir().mkpath(m_fleet.sharePath()) || !m_ground.startServer(m_fleet.sharePath())) {
        m_problem = "the file server did not start";
        return false;
    }
    for (const QString &client : m_clients) {
        if (!m_ground.mount(client)) {
            m_problem = "the share could not be mounted";
            return false;
        }
    }
    return m_fleet.begin();
}

} // namespace dtf
