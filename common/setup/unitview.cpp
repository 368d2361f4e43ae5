// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/unitview.h"

#include "common/config/configplace.h"
#include "common/setup/systemtool.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString unitOf(QLatin1StringView part)
{
    return u"dtf-%1.service"_s.arg(part);
}

QString dropInOf(QLatin1StringView part)
{
    return u"/etc/systemd/system/%1.d/setup.conf"_s.arg(unitOf(part));
}

bool isBelow(const QString &path, const QString &folder)
{
    return path == folder || path.startsWith(folder.endsWith(u'/') ? folder : folder + u'/');
}

bool isBelowAny(const QString &path, const QStringList &folders)
{
    return std::any_of(folders.begin(), folders.end(), [&path](const QString &each) { return isBelow(path, each); });
}

/// As systemd takes a line apart: '%' begins a specifier, in quotes a backslash escapes (systemd.syntax(7)). '-': it may be
/// missing.
QString asUnitPath(QString path)
{
    path.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'%', u"%%"_s);
    return u"\"-%1\""_s.arg(path);
}

} // namespace

UnitView parseUnitView(const QByteArray &shown)
{
    UnitView view;
    for (const QByteArray &line : shown.split('\n')) {
        const qsizetype equals = line.indexOf('=');
        const QByteArray key = line.left(equals);
        const QByteArray value = line.mid(equals + 1).trimmed();
        if (key == "ProtectSystem") {
            view.protectSystem = value;
        } else if (key == "ProtectHome") {
            view.protectHome = value;
        } else if (key == "PrivateTmp") {
            view.privateTmp = value == "yes";
        } else if (key == "ReadWritePaths" || key == "StateDirectory") {
            for (QString path : QString::fromUtf8(value).split(u' ', Qt::SkipEmptyParts)) {
                view.isWhole = view.isWhole && path != "[unprintable]"_L1;
                while (path.startsWith(u'-') || path.startsWith(u'+')) {
                    path.remove(0, 1);
                }
                view.writable.append(key == "StateDirectory" ? u"/var/lib/"_s + path : path);
            }
        }
    }
    return view;
}

UnitAccess accessTo(const UnitView &view, const QString &folder)
{
    const QString path = QDir::cleanPath(folder);
    if (view.privateTmp && isBelowAny(path, {u"/tmp"_s, u"/var/tmp"_s})) {
        return UnitAccess::Hidden;
    }
    const bool isHome = isBelowAny(path, {u"/home"_s, u"/root"_s, u"/run/user"_s});
    if (isHome && (view.protectHome == "yes" || view.protectHome == "tmpfs")) {
        return UnitAccess::Hidden;
    }
    QStringList closed;
    if (view.protectSystem == "strict") {
        closed = {u"/"_s};
    } else if (view.protectSystem == "full" || view.protectSystem == "yes") {
        closed = {u"/usr"_s, u"/boot"_s, u"/efi"_s};
        closed += view.protectSystem == "full" ? QStringList {u"/etc"_s} : QStringList {};
    }
    closed += view.protectHome == "read-only" ? QStringList {u"/home"_s, u"/root"_s, u"/run/user"_s} : QStringList {};
    return isBelowAny(path, closed) && !isBelowAny(path, view.writable) && view.isWhole ? UnitAccess::ReadOnly : UnitAccess::Full;
}

std::optional<UnitView> unitView(QLatin1StringView part)
{
    if (!QFileInfo(u"/run/systemd/system"_s).isDir()) {
        return std::nullopt;
    }
    const auto shown = runTool(u"systemctl"_s,
        {u"show"_s, u"--property=LoadState,ProtectSystem,ProtectHome,PrivateTmp,ReadWritePaths,StateDirectory"_s, unitOf(part)});
    if (!shown || !shown->contains("LoadState=loaded")) {
        return std::nullopt;
    }
    return parseUnitView(*shown);
}

CheckRow checkUnitView(QLatin1StringView part, const UnitView &view, const QStringList &folders)
{
    const QString what = u"service's view"_s;
    for (const QString &folder : folders) {
        switch (accessTo(view, folder)) {
        case UnitAccess::Full:
            break;
        case UnitAccess::ReadOnly:
            return isBad(what, u"%1 lets its service only read %2"_s.arg(unitOf(part), folder),
                u"run dtf-%1 setup as root, which adds it; or: systemctl edit dtf-%1, with [Service] and ReadWritePaths=%2"_s.arg(
                    part, folder));
        case UnitAccess::Hidden:
            return isBad(what, u"%1 hides %2 from its service, as homes and temporary files"_s.arg(unitOf(part), folder),
                u"mount or put it elsewhere, e.g. below /srv"_s);
        }
    }
    return isGood(what, u"%1 may change all that it must"_s.arg(unitOf(part)));
}

std::optional<CheckRow> checkService(QLatin1StringView part, const QString &configFile, const QStringList &folders)
{
    const auto view = configFile == defaultConfigFile(part) ? unitView(part) : std::nullopt;
    return view ? std::optional(checkUnitView(part, *view, folders)) : std::nullopt;
}

Result<QStringList> widenUnit(QLatin1StringView part, const UnitView &view, const QStringList &folders)
{
    QStringList narrow;
    QStringList quoted;
    for (const QString &folder : folders) {
        if (!narrow.contains(folder) && accessTo(view, folder) == UnitAccess::ReadOnly) {
            narrow.append(folder);
            quoted.append(asUnitPath(QDir::cleanPath(folder)));
        }
    }
    if (narrow.isEmpty()) {
        return narrow;
    }
    const QString path = dropInOf(part);
    const QByteArray more = "ReadWritePaths=" + quoted.join(u' ').toUtf8() + '\n';
    QFile before(path);
    QByteArray content = before.open(QIODevice::ReadOnly) ? before.readAll() : QByteArray();
    before.close();
    if (content.isEmpty()) {
        content = "# Written by dtf-" + QByteArray(part.data(), part.size())
            + " setup: what the service must change outside the folders that its unit names.\n[Service]\n";
    }
    QSaveFile file(path);
    if (!QDir().mkpath(QFileInfo(path).path()) || !file.open(QIODevice::WriteOnly)
        || file.write(content + more) != content.size() + more.size() || !file.commit()) {
        return fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(path, file.errorString()));
    }
    return runTool(u"systemctl"_s, {u"daemon-reload"_s}).map([&](const QByteArray &) { return narrow; });
}

} // namespace dtf
