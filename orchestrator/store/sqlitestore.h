// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "orchestrator/store/store.h"

#include <memory>
#include <optional>
#include <thread>

namespace dtf {

class Mailbox;
class SideThread;
class StoreQueue;

struct StoreOptions
{
    WallTime now; ///< what old answers are measured from; 0: the machine's clock
    qsizetype mostCalls =
        10'000; ///< calls waiting for the store's thread, and for the reading one; more are refused with TooMany
    qsizetype mostRows = 500'000; ///< rows in the waiting batches, likewise: a bound on memory
    milliseconds checkAgainAfter {60'000}; ///< the audit's chain is not read again before, however often that is asked for
    qint64 maxPages = 0; ///< of 4 KiB; a file that would grow beyond them is a full disk. 0: the disk's end
};

/// The store in one SQLite file (WAL, synchronous=FULL) with a thread of its own. Consecutive commits share transactions, so many
/// small ones cost little more than a few large ones. After a failure nothing of the transaction is in the file, and the next
/// commit tries anew. Refusals that never reach the store's thread (TooMany, and Cancelled after close()) may overtake the
/// answers of earlier calls. Thread: made, used and destroyed in one thread with an event loop; callbacks run there. Destroy it,
/// or close() it, before what its callbacks use.
class SqliteStore final : public Store
{
public:
    /// Blocks until the database is open and read: before the event loop. `snapshot` is filled on success.
    /// Busy: another orchestrator has this database. VersionMismatch: a newer one wrote it. StoreFailed: damaged, no database, no
    /// permission, no space; a damaged file is left as it is. The detail begins with the path, in plain words.
    [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(
        const QString &path, StoreSnapshot *snapshot, const StoreOptions &options = {});
    ~SqliteStore() override;

    void commit(StoreBatch batch, Callback<Committed> done) override;
    void jobs(const JobQuery &query, Callback<JobPage> done) override;
    void job(const JobId &id, Callback<JobRecord> done) override;
    void audit(const AuditQuery &query, Callback<AuditPage> done) override;
    void auditCheck(Callback<AuditCheck> done) override;
    void history(const HistoryQuery &query, Callback<HistoryView> done) override;
    void answer(const QByteArray &actor, const QByteArray &key, Callback<QByteArray> done) override;
    void doneBefore(const QByteArray &sha256Hex, const JobId &notThis, Callback<JobId> done) override;

    /// Lets the running transaction end, then closes the database and frees its lock. Every call not answered yet gets its
    /// callback before close() returns: its result if it was done, else Cancelled. Later calls get Cancelled. May be called
    /// twice.
    void close();

private:
    SqliteStore();
    template <typename T, typename Ask> void ask(Ask question, Callback<T> done);
    /// The same on the reading thread, once the commits that were asked for before are done.
    template <typename T, typename Ask> void askBeside(Ask question, Callback<T> done);
    template <typename T> void refuse(Callback<T> done, bool full);

    void startCheck();
    void startHistory(const HistoryQuery &query);

    QString m_path;
    milliseconds m_checkAgainAfter {0};
    bool m_closed = false;
    AuditCheck m_check; ///< the last one's end
    std::optional<MonoTime> m_checkEnded;
    int m_historyHours = 0; ///< of the one under way
    QList<Callback<HistoryView>> m_historyWaits; ///< for the one under way
    std::unique_ptr<StoreQueue> m_queue;
    std::unique_ptr<StoreQueue> m_questions; ///< for the reading thread
    std::unique_ptr<Mailbox> m_mailbox;
    std::unique_ptr<SideThread> m_checking; ///< after the mailbox: ended before it
    std::unique_ptr<SideThread> m_reading;
    std::thread m_readThread;
    std::thread m_thread; ///< not a QThread: its end is a join that thread checkers understand
};

} // namespace dtf
