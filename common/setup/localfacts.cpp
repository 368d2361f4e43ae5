// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/localfacts.h"

#include "common/core/diskspace.h"
#include "common/core/machine.h"
#include "common/setup/patience.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>
#include <QTemporaryFile>

#include <functional>

#ifdef Q_OS_LINUX
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds diskPatience {20'000};

QString nearestFolder(const QString &folder)
{
    QString path = folder;
    while (!QFileInfo(path).isDir() && path != QFileInfo(path).path()) {
        path = QFileInfo(path).path();
    }
    return path;
}

/// Tries `attempt` on `target` as that account, or says that it could not become it. `doing`: what is under way when it hangs, in
/// which case `attempt` lives on after this: it holds all it needs.
CheckRow tryAs(const QString &what, const QString &target, const QString &doing, const std::optional<Account> &account,
    const std::function<CheckRow()> &attempt)
{
    const auto rows = tryPatiently(what, diskPatience, diskPatience, [=](Findings &findings) {
        findings.begin(doing);
        if (account && !actAs(*account)) {
            findings.add(isDoubtful(
                what, u"%1, not tried as %2"_s.arg(target, account->name), u"run this as root, or as %1"_s.arg(account->name)));
            return;
        }
        findings.add(attempt());
    });
    return rows.last();
}

} // namespace

CheckRow checkFolder(const QString &what, const QString &folder, const std::optional<Account> &account)
{
    const QString who = account ? account->name : ownAccountName();
    return tryAs(what, folder, u"to write into %1"_s.arg(folder), account, [what, folder, who] {
        if (!QDir().mkpath(folder)) {
            return isBad(what, u"%1 can't be made"_s.arg(folder), u"make it and give it to the account %1"_s.arg(who));
        }
        // A name that a script watching the folder leaves alone, as those of files that are still being written.
        QTemporaryFile file(QDir(folder).filePath(u".dtf-check-XXXXXX.part"_s));
        if (!file.open() || file.write("check") != 5 || !file.flush()) {
            return isBad(what, u"%1 can't be written: %2"_s.arg(folder, file.errorString()),
                u"give the account %1 the right to write there, and look whether the disk is full"_s.arg(who));
        }
        return isGood(what, folder);
    });
}

CheckRow checkReadable(const QString &what, const QString &file, const std::optional<Account> &account)
{
    const QString who = account ? account->name : ownAccountName();
    return tryAs(what, file, u"to open %1"_s.arg(file), account, [what, file, who] {
        QFile opened(file);
        return opened.open(QIODevice::ReadOnly)
            ? isGood(what, file)
            : isBad(what, u"the account %1 can't read %2: %3"_s.arg(who, file, opened.errorString()),
                u"give it to that account: chown %1 %2; chmod 600 %2"_s.arg(who, file));
    });
}

bool mayEnter(const QString &folder, const std::optional<Account> &account)
{
    const auto rows = tryPatiently({}, diskPatience, diskPatience, [folder, account](Findings &findings) {
        findings.begin(u"to enter %1"_s.arg(folder));
        const bool tried = !account || actAs(*account);
        findings.add(!tried || canEnter(folder) ? isGood({}, folder) : isBad({}, folder, {}));
    });
    return rows.last().ok();
}

CheckRow checkSpace(const QString &what, const QString &folder, qint64 needed)
{
    const qint64 free = freeBytes(nearestFolder(folder));
    const QString need = u"%1 MB needed"_s.arg(needed / 1'000'000);
    if (free < 0) {
        return isBad(what, u"how much is free can't be found out; "_s + need, u"look at the disk of %1"_s.arg(folder));
    }
    const QString found = u"%1 MB free, %2"_s.arg(free / 1'000'000).arg(need);
    return free >= needed ? isGood(what, found) : isBad(what, found, u"make room on the disk of %1"_s.arg(folder));
}

CheckRow checkLocalDisk(const QString &what, const QString &folder)
{
    const QByteArray type = QStorageInfo(nearestFolder(folder)).fileSystemType().toLower();
    const QString found = u"%1 on %2"_s.arg(folder, QString::fromUtf8(type));
    for (const char *remote : {"cifs", "smb", "nfs", "fuse.smbnetfs", "9p", "afs"}) {
        if (type.startsWith(remote)) {
            return isBad(what, found, u"choose a folder on this machine's own disk: files there are lost with the network"_s);
        }
    }
    return isGood(what, found);
}

CheckRow checkMachineIdentity()
{
    const QByteArray identity = machineIdentity();
    if (identity.isEmpty()) {
        return isDoubtful(u"machine identity"_s, u"this system has none"_s,
            u"give it one (Linux: systemd-machine-id-setup): without it a clone can't be told from its twin"_s);
    }
    return isGood(u"machine identity"_s, QString::fromLatin1(identity.left(8)) + u'…');
}

#ifdef Q_OS_LINUX

CheckRow checkWatchLimits()
{
    const QString what = u"watching"_s;
    const int watcher = ::inotify_init1(IN_CLOEXEC);
    const int watch = watcher < 0 ? -1 : ::inotify_add_watch(watcher, "/", IN_CREATE);
    const int error = errno; // of the one that failed
    const QString limit = watcher < 0 ? u"fs.inotify.max_user_instances"_s : u"fs.inotify.max_user_watches"_s;
    if (watcher >= 0) {
        ::close(watcher);
    }
    if (watch >= 0) {
        return isGood(what, u"the system has a watch to give"_s);
    }
    return isDoubtful(what, u"the system has no watch to give: %1"_s.arg(qt_error_string(error)),
        u"raise %1 in /etc/sysctl.d: until then changes are seen by the listing only, seconds later"_s.arg(limit));
}

#else

CheckRow checkWatchLimits()
{
    return isGood(u"watching"_s, u"the system sets no limit"_s);
}

#endif

} // namespace dtf
