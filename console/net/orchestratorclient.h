// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/net/jsonclient.h"
#include "common/protocol/messages.h"
#include "console/net/bytesclient.h"
#include "console/net/filters.h"

#include <QDate>
#include <QJsonObject>
#include <QObject>

#include <functional>

namespace dtf {

/// What came back of one question to the orchestrator.
template <typename T> struct Answer
{
    Result<T> result;
    int status = 0; ///< HTTP status, 0: no answer
    QJsonObject body; ///< the document as it came, also of a refusal
};

/// Everything a console asks of the orchestrator's HTTP side, typed. Every callback comes exactly once, from the event loop; not
/// at all when `context` or the client is gone before. Thread: its own; never blocks.
class OrchestratorClient final : public QObject
{
public:
    struct Options
    {
        QUrl server; ///< http(s)://host:port
        QByteArray token; ///< bearer token; empty: none
        milliseconds deadline {10'000}; ///< of one request; a picture takes up to 20 s longer, a self-check 30 s
        TlsTrust trust = {}; ///< of an https server
    };
    template <typename T> using Callback = std::function<void(const Answer<T> &)>;

    explicit OrchestratorClient(const Options &options, QObject *parent = nullptr);

    void state(QObject *context, Callback<StateView> callback);
    void nodes(QObject *context, Callback<StateView> callback); ///< without alerts
    void alerts(QObject *context, Callback<StateView> callback); ///< without nodes
    void jobs(const JobFilter &filter, QObject *context, Callback<JobPage> callback);
    void job(const JobId &job, QObject *context, Callback<JobView> callback);
    void why(const JobId &job, QObject *context, Callback<WhyView> callback);
    void audit(const AuditFilter &filter, QObject *context, Callback<AuditPage> callback);
    /// How the last reading of the audit's chain ended; asking begins a new one when it is a minute old.
    void auditCheck(QObject *context, Callback<AuditCheck> callback);
    void history(int hours, QObject *context, Callback<HistoryView> callback); ///< 1–168
    /// `day`: a UTC day, invalid: today. The document as it is: {"day", "complete", "outcomes", "nodes"}.
    void report(QDate day, QObject *context, Callback<QJsonObject> callback);
    /// At most 1 MiB of an attempt's log from `offset`; empty: no more for now. `attempt`: its epoch, 0: the newest.
    void log(const JobId &job, Epoch attempt, qint64 offset, QObject *context, BytesClient::Callback callback);
    void log(const JobId &job, qint64 offset, QObject *context, BytesClient::Callback callback); ///< of the newest attempt
    void attempts(const JobId &job, QObject *context, Callback<AttemptsView> callback);
    void results(const JobId &job, QObject *context, Callback<ResultsView> callback);
    /// At most 1 MiB of a result file from `offset`; empty: that was all. `name`: of a ResultFile.
    void resultBytes(const JobId &job, const QString &name, qint64 offset, QObject *context, BytesClient::Callback callback);
    void figures(QObject *context, Callback<FiguresView> callback); ///< of every node, the last hour

    // Commands. A refusal by the fleet is a result with ok == false and the truth in `job`, not an error; an error means that
    // nobody decided: not let in, not understood, not reached.
    void command(
        const JobId &job, JobAction action, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback);
    void command(const NodeName &node, NodeAction action, const OperatorRequest &request, QObject *context,
        Callback<OperatorReply> callback);
    void dispatch(bool pause, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback);
    /// `subject`: the alert's, which may be empty.
    void acknowledge(AlertKind kind, const QByteArray &subject, const OperatorRequest &request, QObject *context,
        Callback<OperatorReply> callback);
    void makeJoinCode(const JoinCodeRequest &request, QObject *context, Callback<OperatorReply> callback);
    void joinCodes(QObject *context, Callback<JoinCodesView> callback);
    void revokeJoinCode(qint64 number, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback);
    void forgetNode(const NodeName &node, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback);
    /// The node's agent tries every precondition for real, which takes up to 30 s.
    void selfCheck(const NodeName &node, QObject *context, Callback<CheckData> callback);
    /// PNG bytes.
    void picture(const NodeName &node, QObject *context, BytesClient::Callback callback);

private:
    template <typename T> void get(const QString &target, QObject *context, Callback<T> callback);
    void post(const QString &target, const QJsonObject &request, QObject *context, Callback<OperatorReply> callback);

    milliseconds m_deadline;
    JsonClient m_json;
    BytesClient m_bytes;
};

/// 128 random bits in hex: one per click or invocation, so that a repeated send is answered the same and done once.
[[nodiscard]] QString newIdempotencyKey();

} // namespace dtf
