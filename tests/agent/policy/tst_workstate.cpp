// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeworld.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

AgentConfig config()
{
    AgentConfig c;
    c.node = *NodeName::parse("DTF-01");
    c.shareCache = milliseconds(15'000);
    return c;
}

} // namespace

class TestWorkState : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aFileGoesThrough();
    void killedAtAnyEffect_data();
    void killedAtAnyEffect();
    void killedTwiceAtAnyEffects();
    void oneFileAtATimeInOrder();
    void nothingIsTakenWhile_data();
    void nothingIsTakenWhile();
    void aBrowserLostAfterTheClaimGivesTheFileBack();
    void shutdownGivesBackWhatWasOnlyClaimed();
    void aTokenTakenAwayEndsTheRun();
    void oneLookIsNotBelieved();
    void oneMissOfAClaimedTokenIsNotBelieved();
    void aLostCommitReplyIsLookedUp();
    void oneNowhereIsNotBelieved();
    void anAmbiguousClaimIsTriedAgain();
    void aClaimThatHadWorkedAfterAllIsFound();
    void someoneElsesTokenIsReportedAndNotTouched();
    void aFileThatComesBackAfterItsRunIsToldAndNotTouched();
    void anotherShareIsNotTouched();
    void theShareGoesAwayBeforeTheCommit();
    void aFailedJournalStopsEverything();
    void changedContentIsRejected();
    void stop();
    void hardLimit();
    void softLimit();
    void theVerdictIsDurableBeforeItIsCarriedOut_data();
    void theVerdictIsDurableBeforeItIsCarriedOut();
    void aLongPauseBeforeTheSpawnVerifiesAgain();
    void onlyClaimedAndNotReadyIsGivenBack();
    void whatCannotBeReadGoesToAPersonAndTheOthersFlow();
    void killedWhileWhatCannotBeReadIsPutAway();
    void whatDoesNotFitHereIsGivenBack();
    void aShareThatCannotBeReadIsWaitedFor();
    void anotherMachineBootsRunIsLeftAloneUntilRecognised_data();
    void anotherMachineBootsRunIsLeftAloneUntilRecognised();
    void aCloneTakesNothingUntilRecognised();
};

void TestWorkState::aFileGoesThrough()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "1;2;3");
    world.boot();
    QVERIFY(world.run());
    const SharePath target = layout::completed(world.now.wall, token.job, "a.csv");
    QCOMPARE(world.tokens(), QList<SharePath> {target + "/a.csv"});
    QVERIFY(world.stages.value(target).contains("\"browser_port\": 9222"));
    QList<int> kinds;
    for (qsizetype i = 0; i < world.reports.size(); ++i) {
        kinds.append(int(world.reports[i].kind));
        QCOMPARE(world.reports[i].seq, i + 1);
    }
    const QList<int> expected {int(ReportKind::Claimed), int(ReportKind::Started), int(ReportKind::Exited),
        int(ReportKind::Committed), int(ReportKind::Done)};
    QCOMPARE(kinds, expected);
    QCOMPARE(world.reports.last().detail, QString::fromUtf8(target));
    QVERIFY(!world.journal.hasOpen());
    QVERIFY(world.state().idle());
}

void TestWorkState::killedAtAnyEffect_data()
{
    QTest::addColumn<int>("effects");
    QTest::addColumn<bool>("succeeds");
    QTest::newRow("from start, ends well") << int(SideEffects::FromStart) << true;
    QTest::newRow("after marker, ends well") << int(SideEffects::AfterMarker) << true;
    QTest::newRow("none, ends well") << int(SideEffects::None) << true;
    QTest::newRow("from start, ends badly") << int(SideEffects::FromStart) << false;
    QTest::newRow("none, ends badly") << int(SideEffects::None) << false;
}

/// The heart: wherever the agent dies, the file is in one place, was started at most once in this attempt, and ends in a state
/// that was reported.
void TestWorkState::killedAtAnyEffect()
{
    QFETCH(int, effects);
    QFETCH(bool, succeeds);
    AgentConfig c = config();
    c.pipeline.sideEffects = static_cast<SideEffects>(effects);
    int points = 0;
    bool reached = true;
    for (int n = 0; reached; ++n) {
        for (const bool after : {false, true}) {
            FakeWorld world(c);
            world.nextEnd.exitCode = succeeds ? 0 : 1;
            const TokenName token = world.assign("a.csv", "1;2;3");
            world.boot();
            world.killAtEffect(n, after);
            (void)world.run();
            reached = world.killed();
            if (!reached) {
                break;
            }
            ++points;
            world.boot();
            QVERIFY2(world.run(), qPrintable(u"point %1"_s.arg(n)));
            const QList<SharePath> tokens = world.tokens();
            QCOMPARE(tokens.size(), 1);
            QVERIFY(world.spawns.value(token.job.toBytes26() + ".e1") <= 1);
            QVERIFY(!world.journal.hasOpen());
            const bool done = tokens[0].startsWith("completed/2") && world.reported(ReportKind::Done) >= 1;
            const bool held = tokens[0].startsWith("hold/") && world.reported(ReportKind::Held) >= 1;
            const bool failed = tokens[0].startsWith("failed/") && world.reported(ReportKind::Failed) >= 1;
            const bool released = tokens[0].contains("/running/") && world.reported(ReportKind::Released) >= 1;
            QVERIFY2(done || held || failed || released,
                qPrintable(u"point %1 %2: %3"_s.arg(n).arg(after).arg(QString::fromUtf8(tokens[0]))));
            QVERIFY(!released || c.pipeline.sideEffects != SideEffects::FromStart);
            QVERIFY(!done || succeeds);
        }
    }
    QVERIFY(points > 20);
}

void TestWorkState::killedTwiceAtAnyEffects()
{
    int points = 0;
    bool firstReached = true;
    for (int n = 0; firstReached; ++n) {
        bool secondReached = true;
        for (int m = 0; secondReached; ++m) {
            FakeWorld world(config());
            const TokenName token = world.assign("a.csv", "1;2;3");
            world.boot();
            world.killAtEffect(n, true);
            (void)world.run();
            firstReached = world.killed();
            if (!firstReached) {
                break;
            }
            world.boot();
            world.killAtEffect(m, true);
            (void)world.run();
            secondReached = world.killed();
            if (!secondReached) {
                break;
            }
            ++points;
            world.boot();
            QVERIFY(world.run());
            QCOMPARE(world.tokens().size(), 1);
            QVERIFY(world.spawns.value(token.job.toBytes26() + ".e1") <= 1);
            QVERIFY(world.tokens()[0].startsWith("completed/2") || world.tokens()[0].startsWith("hold/"));
            QVERIFY(!world.journal.hasOpen());
        }
    }
    QVERIFY(points > 100);
}

void TestWorkState::oneFileAtATimeInOrder()
{
    FakeWorld world(config());
    QList<QByteArray> jobs;
    for (int i = 0; i < 5; ++i) {
        jobs.append(world.assign("f" + QByteArray::number(i) + ".csv", "x").job.toBytes26());
    }
    world.boot();
    QVERIFY(world.run());
    QList<QByteArray> done;
    QList<QByteArray> startedBeforeDone;
    for (const Report &report : std::as_const(world.reports)) {
        if (report.kind == ReportKind::Started) {
            QVERIFY(startedBeforeDone.isEmpty());
            startedBeforeDone.append(report.job.toBytes26());
        } else if (report.kind == ReportKind::Done) {
            startedBeforeDone.removeOne(report.job.toBytes26());
            done.append(report.job.toBytes26());
        }
    }
    QCOMPARE(done, jobs);
}

void TestWorkState::nothingIsTakenWhile_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("the browser is not ready") << 0;
    QTest::newRow("the share is away") << 1;
    QTest::newRow("too many reports wait") << 2;
    QTest::newRow("the agent is stopping") << 3;
    QTest::newRow("calls to the share hang") << 4;
    QTest::newRow("processes of an earlier life go on") << 5;
}

void TestWorkState::nothingIsTakenWhile()
{
    QFETCH(int, what);
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.browser.state = what == 0 ? BrowserState::LoginRequired : BrowserState::Ready;
    world.shareUp = what != 1;
    world.earlierRunsEnd = what != 5;
    world.boot();
    if (what == 2) {
        world.send(event::OutboxLevel {true});
    } else if (what == 3) {
        world.send(event::ShutdownAsked {});
    } else if (what == 4) {
        world.send(event::ShareHangs {true});
    }
    (void)world.run();
    QCOMPARE(world.tokens(), QList<SharePath> {layout::assigned(*NodeName::parse("DTF-01"), token)});
    QVERIFY(world.reports.isEmpty());
    QVERIFY(!world.state().gateClosedBy().isEmpty());
    if (what == 1 || what == 4) {
        QVERIFY(!world.state().shareStatus().ok);
    }
}

void TestWorkState::aBrowserLostAfterTheClaimGivesTheFileBack()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::VerifyToken>(effect) && world.browser.state == BrowserState::Ready) {
            world.browser.state = BrowserState::LoginRequired;
            world.send(event::BrowserChanged {world.browser});
        }
    };
    world.boot();
    QVERIFY(world.run());
    QVERIFY(world.spawns.isEmpty());
    QVERIFY(world.reported(ReportKind::Released) >= 1); // told again as long as it lies there
    const auto first = std::find_if(
        world.reports.cbegin(), world.reports.cend(), [](const Report &r) { return r.kind == ReportKind::Released; });
    QCOMPARE(toString(first->cause), toString(Cause::LoginLost));
    QVERIFY(!world.reports.last().sideEffects);
}

void TestWorkState::shutdownGivesBackWhatWasOnlyClaimed()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::VerifyToken>(effect)) {
            world.send(event::ShutdownAsked {});
        }
    };
    world.boot();
    const MonoTime start = world.now.mono;
    (void)world.run(seconds(1));
    QVERIFY(world.state().idle());
    QVERIFY(world.now.mono - start < seconds(10));
    QCOMPARE(world.reported(ReportKind::Released), 1);
    QVERIFY(world.spawns.isEmpty());
}

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

namespace {

std::function<std::optional<Error>(const SharePath &)> nobodyMayRead(const QByteArray &name, ErrorCode code)
{
    return [name, code](const SharePath &source) {
        return source.endsWith(name) ? std::optional<Error>({code, u"refused"_s}) : std::nullopt;
    };
}

} // namespace

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

void TestWorkState::aFailedJournalStopsEverything()
{
    FakeWorld world(config());
    const TokenName token = world.assign("a.csv", "x");
    world.boot();
    (void)world.run(seconds(0), 4); // the share is known
    world.journalWorks = false;
    (void)world.run();
    QVERIFY(world.state().frozen());
    QVERIFY(world.spawns.isEmpty());
    QCOMPARE(world.tokens(), QList<SharePath> {layout::assigned(*NodeName::parse("DTF-01"), token)});
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

void TestWorkState::onlyClaimedAndNotReadyIsGivenBack()
{
    FakeWorld world(config());
    world.assign("a.csv", "x");
    world.before = [&](const Effect &effect) {
        if (std::holds_alternative<effect::VerifyToken>(effect)) {
            world.kill();
        }
    };
    world.boot();
    // Killed in the middle: the effect itself is not carried out.
    world.before = {};
    world.killAtEffect(4, true); // sweep, copy, journal, claim
    (void)world.run();
    QVERIFY(world.killed());
    QVERIFY(world.tokens()[0].contains("/running/"));
    world.browser.state = BrowserState::Disconnected;
    world.boot();
    QVERIFY(world.run());
    QVERIFY(world.reported(ReportKind::Released) >= 1); // told again as long as it lies there
    QVERIFY(world.spawns.isEmpty());
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

QTEST_APPLESS_MAIN(TestWorkState)
#include "tst_workstate.moc"
