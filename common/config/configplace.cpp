// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/configplace.h"

#include <QDir>
#include <QFileInfo>

namespace dtf {

using namespace Qt::StringLiterals;

#ifdef Q_OS_WIN

QString configFolder()
{
    const QString data = QDir::fromNativeSeparators(qEnvironmentVariable("ProgramData"));
    return (QDir::isAbsolutePath(data) ? QDir::cleanPath(data) : u"C:/ProgramData"_s) + u"/DTF"_s;
}

QString defaultStateFolder(QLatin1StringView part)
{
    return configFolder() + u'/' + part;
}

QString userConfigFile(QLatin1StringView part)
{
    return defaultConfigFile(part);
}

QString userStateFolder(QLatin1StringView part)
{
    return defaultStateFolder(part);
}

QString defaultLogFile(QLatin1StringView part)
{
    return defaultStateFolder(part) + u"/log.jsonl"_s;
}

#else

namespace {

/// As systemd has it in %E and %S.
QString userFolder(const char *variable, QLatin1StringView otherwise)
{
    const QString named = qEnvironmentVariable(variable);
    return QDir::isAbsolutePath(named) ? QDir::cleanPath(named) : QDir::homePath() + otherwise;
}

} // namespace

QString userConfigFile(QLatin1StringView part)
{
    return userFolder("XDG_CONFIG_HOME", "/.config"_L1) + u"/dtf/"_s + part + u".toml"_s;
}

QString userStateFolder(QLatin1StringView part)
{
    return userFolder("XDG_STATE_HOME", "/.local/state"_L1) + u"/dtf-"_s + part;
}

QString configFolder()
{
    return u"/etc/dtf"_s;
}

QString defaultStateFolder(QLatin1StringView part)
{
    return u"/var/lib/dtf/"_s + part;
}

QString defaultLogFile(QLatin1StringView)
{
    return {};
}

#endif

QString defaultConfigFile(QLatin1StringView part)
{
    return configFolder() + u'/' + part + u".toml"_s;
}

Result<QString> configFileOf(QLatin1StringView part, const QString &named)
{
    if (!named.isEmpty()) {
        return named;
    }
    const QString file = defaultConfigFile(part);
    if (const QString users = userConfigFile(part); !QFileInfo::exists(file) && QFileInfo::exists(users)) {
        return users;
    }
    if (!QFileInfo::exists(file)) {
        return fail(ErrorCode::NotFound,
            u"there is no %1: run dtf-%2 setup, which writes it, or name another file with --config"_s.arg(
                QDir::toNativeSeparators(file), part));
    }
    return file;
}

} // namespace dtf
