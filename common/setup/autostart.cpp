// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/autostart.h"

#include "common/config/configplace.h"
#include "common/setup/account.h"
#include "common/setup/systemtool.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace dtf {

using namespace Qt::StringLiterals;

#ifdef Q_OS_WIN

namespace {

QString taskName(QLatin1StringView part)
{
    return u"DTF "_s + part;
}

/// What the installer (tasks.nsh) registers, or would have if the part had been set up then.
QString taskFile(QLatin1StringView part)
{
    return QDir::toNativeSeparators(QDir(QCoreApplication::applicationDirPath()).filePath(u"dtf-%1.xml"_s.arg(part)));
}

/// Where Task Scheduler keeps it; only administrators see that, and only they may change it.
QString taskPlace(QLatin1StringView part)
{
    return QDir::fromNativeSeparators(qEnvironmentVariable("SystemRoot")) + u"/System32/Tasks/"_s + taskName(part);
}

} // namespace

QString autoStartCommand(QLatin1StringView part, ServiceOf)
{
    return u"schtasks /Create /XML \"%1\" /TN \"%2\" /F"_s.arg(taskFile(part), taskName(part));
}

CheckRow enableAutoStart(QLatin1StringView part, ServiceOf owner, bool)
{
    const QString what = u"auto-start"_s;
    const QString tool = u"schtasks"_s;
    const bool isThere = QFileInfo::exists(taskPlace(part));
    if (!isThere && !QFileInfo::exists(taskFile(part))) {
        return isBad(what, u"there is no task \"%1\", nor its description %2"_s.arg(taskName(part), taskFile(part)),
            u"install the part %1 with the installer, which brings it; then run as administrator: %2"_s.arg(
                part, autoStartCommand(part, owner)));
    }
    // A task that is there may have a password, which only its maker knows: it is not made anew.
    const auto set = isThere ? runTool(tool, {u"/Change"_s, u"/TN"_s, taskName(part), u"/ENABLE"_s})
                             : runTool(tool, {u"/Create"_s, u"/XML"_s, taskFile(part), u"/TN"_s, taskName(part), u"/F"_s});
    const auto runs = set.and_then([&](const QByteArray &) { return runTool(tool, {u"/Run"_s, u"/TN"_s, taskName(part)}); });
    return runs
        ? isGood(what, u"the task \"%1\" is set and runs"_s.arg(taskName(part)))
        : isBad(what, runs.error().detail,
            u"run as administrator: %1, for an account of its own with /RU ACCOUNT /RP *"_s.arg(autoStartCommand(part, owner)));
}

/// The installer runs set-up so and makes the task after it.
CheckRow disableAutoStart(QLatin1StringView part, ServiceOf owner)
{
    return isGood(u"auto-start"_s, u"left as it is; later: "_s + autoStartCommand(part, owner));
}

#else

namespace {

bool hasUnit(QLatin1StringView part, ServiceOf owner)
{
    const QLatin1StringView kind = owner == ServiceOf::User ? "user"_L1 : "system"_L1;
    for (const QLatin1StringView folder : {"/etc"_L1, "/usr/lib"_L1, "/lib"_L1}) {
        if (QFileInfo::exists(u"%1/systemd/%2/dtf-%3.service"_s.arg(folder, kind, part))) {
            return true;
        }
    }
    return false;
}

bool managerRuns(ServiceOf owner)
{
    return owner == ServiceOf::User
        ? QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR", u"/run/none"_s) + u"/systemd/private"_s)
        : QFileInfo(u"/run/systemd/system"_s).isDir();
}

QString systemctl(QLatin1StringView part, ServiceOf owner, QLatin1StringView action)
{
    return u"systemctl %1%2 dtf-%3"_s.arg(owner == ServiceOf::User ? u"--user "_s : QString(), action, part);
}

Result<QByteArray> runLine(const QString &line)
{
    QStringList words = line.split(u' ');
    return runTool(words.takeFirst(), words);
}

/// Not every desktop reaches systemd's graphical-session.target, which the user's unit hangs on; this starts it in those (XDG
/// Autostart), and does nothing where it runs already or the package is gone (TryExec).
Result<void> writeSessionEntry(QLatin1StringView part)
{
    const QString folder = QDir::cleanPath(QFileInfo(userConfigFile(part)).path() + u"/../autostart"_s);
    QSaveFile file(folder + u"/dtf-%1.desktop"_s.arg(part));
    const QByteArray content = u"[Desktop Entry]\nType=Application\nName=DTF %1\nNoDisplay=true\n"
                               "TryExec=/usr/bin/dtf-%1\nExec=systemctl --user start dtf-%1\n"_s.arg(part)
                                   .toUtf8();
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit()) {
        return fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(file.fileName(), file.errorString()));
    }
    return {};
}

} // namespace

QString autoStartCommand(QLatin1StringView part, ServiceOf owner)
{
    return systemctl(part, owner, "enable --now"_L1);
}

CheckRow disableAutoStart(QLatin1StringView part, ServiceOf owner)
{
    const QString what = u"auto-start"_s;
    const QString later = u"later: "_s + autoStartCommand(part, owner);
    if (!hasUnit(part, owner) || (owner == ServiceOf::System && !canActForOthers())) {
        return isGood(what, u"not wanted; "_s + later);
    }
    // The package has enabled it, for whoever sets up by hand.
    const auto done = runLine(systemctl(part, owner, "disable"_L1));
    return done ? isGood(what, u"dtf-%1 is disabled: not even a boot starts it; %2"_s.arg(part, later))
                : isBad(what, done.error().detail, u"run: "_s + systemctl(part, owner, "disable"_L1));
}

CheckRow enableAutoStart(QLatin1StringView part, ServiceOf owner, bool changed)
{
    const QString what = u"auto-start"_s;
    const QString command = autoStartCommand(part, owner);
    if (!hasUnit(part, owner)) {
        return isDoubtful(what, u"there is no unit dtf-%1.service: this is not the installed package"_s.arg(part),
            u"install the package dtf-%1, then run: %2"_s.arg(part, command));
    }
    if (!managerRuns(owner)) {
        return isDoubtful(what, owner == ServiceOf::User ? u"no desktop session runs here"_s : u"systemd does not run here"_s,
            u"where it runs: "_s + command);
    }
    const bool ranBefore = runLine(systemctl(part, owner, "is-active --quiet"_L1)).has_value();
    if (owner == ServiceOf::User) {
        if (const auto entry = writeSessionEntry(part); !entry) {
            return isBad(what, entry.error().detail, u"give this user the right to write there"_s);
        }
    }
    if (const auto done = runLine(command); !done) {
        return isBad(what, done.error().detail,
            u"run as %1: %2; its log: journalctl %3-u dtf-%4"_s.arg(owner == ServiceOf::User ? u"that user"_s : u"root"_s,
                command, owner == ServiceOf::User ? u"--user "_s : QString(), part));
    }
    return changed && ranBefore
        ? isDoubtful(what, u"dtf-%1 runs, still with the settings it was started with"_s.arg(part),
            u"run: "_s + systemctl(part, owner, "restart"_L1))
        : isGood(what, u"dtf-%1 runs, and at each %2"_s.arg(part, owner == ServiceOf::User ? u"log-in"_s : u"boot"_s));
}

#endif

} // namespace dtf
