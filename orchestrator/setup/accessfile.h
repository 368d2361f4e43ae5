// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/tokens.h"
#include "common/setup/account.h"

#include <QStringList>

namespace dtf {

/// A token that has just been made. Its owner must hear it now: only its digest is kept.
struct FreshToken
{
    QString who; ///< "operator-anna", "node-DTF-01"
    QByteArray token;
};

/// The access file with everybody in it who is missing. Those who have a token keep it.
struct AccessPlan
{
    QByteArray content; ///< of the whole file
    QList<FreshToken> fresh; ///< empty: the file is as it was
};

/// `path`: of the access file, which may be missing. Nothing is written.
[[nodiscard]] Result<AccessPlan> planAccess(const QString &path, const QStringList &operators, const QStringList &nodes);

/// Puts the file in place, owned by `owner`, and each fresh token into a file of its own in `tokenFolder`, readable by this
/// process's account alone. Those files, in the order of `fresh`.
[[nodiscard]] Result<QStringList> writeAccess(
    const AccessPlan &plan, const QString &path, const QString &tokenFolder, const std::optional<Account> &owner);

} // namespace dtf
