// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "orchestrator/api/fleetpublisher.h"
#include "orchestrator/api/fleetservice.h"
#include "orchestrator/api/membershipservice.h"
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/fleet/zoneport.h"
#include "orchestrator/store/store.h"

#include <QObject>
#include <QTimer>

#include <deque>

namespace dtf {

/// The thin shell round FleetState: turns timers, the zone's answers and API calls into events, and carries Steps out in their
/// order: store, then share and agents, then consoles and answers. One commit is under way at a time; what queues meanwhile joins
/// the next one. A failed commit is tried again (1 … 30 s) and nothing behind it happens before it is durable. Thread: main;
/// never waits.
class FleetController final : public QObject, public FleetService, public MembershipService
{
public:
    template <typename T> using Callback = FleetService::Callback<T>;

    FleetController(const OrchestratorConfig &config, const BootId &boot, Store &store, ZonePort &zone, const Clock &clock,
        QObject *parent = nullptr);
    ~FleetController() override;

    void setPublisher(FleetPublisher *publisher) { m_publisher = publisher; }
    /// Takes over the store's memory and begins to work.
    void start(const StoreSnapshot &snapshot);
    /// Audits the end; `done` once durable (or after 3 s).
    void stop(std::function<void()> done);

    // FleetService
    HeartbeatReply heartbeat(const Heartbeat &beat) override;
    void reports(const ReportBatch &batch, Callback<ReportAck> done) override;
    void logLines(const LogLines &lines) override;
    void picture(const PictureData &picture) override;
    void checked(const CheckData &check) override;
    [[nodiscard]] StateView state() override;
    [[nodiscard]] QList<JobView> activeJobs(int limit) override;
    void jobs(const JobQuery &query, Callback<JobPage> done) override;
    void job(const JobId &id, Callback<JobView> done) override;
    void why(const JobId &id, Callback<WhyView> done) override;
    void jobLog(const JobId &id, Epoch attempt, qint64 offset, Callback<QByteArray> done) override;
    void attempts(const JobId &id, Callback<AttemptsView> done) override;
    void results(const JobId &id, Callback<ResultsView> done) override;
    void resultBytes(const JobId &id, const QByteArray &name, qint64 offset, Callback<QByteArray> done) override;
    [[nodiscard]] FiguresView figures() override;
    void audit(const AuditQuery &query, Callback<AuditPage> done) override;
    void auditCheck(Callback<AuditCheck> done) override;
    void history(int hours, Callback<HistoryView> done) override;
    void jobCommand(const JobId &id, JobAction action, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) override;
    void nodeCommand(const NodeName &node, NodeAction action, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) override;
    void dispatchCommand(
        bool pause, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override;
    void acknowledgeAlert(AlertKind kind, const QByteArray &subject, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) override;
    void pictureOf(const NodeName &node, const QByteArray &actor, Callback<QByteArray> done) override;
    void selfCheckOf(const NodeName &node, const QByteArray &actor, Callback<CheckData> done) override;
    void accessRefused(const QByteArray &who, const QByteArray &what) override;

    // MembershipService
    [[nodiscard]] std::optional<Principal> memberOf(QByteArrayView bearer) const override;
    void enrol(
        const EnrolRequest &request, const QByteArray &codeDigest, const QByteArray &from, Callback<EnrolReply> done) override;
    void makeJoinCode(const JoinCodeRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override;
    void revokeJoinCode(
        qint64 number, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override;
    [[nodiscard]] JoinCodesView joinCodes() override;
    void forgetNode(
        const NodeName &node, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override;

private:
    /// A request that waits for its step to be durable.
    struct Waiting
    {
        QByteArray actor;
        QByteArray key; ///< idempotency key; empty: none
        Callback<OperatorReply> reply;
        Callback<ReportAck> ack;
    };

    using NodeCommandId = std::pair<NodeName, qint64>; ///< no node can answer another one's command

    void apply(const FleetEvent &event);
    void enqueue(Step step);
    void commitNext();
    void committed(Result<Store::Committed> result);
    void carryOut(Step &step, const QList<AuditRow> &audit);
    void takeMembers();
    void answerEnrolments(const Step &step);
    void tuneScanning();
    void command(const QByteArray &actor, const OperatorRequest &body, Callback<OperatorReply> done,
        std::function<FleetEvent(quint64)> event);
    /// Asks a node's agent for something that comes back over its link: `waiting` by the command's id, or refused at once.
    template <typename T>
    void askNode(const NodeName &node, NodeAction action, const QByteArray &actor, milliseconds deadline,
        QHash<NodeCommandId, Callback<T>> &waiting, Callback<T> done);
    [[nodiscard]] bool overloaded() const;

    OrchestratorConfig m_config;
    FleetState m_state;
    Store &m_store;
    ZonePort &m_zone;
    const Clock &m_clock;
    FleetPublisher *m_publisher = nullptr;
    std::deque<Step> m_queue; ///< not durable yet
    qsizetype m_queuedRows = 0; ///< jobs and audit rows in it
    qsizetype m_committing = 0; ///< how many of its front are in the commit under way; 0: none
    QHash<quint64, Waiting> m_requests;
    QHash<quint64, Callback<EnrolReply>> m_enrolments; ///< wait for their step to be durable
    AccessList m_members; ///< tokens of those who have joined, as durable
    QHash<NodeCommandId, Callback<QByteArray>> m_pictures;
    QHash<NodeCommandId, Callback<CheckData>> m_checks;
    QSet<QByteArray> m_keysUnderWay;
    quint64 m_nextRequest = 1;
    milliseconds m_storeRetry {1'000};
    bool m_storeOk = true;
    bool m_stopping = false;
    QTimer m_tick;
    QTimer m_retry; ///< runs while a failed commit waits for its next try
};

} // namespace dtf
