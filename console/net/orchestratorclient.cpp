// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/orchestratorclient.h"

#include "common/protocol/codec.h"

#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

/// How long the orchestrator itself waits for an agent's picture.
constexpr milliseconds pictureWait(20'000);
constexpr milliseconds checkWait(30'000); ///< and for its self-check

QString jobPath(const JobId &job, QLatin1StringView what)
{
    return u"/api/v1/jobs/%1/%2"_s.arg(job.toString(), what);
}

JsonClient::Options jsonOptions(const OrchestratorClient::Options &options)
{
    JsonClient::Options json;
    json.base = options.server;
    json.token = options.token;
    json.deadline = options.deadline;
    json.trust = options.trust;
    return json;
}

} // namespace

OrchestratorClient::OrchestratorClient(const Options &options, QObject *parent)
    : QObject(parent)
    , m_deadline(options.deadline)
    , m_json(jsonOptions(options))
    , m_bytes({options.server, options.token, options.trust})
{ }

template <typename T> void OrchestratorClient::get(const QString &target, QObject *context, Callback<T> callback)
{
    m_json.get(target, context, [callback = std::move(callback)](const JsonReply &reply) {
        callback({reply.result.and_then([](const QJsonObject &body) { return fromJson<T>(body); }), reply.status, reply.body});
    });
}

void OrchestratorClient::post(
    const QString &target, const QJsonObject &request, QObject *context, Callback<OperatorReply> callback)
{
    m_json.post(target, request, context, [callback = std::move(callback)](const JsonReply &reply) {
        Answer<OperatorReply> answer {fail(ErrorCode::Internal), reply.status, reply.body};
        const bool decided = reply.result || reply.body.contains("ok"_L1);
        if (!decided) {
            answer.result = tl::unexpected(reply.result.error());
        } else {
            answer.result = fromJson<OperatorReply>(reply.body);
        }
        callback(answer);
    });
}

void OrchestratorClient::state(QObject *context, Callback<StateView> callback)
{
    get(u"/api/v1/state"_s, context, std::move(callback));
}

void OrchestratorClient::nodes(QObject *context, Callback<StateView> callback)
{
    get(u"/api/v1/nodes"_s, context, std::move(callback));
}

void OrchestratorClient::alerts(QObject *context, Callback<StateView> callback)
{
    get(u"/api/v1/alerts"_s, context, std::move(callback));
}

void OrchestratorClient::jobs(const JobFilter &filter, QObject *context, Callback<JobPage> callback)
{
    get(targetOf(filter), context, std::move(callback));
}

void OrchestratorClient::job(const JobId &job, QObject *context, Callback<JobView> callback)
{
    get(u"/api/v1/jobs/%1"_s.arg(job.toString()), context, std::move(callback));
}

void OrchestratorClient::why(const JobId &job, QObject *context, Callback<WhyView> callback)
{
    get(jobPath(job, "why"_L1), context, std::move(callback));
}

void OrchestratorClient::audit(const AuditFilter &filter, QObject *context, Callback<AuditPage> callback)
{
    get(targetOf(filter), context, std::move(callback));
}

void OrchestratorClient::auditCheck(QObject *context, Callback<AuditCheck> callback)
{
    get(u"/api/v1/audit/verify"_s, context, std::move(callback));
}

void OrchestratorClient::history(int hours, QObject *context, Callback<HistoryView> callback)
{
    get(u"/api/v1/history?hours=%1"_s.arg(hours), context, std::move(callback));
}

void OrchestratorClient::report(QDate day, QObject *context, Callback<QJsonObject> callback)
{
    const QString query = day.isValid() ? u"?day="_s + day.toString(Qt::ISODate) : QString();
    m_json.get(u"/api/v1/report"_s + query, context, [callback = std::move(callback)](const JsonReply &reply) {
        callback({reply.result, reply.status, reply.body});
    });
}

void OrchestratorClient::log(const JobId &job, Epoch attempt, qint64 offset, QObject *context, BytesClient::Callback callback)
{
    const QString which = attempt > 0 ? u"&attempt=%1"_s.arg(attempt) : QString();
    m_bytes.get(
        jobPath(job, "log"_L1) + u"?offset=%1"_s.arg(offset) + which, "text/plain", context, std::move(callback), m_deadline);
}

void OrchestratorClient::log(const JobId &job, qint64 offset, QObject *context, BytesClient::Callback callback)
{
    log(job, 0, offset, context, std::move(callback));
}

void OrchestratorClient::attempts(const JobId &job, QObject *context, Callback<AttemptsView> callback)
{
    get(jobPath(job, "attempts"_L1), context, std::move(callback));
}

void OrchestratorClient::results(const JobId &job, QObject *context, Callback<ResultsView> callback)
{
    get(jobPath(job, "results"_L1), context, std::move(callback));
}

void OrchestratorClient::resultBytes(
    const JobId &job, const QString &name, qint64 offset, QObject *context, BytesClient::Callback callback)
{
    m_bytes.get(jobPath(job, "result"_L1)
            + u"?offset=%1&name=%2"_s.arg(QString::number(offset), QString::fromLatin1(QUrl::toPercentEncoding(name))),
        "application/octet-stream", context, std::move(callback), m_deadline);
}

void OrchestratorClient::figures(QObject *context, Callback<FiguresView> callback)
{
    get(u"/api/v1/nodes/figures"_s, context, std::move(callback));
}

void OrchestratorClient::command(
    const JobId &job, JobAction action, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback)
{
    post(jobPath(job, toString(action)), toJson(request), context, std::move(callback));
}

void OrchestratorClient::command(
    const NodeName &node, NodeAction action, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback)
{
    post(u"/api/v1/nodes/%1/%2"_s.arg(node.toString(), toString(action)), toJson(request), context, std::move(callback));
}

void OrchestratorClient::dispatch(bool pause, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback)
{
    post(pause ? u"/api/v1/dispatch/pause"_s : u"/api/v1/dispatch/resume"_s, toJson(request), context, std::move(callback));
}

void OrchestratorClient::acknowledge(
    AlertKind kind, const QByteArray &subject, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback)
{
    const QString segment = subject.isEmpty() ? QString(noSubject) : QString::fromLatin1(subject.toPercentEncoding());
    post(u"/api/v1/alerts/%1/%2/ack"_s.arg(toString(kind), segment), toJson(request), context, std::move(callback));
}

void OrchestratorClient::makeJoinCode(const JoinCodeRequest &request, QObject *context, Callback<OperatorReply> callback)
{
    post(u"/api/v1/join-codes"_s, toJson(request), context, std::move(callback));
}

void OrchestratorClient::joinCodes(QObject *context, Callback<JoinCodesView> callback)
{
    get(u"/api/v1/join-codes"_s, context, std::move(callback));
}

void OrchestratorClient::revokeJoinCode(
    qint64 number, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback)
{
    post(u"/api/v1/join-codes/%1/revoke"_s.arg(number), toJson(request), context, std::move(callback));
}

void OrchestratorClient::forgetNode(
    const NodeName &node, const OperatorRequest &request, QObject *context, Callback<OperatorReply> callback)
{
    post(u"/api/v1/nodes/%1/forget"_s.arg(node.toString()), toJson(request), context, std::move(callback));
}

void OrchestratorClient::selfCheck(const NodeName &node, QObject *context, Callback<CheckData> callback)
{
    m_json.post(
        u"/api/v1/nodes/%1/self-check"_s.arg(node.toString()), {}, context,
        [callback = std::move(callback)](const JsonReply &reply) {
            callback({reply.result.and_then([](const QJsonObject &body) { return fromJson<CheckData>(body); }), reply.status,
                reply.body});
        },
        m_deadline + checkWait);
}

void OrchestratorClient::picture(const NodeName &node, QObject *context, BytesClient::Callback callback)
{
    m_bytes.post(
        u"/api/v1/nodes/%1/picture"_s.arg(node.toString()), "image/png", context, std::move(callback), m_deadline + pictureWait);
}

QString newIdempotencyKey()
{
    QString key;
    for (int i = 0; i < 2; ++i) {
        key += u"%1"_s.arg(QRandomGenerator::system()->generate64(), 16, 16, QLatin1Char('0'));
    }
    return key;
}

} // namespace dtf
