// SPDX-License-Identifier: GPL-3.0-or-later
// Attempts that are open in the journal and not in hand, and tokens whose place is not known (share-protocol.md, "Agent
// restart").
#include "agent/policy/workstate.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds waitForBrowser {2'000};
constexpr std::int64_t dayMs = 86'400'000;

} // namespace

void WorkState::recover(const AttemptEntry &entry)
{
    m_hand = Hand {};
    Hand &hand = *m_hand;
    hand.recovered = true;
    hand.entry = entry;
    hand.token = entry.token;
    hand.input = entry.last == RecordKind::Claim ? ContentHash() : entry.input;
    hand.browserPort = entry.browserPort;
    hand.started = entry.started;
    hand.ended = entry.ended;
    hand.verdict = entry.verdict;
    hand.end.exitCode = entry.exitCode;
    hand.end.lastLines = entry.lastLines;
    if (entry.last == RecordKind::Fenced) {
        hand.verdict.cause = Cause::Fenced;
        issue(Step::LateEvidence, effect::SaveEvidence {hand.token, ownStage(), stagesMade()});
        return;
    }
    locate();
}

void WorkState::locate()
{
    Hand &hand = *m_hand;
    hand.lookedOnce = false;
    if (hand.step != Step::Locating && (!hand.recovered || hand.step != Step::Copying)) {
        if (const AttemptEntry *entry = m_view.find(hand.attempt())) {
            hand.entry = *entry;
        }
    }
    effect::Locate where;
    where.token = hand.token;
    where.claimBoots = hand.entry.claimBoots;
    where.stageBoots = hand.entry.stageBoots;
    if (!where.stageBoots.contains(m_identity.boot)) {
        where.stageBoots.append(m_identity.boot);
    }
    // Whoever rolled it forward may have read another clock.
    const std::int64_t day = hand.ended.msecsSinceEpoch != 0 ? hand.ended.msecsSinceEpoch : m_now.wall.msecsSinceEpoch;
    where.days = {WallTime {day}, WallTime {day + dayMs}, WallTime {day - dayMs}};
    if (m_now.wall.msecsSinceEpoch > day + 2 * dayMs) {
        where.days.append(m_now.wall);
    }
    issue(Step::Locating, where);
}

void WorkState::on(const event::Located &e)
{
    if (!answers(e.number, Step::Locating)) {
        return;
    }
    Hand &hand = *m_hand;
    hand.awaits = 0;
    if (!e.place) {
        retry(e.place.error());
        return;
    }
    const RestartAction action = onFound(hand.entry, *e.place);
    if (*e.place == TokenPlace::Nowhere && action != RestartAction::Release && !hand.lookedOnce) {
        // "Not found" may be cached: a second look after the cache's life.
        hand.lookedOnce = true;
        hand.retryAt = m_now.mono + m_config.shareCache + milliseconds(1);
        return;
    }
    if ((*e.place == TokenPlace::Running || *e.place == TokenPlace::Held) && !e.boot.isEmpty()) {
        hand.token.boot = e.boot;
    }
    switch (action) {
    case RestartAction::Nothing:
    case RestartAction::Foreign:
    case RestartAction::SaveEvidence:
        putDown(waitForBrowser);
        return;
    case RestartAction::Reown:
        if (hand.history.stopAsked) {
            holdStopped();
            return;
        }
        if (!gateClosedBy().isEmpty()) {
            // It has not been started. It waits here for the browser as long as a claimed file does, then it may go elsewhere.
            if (hand.tries < 30 && !m_stopping) {
                ++hand.tries;
                hand.retryAt = m_now.mono + waitForBrowser;
                return;
            }
            giveBack(Cause::AgentRestarted, u"claimed by an earlier life of the agent; nothing was started"_s);
            return;
        }
        issue(Step::Copying, effect::CopyOut {runningPath(), hand.token});
        return;
    case RestartAction::Drop:
        end(RecordKind::Dropped, {});
        return;
    case RestartAction::AskLeftovers:
        issue(Step::LeftoversWait, effect::InspectLeftovers {hand.token});
        return;
    case RestartAction::Release:
        end(RecordKind::Released, {report(ReportKind::Released)});
        return;
    case RestartAction::Hold:
        conclude({RunAction::Hold, Cause::AgentRestarted, true, -1, {}});
        return;
    case RestartAction::Publish:
    case RestartAction::MoveAway:
        carryOut();
        return;
    case RestartAction::RollForward:
        hand.stage = {hand.token.job, hand.token.epoch, e.boot};
        makeVisible();
        return;
    case RestartAction::CloseDone:
        hand.target = layout::completed(e.day, hand.token.job, hand.token.name);
        onFinalMoved({MoveOutcome::Moved, {}, true});
        return;
    case RestartAction::CloseMoved:
        switch (hand.verdict.action) {
        case RunAction::Fail:
            hand.target = layout::failed(hand.token);
            break;
        case RunAction::Reject:
            hand.target = layout::rejected(hand.token.job, hand.token.name);
            break;
        default:
            hand.target = layout::hold(hand.token);
            break;
        }
        writeSidecar();
        return;
    case RestartAction::Fence:
        fence(u"its token had been taken away"_s);
        return;
    }
}

void WorkState::on(const event::LeftoversSeen &e)
{
    if (!answers(e.number, Step::LeftoversWait)) {
        return;
    }
    Hand &hand = *m_hand;
    hand.awaits = 0;
    hand.end.lastLines = e.lastLines;
    hand.markerSeen = e.left.markerSeen;
    hand.ended = m_now.wall;
    conclude(onLeftovers(hand.entry, e.left, m_config.pipeline.sideEffects, m_identity.machineBoot));
}

} // namespace dtf
