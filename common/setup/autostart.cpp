// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int deadlineMs = 60'000;

/// What the program said when it failed.
Result<void> runTool(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(deadlineMs)) {
        process.kill();
        process.waitForFinished(1'000);
        return fail(ErrorCode::Timeout,
            process.error() == QProcess::FailedToStart ? u"%1 can't be run"_s.arg(program) : u"%1 did not end"_s.arg(program));
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        return fail(ErrorCode::Internal, QString::fromLocal8Bit(process.readAll().left(2000)).simplified());
    }
    return {};
}

} // namespace

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

QString autoStartCommand(QLatin1StringView part)
{
    return u"schtasks /Create /XML \"%1\" /TN \"%2\" /F"_s.arg(taskFile(part), taskName(part));
}

CheckRow enableAutoStart(QLatin1StringView part)
{
    const QString what = u"auto-start"_s;
    const QString tool = u"schtasks"_s;
    const bool isThere = QFileInfo::exists(taskPlace(part));
    if (!isThere && !QFileInfo::exists(taskFile(part))) {
        return isBad(what, u"there is no task \"%1\", nor its description %2"_s.arg(taskName(part), taskFile(part)),
            u"install the part %1 with the installer, which brings it; then run as administrator: %2"_s.arg(
                part, autoStartCommand(part)));
    }
    // A task that is there may have a password, which only its maker knows: it is not made anew.
    const auto set = isThere ? runTool(tool, {u"/Change"_s, u"/TN"_s, taskName(part), u"/ENABLE"_s})
                             : runTool(tool, {u"/Create"_s, u"/XML"_s, taskFile(part), u"/TN"_s, taskName(part), u"/F"_s});
    const auto runs = set.and_then([&] { return runTool(tool, {u"/Run"_s, u"/TN"_s, taskName(part)}); });
    return runs ? isGood(what, u"the task \"%1\" is set and runs"_s.arg(taskName(part)))
                : isBad(what, runs.error().detail,
                    u"run as administrator: %1, for an account of its own with /RU ACCOUNT /RP *"_s.arg(autoStartCommand(part)));
}

#else

namespace {

bool hasUnit(const QString &folder, QLatin1StringView part)
{
    return QFileInfo::exists(u"%1/dtf-%2.service"_s.arg(folder, part));
}

bool isSystemUnit(QLatin1StringView part)
{
    return hasUnit(u"/etc/systemd/system"_s, part) || hasUnit(u"/usr/lib/systemd/system"_s, part)
        || hasUnit(u"/lib/systemd/system"_s, part);
}

} // namespace

QString autoStartCommand(QLatin1StringView part)
{
    const bool ofUser = !isSystemUnit(part) && hasUnit(u"/usr/lib/systemd/user"_s, part);
    return u"systemctl %1enable --now dtf-%2"_s.arg(ofUser ? u"--user "_s : QString(), part);
}

CheckRow enableAutoStart(QLatin1StringView part)
{
    const QString what = u"auto-start"_s;
    const QString command = autoStartCommand(part);
    if (command.contains("--user"_L1)) {
        return isDoubtful(what, u"it belongs to the desktop user's session"_s, u"run as that user: "_s + command);
    }
    if (!isSystemUnit(part)) {
        return isDoubtful(what, u"there is no unit dtf-%1.service: this is not the installed package"_s.arg(part),
            u"install the package dtf-%1, then run: %2"_s.arg(part, command));
    }
    if (!QFileInfo(u"/run/systemd/system"_s).isDir()) {
        return isDoubtful(what, u"systemd does not run here"_s, u"where it runs: "_s + command);
    }
    QStringList words = command.split(u' ');
    const auto done = runTool(words.takeFirst(), words);
    return done ? isGood(what, u"dtf-%1 runs, and at each boot"_s.arg(part))
                : isBad(what, done.error().detail, u"run as root: %1; its log: journalctl -u dtf-%2"_s.arg(command, part));
}

#endif

} // namespace dtf
