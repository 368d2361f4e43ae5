// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/storedatabase.h"

#include "orchestrator/store/migrations.h"

#include <QFileInfo>
#include <QVariant>

namespace dtf {

using namespace Qt::StringLiterals;

Result<std::unique_ptr<StoreDatabase>> StoreDatabase::open(
    const QString &path, WallTime now, qint64 maxPages, StoreSnapshot &snapshot)
{
    std::unique_ptr<StoreDatabase> database(new StoreDatabase);
    database->m_path = QFileInfo(path).absoluteFilePath();
    database->m_maxPages = maxPages;
    if (auto started = database->start(now, snapshot); !started) {
        return fail(started.error().code, u"%1: %2"_s.arg(database->m_path, started.error().detail));
    }
    return database;
}

Result<void> StoreDatabase::start(WallTime now, StoreSnapshot &snapshot)
{
    if (!QFileInfo(QFileInfo(m_path).path()).isDir()) {
        return fail(ErrorCode::StoreFailed, u"the folder does not exist"_s);
    }
    auto lock = takeOwnerLock(m_path);
    if (!lock) {
        return tl::unexpected(lock.error());
    }
    m_lock = std::move(*lock);
    const QFileInfo file(m_path);
    if (file.size() == 0 && QFileInfo(m_path + "-wal"_L1).size() > 0) { // SQLite would throw the log away and begin anew
        return fail(ErrorCode::StoreFailed,
            u"the database is gone, but its write-ahead log is still there: restore the database, or move the log away"_s);
    }
    auto connection = Connection::open(m_path, Connection::Mode::Owner);
    if (!connection) {
        return tl::unexpected(connection.error());
    }
    m_connection = std::move(*connection);
    if (auto checked = checkPages(*m_connection, m_path); !checked) {
        return checked;
    }
    const auto version = migrate(*m_connection, storeMigrations());
    if (!version) {
        return tl::unexpected(version.error());
    }
    m_identity = fileIdentity(m_path);
    if (auto dropped = dropOld(now); !dropped) {
        return dropped;
    }
    if (auto connected = connect(); !connected) {
        return connected;
    }
    StoreReader questions(*m_connection);
    const auto head = questions.auditHead();
    auto read = questions.snapshot(now);
    if (!head || !read) {
        return tl::unexpected(!head ? head.error() : read.error());
    }
    m_head = *head;
    snapshot = std::move(*read);
    snapshot.created = *version == 0;
    return {};
}

Result<void> checkPages(Connection &connection, const QString &path)
{
    if (QFileInfo(path).size() > StoreDatabase::checkedBelowBytes) {
        return {};
    }
    auto check = connection.prepare(u"PRAGMA quick_check(1)"_s);
    if (!check) {
        return tl::unexpected(check.error());
    }
    if (!check->exec() || !check->next()) {
        return tl::unexpected(connection.failed(check->lastError()));
    }
    if (const QString verdict = check->value(0).toString(); verdict != "ok"_L1) {
        return fail(ErrorCode::StoreFailed, u"the orchestrator's database is damaged (%1); restore a backup"_s.arg(verdict));
    }
    return {};
}

Result<void> StoreDatabase::dropOld(WallTime now)
{
    if (auto done = m_connection->run(u"DELETE FROM answer WHERE time < %1"_s.arg(now.msecsSinceEpoch - answersKeptMs)); !done) {
        return done;
    }
    return m_connection->run(u"DELETE FROM report_mark WHERE rowid IN (SELECT id FROM (SELECT rowid AS id, row_number() OVER "
                             "(PARTITION BY node ORDER BY rowid DESC) AS age FROM report_mark) WHERE age > %1)"_s.arg(livesKept));
}

/// Connects if it is not, and prepares the statements.
Result<void> StoreDatabase::connect()
{
    if (!m_connection) {
        auto connection = Connection::open(m_path, Connection::Mode::Owner);
        if (!connection) {
            return tl::unexpected(connection.error());
        }
        m_connection = std::move(*connection);
    }
    if (m_maxPages > 0) {
        if (auto bounded = m_connection->number(u"PRAGMA max_page_count = %1"_s.arg(m_maxPages)); !bounded) {
            return tl::unexpected(bounded.error());
        }
    }
    auto writer = BatchWriter::prepare(*m_connection);
    if (!writer) {
        return tl::unexpected(writer.error());
    }
    m_writer = std::move(*writer);
    return {};
}

Result<void> StoreDatabase::ready()
{
    if (fileIdentity(m_path) != m_identity) { // else every promise from now on would be kept in a file that nobody finds again
        return fail(ErrorCode::StoreFailed,
            u"%1 was removed or replaced while the orchestrator runs: stop it, put the database back"_s.arg(m_path));
    }
    if (m_connection && m_writer && !m_connection->isBroken()) {
        return {};
    }
    m_writer.reset();
    m_connection.reset();
    auto connected = connect();
    if (connected) {
        connected = resume();
    }
    if (!connected) {
        m_writer.reset();
        m_connection.reset();
    }
    return connected;
}

/// A transaction that was reported as failed may have reached the disk all the same (its last flush failed, its bytes did not).
/// Then it counts: all of it is there. Anything else than more rows after ours is not our database.
Result<void> StoreDatabase::resume()
{
    StoreReader questions(*m_connection);
    const auto head = questions.auditHead();
    const auto hash = questions.auditHash(m_head.seq);
    if (!head || !hash) {
        return tl::unexpected(!head ? head.error() : hash.error());
    }
    if (*hash != m_head.hash) {
        return fail(ErrorCode::StoreFailed,
            u"%1 is not what it was before the disk failed (audit row %2 is gone or another): stop the orchestrator, put the database back"_s
                .arg(m_path)
                .arg(m_head.seq));
    }
    m_head = *head;
    return {};
}

Result<void> StoreDatabase::begin()
{
    if (auto can = ready(); !can) {
        return can;
    }
    m_next = m_head;
    return m_connection->run(u"BEGIN IMMEDIATE"_s);
}

Result<QList<AuditRow>> StoreDatabase::write(const StoreBatch &batch)
{
    return m_writer->write(batch, m_next);
}

Result<void> StoreDatabase::commit()
{
    auto done = m_connection->run(u"COMMIT"_s);
    if (!done) {
        rollback();
        return done;
    }
    m_head = m_next;
    return {};
}

void StoreDatabase::rollback()
{
    const bool wasBroken = m_connection->isBroken();
    if (!m_connection->run(u"ROLLBACK"_s) && wasBroken) { // rolled back already on a full or failing disk
        m_writer.reset();
        m_connection.reset(); // closing drops what was not committed
    }
}

Result<StoreReader> StoreDatabase::reader()
{
    if (auto can = ready(); !can) {
        return tl::unexpected(can.error());
    }
    return StoreReader(*m_connection);
}

} // namespace dtf
