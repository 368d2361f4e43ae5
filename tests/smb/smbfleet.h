// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/smb/smbground.h"
#include "tests/support/fleet.h"

namespace dtf {

/// A whole installation whose orchestrator and agents see the share through SMB mounts of their own only. Fleet::share() looks
/// at the server's own folder, so every check is made where nobody's cache can lie.
class SmbFleet
{
public:
    /// `adjust`: more settings, before anything starts. The clients are "orchestrator", "DTF-01", "DTF-02" ….
    SmbFleet(int nodes, const QStringList &script, const std::function<void(FleetPlan &)> &adjust = {});

    [[nodiscard]] bool begin();
    [[nodiscard]] const char *problem() const { return m_problem ? m_problem : m_fleet.problem(); }
    [[nodiscard]] SmbGround &ground() { return m_ground; }
    [[nodiscard]] Fleet &fleet() { return m_fleet; }

private:
    SmbGround m_ground;
    QStringList m_clients;
    Fleet m_fleet; ///< ends before the ground does
    const char *m_problem = nullptr;
};

} // namespace dtf
