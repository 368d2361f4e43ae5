// SPDX-License-Identifier: GPL-3.0-or-later
// While the pipeline runs, until the verdict is durable (share-protocol.md, "Run").
#include "agent/policy/workstate.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds lookEvery {5'000};

} // namespace

void WorkState::on(const event::OutputLine &e)
{
    if (m_hand) {
        m_hand->lastLine = e.text;
    }
}

void WorkState::on(const event::MarkerSeen &)
{
    if (m_hand) {
        m_hand->markerSeen = true;
    }
}

void WorkState::watchRun()
{
    Hand &hand = *m_hand;
    const PipelineConfig &pipeline = m_config.pipeline;
    if (hand.lookAwaits == 0 && hand.nextLook <= m_now.mono && !hand.fenced) {
        hand.lookAwaits = emitNumbered(effect::LookToken {runningPath()});
        hand.nextLook = m_now.mono + lookEvery;
    }
    if (hand.killing) {
        return;
    }
    if (m_now.mono - hand.startedAt >= pipeline.hardLimit) {
        hand.history.hardLimit = true;
        kill();
    } else if (hand.killAt && *hand.killAt <= m_now.mono) {
        kill();
    } else if (!hand.history.softSignalled && m_now.mono - hand.startedAt >= pipeline.softLimit) {
        hand.history.softSignalled = true;
        emitEffect(effect::SignalSoft {});
    }
}

void WorkState::kill()
{
    m_hand->killing = true;
    emitEffect(effect::KillTree {});
}

void WorkState::on(const event::Looked &e)
{
    if (!m_hand || e.number != m_hand->lookAwaits || e.number == 0) {
        return;
    }
    Hand &hand = *m_hand;
    hand.lookAwaits = 0;
    if (hand.step != Step::Running) {
        return;
    }
    if (e.result) {
        hand.goneSince.reset();
        return;
    }
    if (e.result.error().code != ErrorCode::NotFound) {
        trouble(e.result.error()); // says nothing about the token
        return;
    }
    if (!hand.goneSince) {
        hand.goneSince = m_now.mono;
        hand.nextLook = m_now.mono + std::clamp(m_config.shareCache, milliseconds(100), lookEvery);
        return;
    }
    if (m_now.mono - *hand.goneSince >= m_config.shareCache) {
        hand.fenced = true;
        if (!hand.killing) {
            kill();
        }
    }
}

void WorkState::on(const event::RunEnded &e)
{
    if (!m_hand || m_hand->step != Step::Running) {
        return;
    }
    Hand &hand = *m_hand;
    hand.end = e.end;
    hand.end.spawned = true;
    hand.markerSeen = hand.markerSeen || e.end.markerSeen;
    hand.end.markerSeen = hand.markerSeen;
    hand.ended = m_now.wall;
    if (hand.fenced) {
        fence(u"its token was taken away while it ran; the run was ended"_s);
        return;
    }
    issue(Step::Inspecting, effect::InspectOutputs {hand.token});
}

void WorkState::on(const event::Inspected &e)
{
    if (!answers(e.number, Step::Inspecting)) {
        return;
    }
    m_hand->awaits = 0;
    conclude(decideOutcome(m_config.pipeline, m_hand->end, m_hand->history, e.outputs));
}

/// The verdict becomes durable before anything is done about it.
void WorkState::conclude(const Verdict &verdict)
{
    Hand &hand = *m_hand;
    hand.verdict = verdict;
    if (hand.ended.msecsSinceEpoch == 0) {
        hand.ended = m_now.wall;
    }
    JournalRecord exit = record(RecordKind::Exit);
    exit.time = hand.ended;
    exit.started = hand.started;
    exit.exitCode = hand.end.exitCode;
    exit.verdict = verdict;
    exit.lastLines = hand.end.lastLines;
    QList<Report> reports;
    if (hand.end.spawned) {
        reports.append(report(ReportKind::Exited, hand.end.crashed ? u"ended by a signal or an exception"_s : QString()));
    }
    issue(Step::ExitJournal, effect::Append {exit, reports.isEmpty() ? reports : claimReports(reports)});
}

void WorkState::carryOut()
{
    Hand &hand = *m_hand;
    switch (hand.verdict.action) {
    case RunAction::Publish: {
        JournalRecord staging = record(RecordKind::Staging);
        staging.boot = m_identity.boot;
        issue(Step::StagingJournal, effect::Append {staging, {}});
        return;
    }
    case RunAction::Release:
        end(RecordKind::Released, {report(ReportKind::Released)});
        return;
    case RunAction::Reject:
        moveAway();
        return;
    case RunAction::Fail:
    case RunAction::Hold:
        issue(Step::Evidence, effect::SaveEvidence {hand.token, ownStage(), stagesMade()});
        return;
    }
}

} // namespace dtf
