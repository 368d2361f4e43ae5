// SPDX-License-Identifier: GPL-3.0-or-later
// A share that goes, and files on it that can't be read.
#include "tst_workstate.h"

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

std::function<std::optional<Error>(const SharePath &)> nobodyMayRead(const QByteArray &name, ErrorCode code)
{
    return [name, code](const SharePath &source) {
        return source.endsWith(name) ? std::optional<Error>({code, u"refused"_s}) : std::nullopt;
    };
}

std::function<std::optional<MoveResult>(const SharePath &, const SharePath &)> refuses(const QByteArray &place)
{
    return [place](const SharePath &, const SharePath &target) {
        const MoveResult no {MoveOutcome::Failed, {ErrorCode::PermissionDenied, u"not yours"_s}, false};
        return target.startsWith(place) ? std::optional(no) : std::nullopt;
    };
}

/// The n-th look at the claimed token of a file of this name and all that follow fail.
std::function<std::optional<Error>(const SharePath &)> unreadableFrom(int nth, const QByteArray &name, ErrorCode code)
{
    return [left = nth, name, code](const SharePath &path) mutable {
        return path.endsWith(name) && --left <= 0 ? std::optional<Error>({code, u"scanned"_s}) : std::nullopt;
    };
}

} // namespace

void TestWorkState::anotherShareIsNotTouched()
{
    FakeWorld world(config());
    world.boot();
    (void)world.run(seconds(20));
    const TokenName token = world.assign("a.csv", "x");
    world.shareUuid = "another";
    (void)world.run();
    QCOMPARE(world.tokens(), QList<SharePath> {layout::assigned(*NodeName::parse("DTF-01"), token)});
    QCOMPARE(toString(world.state().shareStatus().code), toString(ErrorCode::ShareWrong));
    world.shareUuid = "uuid"; // mounted rightly again
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Done), 1);
}

void TestWorkState::theShareGoesAwayBeforeTheCommit()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::Stage>(effect) && world.now.wall.msecsSinceEpoch == 1'700'000'000'000) {
            world.shareUp = false;
            world.now.wall.msecsSinceEpoch += 1;
        }
    };
    world.boot();
    (void)world.run(seconds(100));
    QVERIFY(!world.state().idle());
    QVERIFY(!world.state().shareStatus().ok);
    QCOMPARE(world.reported(ReportKind::Done), 0);
    world.shareUp = true;
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QVERIFY(world.state().shareStatus().ok);
    QCOMPARE(world.spawns.size(), 1);
}

void TestWorkState::whatCannotBeReadGoesToAPersonAndTheOthersFlow()
{
    for (const ErrorCode code : {ErrorCode::PermissionDenied, ErrorCode::Busy, ErrorCode::Changed, ErrorCode::NotRegular}) {
        FakeWorld world(config());
        const TokenName locked = world.assign("locked.csv", "x");
        world.assign("other.csv", "y");
        world.copyFault = nobodyMayRead("locked.csv", code);
        world.boot();
        const MonoTime began = world.now.mono;
        QVERIFY(world.run(seconds(20)));
        QCOMPARE(world.reported(ReportKind::Done), 1); // the other one
        QCOMPARE(world.reported(ReportKind::Held), 0);
        while (world.reported(ReportKind::Held) == 0 && world.now.mono - began < seconds(200)) {
            QVERIFY(world.run(seconds(5)));
        }
        QVERIFY(world.now.mono - began >= seconds(60) && world.now.mono - began < seconds(100));
        QCOMPARE(world.spawns.size(), 1);
        QCOMPARE(world.reported(ReportKind::Claimed), 2);
        QCOMPARE(toString(world.lastReport(ReportKind::Held)->cause), toString(Cause::FileUnreadable));
        QVERIFY(!world.lastReport(ReportKind::Held)->sideEffects);
        TokenName held = locked;
        held.boot = world.lastReport(ReportKind::Held)->tokenBoot;
        QVERIFY(world.share.contains(layout::hold(held)) && world.share.contains(layout::sidecar(layout::hold(held))));
        QVERIFY(world.state().idle());
    }
}

void TestWorkState::killedWhileWhatCannotBeReadIsPutAway()
{
    for (const bool after : {false, true}) {
        bool reached = true;
        for (int n = 0; reached; ++n) {
            FakeWorld world(config());
            world.assign("locked.csv", "x");
            world.copyFault = nobodyMayRead("locked.csv", ErrorCode::PermissionDenied);
            world.boot();
            world.killAtEffect(n, after);
            (void)world.run(seconds(40)); // longer than between two tries
            reached = world.killed();
            if (reached) {
                world.boot();
                QVERIFY(world.run(seconds(40)));
            }
            QCOMPARE(world.tokens().size(), 1);
            QVERIFY2(world.tokens().first().startsWith("hold/"), world.tokens().first().constData());
            QVERIFY(world.spawns.isEmpty());
            QVERIFY(world.reported(ReportKind::Held) >= 1);
        }
    }
}

void TestWorkState::whatDoesNotFitHereIsGivenBack()
{
    FakeWorld world(config());
    world.assign("large.csv", "x");
    world.assign("other.csv", "y");
    world.copyFault = nobodyMayRead("large.csv", ErrorCode::NoSpace);
    world.copyFaultIsLocal = true;
    world.boot();
    QVERIFY(world.run(seconds(40)));
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QCOMPARE(world.reported(ReportKind::Claimed), 2);
    QCOMPARE(world.reported(ReportKind::Released), 1);
    QCOMPARE(world.reported(ReportKind::Started), 1);
    QVERIFY(world.state().idle() && world.state().shareStatus().ok);
    QCOMPARE(std::count_if(world.share.keyBegin(), world.share.keyEnd(),
                 [](const SharePath &path) { return path.contains("/running/") && path.endsWith("large.csv"); }),
        1);
}

void TestWorkState::aShareThatCannotBeReadIsWaitedFor()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.copyFault = nobodyMayRead("a.csv", ErrorCode::IoError);
    world.boot();
    (void)world.run(seconds(40), 2'000); // it never gives up
    QVERIFY(world.reports.isEmpty());
    QCOMPARE(world.tokens(), QList<SharePath> {layout::assigned(*NodeName::parse("DTF-01"), token)});
    world.copyFault = {};
    QVERIFY(world.run(seconds(60)));
    QCOMPARE(world.reported(ReportKind::Done), 1);
}

void TestWorkState::aStageThatIsGoneIsMadeAnew()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    int stages = 0;
    world.before = [&](const Effect &effect) { stages += std::holds_alternative<effect::Stage>(effect) ? 1 : 0; };
    bool once = true;
    world.moveFault = [&](const SharePath &, const SharePath &target) -> std::optional<MoveResult> {
        if (target.startsWith("completed/.stage/") && std::exchange(once, false)) {
            world.stages.clear(); // a file server that lost its power
            return MoveResult {MoveOutcome::Failed, {ErrorCode::NotFound, u"no folder"_s}, false};
        }
        return std::nullopt;
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(stages, 2);
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QCOMPARE(world.spawns.value(token.job.toBytes26() + ".e1"), 1);
}

void TestWorkState::aCommitThatNeverWorksGoesToAPerson()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.moveFault = [&](const SharePath &, const SharePath &target) -> std::optional<MoveResult> {
        return target.startsWith("completed/.stage/")
            ? std::optional(MoveResult {MoveOutcome::Failed, {ErrorCode::PermissionDenied, u"not yours"_s}, false})
            : std::nullopt;
    };
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Held), 1);
    QVERIFY(world.lastReport(ReportKind::Held)->detail.contains(u"could not be committed"_s));
    QCOMPARE(world.spawns.value(token.job.toBytes26() + ".e1"), 1);
}

void TestWorkState::aPlaceThatRefusesHoldsUpNoOtherFile_data()
{
    QTest::addColumn<QByteArray>("place");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<ReportKind>("end");
    QTest::newRow("hold") << QByteArray("hold/") << 1 << ReportKind::Held;
    QTest::newRow("completed") << QByteArray("completed/20") << 0 << ReportKind::Done;
}

void TestWorkState::aPlaceThatRefusesHoldsUpNoOtherFile()
{
    QFETCH(QByteArray, place);
    QFETCH(int, exitCode);
    QFETCH(ReportKind, end);
    FakeWorld world(config());
    const TokenName first = world.assign("a.csv", "x");
    world.nextEnd.exitCode = exitCode;
    world.moveFault = refuses(place);
    world.boot();
    (void)world.run(seconds(200), 1'500);
    QVERIFY(world.state().idle());
    QVERIFY(world.state().shareStatus().ok); // nobody else's trouble
    QCOMPARE(world.state().begun().size(), 1); // the orchestrator hears of it
    QCOMPARE(world.state().begun().first().job, first.job);
    QVERIFY(world.state().begun().first().trouble.contains(u"not yours"_s));
    QVERIFY(world.state().running().isEmpty());
    QCOMPARE(world.reported(end), 0);

    world.nextEnd.exitCode = 0;
    world.assign("other.csv", "y");
    world.moveFault = [place, first, refused = refuses(place)](const SharePath &from, const SharePath &to) {
        return to.contains(first.job.toBytes26()) ? refused(from, to) : std::nullopt;
    };
    (void)world.run(seconds(200), 1'500);
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QCOMPARE(world.state().heldUp().size(), 1);

    world.moveFault = {};
    QVERIFY(world.run());
    QVERIFY(world.state().begun().isEmpty());
    QCOMPARE(world.lastReport(end)->job, first.job);
    QCOMPARE(world.spawns.value(first.job.toBytes26() + ".e1"), 1);
}

void TestWorkState::aPlaceThatRefusesKeepsNoAgentFromStopping()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.nextEnd.exitCode = 1;
    world.moveFault = refuses("hold/");
    world.boot();
    (void)world.run(seconds(2));
    QVERIFY(!world.state().idle());
    world.send(event::ShutdownAsked {});
    (void)world.run(seconds(31), 200);
    QVERIFY(world.state().idle());
    world.kill();
    world.moveFault = {};
    world.boot();
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Held), 1);
    QCOMPARE(world.spawns.value(token.job.toBytes26() + ".e1"), 1);
}

void TestWorkState::aClaimedFileThatCannotBeReadGoesToAPerson()
{
    FakeWorld world(config());
    world.assign("locked.csv", "x");
    world.assign("other.csv", "y");
    world.verifyFault = unreadableFrom(1, "locked.csv", ErrorCode::Busy);
    world.boot();
    const MonoTime began = world.now.mono;
    while (world.reported(ReportKind::Held) == 0 && world.now.mono - began < seconds(200)) {
        (void)world.run(seconds(5), 100);
    }
    QVERIFY(world.now.mono - began >= seconds(60) && world.now.mono - began < seconds(100));
    QCOMPARE(toString(world.lastReport(ReportKind::Held)->cause), toString(Cause::FileUnreadable));
    QVERIFY(!world.lastReport(ReportKind::Held)->sideEffects);
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Claimed), 2);
    QCOMPARE(world.reported(ReportKind::Done), 1);
    QCOMPARE(world.spawns.size(), 1); // the other one
}

void TestWorkState::aClaimedFileThatCannotBeReadObeysAStop()
{
    FakeWorld world(config());
    const TokenName token = world.assign("locked.csv", "x");
    world.verifyFault = unreadableFrom(1, "locked.csv", ErrorCode::Busy);
    world.boot();
    (void)world.run(seconds(2));
    QVERIFY(world.state().canStop({token.job, 1}));
    world.send(event::StopAsked {{token.job, 1}, u"wrong file"_s, u"ann"_s});
    (void)world.run(seconds(31), 200);
    QCOMPARE(world.reported(ReportKind::Held), 1);
    QCOMPARE(toString(world.lastReport(ReportKind::Held)->cause), toString(Cause::StoppedByOperator));
    QVERIFY(world.spawns.isEmpty());
}

void TestWorkState::aClaimedFileThatCannotBeReadIsGivenBackAtTheEnd_data()
{
    QTest::addColumn<bool>("startWritten");
    QTest::newRow("before START") << false;
    QTest::newRow("after START, before the spawn") << true;
}

void TestWorkState::aClaimedFileThatCannotBeReadIsGivenBackAtTheEnd()
{
    QFETCH(bool, startWritten);
    FakeWorld world(config());
    world.assign("locked.csv", "x");
    world.verifyFault = unreadableFrom(startWritten ? 2 : 1, "locked.csv", ErrorCode::Busy);
    world.before = [&](const Effect &effect) {
        const auto *append = std::get_if<effect::Append>(&effect);
        if (append != nullptr && append->record.kind == RecordKind::Start) {
            world.now.mono = world.now.mono + seconds(11); // longer than a look at it counts
        }
    };
    world.boot();
    (void)world.run(seconds(2));
    world.send(event::ShutdownAsked {});
    (void)world.run(seconds(31), 200);
    QVERIFY(world.state().idle());
    QCOMPARE(world.reported(ReportKind::Started), startWritten ? 1 : 0);
    QCOMPARE(world.reported(ReportKind::Claimed), 1);
    QCOMPARE(world.reported(ReportKind::Released), 1);
    QCOMPARE(toString(world.lastReport(ReportKind::Released)->cause), toString(Cause::AgentRestarted));
    QVERIFY(world.spawns.isEmpty());
}

void TestWorkState::aShareThatGoesWhileAClaimIsVerifiedIsWaitedFor()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.verifyFault = unreadableFrom(1, "a.csv", ErrorCode::IoError);
    world.boot();
    (void)world.run(seconds(40), 300); // minutes
    world.verifyFault = {};
    QVERIFY(world.run());
    QCOMPARE(world.reported(ReportKind::Held), 0);
    QCOMPARE(world.reported(ReportKind::Done), 1);
}
