// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <QHash>

namespace dtf {

/// A fleet at one moment with all that led there, the same each time it is made.
struct Scenery
{
    StateView state;
    QList<JobRecord> jobs;
    QList<AuditEvent> audit; ///< the oldest first
    QHash<JobId, QString> lastLines; ///< of those that run
    QHash<JobId, QByteArray> logs;
    QList<LogLines> liveLog;
};

/// A Monday morning with everything in it: files in every state, a lost node, a login that is missing, a hostile name.
[[nodiscard]] Scenery busyFleet();
/// Just set up: nodes are there, nothing has happened.
[[nodiscard]] Scenery emptyFleet();
[[nodiscard]] Scenery manyNodes(int count);
/// The busy morning after years of files.
[[nodiscard]] Scenery manyFiles(int count);

} // namespace dtf
