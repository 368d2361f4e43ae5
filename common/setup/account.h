// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QList>
#include <QString>

#include <optional>

namespace dtf {

/// An account of this machine that a program runs as.
struct Account
{
    QString name;
    unsigned user = 0;
    unsigned group = 0; ///< its primary one
    QList<unsigned> groups; ///< all, the primary one too
};

/// NotFound when this machine has no such account. On Windows always Unsupported (IoError): rights are the installer's business.
[[nodiscard]] Result<Account> findAccount(const QString &name);
[[nodiscard]] QString ownAccountName(); ///< for messages; its number where it has no name
/// May files be given to another account, and its rights be tried on?
[[nodiscard]] bool canActForOthers();
/// This machine's own name, without a domain.
[[nodiscard]] QString hostName();

/// From here on this thread touches files with that account's rights (Linux); for a thread that ends soon, there is no way back.
/// False: it can't be done. Other threads keep theirs.
[[nodiscard]] bool actAs(const Account &account);

/// May this thread work in the folder? Asked as the account it acts as, which Qt's own questions are not.
[[nodiscard]] bool canEnter(const QString &folder);

/// Sets owner and mode (0600, 0750 …) of a file or folder; without an account the mode alone. Does nothing on Windows, where the
/// file inherits from its folder who may read it, as the installer has set it there.
[[nodiscard]] Result<void> setOwner(const QString &path, const std::optional<Account> &account, unsigned mode);
/// The same, but the file stays its owner's and the account's group may read it: for a configuration.
[[nodiscard]] Result<void> setReader(const QString &path, const std::optional<Account> &account, unsigned mode);

/// What this process makes from here on may be changed by its group, and is nobody else's: folders of a share that the services
/// of several accounts work on. As their units do (UMask=0007). Does nothing on Windows.
void shareWithGroup();

} // namespace dtf
