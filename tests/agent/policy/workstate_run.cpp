// SPDX-License-Identifier: GPL-3.0-or-later
// A run: its limits, its stop, its verdict.
#include "tst_workstate.h"

using namespace dtf;
using namespace Qt::StringLiterals;

void TestWorkState::stop()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.pipelineEnds = false;
    world.boot();
    (void)world.run(seconds(3));
    QVERIFY(!world.state().canStop({token.job, 2}));
    QVERIFY(world.state().canStop({token.job, 1}));
    world.send(event::StopAsked {{token.job, 1}, u"wrong file"_s, u"ann"_s});
    QVERIFY(world.run());
    const Report *held = world.lastReport(ReportKind::Held);
    QVERIFY(held != nullptr);
    QCOMPARE(toString(held->cause), toString(Cause::StoppedByOperator));
    QVERIFY(held->detail.contains(u"ann"_s));
    QVERIFY(world.share.contains(world.tokens()[0] + ".json"));
}

void TestWorkState::hardLimit()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.pipelineEnds = false;
    world.boot();
    const MonoTime start = world.now.mono;
    QVERIFY(world.run(seconds(7200), 60'000));
    QVERIFY(world.now.mono - start >= config().pipeline.hardLimit);
    const Report *held = world.lastReport(ReportKind::Held);
    QVERIFY(held != nullptr);
    QCOMPARE(toString(held->cause), toString(Cause::HardLimit));
}

void TestWorkState::softLimit()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.pipelineEnds = false;
    int signals_ = 0;
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::SignalSoft>(effect)) {
            ++signals_;
            world.nextEnd.exitCode = 143;
            world.send(event::RunEnded {world.nextEnd});
        }
    };
    world.boot();
    QVERIFY(world.run(seconds(7200), 60'000));
    QCOMPARE(signals_, 1);
    QCOMPARE(toString(world.reports.last().cause), toString(Cause::SoftLimit));
}

void TestWorkState::theVerdictIsDurableBeforeItIsCarriedOut_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::newRow("published") << 0;
    QTest::newRow("held") << 1;
}

void TestWorkState::theVerdictIsDurableBeforeItIsCarriedOut()
{
    QFETCH(int, exitCode);
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.nextEnd.exitCode = exitCode;
    QList<int> known; // what the journal held when something was begun about the end
    world.before = [&](const Effect &effect) {
        const auto *append = std::get_if<effect::Append>(&effect);
        if (std::holds_alternative<effect::SaveEvidence>(effect) || (append && append->record.kind == RecordKind::Staging)) {
            known.append(int(world.journal.find({token.job, 1})->last));
        }
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(known, QList<int> {int(RecordKind::Exit)});
}

void TestWorkState::aLongPauseBeforeTheSpawnVerifiesAgain()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    int verified = 0;
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::VerifyToken>(effect)) {
            ++verified;
        } else if (const auto *append = std::get_if<effect::Append>(&effect);
                   append && append->record.kind == RecordKind::Start) {
            world.now.mono = world.now.mono + seconds(45); // SIGSTOP, and the token was moved meanwhile
            world.share.clear();
        }
    };
    world.boot();
    QVERIFY(world.run());
    QVERIFY(verified >= 2);
    QVERIFY(world.spawns.isEmpty());
    QCOMPARE(world.reported(ReportKind::Fenced), 1);
    QCOMPARE(int(world.journal.find({token.job, 1})->last), int(RecordKind::LateSaved));
}
