// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <atomic>

namespace dtf {

/// Reads the history of a database, read-only and in short steps, also while its orchestrator runs and writes. At most 200,000
/// audit rows of the time asked for and 20,000 before it. Cancelled when `stop` became true. Blocks: for a worker thread.
[[nodiscard]] Result<HistoryView> readHistory(const QString &dbPath, const HistoryQuery &query, const std::atomic_bool &stop);

} // namespace dtf
