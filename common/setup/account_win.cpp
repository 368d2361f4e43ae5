// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/account.h"

#include <QFileInfo>
#include <QSysInfo>

namespace dtf {

using namespace Qt::StringLiterals;

Result<Account> findAccount(const QString &name)
{
    return fail(ErrorCode::IoError,
        u"%1: on Windows the account is set in the scheduled task, and its rights by the installer; leave --user out"_s.arg(
            name));
}

QString ownAccountName()
{
    return qEnvironmentVariable("USERNAME");
}

bool canActForOthers()
{
    return false;
}

QString hostName()
{
    return QSysInfo::machineHostName().section(u'.', 0, 0);
}

bool actAs(const Account &)
{
    return false;
}

bool canEnter(const QString &folder)
{
    return QFileInfo(folder).isDir();
}

Result<void> setOwner(const QString &, const std::optional<Account> &, unsigned)
{
    return {};
}

Result<void> setReader(const QString &, const std::optional<Account> &, unsigned)
{
    return {};
}

void shareWithGroup() { }

} // namespace dtf
