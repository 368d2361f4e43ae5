// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/batchwriter.h"
#include "orchestrator/store/ownerlock.h"
#include "orchestrator/store/storereader.h"

namespace dtf {

/// The orchestrator's database with its owner's lock: transactions of batches, questions, and a new connection after a broken
/// one. Thread: the one that opened it.
class StoreDatabase final
{
public:
    static constexpr qint64 answersKeptMs = 7LL * 24 * 3'600 * 1'000;
    static constexpr int livesKept = 64; ///< report marks per node; older lives of an agent have nothing left to replay
    static constexpr qint64 checkedBelowBytes = 64LL * 1024 * 1024; ///< a file smaller than this is checked page by page at start

    /// Takes the lock, brings the schema up to date, drops old answers and marks, reads `snapshot`. `maxPages`: 0, or a bound on
    /// the file. Busy: another orchestrator has it. VersionMismatch: a newer one wrote it. StoreFailed: anything else; nothing is
    /// ever recreated.
    [[nodiscard]] static Result<std::unique_ptr<StoreDatabase>> open(
        const QString &path, WallTime now, qint64 maxPages, StoreSnapshot &snapshot);

    [[nodiscard]] Result<void> begin();
    /// Between begin() and commit(). After an error only rollback() is legal.
    [[nodiscard]] Result<QList<AuditRow>> write(const StoreBatch &batch);
    /// Durable when it returns; rolled back when it fails.
    [[nodiscard]] Result<void> commit();
    void rollback();
    [[nodiscard]] Result<StoreReader> reader();

private:
    StoreDatabase() = default;
    [[nodiscard]] Result<void> start(WallTime now, StoreSnapshot &snapshot);
    [[nodiscard]] Result<void> connect();
    [[nodiscard]] Result<void> resume(); ///< after a new connection: goes on from what is in the file
    [[nodiscard]] Result<void> ready(); ///< connected, and still to the same file
    [[nodiscard]] Result<void> dropOld(WallTime now);

    QString m_path;
    qint64 m_maxPages = 0;
    QByteArray m_identity; ///< of the file at start
    AuditHead m_head; ///< durable
    AuditHead m_next; ///< in the open transaction
    std::unique_ptr<FileLock> m_lock;
    std::unique_ptr<Connection> m_connection;
    std::unique_ptr<BatchWriter> m_writer; ///< after the connection: destroyed before it
};

/// Reads a small database page by page; StoreFailed: it is damaged. A large one is taken as it is.
[[nodiscard]] Result<void> checkPages(Connection &connection, const QString &path);

} // namespace dtf
