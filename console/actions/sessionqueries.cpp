// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/actions/sessionqueries.h"

#include "console/models/savedjobs.h"

#include <QTimer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostHistory = 1000; ///< the API's bound

} // namespace

template <typename T> OrchestratorClient *SessionQueries::clientOr(QObject *context, const Taken<T> &taken) const
{
    if (Session *session = m_commands.session()) {
        return &session->client();
    }
    const QString why = m_saved ? u"a saved state holds no more than this"_s : u"no orchestrator is connected"_s;
    QTimer::singleShot(0, context, [taken, why] { taken(tl::unexpected(Error {ErrorCode::Unavailable, why})); });
    return nullptr;
}

void SessionQueries::jobs(const JobFilter &filter, QObject *context, PageTaken taken)
{
    if (m_saved && !m_commands.session()) {
        QTimer::singleShot(0, context, [page = pageOf(*m_saved, filter), taken = std::move(taken)] { taken(page); });
        return;
    }
    if (auto *client = clientOr<JobPage>(context, taken)) {
        client->jobs(filter, context, [taken = std::move(taken)](const Answer<JobPage> &answer) { taken(answer.result); });
    }
}

void SessionQueries::history(const JobId &job, QObject *context, Taken<QList<AuditRow>> taken)
{
    if (auto *client = clientOr<QList<AuditRow>>(context, taken)) {
        AuditFilter filter;
        filter.job = job;
        filter.limit = mostHistory;
        client->audit(filter, context, [taken = std::move(taken)](const Answer<AuditPage> &answer) {
            taken(answer.result.map([](const AuditPage &page) { return page.rows; }));
        });
    }
}

void SessionQueries::why(const JobId &job, QObject *context, Taken<WhyView> taken)
{
    if (auto *client = clientOr<WhyView>(context, taken)) {
        client->why(job, context, [taken = std::move(taken)](const Answer<WhyView> &answer) { taken(answer.result); });
    }
}

void SessionQueries::log(const JobId &job, Epoch attempt, qint64 offset, QObject *context, Taken<QByteArray> taken)
{
    if (auto *client = clientOr<QByteArray>(context, taken)) {
        client->log(job, attempt, offset, context, [taken = std::move(taken)](const BytesReply &reply) { taken(reply.result); });
    }
}

void SessionQueries::attempts(const JobId &job, QObject *context, Taken<AttemptsView> taken)
{
    if (auto *client = clientOr<AttemptsView>(context, taken)) {
        client->attempts(job, context, [taken = std::move(taken)](const Answer<AttemptsView> &answer) { taken(answer.result); });
    }
}

void SessionQueries::results(const JobId &job, QObject *context, Taken<ResultsView> taken)
{
    if (auto *client = clientOr<ResultsView>(context, taken)) {
        client->results(job, context, [taken = std::move(taken)](const Answer<ResultsView> &answer) { taken(answer.result); });
    }
}

} // namespace dtf
