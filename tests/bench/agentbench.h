// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

namespace dtf::bench {

/// What the process has asked the disks to make durable since the last reset(), and how long that took, threads added up.
struct Syncs
{
    qint64 count = 0;
    double seconds = 0;
};
[[nodiscard]] Syncs syncs();
void resetSyncs();

[[nodiscard]] double wallSeconds();
[[nodiscard]] double median(QList<double> values);

// the measurements
/// A file's way through the agent (claim, copy, journal, spawn, stage, commit) against the bare command.
void measureJobs(int files);
/// From kill -9 of the browser to a usable one, against a loop that only starts it again.
void measureBrowserKills(int kills);

} // namespace dtf::bench
