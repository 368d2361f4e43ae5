// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QString>

namespace dtf::test {

struct StoreSpeed
{
    qint64 rows = 0; ///< jobs and audit rows; 0: not measured
    qint64 milliseconds = 0; ///< first commit to last callback
    double updateRowsPerSecond = 0; ///< the same jobs again, changed
    qint64 snapshotMilliseconds = 0; ///< open() of the full database
    [[nodiscard]] double rowsPerSecond() const { return 1'000.0 * double(rows) / double(qMax<qint64>(1, milliseconds)); }
};

/// `jobs` jobs with `auditRows` audit rows each through SqliteStore at `path`, in batches of `batch` jobs, all handed over at
/// once. Needs an event loop's thread.
[[nodiscard]] Result<StoreSpeed> measureStore(const QString &path, int jobs, int auditRows, int batch);

/// The yardstick: as many rows of the same size into tables without our indexes, triggers and hashes, through SQLite's C
/// interface, one transaction (WAL, synchronous=FULL) per batch. `rows` is 0 where the C interface was not there to build with.
[[nodiscard]] StoreSpeed measureRawSqlite(const QString &path, int jobs, int auditRows, int batch);

[[nodiscard]] int residentMegabytes(); ///< of this process now; 0 where unknown

} // namespace dtf::test
