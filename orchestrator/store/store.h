// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <functional>

namespace dtf {

/// The orchestrator's memory: who, why and when. Calls return at once; each callback comes exactly once, on the thread that
/// called, in the order of the calls; only the answers of what is read beside the store's thread (jobs, audit, auditCheck,
/// history) come when they are ready: they see every commit asked for before them, perhaps more. The narrow interface behind
/// which tests put a failing store. Thread: the caller's event loop.
class Store
{
public:
    template <typename T> using Callback = std::function<void(Result<T>)>;

    /// What a commit gives back.
    struct Committed
    {
        QList<AuditRow> audit; ///< the batch's audit events as stored
    };

    Store() = default;
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;
    virtual ~Store() = default;

    /// Durable (WAL, synchronous=FULL) before the callback. Consecutive commits may share one transaction; if it fails, all of
    /// them fail.
    virtual void commit(StoreBatch batch, Callback<Committed> done) = 0;
    virtual void jobs(const JobQuery &query, Callback<JobPage> done) = 0;
    virtual void job(const JobId &id, Callback<JobRecord> done) = 0; ///< final ones too; NotFound
    virtual void audit(const AuditQuery &query, Callback<AuditPage> done) = 0;
    /// At most one reading of the chain is under way, beside the store's thread; the answer is the last one's end, at once.
    virtual void auditCheck(Callback<AuditCheck> done) = 0;
    /// Beside the store's thread, one at a time; those who ask meanwhile get the same answer. TooMany: more than a few wait.
    virtual void history(const HistoryQuery &query, Callback<HistoryView> done) = 0;
    /// NotFound when this key was never answered.
    virtual void answer(const QByteArray &actor, const QByteArray &key, Callback<QByteArray> done) = 0;
    /// Was this content done before? (a warning to the operator). Gives the earlier job's id, or a null id.
    virtual void doneBefore(const QByteArray &sha256Hex, const JobId &notThis, Callback<JobId> done) = 0;
};

/// The JobView a record shows (live fields such as lastLine are the fleet's).
[[nodiscard]] JobView viewOf(const JobRecord &record);

} // namespace dtf
