// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/ownerlock.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#ifndef Q_OS_WIN
#include <sys/stat.h>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString lockPath(const QString &database)
{
    const QString real = QFileInfo(database).canonicalFilePath(); // empty while there is no such file
    if (!real.isEmpty()) {
        return real + ".lock"_L1;
    }
    const QFileInfo info(database);
    const QString folder = QFileInfo(info.absolutePath()).canonicalFilePath();
    return QDir(folder.isEmpty() ? info.absolutePath() : folder).filePath(info.fileName() + ".lock"_L1);
}

} // namespace

Result<std::unique_ptr<FileLock>> takeOwnerLock(const QString &database)
{
    return FileLock::take(lockPath(database)).map_error([](const Error &error) {
        return error.code == ErrorCode::Busy
            ? Error {error.code, u"another orchestrator uses this database (%1)"_s.arg(error.detail)}
            : Error {ErrorCode::StoreFailed, error.detail};
    });
}

#ifdef Q_OS_WIN

QByteArray fileIdentity(const QString &path)
{
    return QFile::exists(path) ? QByteArrayLiteral("file") : QByteArray();
}

#else

QByteArray fileIdentity(const QString &path)
{
    struct stat info
    { };
    if (::stat(QFile::encodeName(path).constData(), &info) != 0) {
        return {};
    }
    return QByteArray::number(qulonglong(info.st_dev)) + ':' + QByteArray::number(qulonglong(info.st_ino));
}

#endif

} // namespace dtf
