// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QString>

#include <memory>

namespace dtf {

/// At most one orchestrator per database: an operating system's lock on "<database>.lock", kept open, gone with the process
/// however it ends; the file itself stays. Readers (audit verify, backups) need no lock. Not inherited by child processes.
/// Thread: any, one at a time.
class OwnerLock final
{
public:
    /// Busy: another process has it. `database` must be absolute; links are resolved so that two names of one file are one lock.
    [[nodiscard]] static Result<std::unique_ptr<OwnerLock>> take(const QString &database);
    OwnerLock(const OwnerLock &) = delete;
    OwnerLock &operator=(const OwnerLock &) = delete;
    ~OwnerLock();

private:
    explicit OwnerLock(qintptr handle)
        : m_handle(handle)
    { }
    qintptr m_handle;
};

/// Which file stands under this name now: differs once the file is removed or replaced while somebody has it open. Empty: none.
/// Windows: constant, as an open database can't be removed there.
[[nodiscard]] QByteArray fileIdentity(const QString &path);

} // namespace dtf
