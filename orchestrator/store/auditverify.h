// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/auditchain.h"

#include "common/core/error.h"

#include <atomic>
#include <optional>

namespace dtf {

struct AuditVerdict
{
    qint64 rows = 0; ///< rows that were found good, from 1 on
    bool ok = false;
    qint64 firstBad = 0; ///< seq of the first row that is missing or wrong; 0 when ok
    QString why; ///< English, plain words; empty when ok
    AuditHead head; ///< the last good row
};

/// Reads the whole audit of a database, read-only and in short steps, also while its orchestrator runs and writes: rows added
/// meanwhile are checked too. `remembered` is a head noted earlier, e.g. off-site: its row must still be there with that hash. An
/// error means that the database could not be read at all, or, Cancelled, that `stop` became true. Blocks: for the command line
/// or a worker thread.
[[nodiscard]] Result<AuditVerdict> verifyAudit(
    const QString &dbPath, const std::optional<AuditHead> &remembered = std::nullopt, const std::atomic_bool *stop = nullptr);

} // namespace dtf
