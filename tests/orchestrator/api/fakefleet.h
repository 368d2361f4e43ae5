// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/fleetservice.h"

namespace dtf {

/// A fleet that answers at once with what the test put in, and remembers what it was asked.
class FakeFleet final : public FleetService
{
public:
    HeartbeatReply heartbeat(const Heartbeat &beat) override
    {
        beats.append(beat);
        return beatReply;
    }
    void reports(const ReportBatch &batch, Callback<ReportAck> done) override
    {
        batches.append(batch);
        answer(std::move(done), ReportAck {static_cast<int>(batch.reports.size())});
    }
    void logLines(const LogLines &lines) override { logs.append(lines); }
    void picture(const PictureData &picture) override { pictures.append(picture); }
    void checked(const CheckData &data) override { checks.append(data); }

    StateView state() override { return stateView; }
    QList<JobView> activeJobs(int limit) override { return active.mid(0, limit); }
    void jobs(const JobQuery &query, Callback<JobPage> done) override
    {
        jobQueries.append(query);
        answer(std::move(done), jobPages.isEmpty() ? JobPage {} : jobPages.takeFirst());
    }
    void job(const JobId &id, Callback<JobView> done) override
    {
        JobView view;
        view.job = id;
        answer(std::move(done), view);
    }
    void why(const JobId &id, Callback<WhyView> done) override
    {
        WhyView view;
        view.job.job = id;
        view.verdict = QStringLiteral("held");
        answer(std::move(done), view);
    }
    void jobLog(const JobId &, Epoch attempt, qint64 offset, Callback<QByteArray> done) override
    {
        logAttempts.append(attempt);
        answer(std::move(done), log.mid(offset));
    }
    void attempts(const JobId &id, Callback<AttemptsView> done) override { answer(std::move(done), AttemptsView {id, {}}); }
    void results(const JobId &id, Callback<ResultsView> done) override
    {
        answer(std::move(done), ResultsView {id, {}, {}, QStringLiteral("it is on hold")});
    }
    void resultBytes(const JobId &, const QByteArray &name, qint64 offset, Callback<QByteArray> done) override
    {
        resultNames.append(name);
        answer(std::move(done), log.mid(offset));
    }
    FiguresView figures() override { return {{60'000}, 60, {}}; }
    void audit(const AuditQuery &query, Callback<AuditPage> done) override
    {
        auditQueries.append(query);
        answer(std::move(done), AuditPage {});
    }
    void auditCheck(Callback<AuditCheck> done) override { answer(std::move(done), check); }
    void history(int hours, Callback<HistoryView> done) override
    {
        historyHours.append(hours);
        answer(std::move(done), HistoryView {});
    }

    struct Command
    {
        QByteArray what; ///< "job requeue", "node pause", "dispatch resume"
        OperatorRequest request;
        QByteArray actor;
    };
    void jobCommand(const JobId &, JobAction action, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) override
    {
        commands.append({"job " + QByteArray(toString(action).data()), request, actor});
        answer(std::move(done), reply);
    }
    void nodeCommand(const NodeName &, NodeAction action, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) override
    {
        commands.append({"node " + QByteArray(toString(action).data()), request, actor});
        answer(std::move(done), reply);
    }
    void dispatchCommand(
        bool pause, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override
    {
        commands.append({pause ? "dispatch pause" : "dispatch resume", request, actor});
        answer(std::move(done), reply);
    }
    void acknowledgeAlert(AlertKind kind, const QByteArray &subject, const OperatorRequest &request, const QByteArray &actor,
        Callback<OperatorReply> done) override
    {
        commands.append({"ack " + QByteArray(toString(kind).data()) + " '" + subject + '\'', request, actor});
        answer(std::move(done), reply);
    }
    void pictureOf(const NodeName &, const QByteArray &actor, Callback<QByteArray> done) override
    {
        commands.append({"picture", {}, actor});
        answer(std::move(done), png);
    }
    void selfCheckOf(const NodeName &node, const QByteArray &actor, Callback<CheckData> done) override
    {
        commands.append({"self-check", {}, actor});
        answer(std::move(done), CheckData {node, 7, {}, {{QStringLiteral("share"), true, {}}}, {}});
    }
    void accessRefused(const QByteArray &who, const QByteArray &what) override { refusals.append(who + ": " + what); }

    std::optional<Error> error; ///< every callback gives this instead
    bool silent = false; ///< callbacks never come
    HeartbeatReply beatReply;
    OperatorReply reply {true, QStringLiteral("done"), {}, {}, 0};
    StateView stateView;
    QList<JobView> active;
    QList<JobPage> jobPages;
    QByteArray log;
    QByteArray png = "\x89PNG";

    QList<Heartbeat> beats;
    QList<ReportBatch> batches;
    QList<LogLines> logs;
    QList<PictureData> pictures;
    QList<CheckData> checks;
    QList<Epoch> logAttempts;
    QByteArrayList resultNames;
    QList<JobQuery> jobQueries;
    QList<AuditQuery> auditQueries;
    AuditCheck check;
    QList<int> historyHours;
    QList<Command> commands;
    QByteArrayList refusals;

private:
    template <typename T> void answer(Callback<T> done, const T &value)
    {
        if (!silent) {
            done(error ? Result<T>(tl::unexpected(*error)) : Result<T>(value));
        }
    }
};

} // namespace dtf
