// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of WorkState that every step uses.
#include "agent/policy/workstate.h"

#include "common/core/logging.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds heldUpPause {60'000}; ///< between two tries of a file that was put down
constexpr qsizetype longestLine = 300; ///< characters, RunningJob::lastLine

} // namespace

qint64 WorkState::emitNumbered(Effect effect)
{
    m_out.append({++m_number, std::move(effect)});
    return m_number;
}

void WorkState::issue(Step step, Effect effect)
{
    Hand &hand = *m_hand;
    if (hand.step != step) {
        hand.backoff.reset();
        hand.troubleSince.reset();
        hand.tries = 0;
    }
    hand.step = step;
    hand.retryAt.reset();
    hand.awaits = emitNumbered(effect);
    if (const auto *append = std::get_if<effect::Append>(&effect)) {
        m_writing.insert(hand.awaits, append->record);
    } else {
        hand.effect = std::move(effect); // journal records are never tried again; the last other effect stays at hand
    }
}

/// The awaited effect has failed once more. True: for reasons of the file's own, and for so long that waiting does not help.
bool WorkState::failedForLong(const Error &error)
{
    Hand &hand = *m_hand;
    trouble(error);
    if (isShareWide(error.code)) {
        hand.troubleSince.reset();
        return false;
    }
    hand.troubleSince = hand.troubleSince.value_or(m_now.mono);
    return m_now.mono - *hand.troubleSince >= fileTroubleLimit || m_heldUp.contains(hand.attempt());
}

/// The awaited effect again, later. Trouble of the file's own that lasts may not keep the node's only place, and none may keep an
/// agent from stopping: the file is put down, the journal keeps it open, and the next try begins with a look for its token.
void WorkState::retry(const Error &error)
{
    Hand &hand = *m_hand;
    const bool lasts = failedForLong(error);
    if (lasts) {
        RunningJob job = jobInHand();
        job.trouble = u"its file can't be put in its place on the share: %1"_s.arg(error.detail);
        job.lastLine = job.trouble.left(longestLine);
        m_heldUp.insert_or_assign(hand.attempt(), job);
    }
    if (lasts || m_stopping) {
        putDown(heldUpPause);
        return;
    }
    ++hand.tries;
    hand.retryAt = m_now.mono + hand.backoff.next();
}

bool WorkState::answers(qint64 number, Step step) const
{
    return m_hand && number != 0 && m_hand->awaits == number && m_hand->step == step;
}

void WorkState::putDown(milliseconds setAside)
{
    if (setAside > milliseconds(0)) {
        m_asideUntil[m_hand->attempt()] = m_now.mono + setAside;
    }
    m_hand.reset();
    m_nextList = m_now.mono;
}

void WorkState::trouble(const Error &error)
{
    switch (error.code) {
    case ErrorCode::ShareDown:
    case ErrorCode::ShareWrong:
        m_readTrouble = error;
        return;
    case ErrorCode::ReadOnly:
    case ErrorCode::NoSpace:
    case ErrorCode::IoError:
    case ErrorCode::Timeout:
    case ErrorCode::Unavailable:
        m_writeTrouble = error;
        return;
    default:
        return; // this file's trouble, not the share's
    }
}

void WorkState::mutationWorked()
{
    m_writeTrouble.reset();
}

ShareStatus WorkState::shareStatus() const
{
    if (m_shareHangs) {
        return {false, ErrorCode::Timeout, u"the share does not answer: calls to it hang"_s};
    }
    const std::optional<Error> &error = m_readTrouble ? m_readTrouble : m_writeTrouble;
    return error ? ShareStatus {false, error->code, error->detail} : ShareStatus {true, ErrorCode::ShareDown, {}};
}

bool WorkState::inHand(const Attempt &attempt) const
{
    return m_hand && m_hand->attempt() == attempt;
}

bool WorkState::canStop(const Attempt &attempt) const
{
    if (!inHand(attempt) || m_hand->fenced) {
        return false;
    }
    const bool reclaim = m_hand->step == Step::Locating && m_hand->recovered && m_hand->entry.last == RecordKind::Claim;
    return reclaim || (m_hand->step >= Step::Copying && m_hand->step <= Step::Running);
}

QList<RunningJob> WorkState::running() const
{
    if (!m_hand || m_hand->step == Step::Copying || m_hand->step == Step::ClaimJournal || m_hand->step == Step::Claiming) {
        return {};
    }
    return {jobInHand()};
}

QList<RunningJob> WorkState::heldUp() const
{
    QList<RunningJob> jobs;
    for (const auto &[attempt, job] : m_heldUp) {
        jobs.append(job);
    }
    return jobs;
}

QList<RunningJob> WorkState::begun() const
{
    QList<RunningJob> jobs = heldUp();
    jobs.removeIf([this](const RunningJob &job) { return inHand({job.job, job.epoch}); });
    return running() + jobs;
}

RunningJob WorkState::jobInHand() const
{
    RunningJob job;
    if (const auto it = m_heldUp.find(m_hand->attempt()); it != m_heldUp.end()) {
        job.trouble = it->second.trouble;
    }
    job.job = m_hand->token.job;
    job.epoch = m_hand->token.epoch;
    job.name = QString::fromUtf8(m_hand->token.name);
    job.since = m_hand->started;
    job.lastLine = m_hand->lastLine;
    job.sideEffects = m_hand->step == Step::Running ? sideEffectsPossible(m_config.pipeline.sideEffects, true, m_hand->markerSeen)
                                                    : m_hand->verdict.sideEffects && m_hand->started.msecsSinceEpoch != 0;
    return job;
}

QList<JobId> WorkState::queued() const
{
    QList<JobId> jobs;
    for (const TokenName &token : m_assigned) {
        const AttemptEntry *entry = m_view.find({token.job, token.epoch});
        if ((entry == nullptr || entry->last == RecordKind::Dropped) && !inHand({token.job, token.epoch})) {
            jobs.append(token.job);
        }
    }
    return jobs;
}

std::optional<MonoTime> WorkState::wakeAt() const
{
    if (m_frozen) {
        return std::nullopt;
    }
    std::optional<MonoTime> at;
    const auto earliest = [&at](MonoTime candidate) { at = at ? std::min(*at, candidate) : candidate; };
    if (m_listAwaits == 0) {
        earliest(m_nextList);
    }
    if (m_aliveAwaits == 0 && !m_readTrouble) {
        earliest(m_nextAlive);
    }
    if (!m_swept && m_sweepAwaits == 0 && m_sweepAt) {
        earliest(*m_sweepAt);
    }
    if (!m_hand) {
        for (const auto &[attempt, until] : m_asideUntil) {
            earliest(until);
        }
        return at;
    }
    if (m_hand->retryAt) {
        earliest(*m_hand->retryAt);
    }
    if (m_hand->step == Step::WaitingReady) {
        earliest(m_now.mono + milliseconds(1000));
    }
    if (m_hand->step == Step::Running) {
        if (m_hand->lookAwaits == 0 && !m_hand->fenced) {
            earliest(m_hand->nextLook);
        }
        if (!m_hand->killing) {
            earliest(m_hand->startedAt + m_config.pipeline.hardLimit);
            if (!m_hand->history.softSignalled) {
                earliest(m_hand->startedAt + m_config.pipeline.softLimit);
            }
            if (m_hand->killAt) {
                earliest(*m_hand->killAt);
            }
        }
    }
    return at;
}

JournalRecord WorkState::record(RecordKind kind) const
{
    JournalRecord r;
    r.kind = kind;
    r.time = m_now.wall;
    r.attempt = m_hand->attempt();
    r.name = m_hand->token.name;
    return r;
}

Report WorkState::report(ReportKind kind, const QString &detail)
{
    const Hand &hand = *m_hand;
    Report r;
    r.boot = m_identity.boot;
    r.seq = ++m_reportSeq;
    r.kind = kind;
    r.time = m_now.wall;
    r.job = hand.token.job;
    r.epoch = hand.token.epoch;
    r.tokenBoot = hand.token.boot;
    r.name = QString::fromUtf8(hand.token.name);
    r.cause = hand.verdict.cause;
    r.detail = detail.isEmpty() ? hand.verdict.detail : detail;
    r.exitCode = hand.end.exitCode;
    r.sideEffects = hand.verdict.sideEffects;
    r.rows = hand.verdict.rows;
    r.sha256 = hand.input.sha256.toHex();
    return r;
}

/// Claimed travels with the first record after the confirmed claim: one write, one fsync.
QList<Report> WorkState::claimReports(QList<Report> then)
{
    if (m_hand->claimReported || (m_hand->recovered && m_hand->entry.last != RecordKind::Claim)) {
        return then;
    }
    Report claimed = report(ReportKind::Claimed);
    claimed.cause = Cause::None;
    claimed.detail.clear();
    claimed.sideEffects = false;
    claimed.seq -= then.size(); // in sequence before what follows it
    for (qsizetype i = 0; i < then.size(); ++i) {
        then[i].seq = claimed.seq + 1 + i;
    }
    then.prepend(claimed);
    return then;
}

QByteArray WorkState::summaryJson() const
{
    const Hand &hand = *m_hand;
    QJsonObject o {{u"job"_s, hand.token.job.toString()}, {u"name"_s, QString::fromUtf8(hand.token.name)},
        {u"attempt"_s, qint64 {hand.token.epoch}}, {u"node"_s, m_config.node.toString()}, {u"boot"_s, hand.token.boot.toString()},
        {u"browser_port"_s, hand.browserPort}, {u"exit_code"_s, hand.end.exitCode},
        {u"outcome"_s, QString(toString(hand.verdict.action))}, {u"side_effects"_s, hand.verdict.sideEffects}};
    if (hand.started.msecsSinceEpoch != 0) {
        o.insert(u"started"_s, utcTimestamp(hand.started));
    }
    if (hand.ended.msecsSinceEpoch != 0) {
        o.insert(u"ended"_s, utcTimestamp(hand.ended));
    }
    if (hand.verdict.rows >= 0) {
        o.insert(u"rows"_s, hand.verdict.rows);
    }
    if (!hand.input.sha256.isEmpty()) {
        o.insert(u"input"_s,
            QJsonObject {{u"size"_s, hand.input.size}, {u"sha256"_s, QString::fromLatin1(hand.input.sha256.toHex())}});
    }
    if (hand.verdict.action != RunAction::Publish) {
        o.insert(u"cause"_s, QString(toString(hand.verdict.cause)));
        o.insert(u"detail"_s, hand.verdict.detail);
        o.insert(u"last_lines"_s, hand.end.lastLines);
    }
    return QJsonDocument(o).toJson(QJsonDocument::Indented);
}

SharePath WorkState::runningPath() const
{
    return layout::running(m_config.node, m_hand->token);
}

StageName WorkState::ownStage() const
{
    return {m_hand->token.job, m_hand->token.epoch, m_identity.boot};
}

QList<StageName> WorkState::stagesMade() const
{
    QList<StageName> stages;
    if (const AttemptEntry *entry = m_view.find(m_hand->attempt())) {
        for (const BootId &boot : entry->stageBoots) {
            stages.append({m_hand->token.job, m_hand->token.epoch, boot});
        }
    }
    return stages;
}

} // namespace dtf
