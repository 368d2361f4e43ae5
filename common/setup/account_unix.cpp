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

#include <optional>
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

struct Entry
{
    QByteArray name;
    uid_t user;
    gid_t group;
};

/// The system's entry of an account; `ask(passwd *, char *, size_t, passwd **)` is getpwnam_r or getpwuid_r with its key.
template <typename Ask> std::optional<Entry> entryOf(Ask ask)
{
    std::vector<char> texts(16'384);
    passwd entry {};
    passwd *found = nullptr;
    if (ask(&entry, texts.data(), texts.size(), &found) != 0 || !found) {
        return std::nullopt;
    }
    return Entry {found->pw_name, found->pw_uid, found->pw_gid};
}

} // namespace

Result<Account> findAccount(const QString &name)
{
    const QByteArray wanted = name.toUtf8();
    const auto entry = entryOf([&](auto... rest) { return ::getpwnam_r(wanted.constData(), rest...); });
    if (!entry) {
        return fail(ErrorCode::NotFound, u"this machine has no account %1"_s.arg(name));
    }
    Account account {name, entry->user, entry->group, {}};
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    if (::getgrouplist(entry->name.constData(), entry->group, groups.data(), &count) < 0) {
        count = 1;
        groups[0] = entry->group;
    }
    for (int i = 0; i < count; ++i) {
        account.groups.append(groups[static_cast<size_t>(i)]);
    }
    return account;
}

QString ownAccountName()
{
    const auto entry = entryOf([](auto... rest) { return ::getpwuid_r(::geteuid(), rest...); });
    return entry ? QString::fromUtf8(entry->name) : QString::number(::geteuid());
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
