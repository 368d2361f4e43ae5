// SPDX-License-Identifier: GPL-3.0-or-later
#include "tst_workstate.h"

using namespace dtf;
using namespace Qt::StringLiterals;

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
    const bool seenByOthers = what == 0 || what == 1 || what == 4; // the heartbeat shows these as they are
    QCOMPARE(world.state().ownGateClosedBy().isEmpty(), seenByOthers);
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

QTEST_APPLESS_MAIN(TestWorkState)
