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

QString defaultLogFile(QLatin1StringView part)
{
    return defaultStateFolder(part) + u"/log.jsonl"_s;
}

#else

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
    if (!QFileInfo::exists(file)) {
        return fail(ErrorCode::NotFound,
            u"there is no %1: run dtf-%2 setup, which writes it, or name another file with --config"_s.arg(
                QDir::toNativeSeparators(file), part));
    }
    return file;
}

} // namespace dtf
