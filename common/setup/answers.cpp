// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/answers.h"

#include <QProcess>

namespace dtf {

using namespace Qt::StringLiterals;

std::function<Result<QString>(const QString &)> asNumber(qint64 min, qint64 max)
{
    return [min, max](const QString &answer) -> Result<QString> {
        bool isNumber = false;
        const qint64 number = answer.toLongLong(&isNumber);
        if (!isNumber || number < min || number > max) {
            return fail(ErrorCode::InvalidArgument, u"It must be a whole number from %1 to %2."_s.arg(min).arg(max));
        }
        return QString::number(number);
    };
}

Result<QString> asFolder(const QString &answer)
{
    const QString path = QDir::cleanPath(QDir::fromNativeSeparators(answer));
    if (!QDir::isAbsolutePath(path) || path.size() > 4096) {
        return fail(ErrorCode::InvalidArgument,
#ifdef Q_OS_WIN
            u"It must be a whole path, like C:\\DTF or \\\\server\\share\\folder."_s);
#else
            u"It must be a whole path, like /srv/dtf."_s);
#endif
    }
    return path;
}

Result<QString> asIpAddress(const QString &answer)
{
    static const QRegularExpression looksLikeOne(u"^[0-9a-fA-F.:]{2,45}$"_s);
    if (!looksLikeOne.match(answer).hasMatch()) {
        return fail(ErrorCode::InvalidArgument, u"It must be an IP address of this machine, or 0.0.0.0 for all."_s);
    }
    return answer;
}

Result<QString> asCommandLine(const QString &answer)
{
    if (QProcess::splitCommand(answer).value(0).isEmpty()) {
        return fail(ErrorCode::InvalidArgument, u"It must be a program and its arguments."_s);
    }
    return answer;
}

} // namespace dtf
