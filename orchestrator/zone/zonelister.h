// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"
#include "orchestrator/fleet/effects.h"

namespace dtf {

/// Lists every folder that holds tokens: processing/<node>, their running/, completed/.stage, hold, failed. Nodes that the
/// configuration does not name but that have a folder are listed too. Blocking: share worker thread only.
[[nodiscard]] ZoneSeen listZone(ShareFs &share, const QList<NodeName> &nodes, const Now &now);

/// The first candidate of each wish that exists, by direct look.
[[nodiscard]] TraceDone trace(ShareFs &share, const QList<TraceWish> &wishes, const Now &now);

/// Is the share there, ours and writable; and which alive files moved. `expectedUuid` empty: any (first look). `write`: also
/// probe.
struct HealthLook
{
    ShareHealth health;
    QByteArray uuid;
};
[[nodiscard]] HealthLook lookAtHealth(ShareFs &share, const QByteArray &expectedUuid, bool write);

} // namespace dtf
