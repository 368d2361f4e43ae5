// SPDX-License-Identifier: GPL-3.0-or-later
#include "storespeed.h"

#include "storefixture.h"

#include <QElapsedTimer>
#include <QFile>

#ifdef DTF_RAW_SQLITE
#include <sqlite3.h>
#endif

namespace dtf::test {

namespace {

/// Hands everything over and waits for the last callback.
Result<void> pump(SqliteStore &store, int jobs, int auditRows, int batch, int shift)
{
    int open = 0;
    Result<void> state;
    for (int first = 0; first < jobs; first += batch) {
        StoreBatch work = batchOf(first, qMin(batch, jobs - first), auditRows);
        for (JobRecord &job : work.jobs) {
            job.changed.msecsSinceEpoch += shift;
            job.state = shift == 0 ? JobState::Waiting : JobState::Assigned;
            job.known = shift != 0; // as the fleet's steps
        }
        ++open;
        store.commit(std::move(work), [&](Result<Store::Committed> done) {
            --open;
            if (!done) {
                state = tl::unexpected(done.error());
            }
        });
    }
    if (!QTest::qWaitFor([&] { return open == 0; }, 120'000)) {
        return fail(ErrorCode::Timeout);
    }
    return state;
}

} // namespace

Result<StoreSpeed> measureStore(const QString &path, int jobs, int auditRows, int batch)
{
    auto store = SqliteStore::open(path, nullptr);
    if (!store) {
        return tl::unexpected(store.error());
    }
    StoreSpeed speed;
    QElapsedTimer timer;
    timer.start();
    if (auto done = pump(**store, jobs, auditRows, batch, 0); !done) {
        return tl::unexpected(done.error());
    }
    speed.milliseconds = timer.restart();
    speed.rows = qint64(jobs) * (1 + auditRows);
    if (auto done = pump(**store, jobs, auditRows, batch, 1'000'000); !done) {
        return tl::unexpected(done.error());
    }
    speed.updateRowsPerSecond = 1'000.0 * double(speed.rows) / double(qMax<qint64>(1, timer.elapsed()));
    store->reset();
    timer.restart();
    StoreSnapshot snapshot;
    store = SqliteStore::open(path, &snapshot);
    if (!store || snapshot.jobs.size() != jobs) {
        return fail(ErrorCode::StoreFailed);
    }
    speed.snapshotMilliseconds = timer.elapsed();
    return speed;
}

#ifdef DTF_RAW_SQLITE

StoreSpeed measureRawSqlite(const QString &path, int jobs, int auditRows, int batch)
{
    sqlite3 *database = nullptr;
    sqlite3_open(path.toUtf8().constData(), &database);
    const auto run = [&](const char *sql) { return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK; };
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE job (id BLOB PRIMARY KEY, row BLOB) WITHOUT ROWID; "
        "CREATE TABLE audit (seq INTEGER PRIMARY KEY, row BLOB)");
    sqlite3_stmt *job = nullptr;
    sqlite3_stmt *audit = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO job VALUES (?, ?)", -1, &job, nullptr);
    sqlite3_prepare_v2(database, "INSERT INTO audit VALUES (?, ?)", -1, &audit, nullptr);
    const QByteArray jobRow(260, 'j');
    const QByteArray auditRow(130, 'a');
    const auto put = [](sqlite3_stmt *statement, const QByteArray &row) {
        sqlite3_bind_blob(statement, 2, row.constData(), int(row.size()), SQLITE_STATIC);
        const bool done = sqlite3_step(statement) == SQLITE_DONE;
        return sqlite3_reset(statement) == SQLITE_OK && done;
    };
    QElapsedTimer timer;
    timer.start();
    StoreSpeed speed;
    bool good = true;
    for (int first = 0; first < jobs && good; first += batch) {
        good = run("BEGIN IMMEDIATE");
        for (int i = first; i < qMin(jobs, first + batch) && good; ++i) {
            const JobId id = jobId(i);
            sqlite3_bind_blob(job, 1, id.bytes().data(), 16, SQLITE_STATIC);
            good = put(job, jobRow);
            for (int a = 0; a < auditRows && good; ++a) {
                sqlite3_bind_int64(audit, 1, qint64(i) * auditRows + a + 1);
                good = put(audit, auditRow);
            }
        }
        good = run("COMMIT") && good;
    }
    speed.milliseconds = timer.elapsed();
    speed.rows = good ? qint64(jobs) * (1 + auditRows) : 0;
    sqlite3_finalize(job);
    sqlite3_finalize(audit);
    sqlite3_close(database);
    return speed;
}

#else

StoreSpeed measureRawSqlite(const QString &, int, int, int)
{
    return {};
}

#endif

int residentMegabytes()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:")) {
                return line.mid(6).trimmed().split(' ').first().toInt() / 1'024;
            }
        }
    }
    return 0;
}

} // namespace dtf::test
