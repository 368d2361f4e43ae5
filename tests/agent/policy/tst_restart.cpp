// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/restart.h"

#include <QTest>

using namespace dtf;

namespace {

const QByteArray bootA = "machine-boot-a";

AttemptEntry entryAt(RecordKind last, RunAction action = RunAction::Publish)
{
    AttemptEntry entry;
    entry.last = last;
    entry.verdict.action = action;
    entry.startMachineBoot = bootA;
    return entry;
}

} // namespace

class TestRestart : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void found_data();
    void found();
    void leftovers_data();
    void leftovers();
    void condensedViewIsTheSameView();
};

void TestRestart::found_data()
{
    QTest::addColumn<int>("last");
    QTest::addColumn<int>("action");
    QTest::addColumn<int>("place");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, RecordKind last, RunAction action, TokenPlace place, RestartAction expected) {
        QTest::newRow(name) << int(last) << int(action) << int(place) << int(expected);
    };
    using R = RecordKind;
    using A = RunAction;
    using P = TokenPlace;
    using X = RestartAction;
    row("claimed, never taken", R::Claim, A::Hold, P::Assigned, X::Drop);
    row("claimed and taken", R::Claim, A::Hold, P::Running, X::Reown);
    row("claimed, moved on by others", R::Claim, A::Hold, P::Nowhere, X::Drop);
    row("started", R::Start, A::Hold, P::Running, X::AskLeftovers);
    row("started, held by the orchestrator", R::Start, A::Hold, P::Held, X::Fence);
    row("started, taken away", R::Start, A::Hold, P::Nowhere, X::Fence);
    row("ended well", R::Exit, A::Publish, P::Running, X::Publish);
    row("committed", R::Exit, A::Publish, P::Staged, X::RollForward);
    row("visible", R::Exit, A::Publish, P::Final, X::CloseDone);
    row("ended well, taken away", R::Exit, A::Publish, P::Nowhere, X::Fence);
    row("ended well, held by the orchestrator", R::Exit, A::Publish, P::Held, X::Fence);
    row("to be held", R::Exit, A::Hold, P::Running, X::MoveAway);
    row("held, not reported", R::Exit, A::Hold, P::Held, X::CloseMoved);
    row("failed, not reported", R::Exit, A::Fail, P::Failed, X::CloseMoved);
    row("rejected, not reported", R::Exit, A::Reject, P::Rejected, X::CloseMoved);
    row("to be held, taken away", R::Exit, A::Hold, P::Nowhere, X::Fence);
    row("to be released", R::Exit, A::Release, P::Running, X::Release);
    row("fenced", R::Fenced, A::Publish, P::Nowhere, X::SaveEvidence);
    row("released is final", R::Released, A::Release, P::Running, X::Nothing);
    row("done is final", R::Done, A::Publish, P::Running, X::Nothing);
    row("late saved is final", R::LateSaved, A::Publish, P::Running, X::Nothing);
}

void TestRestart::found()
{
    QFETCH(int, last);
    QFETCH(int, action);
    QFETCH(int, place);
    QFETCH(int, expected);
    const AttemptEntry entry = entryAt(static_cast<RecordKind>(last), static_cast<RunAction>(action));
    QCOMPARE(int(onFound(entry, static_cast<TokenPlace>(place))), expected);
}

void TestRestart::leftovers_data()
{
    QTest::addColumn<int>("effects");
    QTest::addColumn<bool>("treeDead");
    QTest::addColumn<bool>("spawnSeen");
    QTest::addColumn<bool>("markerSeen");
    QTest::addColumn<QByteArray>("machineBoot");
    QTest::addColumn<RunAction>("action");
    QTest::addColumn<Cause>("cause");
    const int start = int(SideEffects::FromStart);
    const int marker = int(SideEffects::AfterMarker);
    const int none = int(SideEffects::None);
    const QByteArray bootB = "machine-boot-b";
    QTest::newRow("may have uploaded") << start << true << true << false << bootA << RunAction::Hold << Cause::AgentRestarted;
    QTest::newRow("START and nothing else: can't know")
        << start << true << false << false << bootA << RunAction::Hold << Cause::MaybeStarted;
    QTest::newRow("no marker in its output")
        << marker << true << true << false << bootA << RunAction::Release << Cause::AgentRestarted;
    QTest::newRow("marker in its output") << marker << true << true << true << bootA << RunAction::Hold << Cause::AgentRestarted;
    QTest::newRow("something lives") << marker << false << true << false << bootA << RunAction::Hold << Cause::AgentRestarted;
    QTest::newRow("output lost with the power")
        << marker << true << true << false << bootB << RunAction::Hold << Cause::AgentRestarted;
    QTest::newRow("machine boot unknown") << marker << true << true << false << QByteArray() << RunAction::Hold
                                          << Cause::AgentRestarted;
    QTest::newRow("may be repeated") << none << true << true << false << bootB << RunAction::Release << Cause::AgentRestarted;
}

void TestRestart::leftovers()
{
    QFETCH(int, effects);
    QFETCH(bool, treeDead);
    QFETCH(bool, spawnSeen);
    QFETCH(bool, markerSeen);
    QFETCH(QByteArray, machineBoot);
    QFETCH(RunAction, action);
    QFETCH(Cause, cause);
    const Verdict verdict = onLeftovers(
        entryAt(RecordKind::Start), {treeDead, spawnSeen, markerSeen}, static_cast<SideEffects>(effects), machineBoot);
    QCOMPARE(toString(verdict.action), toString(action));
    QCOMPARE(toString(verdict.cause), toString(cause));
}

void TestRestart::condensedViewIsTheSameView()
{
    JournalView view;
    JobIdGenerator ids;
    const BootId boot = BootId::generate();
    JournalRecord record;
    record.kind = RecordKind::Boot;
    record.boot = boot;
    record.machine = "m";
    record.machineBoot = bootA;
    view.apply(record);
    const auto add = [&](RecordKind kind, const Attempt &attempt) {
        JournalRecord r;
        r.kind = kind;
        r.time = {1'000};
        r.boot = boot;
        r.attempt = attempt;
        r.name = "a.csv";
        r.input = {QByteArray(32, 'h'), 7};
        r.verdict = {RunAction::Publish, Cause::None, true, 5, {}};
        view.apply(r);
    };
    const RecordKind steps[] = {RecordKind::Claim, RecordKind::Start, RecordKind::Exit, RecordKind::Staging, RecordKind::Done};
    for (qsizetype upTo = 1; upTo <= 5; ++upTo) {
        const Attempt attempt {ids.next({upTo}), static_cast<Epoch>(upTo)};
        for (qsizetype i = 0; i < upTo; ++i) {
            add(steps[i], attempt);
        }
    }
    JournalView again;
    const QList<JournalRecord> records = view.condensed(100);
    for (const JournalRecord &r : records) {
        again.apply(r);
    }
    QCOMPARE(again.entries().size(), view.entries().size());
    for (const auto &[attempt, entry] : view.entries()) {
        const AttemptEntry *other = again.find(attempt);
        QVERIFY(other != nullptr);
        QCOMPARE(int(other->last), int(entry.last));
        QCOMPARE(other->token, entry.token);
        QCOMPARE(other->claimBoots, entry.claimBoots);
        QCOMPARE(other->stageBoots, entry.stageBoots);
        QCOMPARE(other->startMachineBoot, entry.startMachineBoot);
        QCOMPARE(other->verdict, entry.verdict);
        QCOMPARE(other->input.sha256, entry.input.sha256);
    }
    QVERIFY(again.isOwnBoot(boot));
    QCOMPARE(again.open(), view.open());

    JournalView trimmed;
    const QList<JournalRecord> fewer = view.condensed(0);
    for (const JournalRecord &r : fewer) {
        trimmed.apply(r);
    }
    QCOMPARE(trimmed.open(), view.open()); // open attempts and their boots are never left out
    QCOMPARE(trimmed.entries().size(), std::size_t {4});
    QVERIFY(trimmed.isOwnBoot(boot));
}

QTEST_APPLESS_MAIN(TestRestart)
#include "tst_restart.moc"
