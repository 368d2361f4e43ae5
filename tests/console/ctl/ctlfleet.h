// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/fleetservice.h"

#include <algorithm>

namespace dtf {

/// A fleet with a few files, an audit and a log, that pages and filters by text, and remembers the commands.
class CtlFleet final : public FleetService
{
public:
    struct Command
    {
        QByteArray what; ///< "requeue 01J…", "pause DTF-01", "dispatch pause"
        OperatorRequest request;
    };
    QList<JobView> files;
    QList<AuditRow> rows;
    AuditCheck check;
    HistoryView past;
    QByteArray logBytes;
    QList<Epoch> logAttempts; ///< as asked for
    QList<AttemptView> tries;
    ResultsView published;
    CheckData selfCheck;
    StateView view;
    OperatorReply reply {true, QStringLiteral("done"), QStringLiteral("it is so now"), {}, 0};
    std::optional<Error> error; ///< every callback gives this instead
    bool silent = false; ///< callbacks never come
    QList<Command> commands;
    std::function<void()> afterState; ///< after each answer with the fleet
    std::function<void()> afterLog; ///< after each answer with a log

    HeartbeatReply heartbeat(const Heartbeat &) override { return {}; }
    void reports(const ReportBatch &, Callback<ReportAck> done) override { answer<ReportAck>(done, {}); }
    void logLines(const LogLines &) override { }
    void picture(const PictureData &) override { }
    void checked(const CheckData &) override { }
    StateView state() override
    {
        const StateView told = view;
        if (afterState) {
            afterState();
        }
        return told;
    }
    QList<JobView> activeJobs(int) override { return files; }
    void accessRefused(const QByteArray &, const QByteArray &) override { }

    void jobs(const JobQuery &query, Callback<JobPage> done) override
    {
        QList<JobView> matching;
        for (const JobView &file : files) {
            const QString text = QString::fromUtf8(query.text);
            const bool wanted = query.states.isEmpty() || query.states.contains(file.state);
            const bool named = file.name.contains(text, Qt::CaseInsensitive) || file.job.toString().contains(text.toUpper());
            if (wanted && named) {
                matching.append(file);
            }
        }
        const qsizetype from = query.cursor.toInt();
        JobPage page {matching.mid(from, query.limit), matching.size(), {}};
        if (from + page.jobs.size() < matching.size()) {
            page.next = QString::number(from + page.jobs.size());
        }
        answer<JobPage>(done, page);
    }
    void job(const JobId &id, Callback<JobView> done) override
    {
        const auto found = find(id);
        answer<JobView>(done, found ? Result<JobView>(*found) : fail(ErrorCode::NotFound, QStringLiteral("no such job")));
    }
    void why(const JobId &id, Callback<WhyView> done) override
    {
        WhyView why;
        why.verdict = QStringLiteral("waiting-for-node");
        why.job = find(id).value_or(JobView {});
        why.nodes = {{*NodeName::parse("DTF-01"), {{QStringLiteral("browser-ready"), false, {}}}}};
        answer<WhyView>(done, find(id) ? Result<WhyView>(why) : fail(ErrorCode::NotFound, QStringLiteral("no such job")));
    }
    void attempts(const JobId &id, Callback<AttemptsView> done) override { answer<AttemptsView>(done, AttemptsView {id, tries}); }
    void results(const JobId &id, Callback<ResultsView> done) override
    {
        published.job = id;
        answer<ResultsView>(done, published);
    }
    void resultBytes(const JobId &, const QByteArray &, qint64 offset, Callback<QByteArray> done) override
    {
        answer<QByteArray>(done, logBytes.mid(offset));
    }
    FiguresView figures() override { return {}; }
    void jobLog(const JobId &, Epoch attempt, qint64 offset, Callback<QByteArray> done) override
    {
        logAttempts.append(attempt);
        answer<QByteArray>(done, logBytes.mid(offset, 7)); // in small pieces
        if (afterLog) {
            afterLog();
        }
    }
    void audit(const AuditQuery &query, Callback<AuditPage> done) override
    {
        QList<AuditRow> wanted;
        for (const AuditRow &row : rows) {
            if (row.seq > query.after && (query.before == 0 || row.seq < query.before)
                && (query.job.isNull() || row.event.job == query.job)) {
                wanted.append(row);
            }
        }
        if (query.newestFirst) {
            std::reverse(wanted.begin(), wanted.end());
        }
        answer<AuditPage>(done, AuditPage {wanted.mid(0, query.limit), rows.isEmpty() ? 0 : rows.last().seq});
    }
    void auditCheck(Callback<AuditCheck> done) override { answer<AuditCheck>(done, check); }
    void history(int, Callback<HistoryView> done) override { answer<HistoryView>(done, past); }
    void jobCommand(const JobId &id, JobAction action, const OperatorRequest &request, const QByteArray &,
        Callback<OperatorReply> done) override
    {
        command(toString(action), id.toBytes26(), request, done);
    }
    void nodeCommand(const NodeName &node, NodeAction action, const OperatorRequest &request, const QByteArray &,
        Callback<OperatorReply> done) override
    {
        command(toString(action), node.bytes(), request, done);
    }
    void dispatchCommand(bool pause, const OperatorRequest &request, const QByteArray &, Callback<OperatorReply> done) override
    {
        command(QLatin1StringView("dispatch"), pause ? "pause" : "resume", request, done);
    }
    void acknowledgeAlert(AlertKind kind, const QByteArray &subject, const OperatorRequest &request, const QByteArray &,
        Callback<OperatorReply> done) override
    {
        command(QLatin1StringView("ack"), QByteArray(toString(kind).data()) + " '" + subject + '\'', request, done);
    }
    void pictureOf(const NodeName &, const QByteArray &, Callback<QByteArray> done) override
    {
        answer<QByteArray>(done, QByteArray("\x89PNG\r\n\0picture", 14));
    }

    void selfCheckOf(const NodeName &node, const QByteArray &, Callback<CheckData> done) override
    {
        selfCheck.node = node;
        answer<CheckData>(done, selfCheck);
    }

private:
    [[nodiscard]] std::optional<JobView> find(const JobId &id) const
    {
        for (const JobView &file : files) {
            if (file.job == id) {
                return file;
            }
        }
        return std::nullopt;
    }
    void command(
        QLatin1StringView action, const QByteArray &subject, const OperatorRequest &request, const Callback<OperatorReply> &done)
    {
        commands.append({QByteArray(action.data(), action.size()) + ' ' + subject, request});
        answer<OperatorReply>(done, reply);
    }
    template <typename T> void answer(const Callback<T> &done, const Result<T> &value)
    {
        if (!silent) {
            done(error ? Result<T>(tl::unexpected(*error)) : value);
        }
    }
};

} // namespace dtf
