// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/fleetpublisher.h"
#include "orchestrator/api/fleetservice.h"
#include "orchestrator/store/sqlitestore.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <random>

namespace dtf::bench {

/// A fleet for a console to look at: the real store with so many jobs in it, a number of nodes, and so many changes of jobs a
/// second. Each change is durable in the store, with its row in the audit, before it is published. No share and no agents.
class ConsoleFleet final : public QObject, public FleetService
{
public:
    struct Options
    {
        QString store; ///< path of its file, which is filled when it is not there
        int jobs = 100'000;
        int nodes = 300;
        int changesPerSecond = 2'000;
    };
    explicit ConsoleFleet(const Options &options);
    ~ConsoleFleet() override;

    /// Fills the store. Blocks.
    void fill();
    void start(FleetPublisher &publisher); ///< begins to change jobs once a console is there

    HeartbeatReply heartbeat(const Heartbeat &) override { return {}; }
    void reports(const ReportBatch &, Callback<ReportAck> done) override { done(ReportAck {}); }
    void logLines(const LogLines &) override { }
    void picture(const PictureData &) override { }
    void checked(const CheckData &) override { }
    StateView state() override;
    QList<JobView> activeJobs(int limit) override;
    void jobs(const JobQuery &query, Callback<JobPage> done) override { m_store->jobs(query, std::move(done)); }
    void job(const JobId &id, Callback<JobView> done) override;
    void why(const JobId &, Callback<WhyView> done) override { none(done); }
    void jobLog(const JobId &, Epoch, qint64, Callback<QByteArray> done) override { done(QByteArray()); }
    void attempts(const JobId &, Callback<AttemptsView> done) override { none(done); }
    void results(const JobId &, Callback<ResultsView> done) override { none(done); }
    void resultBytes(const JobId &, const QByteArray &, qint64, Callback<QByteArray> done) override { none(done); }
    FiguresView figures() override { return {}; }
    void audit(const AuditQuery &query, Callback<AuditPage> done) override { m_store->audit(query, std::move(done)); }
    void auditCheck(Callback<AuditCheck> done) override { none(done); }
    void history(int, Callback<HistoryView> done) override { none(done); }
    void jobCommand(const JobId &, JobAction, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override
    {
        none(done);
    }
    void nodeCommand(
        const NodeName &, NodeAction, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override
    {
        none(done);
    }
    void dispatchCommand(bool, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override { none(done); }
    void acknowledgeAlert(
        AlertKind, const QByteArray &, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done) override
    {
        none(done);
    }
    void pictureOf(const NodeName &, const QByteArray &, Callback<QByteArray> done) override { none(done); }
    void selfCheckOf(const NodeName &, const QByteArray &, Callback<CheckData> done) override { none(done); }
    void accessRefused(const QByteArray &, const QByteArray &) override { }

private:
    template <typename T> void none(const Callback<T> &done)
    {
        done(fail(ErrorCode::Unavailable, QStringLiteral("this bench has none")));
    }
    [[nodiscard]] JobRecord made(int number, JobState state, WallTime changed);
    void change();
    [[nodiscard]] FleetSummary summary() const;

    const Options m_options;
    SystemClock m_clock;
    std::unique_ptr<SqliteStore> m_store;
    FleetPublisher *m_publisher = nullptr;
    JobIdGenerator m_ids;
    QList<JobRecord> m_open; ///< those that change
    QList<NodeView> m_nodes;
    QTimer m_timer;
    std::mt19937 m_random {46};
    int m_made = 0;
    qint64 m_done = 0;
    qint64 m_changes = 0; ///< since `m_began`
    int m_nextNode = 0;
    MonoTime m_began;
};

} // namespace dtf::bench
