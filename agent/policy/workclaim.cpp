// SPDX-License-Identifier: GPL-3.0-or-later
// From a token in the folder to a spawned pipeline (share-protocol.md, "Claim, agent").
#include "agent/policy/workstate.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds pauseLimit {10'000}; ///< own pause after which the token is verified again
constexpr milliseconds readyLimit {60'000}; ///< a claimed file waits this long for the browser, then it is given back
constexpr milliseconds asideAfterTrouble {30'000};

/// The stage puts the input beside these two.
bool clashesInStage(const QByteArray &name)
{
    const QByteArray lower = name.toLower();
    return lower == "manifest.json" || lower == "results";
}

Cause causeOf(const BrowserStatus &browser)
{
    return browser.state == BrowserState::LoginRequired ? Cause::LoginLost : Cause::BrowserLost;
}

} // namespace

void WorkState::claim(const TokenName &token)
{
    m_hand = Hand {};
    m_hand->token = token;
    m_hand->token.boot = m_identity.boot;
    issue(Step::Copying, effect::CopyOut {layout::assigned(m_config.node, token), m_hand->token});
}

void WorkState::on(const event::Copied &e)
{
    if (!answers(e.number, Step::Copying)) {
        return;
    }
    Hand &hand = *m_hand;
    hand.awaits = 0;
    const Attempt attempt = hand.attempt();
    if (!e.result) {
        // Nothing has been claimed by this life: leave it where it is and look again later.
        if (!e.localTrouble) {
            trouble(e.result.error());
        }
        if (cannotBeCopied(e.result.error(), e.localTrouble)) {
            return;
        }
        putDown(e.result.error().code == ErrorCode::NotFound ? milliseconds(2'000) : asideAfterTrouble);
        emitEffect(effect::DropScratch {attempt});
        return;
    }
    m_uncopiedSince.erase(attempt);
    if (m_stopping) {
        putDown(asideAfterTrouble);
        emitEffect(effect::DropScratch {attempt});
        return;
    }
    hand.seen = e.result->seen;
    hand.input = e.result->input;
    hand.inputChanged = !hand.entry.input.sha256.isEmpty() && hand.entry.input.sha256 != hand.input.sha256;
    JournalRecord claimed = record(RecordKind::Claim);
    claimed.boot = m_identity.boot;
    claimed.input = hand.input;
    hand.token.boot = m_identity.boot;
    issue(Step::ClaimJournal, effect::Append {claimed, {}});
}

/// True when this file, and not the share, has refused to be copied for so long that a person must look at it, or when it does
/// not fit on this machine (`local`) and another one may have it. It is claimed for that: only what lies in running/ under this
/// boot is ours to move.
bool WorkState::cannotBeCopied(const Error &error, bool local)
{
    Hand &hand = *m_hand;
    const bool passes = error.code == ErrorCode::NotFound || error.code == ErrorCode::Cancelled || m_stopping;
    if (passes || (!local && isShareWide(error.code))) {
        return false;
    }
    const MonoTime since = m_uncopiedSince.try_emplace(hand.attempt(), m_now.mono).first->second;
    const milliseconds lasted = m_now.mono - since;
    if (lasted < fileTroubleLimit && !hand.history.stopAsked) {
        return false;
    }
    m_uncopiedSince.erase(hand.attempt());
    hand.noCopy = (local ? u"there was no room for it on this machine for %1 s: %2"_s : u"it could not be read for %1 s: %2"_s)
                      .arg(std::chrono::duration_cast<seconds>(lasted).count())
                      .arg(error.detail);
    hand.noRoom = local;
    if (hand.recovered) {
        endUncopied(); // it lies in running/ already
        return true;
    }
    JournalRecord claimed = record(RecordKind::Claim);
    claimed.boot = m_identity.boot;
    issue(Step::ClaimJournal, effect::Append {claimed, {}});
    return true;
}

void WorkState::endUncopied()
{
    if (m_hand->history.stopAsked) {
        holdStopped();
    } else if (m_hand->noRoom) {
        giveBack(Cause::SpawnFailed, m_hand->noCopy);
    } else {
        conclude({RunAction::Hold, Cause::FileUnreadable, false, -1, m_hand->noCopy});
    }
}

void WorkState::onClaimMoved(const MoveResult &result)
{
    Hand &hand = *m_hand;
    switch (result.outcome) {
    case MoveOutcome::Moved:
        mutationWorked();
        if (!hand.noCopy.isEmpty()) {
            endUncopied();
            return;
        }
        issue(Step::Verifying, effect::VerifyToken {runningPath(), hand.seen, hand.input});
        return;
    case MoveOutcome::Ambiguous:
        retry(result.error); // the same rename again: its target is unique, so it settles what happened to the first
        return;
    case MoveOutcome::Lost:
        if (hand.recovered) {
            locate();
            return;
        }
        end(RecordKind::Dropped, {});
        return;
    case MoveOutcome::Busy:
    case MoveOutcome::Failed:
        trouble(result.error);
        if (hand.recovered) {
            putDown(asideAfterTrouble);
            return;
        }
        hand.asideAfter = asideAfterTrouble;
        end(RecordKind::Dropped, {});
        return;
    }
}

void WorkState::on(const event::Verified &e)
{
    if (!answers(e.number, Step::Verifying) && !answers(e.number, Step::VerifyingAgain)) {
        return;
    }
    Hand &hand = *m_hand;
    hand.awaits = 0;
    const bool startWritten = hand.step == Step::VerifyingAgain;
    if (e.result) {
        hand.goneSince.reset();
        hand.verifiedAt = m_now.mono;
        if (hand.inputChanged || clashesInStage(hand.token.name)) {
            conclude(hand.inputChanged
                    ? Verdict {RunAction::Reject, Cause::ChangedMeanwhile, false, -1, u"its content changed between two claims"_s}
                    : Verdict {
                        RunAction::Reject, Cause::HostileName, false, -1, u"this name is used by the result folder itself"_s});
        } else if (startWritten) {
            spawn();
        } else {
            startIfReady();
        }
        return;
    }
    switch (e.result.error().code) {
    case ErrorCode::Changed:
        conclude({RunAction::Reject, Cause::ChangedMeanwhile, false, -1, u"its content changed while it was taken"_s});
        return;
    case ErrorCode::NotFound:
        // "Not found" may be cached: only two looks, further apart than the cache lives, count.
        if (!hand.goneSince || m_now.mono - *hand.goneSince < m_config.shareCache) {
            hand.goneSince = hand.goneSince.value_or(m_now.mono);
            hand.retryAt = std::max(*hand.goneSince + m_config.shareCache, m_now.mono + milliseconds(1));
            return;
        }
        if (startWritten) {
            fence(u"its token was taken away before it was started"_s);
        } else {
            end(RecordKind::Dropped, {});
        }
        return;
    default:
        onUnreadable(e.result.error());
        return;
    }
}

/// A claimed token that can't be verified now. Nothing has been started, so nothing keeps it here.
void WorkState::onUnreadable(const Error &error)
{
    Hand &hand = *m_hand;
    if (hand.history.stopAsked) {
        trouble(error);
        holdStopped();
    } else if (m_stopping) {
        trouble(error);
        const QString why = u"claimed, but the agent is being stopped; nothing was started"_s;
        if (hand.step == Step::VerifyingAgain) { // START is in the journal
            conclude({RunAction::Release, Cause::AgentRestarted, false, -1, why});
        } else {
            giveBack(Cause::AgentRestarted, why);
        }
    } else if (failedForLong(error)) {
        conclude({RunAction::Hold, Cause::FileUnreadable, false, -1,
            u"it could not be read once more before its start: %1; nothing was started"_s.arg(error.detail)});
    } else {
        retry(error);
    }
}

void WorkState::holdStopped()
{
    conclude({RunAction::Hold, Cause::StoppedByOperator, false, -1, m_hand->history.stopDetail});
}

/// The token is ours and verified; the browser may have gone meanwhile.
void WorkState::startIfReady()
{
    Hand &hand = *m_hand;
    if (hand.history.stopAsked) {
        holdStopped();
        return;
    }
    if (m_stopping) {
        giveBack(Cause::AgentRestarted, u"claimed, but the agent is being stopped; nothing was started"_s);
        return;
    }
    if (!ready()) {
        if (hand.step != Step::WaitingReady) {
            hand.step = Step::WaitingReady;
            hand.readySince = m_now.mono;
        } else if (m_now.mono - hand.readySince > readyLimit) {
            giveBack(causeOf(m_browser), u"claimed, but the browser was not ready; nothing was started"_s);
        }
        return;
    }
    if (m_now.mono - hand.verifiedAt > pauseLimit) {
        issue(Step::Verifying, effect::VerifyToken {runningPath(), hand.seen, hand.input});
        return;
    }
    hand.browserPort = m_browser.port;
    JournalRecord start = record(RecordKind::Start);
    start.browserPort = hand.browserPort;
    start.machineBoot = m_identity.machineBoot;
    hand.started = m_now.wall;
    Report started = report(ReportKind::Started);
    started.sideEffects = m_config.pipeline.sideEffects == SideEffects::FromStart;
    issue(Step::StartJournal, effect::Append {start, claimReports({started})});
}

void WorkState::spawn()
{
    Hand &hand = *m_hand;
    if (m_now.mono - hand.verifiedAt > pauseLimit) {
        issue(Step::VerifyingAgain, effect::VerifyToken {runningPath(), hand.seen, hand.input});
        return;
    }
    issue(Step::Spawning,
        effect::Spawn {
            hand.token, hand.input.sha256.toHex(), m_browser.port, m_browser.wsEndpoint, hand.verifiedAt + 2 * pauseLimit});
}

void WorkState::on(const event::Spawned &e)
{
    if (!answers(e.number, Step::Spawning)) {
        return;
    }
    Hand &hand = *m_hand;
    hand.awaits = 0;
    if (!e.ok) {
        hand.end = e.failure;
        hand.end.spawned = false;
        hand.ended = m_now.wall;
        conclude(decideOutcome(m_config.pipeline, hand.end, hand.history, {}));
        return;
    }
    hand.step = Step::Running;
    hand.startedAt = m_now.mono;
    hand.started = m_now.wall;
    hand.nextLook = m_now.mono;
    hand.goneSince.reset();
    if (hand.history.stopAsked) {
        emitEffect(effect::SignalSoft {});
        hand.killAt = m_now.mono + m_config.pipeline.stopGrace;
    }
}

/// Nothing was started: the orchestrator may give it to another node.
void WorkState::giveBack(Cause cause, const QString &detail)
{
    m_hand->verdict = {RunAction::Release, cause, false, -1, detail};
    end(RecordKind::Released, claimReports({report(ReportKind::Released)}));
}

} // namespace dtf
