// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/auditchain.h"
#include "orchestrator/store/store.h"
#include "tests/simulation/scheduler.h"

#include <map>
#include <vector>

namespace dtf::sim {

/// What lies on the orchestrator's disk. A value: yesterday's backup is a copy.
struct StoreDisk
{
    std::map<JobId, JobRecord> jobs;
    std::map<QByteArray, NodeRecord> nodes;
    std::map<QByteArray, MemberRecord> members;
    std::map<qint64, JoinCodeRecord> joinCodes;
    std::vector<ReportMark> marks;
    std::vector<Alert> alerts;
    std::map<qint64, CommandRecord> commands;
    std::map<QByteArray, QByteArray> answers;
    std::map<QByteArray, QByteArray> settings;
    std::vector<AuditRow> audit;
    AuditHead head;
    bool full = false; ///< every commit fails
    bool trace = false; ///< every audit row on standard error
    [[nodiscard]] StoreSnapshot snapshot(WallTime now) const;
    /// Numbers and chains the batch's audit rows; gives them back.
    QList<AuditRow> apply(const StoreBatch &batch);
    /// Empty: sequence without gaps, every hash follows from the one before.
    [[nodiscard]] QByteArray chainComplaint() const;
};

/// One orchestrator's access to it: durable after a while, answered a while later; a crash point before and after.
class SimStore final : public Store
{
public:
    explicit SimStore(std::shared_ptr<StoreDisk> disk);
    void commit(StoreBatch batch, Callback<Committed> done) override;
    void jobs(const JobQuery &query, Callback<JobPage> done) override;
    void job(const JobId &id, Callback<JobRecord> done) override;
    void audit(const AuditQuery &query, Callback<AuditPage> done) override;
    void auditCheck(Callback<AuditCheck> done) override;
    void history(const HistoryQuery &query, Callback<HistoryView> done) override;
    void answer(const QByteArray &actor, const QByteArray &key, Callback<QByteArray> done) override;
    void doneBefore(const QByteArray &sha256Hex, const JobId &notThis, Callback<JobId> done) override;

private:
    std::shared_ptr<StoreDisk> m_disk;
    ProcessPtr m_process;
    Micros m_free = 0; ///< when its thread has done what was asked before
};

} // namespace dtf::sim
