// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/logfollower.h"

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

bool restsIn(JobState state)
{
    return isFinal(state) || state == JobState::Hold || state == JobState::Failed;
}

} // namespace

LogFollower::LogFollower(
    OrchestratorClient &client, Output &output, const JobId &job, Epoch attempt, bool follow, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_output(output)
    , m_job(job)
    , m_attempt(attempt)
    , m_follow(follow)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(PollRetry::interval);
    connect(&m_timer, &QTimer::timeout, this, &LogFollower::look);
}

void LogFollower::look()
{
    m_client.job(m_job, this, [this](const Answer<JobView> &answer) { took(answer); });
}

void LogFollower::took(const Answer<JobView> &answer)
{
    if (!answer.result) {
        again(answer.result.error(), answer.status);
        return;
    }
    m_retry.succeeded();
    const JobView &job = *answer.result;
    m_atRest = restsIn(job.state);
    if (m_attempt > 0) {
        m_epoch = m_attempt;
        read();
        return;
    }
    if (job.epoch != m_epoch) {
        if (m_epoch > 0) {
            show(m_text.flush());
        }
        m_epoch = job.epoch;
        m_offset = 0;
        if (m_follow && !m_output.json()) {
            m_output.trouble(u"Attempt %1 on %2"_s.arg(job.epoch).arg(job.node.toString()));
        }
    }
    if (m_epoch > 0) {
        read();
    } else if (m_follow && !m_atRest) {
        m_timer.start(); // not given to a node yet
    } else {
        finish(Error {ErrorCode::NotFound, u"This file has not run yet, so it has no log. Try why."_s}, 404);
    }
}

void LogFollower::read()
{
    m_client.log(m_job, m_attempt, m_offset, this, [this](const BytesReply &reply) { took(reply); });
}

void LogFollower::took(const BytesReply &reply)
{
    if (!reply.result) {
        const bool notYet = m_follow && !m_atRest && reply.result.error().code == ErrorCode::NotFound;
        notYet ? m_timer.start() : again(reply.result.error(), reply.status);
        return;
    }
    m_retry.succeeded();
    m_offset += reply.result->size();
    show(m_text.add(*reply.result));
    if (!m_output.good()) {
        finish(std::nullopt, 200);
    } else if (!reply.result->isEmpty()) {
        read();
    } else if (m_follow && !m_atRest) {
        m_timer.start();
    } else {
        show(m_text.flush());
        finish(std::nullopt, 200);
    }
}

void LogFollower::show(const QString &text)
{
    if (text.isEmpty()) {
        return;
    }
    if (m_output.json()) {
        m_output.document({{"job"_L1, m_job.toString()}, {"attempt"_L1, static_cast<qint64>(m_epoch)}, {"text"_L1, text}});
    } else {
        m_output.text(text);
    }
}

void LogFollower::again(const Error &error, int status)
{
    const bool passing = status == 0 || error.code == ErrorCode::Unavailable || error.code == ErrorCode::TooMany
        || error.code == ErrorCode::ShareDown;
    if (!m_follow || m_epoch == 0 || !passing || !m_retry.mayRetry()) {
        finish(error, status);
        return;
    }
    if (m_retry.firstFailure()) {
        m_output.trouble(u"The log can't be read now; trying again."_s);
    }
    m_timer.start();
}

void LogFollower::finish(const std::optional<Error> &error, int status)
{
    m_timer.stop();
    ended(error, status);
}

} // namespace dtf
