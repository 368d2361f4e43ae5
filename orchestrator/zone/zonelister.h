// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"
#include "orchestrator/fleet/effects.h"
#include "orchestrator/zone/lease.h"

namespace dtf {

/// Lists every folder that holds tokens: processing/<node>, their running/, completed/.stage, hold, failed. Nodes that the
/// configuration does not name but that have a folder are listed too. Blocking: share worker thread only.
[[nodiscard]] ZoneSeen listZone(ShareFs &share, const QList<NodeName> &nodes, const Now &now);

/// The first candidate of each wish that exists, by direct look. No answer for a wish as long as a place that counts can't be
/// looked at. Blocking: share worker thread only.
[[nodiscard]] TraceDone trace(ShareFs &share, const QList<TraceWish> &wishes, const Now &now);

/// Is the share there, ours, under our lease and writable; and which alive files moved. `expectedUuid` empty: any (first look).
/// `write`: also probe.
struct HealthLook
{
    ShareHealth health;
    QByteArray uuid;
    bool other = false; ///< another orchestrator works on it
};
[[nodiscard]] HealthLook lookAtHealth(ShareFs &share, const QByteArray &expectedUuid, bool write, Lease &lease, const Now &now);

} // namespace dtf
