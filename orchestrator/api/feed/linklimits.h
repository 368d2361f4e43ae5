// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QtGlobal>

namespace dtf {

/// Every bound of the WebSockets; tests inject short ones. Bytes.
struct LinkLimits
{
    milliseconds hello {10'000}; ///< an agent's first message
    milliseconds ping {15'000}; ///< silence of twice this and 5 s more ends a link
    milliseconds coalesce {75}; ///< changes of this long travel as one delta
    milliseconds snapshotEvery {1'000}; ///< per console at most
    milliseconds tick {1'000};
    qint64 consoleMessage = qint64 {256} * 1024;
    qint64 agentMessage = qint64 {12} * 1024 * 1024; ///< a picture of 8 MiB as base64
    qint64 backlog = 4'000'000; ///< unsent bytes; more when the next message comes, or without progress for a tick: dropped
    qint64 logBacklog = 1'000'000; ///< unsent bytes; more: log lines are left out and counted
    qint64 consoleInbound = qint64 {1024} * 1024; ///< per 10 s
    qint64 agentInbound = qint64 {32} * 1024 * 1024; ///< per 10 s
    qsizetype deltaEntries = 2'000; ///< jobs, audit rows, alerts; more in one coalescing time: consoles get a snapshot instead
    int snapshotJobs = 1'000;
};

} // namespace dtf
