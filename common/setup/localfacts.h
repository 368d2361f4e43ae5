// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/setup/account.h"

namespace dtf {

/// Preconditions of this machine that both daemons have. On local disks: nothing here has a deadline.

/// Made when it is missing; a file is written and removed, with `account`'s rights when it is given.
[[nodiscard]] CheckRow checkFolder(const QString &what, const QString &folder, const std::optional<Account> &account);
/// A file of secrets or settings that is there already: can `account` (none: this process) open it? Nothing is read from it.
/// A file that is missing, or whose folder is barred, fails too.
[[nodiscard]] CheckRow checkReadable(const QString &what, const QString &file, const std::optional<Account> &account);
/// May `account` work in the folder, without the right to write there?
[[nodiscard]] bool mayEnter(const QString &folder, const std::optional<Account> &account);
/// Free bytes at `folder`, or at the nearest folder above that is there.
[[nodiscard]] CheckRow checkSpace(const QString &what, const QString &folder, qint64 needed);
/// Databases and journals must not lie on a network's file system.
[[nodiscard]] CheckRow checkLocalDisk(const QString &what, const QString &folder);
/// Without it a cloned machine can't be told from its twin.
[[nodiscard]] CheckRow checkMachineIdentity();
/// Whether the system still has a watch to give: without one, changes are seen by the periodic listing only.
[[nodiscard]] CheckRow checkWatchLimits();

} // namespace dtf
