// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "orchestrator/store/records.h"

#include <functional>

namespace dtf {

/// What the API needs of the fleet. Every callback comes exactly once, on the main thread, possibly before the call returns.
/// Thread: main.
class FleetService
{
public:
    template <typename T> using Callback = std::function<void(Result<T>)>;

    FleetService() = default;
    FleetService(const FleetService &) = delete;
    FleetService &operator=(const FleetService &) = delete;
    virtual ~FleetService() = default;

    // agents (already authenticated as `beat.node`, `batch.node`)
    virtual HeartbeatReply heartbeat(const Heartbeat &beat) = 0; ///< never waits for store or share
    virtual void reports(const ReportBatch &batch, Callback<ReportAck> done) = 0; ///< answered once durable
    virtual void logLines(const LogLines &lines) = 0;
    virtual void picture(const PictureData &picture) = 0;
    virtual void checked(const CheckData &check) = 0; ///< how a self-check ended

    // readers
    [[nodiscard]] virtual StateView state() = 0;
    [[nodiscard]] virtual QList<JobView> activeJobs(int limit) = 0; ///< not final, newest change first
    virtual void jobs(const JobQuery &query, Callback<JobPage> done) = 0;
    virtual void job(const JobId &id, Callback<JobView> done) = 0;
    virtual void why(const JobId &id, Callback<WhyView> done) = 0;
    /// ≤ 1 MiB from `offset` of an attempt's log; `attempt`: its epoch, 0: the newest.
    virtual void jobLog(const JobId &id, Epoch attempt, qint64 offset, Callback<QByteArray> done) = 0;
    virtual void attempts(const JobId &id, Callback<AttemptsView> done) = 0;
    virtual void results(const JobId &id, Callback<ResultsView> done) = 0;
    /// ≤ 1 MiB from `offset` of a file that results() lists.
    virtual void resultBytes(const JobId &id, const QByteArray &name, qint64 offset, Callback<QByteArray> done) = 0;
    [[nodiscard]] virtual FiguresView figures() = 0; ///< every node's last hour
    virtual void audit(const AuditQuery &query, Callback<AuditPage> done) = 0;
    virtual void auditCheck(Callback<AuditCheck> done) = 0; ///< at once; begins a reading of the chain when the last one is old
    virtual void history(int hours, Callback<HistoryView> done) = 0; ///< 1–168

    // operators; `actor` e.g. "operator:anna"
    virtual void jobCommand(const JobId &id, JobAction action, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) = 0;
    virtual void nodeCommand(const NodeName &node, NodeAction action, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) = 0;
    virtual void dispatchCommand(
        bool pause, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) = 0;
    /// `subject`: a node's name, a job's id, or empty. The request's reason may be empty.
    virtual void acknowledgeAlert(AlertKind kind, const QByteArray &subject, const OperatorRequest &request,
        const QByteArray &actor, Callback<OperatorReply> done) = 0;
    /// NodeAction::Picture: the picture itself, PNG bytes; Timeout after 20 s.
    virtual void pictureOf(const NodeName &node, const QByteArray &actor, Callback<QByteArray> done) = 0;
    /// NodeAction::SelfCheck: what its agent found; Timeout after 30 s, Unavailable when it can't check itself now.
    virtual void selfCheckOf(const NodeName &node, const QByteArray &actor, Callback<CheckData> done) = 0;
    /// A refused or failed access worth remembering (audited, at most 10 a minute per address).
    virtual void accessRefused(const QByteArray &who, const QByteArray &what) = 0;
};

} // namespace dtf
