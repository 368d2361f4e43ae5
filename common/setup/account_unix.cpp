// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/account.h"

#include <QFile>
#include <QSysInfo>

#include <cerrno>
#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// setgroups(2) of this thread alone; the C library's own one changes every thread.
bool setThreadGroups(const QList<unsigned> &groups)
{
    const std::vector<gid_t> list(groups.cbegin(), groups.cend());
    return ::syscall(SYS_setgroups, list.size(), list.data()) == 0;
}

Result<void> change(const QString &path, uid_t user, gid_t group, unsigned mode)
{
    const QByteArray name = QFile::encodeName(path);
    const bool given = (user == uid_t(-1) && group == gid_t(-1)) || ::lchown(name.constData(), user, group) == 0;
    if (!given || ::chmod(name.constData(), mode) != 0) {
        return fail(ErrorCode::PermissionDenied, u"the rights of %1 can't be set: %2"_s.arg(path, qt_error_string(errno)));
    }
    return {};
}

} // namespace

Result<Account> findAccount(const QString &name)
{
    errno = 0;
    const passwd *entry = ::getpwnam(name.toUtf8().constData());
    if (!entry) {
        return fail(ErrorCode::NotFound, u"this machine has no account %1"_s.arg(name));
    }
    Account account {name, entry->pw_uid, entry->pw_gid, {}};
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    if (::getgrouplist(entry->pw_name, entry->pw_gid, groups.data(), &count) < 0) {
        count = 1;
        groups[0] = entry->pw_gid;
    }
    for (int i = 0; i < count; ++i) {
        account.groups.append(groups[static_cast<size_t>(i)]);
    }
    return account;
}

QString ownAccountName()
{
    const passwd *entry = ::getpwuid(::geteuid());
    return entry ? QString::fromUtf8(entry->pw_name) : QString::number(::geteuid());
}

bool canActForOthers()
{
    return ::geteuid() == 0;
}

QString hostName()
{
    return QSysInfo::machineHostName().section(u'.', 0, 0);
}

bool actAs(const Account &account)
{
    if (::geteuid() == account.user) {
        return true;
    }
    if (!setThreadGroups(account.groups)) {
        return false;
    }
    ::setfsgid(account.group);
    ::setfsuid(account.user);
    return ::setfsuid(uid_t(-1)) == static_cast<int>(account.user); // it tells the present one
}

bool canEnter(const QString &folder)
{
    struct stat status
    { };
    return ::stat(QFile::encodeName(folder + u"/."_s).constData(), &status) == 0;
}

Result<void> setOwner(const QString &path, const std::optional<Account> &account, unsigned mode)
{
    return change(path, account ? account->user : uid_t(-1), account ? account->group : gid_t(-1), mode);
}

Result<void> setReader(const QString &path, const std::optional<Account> &account, unsigned mode)
{
    return change(path, uid_t(-1), account ? account->group : gid_t(-1), mode);
}

void shareWithGroup()
{
    ::umask(0007);
}

} // namespace dtf
