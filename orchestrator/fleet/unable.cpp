// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that are heard and yet take no files.
#include "orchestrator/fleet/fleetstate.h"

namespace dtf {

/// A node that is heard but can't take files (no share, no login, a full disk) for as long as a silent one may be silent: what it
/// has not begun goes to those that can.
void FleetState::judgeUnable(Context &c)
{
    QList<FleetNode *> unable;
    bool others = false;
    for (FleetNode &n : m_nodes) {
        if (n.shutUntil && *n.shutUntil <= c.now.mono) {
            n.shutUntil.reset();
        }
        const NodeSlot slot = slotOf(n);
        if (servesFiles(slot)) {
            others = true;
            n.unableSince.reset();
        } else if (n.liveness != Liveness::Alive || n.admin != AdminState::InService) {
            n.unableSince.reset(); // that has rules of its own
        } else if (!n.unableSince) {
            n.unableSince = c.now.mono;
        } else if (c.now.mono - *n.unableSince >= m_config.lostAfter) {
            unable.append(&n);
        }
    }
    for (FleetNode *n : others &&m_gates.shareOk ? unable : QList<FleetNode *>()) {
        returnAssigned(c, *n, "its node has not been able to take files for a while", "orchestrator");
    }
}

} // namespace dtf
