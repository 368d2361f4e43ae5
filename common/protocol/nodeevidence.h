// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"

#include <QList>
#include <QString>

/// What can be asked about a node beside its state. On the wire, as messages.h, which includes this.
namespace dtf {

/// A node's last hour in steps, oldest first; -1: not known.
struct NodeFigures
{
    NodeName node;
    QList<int> cpuPercent; ///< mean of what its heartbeats told, whole machine
    QList<int> busyPercent; ///< share of the step in which it ran a file
};

/// GET /api/v1/nodes/figures. Every list has as many values.
struct FiguresView
{
    WallTime to; ///< end of the last step; the step that runs is not told
    int stepSeconds = 60;
    QList<NodeFigures> nodes;
};

/// One precondition an agent tried.
struct CheckLine
{
    QString what; ///< "share", "browser", …
    bool ok = false;
    QString detail; ///< what was found; when not ok or with a warning, what to do
    bool warning = false; ///< ok, but somebody should know; older agents say so in `detail` alone
};

/// What an agent found when it was asked to check itself; also the answer of POST /api/v1/nodes/{n}/self-check.
struct CheckData
{
    NodeName node;
    qint64 commandId = 0;
    WallTime time; ///< when it ended, by the agent's clock
    QList<CheckLine> rows;
    QString error; ///< why there are no rows; empty: it was done
};

} // namespace dtf
