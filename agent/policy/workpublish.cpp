// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of an attempt whose verdict is durable (share-protocol.md, "Publish" and "End without success").
#include "agent/policy/workstate.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int sidecarTries = 5; ///< a sidecar only explains; the journal and the report say the same
constexpr int evidenceTries = 5;
constexpr int commitTries = 8; ///< of a stage that was put together well each time

} // namespace

void WorkState::stage()
{
    Hand &hand = *m_hand;
    hand.stage = ownStage();
    issue(Step::Staging,
        effect::Stage {hand.stage, stagesMade(), hand.token, summaryJson(), {runningPath(), hand.seen, hand.input}});
}

void WorkState::on(const event::Staged &e)
{
    if (!answers(e.number, Step::Staging)) {
        return;
    }
    m_hand->awaits = 0;
    if (e.result) {
        mutationWorked();
        commit();
        return;
    }
    if (e.result.error().code == ErrorCode::Stale) {
        Verdict verdict = m_hand->verdict;
        verdict.action = RunAction::Hold;
        verdict.cause = Cause::ChangedMeanwhile;
        verdict.detail = u"somebody wrote into the file after it was taken; what ran was what it held before"_s;
        conclude(verdict);
        return;
    }
    if (!failedForLong(e.result.error())) {
        retry(e.result.error());
        return;
    }
    holdUnpublished(u"it ended well, but its results could not be put on the share: "_s + e.result.error().detail);
}

void WorkState::holdUnpublished(const QString &why)
{
    Verdict verdict = m_hand->verdict;
    verdict.action = RunAction::Hold;
    verdict.cause = Cause::ShareTrouble;
    verdict.detail = why;
    conclude(verdict);
}

void WorkState::commit()
{
    m_hand->target = layout::stagedToken(m_hand->stage, m_hand->token.name);
    issue(Step::Committing, effect::Move {runningPath(), m_hand->target});
}

void WorkState::makeVisible()
{
    Hand &hand = *m_hand;
    hand.committed = true;
    hand.target = layout::completed(hand.ended, hand.token.job, hand.token.name);
    issue(Step::Finalising, effect::MakeVisible {hand.stage, layout::completedDay(hand.ended), hand.target});
}

void WorkState::on(const event::Moved &e)
{
    if (!m_hand || e.number == 0 || m_hand->awaits != e.number) {
        return;
    }
    m_hand->awaits = 0;
    switch (m_hand->step) {
    case Step::Claiming:
        onClaimMoved(e.result);
        return;
    case Step::Committing:
        onCommitMoved(e.result);
        return;
    case Step::Finalising:
        onFinalMoved(e.result);
        return;
    case Step::MovingAway:
        onMovedAway(e.result);
        return;
    default:
        return;
    }
}

void WorkState::onCommitMoved(const MoveResult &result)
{
    switch (result.outcome) {
    case MoveOutcome::Moved:
        mutationWorked();
        makeVisible();
        return;
    case MoveOutcome::Lost:
        locate(); // committed and rolled forward by somebody else, or taken away: look before the verdict
        return;
    case MoveOutcome::Busy:
    case MoveOutcome::Failed: // nothing was moved
        if (!isShareWide(result.error.code)) {
            if (failedForLong(result.error) || ++m_hand->commitFailures >= commitTries) {
                holdUnpublished(u"it ended well, but its results could not be committed on the share: "_s + result.error.detail);
                return;
            }
            if (result.outcome == MoveOutcome::Failed) { // the stage may have gone with the server's power: made anew
                m_hand->step = Step::Staging;
                m_hand->effect = effect::Stage {
                    m_hand->stage, stagesMade(), m_hand->token, summaryJson(), {runningPath(), m_hand->seen, m_hand->input}};
            }
        }
        retry(result.error);
        return;
    case MoveOutcome::Ambiguous:
        retry(result.error);
        return;
    }
}

void WorkState::onFinalMoved(const MoveResult &result)
{
    switch (result.outcome) {
    case MoveOutcome::Moved:
    case MoveOutcome::Lost: { // committed already, so it is done: somebody else rolled it forward
        mutationWorked();
        const Report committed = report(ReportKind::Committed);
        Report done = report(ReportKind::Done);
        if (result.outcome == MoveOutcome::Moved) {
            done.detail = QString::fromUtf8(m_hand->target);
        }
        end(RecordKind::Done, {committed, done});
        return;
    }
    case MoveOutcome::Busy:
    case MoveOutcome::Failed:
    case MoveOutcome::Ambiguous:
        retry(result.error);
        return;
    }
}

void WorkState::on(const event::Saved &e)
{
    const bool late = answers(e.number, Step::LateEvidence);
    if (!late && !answers(e.number, Step::Evidence)) {
        return;
    }
    m_hand->awaits = 0;
    if (!e.result) {
        if (isShareWide(e.result.error().code) || (!failedForLong(e.result.error()) && m_hand->tries < evidenceTries)) {
            retry(e.result.error());
            return;
        }
    }
    if (!late) {
        moveAway();
        return;
    }
    Report saved = report(ReportKind::Late, QString::fromUtf8(layout::late(ownStage())));
    saved.ok = e.result.has_value();
    end(RecordKind::LateSaved, {saved});
}

void WorkState::moveAway()
{
    Hand &hand = *m_hand;
    switch (hand.verdict.action) {
    case RunAction::Fail:
        hand.target = layout::failed(hand.token);
        break;
    case RunAction::Reject:
        hand.target = layout::rejected(hand.token.job, hand.token.name);
        break;
    case RunAction::Hold:
    case RunAction::Publish:
    case RunAction::Release:
        hand.target = layout::hold(hand.token);
        break;
    }
    issue(Step::MovingAway, effect::Move {runningPath(), hand.target});
}

void WorkState::onMovedAway(const MoveResult &result)
{
    switch (result.outcome) {
    case MoveOutcome::Moved:
        mutationWorked();
        writeSidecar();
        return;
    case MoveOutcome::Lost:
        locate();
        return;
    case MoveOutcome::Busy:
    case MoveOutcome::Failed:
    case MoveOutcome::Ambiguous:
        retry(result.error);
        return;
    }
}

void WorkState::writeSidecar()
{
    issue(Step::Sidecar, effect::WriteSidecar {layout::sidecar(m_hand->target), summaryJson()});
}

void WorkState::on(const event::Written &e)
{
    if (!answers(e.number, Step::Sidecar)) {
        return;
    }
    Hand &hand = *m_hand;
    hand.awaits = 0;
    if (!e.result && e.result.error().code != ErrorCode::AlreadyExists) {
        if (!failedForLong(e.result.error()) && hand.tries < sidecarTries) {
            retry(e.result.error());
            return;
        }
    }
    RecordKind kind = RecordKind::Held;
    ReportKind said = ReportKind::Held;
    if (hand.verdict.action == RunAction::Fail) {
        kind = RecordKind::Failed;
        said = ReportKind::Failed;
    } else if (hand.verdict.action == RunAction::Reject) {
        kind = RecordKind::Rejected;
        said = ReportKind::Rejected;
    }
    end(kind, claimReports({report(said)}));
}

/// The token is gone: whatever the run produced is evidence, not a result.
void WorkState::fence(const QString &detail)
{
    Hand &hand = *m_hand;
    hand.verdict.cause = Cause::Fenced;
    hand.verdict.detail = detail;
    hand.verdict.sideEffects =
        sideEffectsPossible(m_config.pipeline.sideEffects, hand.end.spawned || hand.recovered, hand.markerSeen);
    issue(Step::FencedJournal, effect::Append {record(RecordKind::Fenced), claimReports({report(ReportKind::Fenced)})});
}

void WorkState::end(RecordKind kind, const QList<Report> &reports)
{
    if (kind == RecordKind::Released) {
        (void)mayTell(format(m_hand->token)); // said now
    }
    issue(Step::EndJournal, effect::Append {record(kind), reports});
}

} // namespace dtf
