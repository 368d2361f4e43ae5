// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/evidence/evidence.h"

/// The documents in an archive of evidence. Times are UTC. Pure, any thread.
namespace dtf {

/// What a person reads first: which file, what was done with it, what proves it, what is missing. Plain text, remote text
/// escaped.
[[nodiscard]] QString evidenceText(const Evidence &evidence);
/// Every audit row of the file, oldest first, with its hash.
[[nodiscard]] QByteArray auditCsv(const QList<AuditRow> &rows);
/// The same and the rest for programs, as it came over the wire.
[[nodiscard]] QByteArray evidenceJson(const Evidence &evidence);

} // namespace dtf
