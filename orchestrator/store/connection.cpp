// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/connection.h"

#include <QDir>
#include <QVariant>

#include <atomic>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// SQLite's primary result codes that mean something to an operator (https://www.sqlite.org/rescode.html).
enum Code { Perm = 3, Busy = 5, Locked = 6, ReadOnly = 8, IoErr = 10, Corrupt = 11, Full = 13, CantOpen = 14, NotADb = 26 };

int primaryCode(const QSqlError &error)
{
    return error.nativeErrorCode().toInt() & 0xff; // extended codes carry the primary one in the low byte
}

QString plainWords(int code)
{
    switch (code) {
    case Perm:
        return u"no permission for the orchestrator's database"_s;
    case Busy:
    case Locked:
        return u"another program keeps the orchestrator's database locked"_s;
    case ReadOnly:
        return u"the orchestrator's database can't be written: read-only file or folder"_s;
    case IoErr:
        return u"the disk of the orchestrator's database fails to read or write"_s;
    case Corrupt:
        return u"the orchestrator's database is damaged; restore a backup, or move it away to start from what lies on the share"_s;
    case Full:
        return u"the disk of the orchestrator's database is full"_s;
    case CantOpen:
        return u"the orchestrator's database can't be opened: missing folder or no permission"_s;
    case NotADb:
        return u"this file is not a database, or is damaged beyond recognition"_s;
    default:
        return u"the orchestrator's database refused"_s;
    }
}

QString freshName()
{
    static std::atomic<quint64> number {0};
    return u"dtf-store-%1"_s.arg(++number);
}

} // namespace

Result<std::unique_ptr<Connection>> Connection::open(const QString &path, Mode mode)
{
    std::unique_ptr<Connection> connection(new Connection);
    connection->m_database = QSqlDatabase::addDatabase(u"QSQLITE"_s, freshName());
    if (!connection->m_database.isValid()) {
        return fail(ErrorCode::StoreFailed, u"Qt's SQLite driver is not installed"_s);
    }
    QString options = u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(busyTimeoutMs);
    if (mode == Mode::ReadOnly) {
        options += u";QSQLITE_OPEN_READONLY"_s;
    }
    connection->m_database.setConnectOptions(options);
    connection->m_database.setDatabaseName(QDir::toNativeSeparators(path));
    if (!connection->m_database.open()) {
        return tl::unexpected(connection->failed(connection->m_database.lastError()));
    }
    if (auto configured = connection->configure(mode); !configured) {
        return tl::unexpected(configured.error());
    }
    return connection;
}

Connection::~Connection()
{
    const QString name = m_database.connectionName();
    m_database.close();
    m_database = {};
    QSqlDatabase::removeDatabase(name);
}

Result<void> Connection::configure(Mode mode)
{
    // mmap stays off: a failing disk must be an error, not a signal. Secure-delete (Debian's default) doubles the writing for
    // nothing here.
    QStringList pragmas {u"foreign_keys = ON"_s, u"recursive_triggers = ON"_s, u"trusted_schema = OFF"_s,
        u"cell_size_check = ON"_s, u"mmap_size = 0"_s, u"cache_size = -4096"_s, u"temp_store = MEMORY"_s};
    if (mode == Mode::Owner) {
        pragmas += {u"synchronous = FULL"_s, u"secure_delete = OFF"_s, u"wal_autocheckpoint = 2000"_s,
            u"journal_size_limit = %1"_s.arg(walBytesKept)};
        auto journal = prepare(u"PRAGMA journal_mode = WAL"_s);
        if (!journal) {
            return tl::unexpected(journal.error());
        }
        if (!journal->exec() || !journal->next()) {
            return tl::unexpected(failed(journal->lastError()));
        }
        if (journal->value(0).toString() != "wal"_L1) {
            return fail(
                ErrorCode::StoreFailed, u"the orchestrator's database needs a local disk: no write-ahead log is possible here"_s);
        }
    }
    for (const QString &pragma : std::as_const(pragmas)) {
        if (auto done = run(u"PRAGMA "_s + pragma); !done) {
            return done;
        }
    }
    return {};
}

Result<void> Connection::run(const QString &sql)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(sql)) {
        return tl::unexpected(failed(query.lastError()));
    }
    return {};
}

Result<qint64> Connection::number(const QString &sql)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(sql)) {
        return tl::unexpected(failed(query.lastError()));
    }
    if (!query.next()) {
        if (query.lastError().isValid()) {
            return tl::unexpected(failed(query.lastError()));
        }
        return 0;
    }
    return query.value(0).toLongLong();
}

Error Connection::failed(const QSqlError &error)
{
    const int code = primaryCode(error);
    m_broken = m_broken || code == IoErr || code == Corrupt || code == NotADb || code == CantOpen;
    return {ErrorCode::StoreFailed, u"%1 (%2; code %3)"_s.arg(plainWords(code), error.databaseText(), error.nativeErrorCode())};
}

Result<QSqlQuery> Connection::prepare(const QString &sql)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(sql)) {
        return tl::unexpected(failed(query.lastError()));
    }
    return query;
}

} // namespace dtf
