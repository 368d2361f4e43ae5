// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/auditchain.h"
#include "orchestrator/store/connection.h"
#include "orchestrator/store/history.h"
#include "orchestrator/store/jobcounts.h"
#include "orchestrator/store/records.h"

namespace dtf {

/// The questions to the database. A filter on text, cause or actor, and the orders without an index (see sql/003_orders.sql),
/// read every row in the worst case (20 to 40 ms of CPU for 100,000). Thread: its connection's; lives shorter than that.
class StoreReader final
{
public:
    /// `counts`: remembers what counting gave; null: everything is counted anew. Outlives the reader.
    explicit StoreReader(Connection &connection, JobCounts *counts = nullptr)
        : m_connection(connection)
        , m_counts(counts)
    { }
    [[nodiscard]] Result<StoreSnapshot> snapshot(WallTime now); ///< everything but `created`
    [[nodiscard]] Result<AuditHead> auditHead();
    [[nodiscard]] Result<QByteArray> auditHash(qint64 seq); ///< empty: no such row; zeros for 0
    /// InvalidArgument: a cursor that is not from JobPage::next of the same sort and order. Jobs whose key has not changed while
    /// someone turns pages are all shown, once; in the order of change, newest first, none is shown twice.
    [[nodiscard]] Result<JobPage> jobs(const JobQuery &query);
    [[nodiscard]] Result<JobRecord> job(const JobId &id);
    /// Time bounds are found by halving the sequence, which rises with time: of rows written while the wall clock was set back
    /// those next to a bound may be missed.
    [[nodiscard]] Result<AuditPage> audit(const AuditQuery &query);
    /// The first row that is not older than `time`; one after the last if there is none.
    [[nodiscard]] Result<qint64> auditSeqAt(WallTime time);
    /// Jobs by hour (of `changed`, since 1970) and state from `from` on.
    [[nodiscard]] Result<QList<EndedHour>> endedHours(WallTime from);
    /// What a history is made of, of the rows after `seq` up to and with `last`, in order.
    [[nodiscard]] Result<QList<HistoryRow>> historyRows(qint64 seq, qint64 last);
    [[nodiscard]] Result<QByteArray> answer(const QByteArray &actor, const QByteArray &key);
    [[nodiscard]] Result<JobId> doneBefore(const QByteArray &sha256Hex, const JobId &notThis);

private:
    [[nodiscard]] Result<JobCounts::Count> countJobs(const JobQuery &query);

    Connection &m_connection;
    JobCounts *m_counts;
};

} // namespace dtf
