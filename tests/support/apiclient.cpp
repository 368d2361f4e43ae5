// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/apiclient.h"

#include <QTest>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds answerDeadline = seconds(15);

JsonClient::Options options(quint16 port, const QByteArray &token, const Fingerprint &pin)
{
    JsonClient::Options options;
    options.base = QUrl((pin.isEmpty() ? u"http://127.0.0.1:%1"_s : u"https://127.0.0.1:%1"_s).arg(port));
    options.trust = TlsTrust(pin);
    options.token = token;
    options.deadline = answerDeadline;
    return options;
}

template <typename T> T answered(const JsonReply &reply)
{
    const Result<T> value = reply.result.and_then([](const QJsonObject &body) { return fromJson<T>(body); });
    return value.value_or(T {});
}

} // namespace

ApiClient::ApiClient(quint16 port, const QByteArray &token, const Fingerprint &pin)
    : m_options(options(port, token, pin))
    , m_client(m_options)
{ }

QNetworkRequest ApiClient::request(const QString &target) const
{
    QNetworkRequest request(m_options.base.resolved(QUrl(target)));
    request.setRawHeader("Authorization", "Bearer " + m_options.token);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setTransferTimeout(30'000);
    return request;
}

JsonReply ApiClient::get(const QString &target)
{
    auto answer = std::make_shared<std::optional<JsonReply>>();
    m_client.get(target, this, [answer](const JsonReply &reply) { *answer = reply; });
    (void)QTest::qWaitFor([&] { return answer->has_value(); }, 20'000);
    return answer->value_or(JsonReply {fail(ErrorCode::Timeout), 0, {}});
}

JsonReply ApiClient::post(const QString &target, const QJsonObject &body)
{
    auto answer = std::make_shared<std::optional<JsonReply>>();
    m_client.post(target, body, this, [answer](const JsonReply &reply) { *answer = reply; });
    (void)QTest::qWaitFor([&] { return answer->has_value(); }, 20'000);
    return answer->value_or(JsonReply {fail(ErrorCode::Timeout), 0, {}});
}

StateView ApiClient::state()
{
    return answered<StateView>(get(u"/api/v1/state"_s));
}

NodeView ApiClient::node(const char *name)
{
    for (const NodeView &node : state().nodes) {
        if (node.node.bytes() == name) {
            return node;
        }
    }
    return {};
}

bool ApiClient::isReady(const char *name)
{
    const NodeView view = node(name);
    return view.beat.seq > 0 && view.beat.browserState == BrowserState::Ready && view.beat.shareOk;
}

QList<JobView> ApiClient::jobs(const QList<JobState> &states)
{
    QStringList words;
    for (const JobState state : states) {
        words.append(toString(state));
    }
    const QString filter = words.isEmpty() ? QString() : u"&state="_s + words.join(u',');
    QList<JobView> all;
    QString cursor;
    do {
        const QString from = cursor.isEmpty() ? QString() : u"&cursor="_s + QString::fromLatin1(QUrl::toPercentEncoding(cursor));
        const JobPage page = answered<JobPage>(get(u"/api/v1/jobs?limit=1000"_s + filter + from));
        all += page.jobs;
        cursor = page.next;
    } while (!cursor.isEmpty());
    return all;
}

JobView ApiClient::job(const JobId &id)
{
    return answered<JobView>(get(u"/api/v1/jobs/%1"_s.arg(id.toString())));
}

JobView ApiClient::jobNamed(const QString &name)
{
    JobView newest;
    for (const JobView &job : jobs()) {
        if (job.name == name && (newest.job.isNull() || job.job > newest.job)) {
            newest = job;
        }
    }
    return newest;
}

WhyView ApiClient::why(const JobId &id)
{
    return answered<WhyView>(get(u"/api/v1/jobs/%1/why"_s.arg(id.toString())));
}

QList<AuditRow> ApiClient::audit(const JobId &job)
{
    const QString of = job.isNull() ? QString() : u"&job="_s + job.toString();
    QList<AuditRow> rows;
    for (qint64 after = 0;;) {
        const auto page = answered<AuditPage>(get(u"/api/v1/audit?order=oldest&limit=1000&after=%1%2"_s.arg(after).arg(of)));
        rows += page.rows;
        if (page.rows.size() < 1000) {
            return rows;
        }
        after = page.rows.last().seq;
    }
}

qsizetype ApiClient::audited(const JobId &job, AuditKind kind)
{
    const QList<AuditRow> rows = audit(job);
    return std::count_if(rows.begin(), rows.end(), [kind](const AuditRow &row) { return row.event.kind == kind; });
}

ApiClient::Answer ApiClient::send(const QString &target, OperatorRequest request)
{
    if (request.reason.isEmpty()) {
        request.reason = u"a story"_s;
    }
    const JsonReply reply = post(target, toJson(request));
    const QJsonObject &body = reply.result ? *reply.result : reply.body;
    return {reply.status, fromJson<OperatorReply>(body).value_or(OperatorReply {})};
}

ApiClient::Answer ApiClient::command(const JobId &job, JobAction action, const OperatorRequest &request)
{
    return send(u"/api/v1/jobs/%1/%2"_s.arg(job.toString(), toString(action)), request);
}

ApiClient::Answer ApiClient::command(const char *node, NodeAction action, const OperatorRequest &request)
{
    return send(u"/api/v1/nodes/%1/%2"_s.arg(QLatin1StringView(node), toString(action)), request);
}

ApiClient::Answer ApiClient::acknowledge(AlertKind kind, const QByteArray &subject, const OperatorRequest &request)
{
    return send(u"/api/v1/alerts/%1/%2/ack"_s.arg(toString(kind), QString::fromLatin1(subject)), request);
}

std::optional<Alert> ApiClient::alert(AlertKind kind)
{
    QList<Alert> open = state().alerts;
    open.removeIf([kind](const Alert &alert) { return alert.kind != kind; });
    return open.size() == 1 ? std::optional(open.first()) : std::nullopt;
}

ApiClient::Answer ApiClient::dispatch(bool pause)
{
    return send(pause ? u"/api/v1/dispatch/pause"_s : u"/api/v1/dispatch/resume"_s, {});
}

} // namespace dtf
