// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/filelock.h"

#include <memory>

namespace dtf {

/// At most one orchestrator per database: the lock on "<database>.lock". Readers (audit verify, backups) need none. Busy: another
/// process has it. `database` must be absolute; links are resolved so that two names of one file are one lock.
[[nodiscard]] Result<std::unique_ptr<FileLock>> takeOwnerLock(const QString &database);

/// Which file stands under this name now: differs once the file is removed or replaced while somebody has it open. Empty: none.
/// Windows: constant, as an open database can't be removed there.
[[nodiscard]] QByteArray fileIdentity(const QString &path);

} // namespace dtf
