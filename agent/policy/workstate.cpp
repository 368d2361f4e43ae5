// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/workstate.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds longestTold {3'600'000};
constexpr milliseconds sweepAgainAfter {2'000};

} // namespace

WorkState::WorkState(const AgentConfig &config, const AgentIdentity &identity, JournalView view)
    : m_config(config)
    , m_identity(identity)
    , m_view(std::move(view))
    , m_shareUuid(m_view.hasOpen() || !(config.adoptShare || config.offline) ? m_view.shareUuid() : QByteArray())
{ }

QList<NumberedEffect> WorkState::apply(const Event &event, Now now)
{
    m_now = now;
    std::visit([this](const auto &e) { on(e); }, event);
    proceed();
    return std::exchange(m_out, {});
}

void WorkState::on(const event::Tick &) { }

void WorkState::on(const event::Hint &)
{
    m_nextList = m_now.mono;
}

void WorkState::on(const event::Listed &e)
{
    if (e.number != m_listAwaits) {
        return;
    }
    m_listAwaits = 0;
    m_nextList = m_now.mono + m_config.shareRescan;
    if (e.diskFree >= 0) {
        m_diskFree = e.diskFree;
    }
    if (!e.result) {
        m_readTrouble = e.result.error();
        return;
    }
    if (!m_shareUuid.isEmpty() && e.shareUuid != m_shareUuid) {
        m_readTrouble = Error {ErrorCode::ShareWrong,
            u"another share is mounted here (%1 instead of %2): nothing is touched; is the move to another share meant, then start the agent once with --adopt-share"_s
                .arg(QLatin1StringView(e.shareUuid), QLatin1StringView(m_shareUuid))};
        return;
    }
    m_readTrouble.reset();
    if (m_shareUuid.isEmpty()) {
        m_shareUuid = e.shareUuid;
        if (m_view.shareUuid() != e.shareUuid) {
            JournalRecord seen;
            seen.kind = RecordKind::ShareSeen;
            seen.time = m_now.wall;
            seen.shareUuid = e.shareUuid;
            m_writing.insert(emitNumbered(effect::Append {seen, {}}), seen);
        }
    }
    m_assigned = e.assigned;
    std::sort(m_assigned.begin(), m_assigned.end(),
        [](const TokenName &a, const TokenName &b) { return std::tie(a.job, a.epoch) < std::tie(b.job, b.epoch); });
    std::erase_if(m_uncopiedSince, [&e](const auto &entry) {
        const auto isIt = [&entry](const TokenName &t) { return Attempt {t.job, t.epoch} == entry.first; };
        return std::none_of(e.assigned.begin(), e.assigned.end(), isIt) && std::none_of(e.running.begin(), e.running.end(), isIt);
    });
    const QHash<QByteArray, MonoTime> before = std::exchange(m_strangers, {});
    seeRunning(e.running, before);
    seeEnded(before);
}

/// A listing may be old, so only what two of them show, further apart than the client's cache lives, is believed.
bool WorkState::isThereForSure(const QByteArray &token, const QHash<QByteArray, MonoTime> &before)
{
    const MonoTime first = before.value(token, m_now.mono);
    m_strangers.insert(token, first);
    return m_now.mono != first && m_now.mono - first >= m_config.shareCache;
}

/// Tokens in my running/ that no entry of the journal explains: nothing is touched (a cloned VM shares our name and our folder).
void WorkState::seeRunning(const QList<TokenName> &running, const QHash<QByteArray, MonoTime> &before)
{
    for (const TokenName &token : running) {
        const AttemptEntry *entry = m_view.find({token.job, token.epoch});
        const bool own = m_view.isOwnBoot(token.boot) && entry != nullptr;
        const bool vain = own && entry->last == RecordKind::Dropped;
        if (own && !vain && entry->last != RecordKind::Released) {
            continue;
        }
        const QByteArray key = format(token);
        if (!isThereForSure(key, before) || (!own && m_told.contains(key))) {
            continue;
        }
        if (vain) {
            m_reopen.insert({token.job, token.epoch}); // the claim had worked after all
        } else if (own) {
            tell(token, ReportKind::Released, entry->verdict.cause, u"still to be moved on"_s);
        } else {
            tell(token, ReportKind::Foreign, Cause::ForeignToken,
                u"a token in this node's running folder that this agent never claimed"_s);
        }
    }
}

/// Tokens that lie unbegun in my folder although the journal has closed their attempt: a file server that lost its power forgot
/// the claim. They are never taken again, and whoever asks for them must hear so.
void WorkState::seeEnded(const QHash<QByteArray, MonoTime> &before)
{
    for (const TokenName &token : std::as_const(m_assigned)) {
        const AttemptEntry *entry = m_view.find({token.job, token.epoch});
        if (entry == nullptr || entry->last == RecordKind::Dropped || isOpen(entry->last)) {
            continue;
        }
        if (isThereForSure(format(token), before)) {
            tell(token, ReportKind::Fenced, Cause::Fenced,
                u"this attempt has ended, yet its file lies here again; it is not taken"_s);
        }
    }
}

void WorkState::tell(const TokenName &token, ReportKind kind, Cause cause, const QString &detail)
{
    if (!mayTell(format(token))) {
        return;
    }
    Report r;
    r.kind = kind;
    r.job = token.job;
    r.epoch = token.epoch;
    r.tokenBoot = token.boot;
    r.name = QString::fromUtf8(token.name);
    r.cause = cause;
    r.detail = detail;
    on(event::ReportAsked {r});
}

/// Told until the token has gone, less and less often: a restored store knows nothing of what was acknowledged before.
bool WorkState::mayTell(const QByteArray &token)
{
    const auto told = m_told.constFind(token);
    if (told != m_told.cend() && m_now.mono < told->again) {
        return false;
    }
    Told &next = m_told[token];
    next.again = m_now.mono + next.pause;
    next.pause = std::min(next.pause * 2, longestTold);
    return true;
}

void WorkState::on(const event::AliveTouched &e)
{
    if (e.number != m_aliveAwaits) {
        return;
    }
    m_aliveAwaits = 0;
    if (e.result) {
        mutationWorked();
    } else {
        trouble(e.result.error());
    }
}

void WorkState::on(const event::Swept &e)
{
    if (e.number != m_sweepAwaits) {
        return;
    }
    m_sweepAwaits = 0;
    m_swept = e.allDead;
    m_sweepAt = m_now.mono + sweepAgainAfter;
}

void WorkState::on(const event::Journalled &e)
{
    const JournalRecord written = m_writing.take(e.number);
    if (!e.ok) {
        m_frozen = true;
        return;
    }
    m_view.apply(written);
    if (!m_hand || m_hand->awaits != e.number) {
        return;
    }
    m_hand->awaits = 0;
    switch (m_hand->step) {
    case Step::ClaimJournal: {
        const effect::CopyOut *copied = std::get_if<effect::CopyOut>(&m_hand->effect);
        const SharePath source = copied != nullptr ? copied->source : SharePath();
        if (source == runningPath()) {
            issue(
                Step::Verifying, effect::VerifyToken {source, m_hand->seen, m_hand->input}); // a claim that had worked after all
        } else {
            issue(Step::Claiming, effect::Move {source, runningPath()});
        }
        return;
    }
    case Step::StartJournal:
        m_hand->claimReported = true;
        spawn();
        return;
    case Step::ExitJournal:
        m_hand->claimReported = m_hand->claimReported || m_hand->end.spawned; // of what never ran it goes with the end
        carryOut();
        return;
    case Step::StagingJournal:
        stage();
        return;
    case Step::FencedJournal:
        issue(Step::LateEvidence, effect::SaveEvidence {m_hand->token, ownStage(), stagesMade()});
        return;
    case Step::EndJournal: {
        const Attempt attempt = m_hand->attempt();
        m_heldUp.erase(attempt);
        // A claim in vain is looked at again after a while; everything else is closed for good.
        putDown(written.kind == RecordKind::Dropped ? m_hand->asideAfter : milliseconds(0));
        emitEffect(effect::DropScratch {attempt});
        return;
    }
    default:
        return;
    }
}

void WorkState::on(const event::BrowserChanged &e)
{
    m_browser = e.status;
    if (!m_hand || m_hand->step != Step::Running || ready()) {
        return;
    }
    (m_browser.state == BrowserState::LoginRequired ? m_hand->history.loginLost : m_hand->history.browserLost) = true;
}

void WorkState::on(const event::ShareHangs &e)
{
    m_shareHangs = e.hangs;
}

void WorkState::on(const event::OutboxLevel &e)
{
    m_outboxFull = e.full;
}

void WorkState::on(const event::StopAsked &e)
{
    if (!canStop(e.attempt) || m_hand->history.stopAsked) {
        return;
    }
    m_hand->history.stopAsked = true;
    m_hand->history.stopDetail = e.by.isEmpty() ? e.reason : u"stopped by %1: %2"_s.arg(e.by, e.reason);
    if (m_hand->step == Step::Running && !m_hand->killing) {
        emitEffect(effect::SignalSoft {});
        m_hand->killAt = m_now.mono + m_config.pipeline.stopGrace;
    }
}

void WorkState::on(const event::ReportAsked &e)
{
    Report r = e.report;
    r.boot = m_identity.boot;
    r.seq = ++m_reportSeq;
    r.time = m_now.wall;
    JournalRecord only;
    only.time = m_now.wall;
    m_writing.insert(emitNumbered(effect::Append {only, {r}}), only);
}

void WorkState::on(const event::ClaimsAllowed &e)
{
    m_claimsAllowed = e.allowed;
    m_recognised = m_recognised || e.recognised;
}

void WorkState::on(const event::ShutdownAsked &)
{
    m_stopping = true;
}

} // namespace dtf
