// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/storelook.h"

#include "orchestrator/store/migrations.h"
#include "orchestrator/store/ownerlock.h"
#include "orchestrator/store/storedatabase.h"

#include <QFile>
#include <QFileInfo>
#include <QVariant>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString lockOf(const QString &path)
{
    return QFileInfo(path).canonicalFilePath() + ".lock"_L1;
}

/// The lock is only looked for: made here, it might belong to the wrong account.
Result<std::unique_ptr<FileLock>> lockIfThere(const QString &path)
{
    if (!QFileInfo::exists(lockOf(path))) {
        return std::unique_ptr<FileLock>();
    }
    return takeOwnerLock(path);
}

Result<void> checkFiles(const QString &path)
{
    if (QFileInfo(path).size() == 0 && QFileInfo(path + "-wal"_L1).size() > 0) {
        return fail(ErrorCode::StoreFailed, u"the database is gone, but its write-ahead log is still there"_s);
    }
    for (const QString &name : {path, path + u"-wal"_s, path + u"-shm"_s, lockOf(path)}) {
        QFile file(name);
        if (file.exists() && !file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly)) {
            return fail(ErrorCode::PermissionDenied, u"%1 can't be written: %2"_s.arg(name, file.errorString()));
        }
    }
    return {};
}

Result<StoreLook> readStore(const QString &path)
{
    auto opened = Connection::open(path, Connection::Mode::ReadOnly);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    Connection &connection = **opened;
    StoreLook look;
    const QList<Migration> migrations = storeMigrations();
    const auto standing = judgeSchema(connection, migrations);
    if (!standing) {
        return tl::unexpected(standing.error());
    }
    if (const auto sound = checkPages(connection, path); !sound) {
        return tl::unexpected(sound.error());
    }
    if (*standing < migrations.last().number) {
        look.isOlder = true;
        return look;
    }
    StoreReader reader(connection);
    const auto open = connection.number(u"SELECT count(*) FROM job WHERE state NOT IN ('done', 'rejected', 'withdrawn')"_s);
    const auto head = reader.auditHead();
    auto share = connection.prepare(u"SELECT value FROM setting WHERE CAST(key AS TEXT) = 'share.uuid'"_s);
    if (!open || !head || !share) {
        return tl::unexpected(!open ? open.error() : !head ? head.error() : share.error());
    }
    if (!share->exec()) {
        return tl::unexpected(connection.failed(share->lastError()));
    }
    look.openJobs = *open;
    look.lastAuditSeq = head->seq;
    look.shareUuid = share->next() ? share->value(0).toByteArray() : QByteArray();
    return look;
}

} // namespace

Result<StoreLook> lookAtStore(const QString &path)
{
    const QString file = QFileInfo(path).absoluteFilePath();
    const auto named = [&file](const Error &error) { return Error {error.code, u"%1: %2"_s.arg(file, error.detail)}; };
    if (const auto writable = checkFiles(file); !writable) {
        return tl::unexpected(named(writable.error()));
    }
    const auto lock = lockIfThere(file);
    return lock ? readStore(file).map_error(named) : tl::unexpected(named(lock.error()));
}

} // namespace dtf
