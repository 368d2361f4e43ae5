// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/fleetservice.h"
#include "orchestrator/store/sqlitestore.h"
#include "tests/console/screenshots/scenery.h"

namespace dtf {

/// A fleet that stands still: its files and its audit lie in a real store and are asked of it, the rest is as the scenery says.
/// Commands are answered, nothing follows of them.
class ScriptedFleet final : public FleetService
{
public:
    /// `store` outlives it. Blocks until everything is in the store.
    ScriptedFleet(Store &store, Scenery scenery);
    [[nodiscard]] bool isReady() const { return m_ready; }
    [[nodiscard]] const Scenery &scenery() const { return m_scenery; }

    HeartbeatReply heartbeat(const Heartbeat &) override { return {}; }
    void reports(const ReportBatch &, Callback<ReportAck> done) override { done(ReportAck {}); }
    void logLines(const LogLines &) override { }
    void picture(const PictureData &) override { }
    void checked(const CheckData &) override { }
    StateView state() override { return m_scenery.state; }
    QList<JobView> activeJobs(int limit) override;
    void jobs(const JobQuery &query, Callback<JobPage> done) override;
    void job(const JobId &id, Callback<JobView> done) override;
    void why(const JobId &id, Callback<WhyView> done) override;
    void jobLog(const JobId &id, Epoch attempt, qint64 offset, Callback<QByteArray> done) override;
    void attempts(const JobId &id, Callback<AttemptsView> done) override;
    void results(const JobId &id, Callback<ResultsView> done) override;
    void resultBytes(const JobId &id, const QByteArray &name, qint64 offset, Callback<QByteArray> done) override;
    FiguresView figures() override;
    void audit(const AuditQuery &query, Callback<AuditPage> done) override { m_store.audit(query, std::move(done)); }
    void auditCheck(Callback<AuditCheck> done) override;
    void history(int hours, Callback<HistoryView> done) override;
    void jobCommand(const JobId &, JobAction, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override;
    void nodeCommand(
        const NodeName &, NodeAction, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override;
    void dispatchCommand(bool, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override;
    void acknowledgeAlert(
        AlertKind, const QByteArray &, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override;
    void pictureOf(const NodeName &node, const QByteArray &actor, Callback<QByteArray> done) override;
    void selfCheckOf(const NodeName &node, const QByteArray &actor, Callback<CheckData> done) override;
    void accessRefused(const QByteArray &, const QByteArray &) override { }

private:
    [[nodiscard]] JobView shown(JobView view) const; ///< with what only memory knows
    void write();

    Store &m_store;
    Scenery m_scenery;
    bool m_ready = false;
};

} // namespace dtf
