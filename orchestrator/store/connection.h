// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>

#include <memory>

namespace dtf {

/// One SQLite connection in our settings. Here SQL's errors become ours. Thread: the one that opened it, which also destroys it,
/// after every query made with it.
class Connection final
{
public:
    enum class Mode {
        Owner, ///< reads and writes; makes the file if there is none; WAL, synchronous=FULL, bounded caches
        ReadOnly, ///< beside a running owner; never changes a row
    };
    static constexpr int busyTimeoutMs = 5'000; ///< another program's lock (a backup, a shell) is waited for this long
    static constexpr qint64 walBytesKept = qint64 {16} * 1024 * 1024;

    /// StoreFailed with plain words: not a database, damaged, no permission, a disk that can't do WAL.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const QString &path, Mode mode);
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;
    ~Connection();

    [[nodiscard]] Result<void> run(const QString &sql);
    /// First column of the first row; 0 if there is none.
    [[nodiscard]] Result<qint64> number(const QString &sql);
    /// Forward-only. finish() a SELECT when done: an open one holds the write-ahead log.
    [[nodiscard]] Result<QSqlQuery> prepare(const QString &sql);
    /// What SQLite says, in plain words: always StoreFailed. Every error of a query made here must pass through it.
    [[nodiscard]] Error failed(const QSqlError &error);
    /// After an error of the disk or a damaged page the connection itself can't be trusted any more: open a new one.
    [[nodiscard]] bool isBroken() const { return m_broken; }

private:
    Connection() = default;
    [[nodiscard]] Result<void> configure(Mode mode);

    QSqlDatabase m_database;
    bool m_broken = false;
};

} // namespace dtf
