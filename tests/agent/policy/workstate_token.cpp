// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a token: taken away, not found for once, somebody else's, changed.
#include "tst_workstate.h"

using namespace dtf;
using namespace Qt::StringLiterals;

void TestWorkState::aTokenTakenAwayEndsTheRun()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.pipelineEnds = false;
    world.boot();
    (void)world.run(seconds(3));
    QCOMPARE(world.spawns.size(), 1);
    world.share.clear(); // moved by the orchestrator
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Fenced), 1);
    QCOMPARE(world.reported(ReportKind::Late), 1);
    QVERIFY(world.tokens().isEmpty());
    QVERIFY(!world.journal.hasOpen());
    QVERIFY(world.state().idle());
    QCOMPARE(int(world.journal.find({token.job, 1})->last), int(RecordKind::LateSaved));
}

void TestWorkState::oneLookIsNotBelieved()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.pipelineEnds = false;
    world.boot();
    (void)world.run(seconds(3));
    const auto hidden = world.share;
    world.share.clear();
    (void)world.run(seconds(6)); // at least one look, all within the cache's life
    world.share = hidden;
    (void)world.run(seconds(60));
    QCOMPARE(world.reported(ReportKind::Fenced), 0);
    QVERIFY(!world.state().idle());
}

void TestWorkState::oneMissOfAClaimedTokenIsNotBelieved()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    QMap<SharePath, QByteArray> hidden;
    int verified = 0;
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::VerifyToken>(effect) && ++verified == 2) {
            hidden = std::exchange(world.share, {}); // a cached "not found"
        } else if (!hidden.isEmpty()) {
            world.share = std::exchange(hidden, {});
        }
        if (const auto *append = std::get_if<effect::Append>(&effect); append && append->record.kind == RecordKind::Start) {
            world.now.mono = world.now.mono + seconds(45); // so it is verified once more before the spawn
        }
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(verified, 3);
    QCOMPARE(world.reported(ReportKind::Fenced), 0);
    QCOMPARE(world.reported(ReportKind::Done), 1);
}

void TestWorkState::aLostCommitReplyIsLookedUp()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    bool once = true;
    world.moveFault = [&](const SharePath &source, const SharePath &target) -> std::optional<MoveResult> {
        if (!target.startsWith("completed/.stage") || !once) {
            return std::nullopt;
        }
        // Committed, and rolled forward by somebody else before we can look for our own target.
        once = false;
        world.share.insert(layout::completed(world.now.wall, token.job, "a.csv") + "/a.csv", world.share.take(source));
        return MoveResult {MoveOutcome::Lost, {}, false};
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QCOMPARE(world.reported(ReportKind::Fenced), 0);
}

void TestWorkState::oneNowhereIsNotBelieved()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.moveFault = [&](const SharePath &source, const SharePath &target) -> std::optional<MoveResult> {
        if (!target.startsWith("completed/.stage")) {
            return std::nullopt;
        }
        world.share.insert(layout::completed(world.now.wall, token.job, "a.csv") + "/a.csv", world.share.take(source));
        return MoveResult {MoveOutcome::Lost, {}, false};
    };
    QMap<SharePath, QByteArray> hidden;
    int looks = 0;
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::Locate>(effect) && ++looks == 1) {
            hidden = std::exchange(world.share, {}); // a cached "not found"
        } else if (!hidden.isEmpty()) {
            world.share = std::exchange(hidden, {});
        }
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(looks, 2);
    QCOMPARE(world.reported(ReportKind::Fenced), 0);
    QCOMPARE(world.reported(ReportKind::Done), 1);
}

void TestWorkState::anAmbiguousClaimIsTriedAgain()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    int ambiguous = 0;
    world.moveFault = [&](const SharePath &, const SharePath &target) -> std::optional<MoveResult> {
        if (target.contains("/running/") && ambiguous < 3) {
            ++ambiguous;
            return MoveResult {MoveOutcome::Ambiguous, {ErrorCode::IoError, {}}, false};
        }
        return std::nullopt;
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(ambiguous, 3);
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QCOMPARE(world.spawns.size(), 1);
}

void TestWorkState::aClaimThatHadWorkedAfterAllIsFound()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    bool once = true;
    SharePath running;
    world.moveFault = [&](const SharePath &source, const SharePath &target) -> std::optional<MoveResult> {
        if (target.contains("/running/") && once) {
            once = false;
            world.share.insert(target, world.share.take(source));
            return MoveResult {MoveOutcome::Lost, {}, false}; // wrong, as a cache can be
        }
        return std::nullopt;
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QCOMPARE(world.spawns.value(token.job.toBytes26() + ".e1"), 1);
    QCOMPARE(world.tokens().size(), 1);
}

void TestWorkState::someoneElsesTokenIsReportedAndNotTouched()
{
    FakeWorld world(config());
    TokenName token = world.assign("a.csv", "x");
    const SharePath assigned = layout::assigned(*NodeName::parse("DTF-01"), token);
    token.boot = BootId::generate();
    const SharePath running = layout::running(*NodeName::parse("DTF-01"), token);
    world.share.insert(running, world.share.take(assigned));
    world.boot();
    (void)world.run();
    QCOMPARE(world.tokens(), QList<SharePath> {running});
    QCOMPARE(world.reported(ReportKind::Foreign), 1);
    QCOMPARE(world.reports[0].tokenBoot, token.boot);
    QVERIFY(world.spawns.isEmpty());
}

void TestWorkState::aFileThatComesBackAfterItsRunIsToldAndNotTouched()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Done), 1);
    const SharePath assigned = layout::assigned(*NodeName::parse("DTF-01"), token);
    world.share.clear();
    world.share.insert(assigned, "x"); // a file server that lost its power
    (void)world.run(seconds(600));
    QCOMPARE(world.tokens(), QList<SharePath> {assigned});
    QCOMPARE(world.spawns.value(token.job.toBytes26() + ".e1"), 1);
    const int told = world.reported(ReportKind::Fenced);
    QVERIFY2(told >= 4 && told <= 6, qPrintable(QString::number(told))); // at once, then after 1, 2, 4, 8 minutes
    QCOMPARE(world.lastReport(ReportKind::Fenced)->epoch, token.epoch);
    world.share.clear();
    (void)world.run(seconds(600));
    QCOMPARE(world.reported(ReportKind::Fenced), told);
}

void TestWorkState::changedContentIsRejected()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.before = [&](const Effect &effect) {
        if (const auto *verify = std::get_if<effect::VerifyToken>(&effect)) {
            world.share[verify->path] = "changed by a writer that still had it open";
        }
    };
    world.boot();
    QVERIFY(world.run());
    QVERIFY(world.spawns.isEmpty());
    QCOMPARE(world.reported(ReportKind::Rejected), 1);
    QCOMPARE(toString(world.reports.last().cause), toString(Cause::ChangedMeanwhile));
    QVERIFY(world.tokens()[0].startsWith("rejected/"));
}

void TestWorkState::anotherMachineBootsRunIsLeftAloneUntilRecognised_data()
{
    QTest::addColumn<int>("killedAfter");
    for (int effects = 4; effects <= 12; ++effects) { // from the claim on
        QTest::addRow("killed after effect %d", effects) << effects;
    }
}

/// A clone of the whole disk has the journal, and on the share lies the token that the first one is running.
void TestWorkState::anotherMachineBootsRunIsLeftAloneUntilRecognised()
{
    QFETCH(int, killedAfter);
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.killAtEffect(killedAfter, true);
    world.boot();
    (void)world.run();
    const QList<SharePath> before = world.tokens();
    const QMap<QByteArray, int> spawns = world.spawns;
    const qsizetype reports = world.reports.size();
    for (int life = 0; life < 2; ++life) { // a second start of the clone is no proof either
        world.boot("the clone's", false);
        QVERIFY(world.run());
        QCOMPARE(world.tokens(), before);
        QCOMPARE(world.spawns, spawns);
        QCOMPARE(world.reports.size(), reports);
        world.kill();
    }
    world.boot("rebooted"); // the machine itself, and the orchestrator says so
    QVERIFY(world.run());
    QVERIFY(!world.journal.hasOpen());
}

void TestWorkState::aCloneTakesNothingUntilRecognised()
{
    FakeWorld world(config());
    world.boot(); // a life of the machine that was copied
    QVERIFY(world.run());
    world.kill();
    const TokenName token = world.assign("a.csv", "x");
    world.boot("the clone's", false);
    (void)world.run();
    QCOMPARE(world.tokens(), QList<SharePath> {layout::assigned(*NodeName::parse("DTF-01"), token)});
    QVERIFY(!world.state().gateClosedBy().isEmpty());
    world.send(event::ClaimsAllowed {true, true});
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Done), 1);
}
