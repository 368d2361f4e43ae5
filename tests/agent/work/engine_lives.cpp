// SPDX-License-Identifier: GPL-3.0-or-later
// Lives that end at each step, and what the next one does.
#include "tst_engine.h"

#include "agent/work/processtree.h"

#include <QCryptographicHash>
#include <QRegularExpression>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

JournalRecord claimOf(const TokenName &token, const BootId &boot, const QByteArray &content)
{
    JournalRecord r;
    r.kind = RecordKind::Claim;
    r.boot = boot;
    r.attempt = {token.job, token.epoch};
    r.name = token.name;
    r.input = {QCryptographicHash::hash(content, QCryptographicHash::Sha256), content.size()};
    return r;
}

JournalRecord startOf(const TokenName &token)
{
    JournalRecord r;
    r.kind = RecordKind::Start;
    r.time = {1'700'000'000'000};
    r.attempt = {token.job, token.epoch};
    r.machineBoot = "machine-boot-1";
    return r;
}

/// The rename into running/ as `boot`'s life did it.
void take(AgentBench &bench, const TokenName &token, const BootId &boot)
{
    LocalShareFs fs(bench.root(), {milliseconds(0), milliseconds(0)});
    TokenName running = token;
    running.boot = boot;
    const MoveResult moved = fs.atomicMove(layout::assigned(bench.node, token), layout::running(bench.node, running));
    QVERIFY(moved.outcome == MoveOutcome::Moved);
}

} // namespace

void TestEngine::restartAfterClaim_data()
{
    QTest::addColumn<bool>("renamed");
    QTest::newRow("before the rename") << false;
    QTest::newRow("after the rename") << true;
}

void TestEngine::restartAfterClaim()
{
    QFETCH(bool, renamed);
    AgentBench bench({u"out=a:1"_s});
    const TokenName token = bench.assign("a.csv", "x");
    BootId earlier =
        bench.earlierLife([&](Journal &journal, const BootId &boot) { QVERIFY(journal.append(claimOf(token, boot, "x"), {})); });
    if (renamed) {
        take(bench, token, earlier);
    }
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, deadline);
    QCOMPARE(bench.ledger().size(), 1);
    QCOMPARE(bench.tokens().size(), 1);
    QCOMPARE(bench.last(ReportKind::Claimed).tokenBoot, bench.boot); // owned by this life
}

void TestEngine::restartAfterStart_data()
{
    QTest::addColumn<int>("effects");
    QTest::addColumn<QByteArray>("output"); // empty: the spawn was never reached
    QTest::addColumn<int>("said");
    QTest::addColumn<int>("cause");
    const int start = int(SideEffects::FromStart);
    const int marker = int(SideEffects::AfterMarker);
    QTest::newRow("START and nothing more") << start << QByteArray() << int(ReportKind::Held) << int(Cause::MaybeStarted);
    QTest::newRow("it ran") << start << QByteArray("up\n") << int(ReportKind::Held) << int(Cause::AgentRestarted);
    QTest::newRow("no marker yet") << marker << QByteArray("up\n") << int(ReportKind::Released) << int(Cause::AgentRestarted);
    QTest::newRow("after the marker") << marker << QByteArray("up\nUPLOAD") << int(ReportKind::Held)
                                      << int(Cause::AgentRestarted);
    QTest::newRow("may be repeated") << int(SideEffects::None) << QByteArray("up\n") << int(ReportKind::Released)
                                     << int(Cause::AgentRestarted);
}

void TestEngine::restartAfterStart()
{
    QFETCH(int, effects);
    QFETCH(QByteArray, output);
    QFETCH(int, said);
    QFETCH(int, cause);
    AgentBench bench({u"out=a:1"_s});
    bench.config.pipeline.sideEffects = static_cast<SideEffects>(effects);
    bench.config.pipeline.marker = QRegularExpression(u"^UPLOAD"_s);
    const TokenName token = bench.assign("a.csv", "x");
    const BootId earlier = bench.earlierLife([&](Journal &journal, const BootId &boot) {
        QVERIFY(journal.append(claimOf(token, boot, "x"), {}));
        QVERIFY(journal.append(startOf(token), {}));
    });
    take(bench, token, earlier);
    const Scratch scratch = scratchOf(bench.config.scratchDir, {token.job, 1});
    QVERIFY(makeFresh(scratch));
    if (!output.isEmpty()) {
        QFile raw(scratch.rawOutput());
        QVERIFY(raw.open(QIODevice::WriteOnly));
        QCOMPARE(raw.write(output), output.size());
    }
    bench.start();
    const auto kind = static_cast<ReportKind>(said);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(kind), 1, deadline);
    QCOMPARE(int(bench.last(kind).cause), cause);
    QTRY_VERIFY_WITH_TIMEOUT(bench.idle(), deadline);
    QVERIFY(bench.ledger().isEmpty()); // never run by itself
    QCOMPARE(bench.tokens().size(), 1);
    QVERIFY(bench.tokens()[0].contains(kind == ReportKind::Held ? u"hold/"_s : u"running/"_s));
    if (kind == ReportKind::Held && !output.isEmpty()) {
        QCOMPARE(bench.readShare(layout::late({token.job, 1, bench.boot}) + "/output.raw"), output);
    }
}

void TestEngine::restartAfterExit_data()
{
    QTest::addColumn<int>(
        "place"); // 0 running, 1 half a stage, 2 committed, 3 visible, 4 gone, 5 another's result, 6 half a stage and gone
    QTest::addColumn<int>("said");
    QTest::newRow("nothing staged") << 0 << int(ReportKind::Done);
    QTest::newRow("half a stage") << 1 << int(ReportKind::Done);
    QTest::newRow("committed") << 2 << int(ReportKind::Done);
    QTest::newRow("visible, not reported") << 3 << int(ReportKind::Done);
    QTest::newRow("taken away") << 4 << int(ReportKind::Late);
    QTest::newRow("visible, but another attempt's") << 5 << int(ReportKind::Late);
    QTest::newRow("half a stage, and taken away") << 6 << int(ReportKind::Late);
}

void TestEngine::restartAfterExit()
{
    QFETCH(int, place);
    QFETCH(int, said);
    AgentBench bench;
    const TokenName token = bench.assign("a.csv", "x");
    const WallTime today = SystemClock().now().wall;
    const BootId earlier = bench.earlierLife([&](Journal &journal, const BootId &boot) {
        QVERIFY(journal.append(claimOf(token, boot, "x"), {}));
        QVERIFY(journal.append(startOf(token), {}));
        JournalRecord exit = startOf(token);
        exit.kind = RecordKind::Exit;
        exit.time = today;
        exit.verdict = {RunAction::Publish, Cause::None, true, 7, {}};
        QVERIFY(journal.append(exit, {}));
        exit.kind = RecordKind::Staging;
        exit.boot = boot;
        QVERIFY(journal.append(exit, {}));
    });
    take(bench, token, earlier);
    const Scratch scratch = scratchOf(bench.config.scratchDir, {token.job, 1});
    QVERIFY(makeFresh(scratch));
    QFile result(scratch.out() + u"/master.csv"_s);
    QVERIFY(result.open(QIODevice::WriteOnly));
    result.write("result");
    result.close();

    LocalShareFs fs(bench.root(), {milliseconds(0), milliseconds(0)});
    TokenName running = token;
    running.boot = earlier;
    const StageName stage {token.job, 1, earlier};
    if (place != 0 && place != 4) {
        QVERIFY(fs.makeFolder(layout::stage(stage)));
        QVERIFY(fs.makeFolder(layout::stagedResults(stage)));
    }
    if (place == 2 || place == 3 || place == 5) {
        QVERIFY(fs.copyIn(result.fileName(), layout::stagedResults(stage) + "/master.csv", {}));
        const Epoch by = place == 5 ? 2 : 1; // 5: another attempt's result
        QVERIFY(fs.writeSmall(layout::stagedManifest(stage),
            "{\"attempt\":" + QByteArray::number(by) + ",\"boot\":\"" + earlier.bytes() + "\"}", false));
        QVERIFY(fs.atomicMove(layout::running(bench.node, running), layout::stagedToken(stage, token.name)).outcome
            == MoveOutcome::Moved);
    }
    if (place == 3 || place == 5) {
        QVERIFY(fs.makeFolder(layout::completedDay(today)));
        QVERIFY(
            fs.atomicMove(layout::stage(stage), layout::completed(today, token.job, token.name)).outcome == MoveOutcome::Moved);
    }
    if (place == 4 || place == 6) {
        QVERIFY(fs.atomicMove(layout::running(bench.node, running), layout::hold(running)).outcome == MoveOutcome::Moved);
    }
    bench.start();
    const auto kind = static_cast<ReportKind>(said);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(kind), 1, deadline);
    QVERIFY(bench.ledger().isEmpty());
    QCOMPARE(bench.tokens().size(), 1);
    if (kind == ReportKind::Done) {
        QCOMPARE(bench.readShare(bench.finalFolder(token) + "/results/master.csv"), QByteArray("result"));
        QVERIFY(bench.exists(bench.finalFolder(token) + "/manifest.json"));
        QCOMPARE(bench.last(kind).rows, 7);
        QVERIFY(bench.names("completed/.stage").isEmpty());
    } else {
        QCOMPARE(bench.readShare(layout::late({token.job, 1, bench.boot}) + "/results/master.csv"), QByteArray("result"));
        QVERIFY(bench.names("completed/.stage").isEmpty()); // what was put together in vain is gone
    }
}

void TestEngine::killedAgentTakesItsPipelineWithIt()
{
    AgentBench bench({u"daemon=/nowhere"_s, u"say=up"_s, u"stop"_s});
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.ledger().size(), 1, deadline);
    const QByteArray marker = format(StageName {token.job, 1, bench.boot});
    QTRY_VERIFY_WITH_TIMEOUT(!bench.engine().running().isEmpty(), deadline);
    bench.start(); // a new life
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Held), 1, deadline);
    QCOMPARE(int(bench.last(ReportKind::Held).cause), int(Cause::AgentRestarted));
    ProcessTree old(marker);
    QCOMPARE(old.look(), 0);
    QCOMPARE(bench.ledger().size(), 1);
}

void TestEngine::aClonedDiskTouchesNothing()
{
    AgentBench bench({u"out=a:1"_s});
    const TokenName token = bench.assign("a.csv", "x");
    const BootId earlier =
        bench.earlierLife([&](Journal &journal, const BootId &boot) { QVERIFY(journal.append(claimOf(token, boot, "x"), {})); });
    take(bench, token, earlier);
    const QStringList before = bench.tokens();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"put aside"_s));
    bench.start("machine-2");
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Foreign), 1, deadline);
    QCOMPARE(bench.tokens(), before);
    QVERIFY(bench.ledger().isEmpty());
}

void TestEngine::anotherLifesTokenIsForeign()
{
    AgentBench bench({u"out=a:1"_s});
    const TokenName foreign = bench.assign("a.csv", "x");
    take(bench, foreign, BootId::generate());
    const TokenName own = bench.assign("b.csv", "y");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Foreign), 1, deadline);
    QCOMPARE(bench.last(ReportKind::Foreign).job, foreign.job);
    QCOMPARE(bench.ledger(), QList<QByteArray> {own.job.toBytes26() + ".1"});
}
