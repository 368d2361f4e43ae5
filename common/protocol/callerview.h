// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"

#include <QJsonObject>
#include <QString>

namespace dtf {

/// GET /api/v1/whoami: what the orchestrator takes the asker for. Any token may ask; nothing changes. On the wire by itself:
/// only what tries a machine before its start asks for it.
struct CallerView
{
    QString caller; ///< "agent:DTF-01", "operator:anna"
    NodeName node; ///< of an agent
    bool known = false; ///< the fleet has that node
    WallTime time; ///< the orchestrator's clock, for telling skew
    QString version; ///< of the orchestrator
    int protocol = 0;
    bool operator==(const CallerView &) const = default;
};

[[nodiscard]] QJsonObject toJson(const CallerView &view);
/// As the codec's readers: strict on what it knows, deaf to what it does not.
[[nodiscard]] Result<CallerView> callerViewFrom(const QJsonObject &object);

} // namespace dtf
