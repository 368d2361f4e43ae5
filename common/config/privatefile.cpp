// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/privatefile.h"

#include <QFile>

#ifndef Q_OS_WIN
#include <sys/stat.h>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

Result<void> refuseReadableByOthers(const QString &path)
{
#ifndef Q_OS_WIN
    struct stat status
    { };
    if (::stat(QFile::encodeName(path).constData(), &status) == 0 && (status.st_mode & 077) != 0) {
        return fail(ErrorCode::PermissionDenied,
            u"%1: others than its owner may read or change it (mode %2); run: chmod 600 %1"_s.arg(path).arg(
                status.st_mode & 0777, 3, 8, QLatin1Char('0')));
    }
#else
    Q_UNUSED(path)
#endif
    return {};
}

} // namespace dtf
