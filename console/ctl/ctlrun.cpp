// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/ctlrun.h"

#include "common/protocol/codec.h"
#include "console/ctl/alertfinder.h"
#include "console/ctl/auditfollower.h"
#include "console/ctl/jobfinder.h"
#include "console/ctl/logfollower.h"
#include "console/evidence/evidencerun.h"

#include <QDateTime>
#include <QSaveFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

constexpr qsizetype mostJobs = 200'000; ///< of --all: what fits into memory

} // namespace

CtlRun::CtlRun(const Arguments &arguments, const QByteArray &token, std::function<void(ExitCode)> ended, QObject *parent)
    : QObject(parent)
    , m_arguments(arguments)
    , m_hasToken(!token.isEmpty())
    , m_client({arguments.server, token, arguments.timeout, TlsTrust(arguments.fingerprint)})
    , m_output(arguments.json)
    , m_ended(std::move(ended))
{ }

PrintContext CtlRun::context() const
{
    return {{QDateTime::currentMSecsSinceEpoch()}, QTimeZone::systemTimeZone()};
}

void CtlRun::end(ExitCode code)
{
    if (m_ended) {
        std::exchange(m_ended, {})(code == ExitCode::Ok && !m_output.good() ? ExitCode::Usage : code);
    }
}

void CtlRun::fail(const Error &error, int status, const QJsonObject &body)
{
    m_output.trouble(troubleText(error, status, m_arguments.server, m_hasToken));
    if (m_output.json()) {
        m_output.document(body.isEmpty() ? toJson(ApiError {error.code, error.detail}) : body);
    }
    end(exitCodeOf(error, status));
}

template <typename T> void CtlRun::show(const Answer<T> &answer, const std::function<QString(const T &)> &print)
{
    if (!answer.result) {
        fail(answer.result.error(), answer.status, answer.status >= 400 ? answer.body : QJsonObject());
        return;
    }
    if (m_output.json()) {
        m_output.document(answer.body);
    } else {
        m_output.text(print(*answer.result));
    }
    end(ExitCode::Ok);
}

void CtlRun::start()
{
    switch (m_arguments.verb) {
    case Verb::Help:
    case Verb::Version:
        end(ExitCode::Ok); // main's
        return;
    case Verb::State:
        m_client.state(
            this, [this](const auto &a) { show<StateView>(a, [this](const auto &s) { return stateText(s, context()); }); });
        return;
    case Verb::Nodes:
        m_client.nodes(
            this, [this](const auto &a) { show<StateView>(a, [this](const auto &s) { return nodesText(s.nodes, context()); }); });
        return;
    case Verb::Alerts:
        m_client.alerts(this,
            [this](const auto &a) { show<StateView>(a, [this](const auto &s) { return alertsText(s.alerts, context()); }); });
        return;
    case Verb::Jobs:
        m_filter = m_arguments.jobs;
        m_filter.limit = m_arguments.all ? 1000 : m_filter.limit;
        nextJobsPage();
        return;
    case Verb::Report:
        m_client.report(m_arguments.day, this, [this](const auto &a) { show<QJsonObject>(a, reportText); });
        return;
    case Verb::History:
        m_client.history(m_arguments.hours, this,
            [this](const auto &a) { show<HistoryView>(a, [this](const auto &v) { return historyText(v, context()); }); });
        return;
    case Verb::Audit:
        if (m_arguments.job.isEmpty()) {
            showAudit({});
        } else {
            withJob([this](const JobId &job) { showAudit(job); });
        }
        return;
    case Verb::Why:
        withJob([this](const JobId &job) {
            m_client.why(
                job, this, [this](const auto &a) { show<WhyView>(a, [this](const auto &w) { return whyText(w, context()); }); });
        });
        return;
    case Verb::Log:
        withJob([this](const JobId &job) {
            auto *log = new LogFollower(m_client, m_output, job, m_arguments.attempt, m_arguments.follow, this);
            log->ended = [this](
                             const std::optional<Error> &error, int status) { error ? fail(*error, status) : end(ExitCode::Ok); };
            log->start();
        });
        return;
    case Verb::Attempts:
        withJob([this](const JobId &job) {
            m_client.attempts(job, this,
                [this](const auto &a) { show<AttemptsView>(a, [this](const auto &v) { return attemptsText(v, context()); }); });
        });
        return;
    case Verb::Results:
        withJob([this](const JobId &job) {
            m_client.results(job, this, [this](const auto &a) { show<ResultsView>(a, resultsText); });
        });
        return;
    case Verb::SelfCheck:
        m_client.selfCheck(m_arguments.node, this, [this](const auto &a) { showCheck(a); });
        return;
    case Verb::Job:
        withJob([this](const JobId &job) {
            m_client.command(job, m_arguments.jobAction, m_arguments.request, this, [this](const auto &a) { showReply(a); });
        });
        return;
    case Verb::Node:
        m_client.command(
            m_arguments.node, m_arguments.nodeAction, m_arguments.request, this, [this](const auto &a) { showReply(a); });
        return;
    case Verb::Evidence:
        withJob([this](const JobId &job) { takeEvidence(job); });
        return;
    case Verb::Picture:
        takePicture();
        return;
    case Verb::Dispatch:
        m_client.dispatch(m_arguments.pause, m_arguments.request, this, [this](const auto &a) { showReply(a); });
        return;
    case Verb::Ack:
        acknowledge();
        return;
    case Verb::JoinCode:
        makeJoinCode();
        return;
    case Verb::JoinCodes:
        if (m_arguments.revoke > 0) {
            m_client.revokeJoinCode(m_arguments.revoke, m_arguments.request, this, [this](const auto &a) { showReply(a); });
        } else {
            m_client.joinCodes(this,
                [this](const auto &a) { show<JoinCodesView>(a, [this](const auto &v) { return joinCodesText(v, context()); }); });
        }
        return;
    case Verb::ForgetNode:
        m_client.forgetNode(m_arguments.node, m_arguments.request, this, [this](const auto &a) { showReply(a); });
        return;
    case Verb::TakeOut:
        takeOut();
        return;
    case Verb::PutBack:
        putBack();
        return;
    case Verb::Rollout:
        rollOut();
        return;
    }
}

void CtlRun::withJob(std::function<void(const JobId &)> go)
{
    findJob(m_client, m_arguments.job, this, [this, go = std::move(go)](const Answer<JobId> &answer) {
        answer.result ? go(*answer.result) : fail(answer.result.error(), answer.status, answer.body);
    });
}

void CtlRun::nextJobsPage()
{
    m_client.jobs(m_filter, this, [this](const Answer<JobPage> &page) {
        if (!page.result) {
            fail(page.result.error(), page.status, page.body);
            return;
        }
        m_filter.cursor = page.result->next;
        m_total = page.result->total;
        m_jobs += page.result->jobs;
        for (const auto &job : page.body.value("jobs"_L1).toArray()) {
            m_rawJobs.append(job);
        }
        if (m_arguments.all && !m_filter.cursor.isEmpty() && m_jobs.size() < mostJobs) {
            nextJobsPage();
        } else if (m_output.json() && !m_arguments.all) {
            m_output.document(page.body);
            end(ExitCode::Ok);
        } else {
            showJobs();
        }
    });
}

void CtlRun::showJobs()
{
    if (m_output.json()) {
        m_output.document({{"jobs"_L1, m_rawJobs}, {"total"_L1, m_total}, {"next"_L1, m_filter.cursor}});
    } else {
        m_output.text(jobsText(m_jobs, context()));
        if (!m_filter.cursor.isEmpty()) {
            m_output.trouble(u"%1 of %2 files shown; narrow the filters, or use --all."_s.arg(m_jobs.size()).arg(m_total));
        }
    }
    end(ExitCode::Ok);
}

void CtlRun::showAudit(const JobId &job)
{
    AuditFilter filter = m_arguments.audit;
    filter.job = job;
    if (!m_arguments.follow) {
        m_client.audit(filter, this,
            [this](const auto &a) { show<AuditPage>(a, [this](const auto &page) { return auditText(page.rows, context()); }); });
        return;
    }
    auto *audit = new AuditFollower(m_client, m_output, filter, this);
    audit->ended = [this](const std::optional<Error> &error, int status) { error ? fail(*error, status) : end(ExitCode::Ok); };
    audit->start();
}

void CtlRun::showCheck(const Answer<CheckData> &answer)
{
    if (!answer.result) {
        fail(answer.result.error(), answer.status, answer.status >= 400 ? answer.body : QJsonObject());
        return;
    }
    if (m_output.json()) {
        m_output.document(answer.body);
    } else {
        m_output.text(checkText(*answer.result, context()));
    }
    const QList<CheckLine> &rows = answer.result->rows;
    const bool well = !rows.isEmpty() && std::all_of(rows.cbegin(), rows.cend(), [](const CheckLine &line) { return line.ok; });
    end(well ? ExitCode::Ok : ExitCode::Refused);
}

void CtlRun::takeEvidence(const JobId &job)
{
    auto *run = new EvidenceRun(m_client, {job, m_arguments.file, m_arguments.server.toString(QUrl::RemoveUserInfo), {}}, this);
    connect(run, &EvidenceRun::finished, this, [this, job](const EvidenceRun::Sum &sum) {
        if (sum.error && sum.local) {
            m_output.trouble(sum.error->detail);
            end(ExitCode::Usage);
            return;
        }
        if (sum.error) {
            fail(*sum.error, sum.error->code == ErrorCode::NotFound ? 404 : 0);
            return;
        }
        if (m_output.json()) {
            m_output.document({{"job"_L1, job.toString()}, {"file"_L1, m_arguments.file},
                {"missing"_L1, QJsonArray::fromStringList(sum.missing)}});
        } else {
            m_output.text(u"%1\n"_s.arg((QStringList {m_arguments.file + u": written."_s} + sum.missing).join(u'\n')));
        }
        end(sum.missing.isEmpty() ? ExitCode::Ok : ExitCode::Refused); // a script must not take a part for the whole
    });
    run->start();
}

void CtlRun::takePicture()
{
    m_client.picture(m_arguments.node, this, [this](const BytesReply &reply) {
        if (!reply.result) {
            fail(reply.result.error(), reply.status);
            return;
        }
        QSaveFile file(m_arguments.file);
        if (!file.open(QIODevice::WriteOnly) || file.write(*reply.result) != reply.result->size() || !file.commit()) {
            m_output.trouble(u"%1 can't be written: %2. Choose another place."_s.arg(m_arguments.file, file.errorString()));
            end(ExitCode::Usage);
            return;
        }
        const qint64 bytes = reply.result->size();
        if (m_output.json()) {
            m_output.document({{"node"_L1, m_arguments.node.toString()}, {"file"_L1, m_arguments.file}, {"bytes"_L1, bytes}});
        } else {
            m_output.text(u"%1: %2 bytes.\n"_s.arg(m_arguments.file).arg(bytes));
        }
        end(ExitCode::Ok);
    });
}

/// Of the alert as it is now: should it end and come again before the command arrives, that one stays open.
void CtlRun::acknowledge()
{
    m_client.alerts(this, [this](const Answer<StateView> &answer) {
        if (!answer.result) {
            fail(answer.result.error(), answer.status, answer.status >= 400 ? answer.body : QJsonObject());
            return;
        }
        const auto alert = chooseAlert(m_arguments.alertKind, m_arguments.subject, answer.result->alerts);
        if (!alert) {
            fail(alert.error(), 400);
            return;
        }
        OperatorRequest request = m_arguments.request;
        if (alert->since.msecsSinceEpoch != 0) {
            request.expectSince = alert->since;
        }
        m_client.acknowledge(alert->kind, alert->subject, request, this, [this](const auto &a) { showReply(a); });
    });
}

void CtlRun::showReply(const Answer<OperatorReply> &answer)
{
    if (!answer.result) {
        fail(answer.result.error(), answer.status, answer.status >= 400 ? answer.body : QJsonObject());
        return;
    }
    if (m_output.json()) {
        m_output.document(answer.body);
    } else if (answer.result->ok) {
        m_output.text(replyText(*answer.result, context()));
    } else {
        m_output.trouble(replyText(*answer.result, context()).trimmed());
    }
    end(exitCodeOf(*answer.result));
}

} // namespace dtf
