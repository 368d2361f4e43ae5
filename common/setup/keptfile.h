// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/setup/account.h"

#include <QByteArray>
#include <QString>

namespace dtf {

/// Files of settings on this machine's own disk: never half written, never lost.
/// Folders above are made (0755). The detail of an error names the file.

/// Puts `content` in place, whole or not at all. What was there is kept as <path>.bak, .bak2 …: its name, empty when nothing was
/// there.
[[nodiscard]] Result<QString> replaceKept(
    const QString &path, const QByteArray &content, const std::optional<Account> &reader, unsigned mode);

/// A file of secrets, 0600, `owner`'s. AlreadyExists unless `replace`.
[[nodiscard]] Result<void> writeSecret(
    const QString &path, const QByteArray &content, const std::optional<Account> &owner, bool replace = false);

/// A folder for `owner` alone (0750), with those above it. One that is there keeps its rights.
[[nodiscard]] Result<void> makeOwnFolder(const QString &path, const std::optional<Account> &owner);

/// 43 characters, 256 random bits.
[[nodiscard]] QByteArray freshToken();

} // namespace dtf
