// SPDX-License-Identifier: GPL-3.0-or-later
// Stories of the agent's work on a real folder with real processes.
#include "agentbench.h"

#include "agent/work/processtree.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr int deadline = 30'000;

QByteArray sha(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

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

class TestEngine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { becomeSubreaper(); }
    void aFileGoesThroughAndItsFolderMatchesItsManifest();
    void logsArriveOnTheShare();
    void endsWithoutSuccess_data();
    void endsWithoutSuccess();
    void anOperatorStopsIt();
    void theHardLimitEndsIt();
    void aTokenTakenAwayEndsTheRun();
    void whatIsWrittenIntoARunningTokenIsNotPublished_data();
    void whatIsWrittenIntoARunningTokenIsNotPublished();
    void restartAfterClaim_data();
    void restartAfterClaim();
    void restartAfterStart_data();
    void restartAfterStart();
    void restartAfterExit_data();
    void restartAfterExit();
    void killedAgentTakesItsPipelineWithIt();
    void aClonedDiskTouchesNothing();
    void anotherLifesTokenIsForeign();
    void theShareGoesAndComesBackBeforeThePublication();
    void anotherShareIsLeftAlone();
    void reportsSurviveARestartUntilAcknowledged();
    void manyFilesEachRunOnce();
    void aWatchedFolderPipeline();
    void shutdownFinishesWhatRuns();
};

void TestEngine::aFileGoesThroughAndItsFolderMatchesItsManifest()
{
    AgentBench bench(
        {u"say=working"_s, u"out=master.csv:1;2;3"_s, u"out=run.log.json:{\"processedRowCount\": 2}"_s, u"spoilinput"_s});
    bench.config.pipeline.resultJson = u"*.log.json"_s;
    bench.config.pipeline.resultField = u"processedRowCount"_s;
    const TokenName token = bench.assign("Agency \xC3\xA4 week 3.csv", "hours");
    bench.start();
    QSignalSpy changed(&bench.engine(), &WorkEngine::changed);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, deadline);

    const SharePath folder = bench.finalFolder(token);
    QCOMPARE(bench.readShare(folder + '/' + token.name), QByteArray("hours")); // though the pipeline destroyed its copy
    const QJsonObject manifest = QJsonDocument::fromJson(bench.readShare(folder + "/manifest.json")).object();
    QCOMPARE(manifest.value(u"job"_s).toString(), token.job.toString());
    QCOMPARE(manifest.value(u"node"_s).toString(), u"DTF-01"_s);
    QCOMPARE(manifest.value(u"browser_port"_s).toInt(), 9222);
    QCOMPARE(manifest.value(u"rows"_s).toInt(), 2);
    QCOMPARE(manifest.value(u"input"_s).toObject().value(u"sha256"_s).toString().toLatin1(), sha("hours"));
    QStringList listed;
    for (const QJsonValue &value : manifest.value(u"outputs"_s).toArray()) {
        const QJsonObject output = value.toObject();
        listed.append(output.value(u"name"_s).toString());
        const QByteArray content = bench.readShare(folder + "/results/" + listed.last().toUtf8());
        QCOMPARE(output.value(u"sha256"_s).toString().toLatin1(), sha(content));
        QCOMPARE(output.value(u"size"_s).toInteger(), content.size());
    }
    QCOMPARE(listed, bench.names(folder + "/results"));
    QCOMPARE(listed.size(), 2);
    QCOMPARE(bench.names("completed/.stage"), QStringList());
    QCOMPARE(bench.tokens().size(), 1);
    QCOMPARE(bench.ledger(), QList<QByteArray> {token.job.toBytes26() + ".1"});
    const Report done = bench.last(ReportKind::Done);
    QCOMPARE(done.rows, 2);
    QCOMPARE(done.sha256, sha("hours"));
    QCOMPARE(done.name, u"Agency ä week 3.csv"_s);
    QVERIFY(!changed.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(bench.exists(layout::alive(bench.node)), deadline);
    // The scratch folder goes as soon as its log has been carried over.
    QTRY_VERIFY_WITH_TIMEOUT(QDir(bench.config.scratchDir).isEmpty(), deadline);
}

void TestEngine::logsArriveOnTheShare()
{
    AgentBench bench({u"say=Upload Success"_s, u"binary"_s, u"out=a:1"_s});
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QSignalSpy live(&bench.engine(), &WorkEngine::logLines);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, deadline);
    const SharePath log = layout::jobLog(bench.node, token.job, 1);
    QTRY_VERIFY_WITH_TIMEOUT(bench.readShare(log).contains("Pipeline ended with code 0"), deadline);
    const QByteArray text = bench.readShare(log);
    QVERIFY(text.contains(QStringLiteral("DTF-01 – Upload Success (Browser 9222) job=").toUtf8()));
    QVERIFY(!text.contains('\x1b'));
    const QStringList logs = bench.names("logs/DTF-01");
    QCOMPARE(logs.size(), 2);
    const QString day = logs[0].startsWith("20"_L1) ? logs[0] : logs[1];
    QTRY_VERIFY_WITH_TIMEOUT(bench.readShare("logs/DTF-01/" + day.toUtf8()).contains("Upload Success"), deadline);
    qsizetype lines = 0;
    for (const QList<QVariant> &call : std::as_const(live)) {
        lines += call[0].value<LogLines>().lines.size();
    }
    QVERIFY(lines >= 3);
}

void TestEngine::endsWithoutSuccess_data()
{
    QTest::addColumn<QStringList>("acts");
    QTest::addColumn<int>("effects");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("cause");
    const QStringList zero {u"out=a.csv:x"_s, u"out=run.log.json:{\"rows\": 0}"_s};
    const int start = int(SideEffects::FromStart);
    const int none = int(SideEffects::None);
    const int marker = int(SideEffects::AfterMarker);
    QTest::newRow("zero rows, may be uploaded") << zero << start << u"hold"_s << int(Cause::ZeroRows);
    QTest::newRow("zero rows, nothing uploaded") << zero << none << u"failed"_s << int(Cause::ZeroRows);
    QTest::newRow("no output") << QStringList {} << start << u"hold"_s << int(Cause::NoOutput);
    QTest::newRow("exit 3") << QStringList {u"out=part.csv:x"_s, u"exit=3"_s} << start << u"hold"_s << int(Cause::ExitCode);
    QTest::newRow("exit 3 before the marker")
        << QStringList {u"say=thinking"_s, u"exit=3"_s} << marker << u"failed"_s << int(Cause::ExitCode);
    QTest::newRow("exit 3 after the marker")
        << QStringList {u"say=UPLOAD"_s, u"exit=3"_s} << marker << u"hold"_s << int(Cause::ExitCode);
    QTest::newRow("crash") << QStringList {u"crash"_s} << start << u"hold"_s << int(Cause::Crashed);
    QTest::newRow("safe to run again") << QStringList {u"exit=75"_s} << start << u"running"_s << int(Cause::ExitCode);
}

void TestEngine::endsWithoutSuccess()
{
    QFETCH(QStringList, acts);
    QFETCH(int, effects);
    QFETCH(QString, folder);
    QFETCH(int, cause);
    AgentBench bench(acts);
    bench.config.pipeline.sideEffects = static_cast<SideEffects>(effects);
    bench.config.pipeline.marker = QRegularExpression(u"^UPLOAD"_s);
    bench.config.pipeline.rerunExitCodes = {75};
    if (acts.size() == 2 && acts[1].contains(u"rows"_s)) {
        bench.config.pipeline.resultJson = u"*.log.json"_s;
        bench.config.pipeline.resultField = u"rows"_s;
    }
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    const ReportKind said = folder == u"hold"_s ? ReportKind::Held
        : folder == u"failed"_s                 ? ReportKind::Failed
                                                : ReportKind::Released;
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(said), 1, deadline);
    QCOMPARE(int(bench.last(said).cause), cause);
    QCOMPARE(bench.reported(ReportKind::Done), 0);
    QCOMPARE(bench.tokens().size(), 1);
    QVERIFY2(bench.tokens()[0].contains(folder), qPrintable(bench.tokens()[0]));
    QCOMPARE(bench.read(bench.root() + u'/' + bench.tokens()[0]), QByteArray("x"));
    QCOMPARE(bench.ledger().size(), 1);
    if (said == ReportKind::Released) {
        return;
    }
    const QJsonObject sidecar =
        QJsonDocument::fromJson(bench.read(bench.root() + u'/' + bench.tokens()[0] + u".json"_s)).object();
    QCOMPARE(sidecar.value(u"cause"_s).toString(), QString(toString(static_cast<Cause>(cause))));
    QCOMPARE(sidecar.value(u"node"_s).toString(), u"DTF-01"_s);
    // What it left is kept.
    const SharePath late = layout::late({token.job, 1, bench.boot});
    QVERIFY(bench.exists(late + "/run.log"));
    if (acts.contains(u"out=part.csv:x"_s)) {
        QCOMPARE(bench.readShare(late + "/results/part.csv"), QByteArray("x"));
    }
}

void TestEngine::anOperatorStopsIt()
{
    AgentBench bench({u"ignoreterm"_s, u"say=up"_s, u"stop"_s});
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.ledger().size(), 1, deadline);
    QTRY_VERIFY_WITH_TIMEOUT(!bench.engine().running().isEmpty() && bench.engine().running()[0].sideEffects, deadline);
    QVERIFY(!bench.engine().stopRun(token.job, 2, u"wrong attempt"_s, u"ann"_s));
    QVERIFY(bench.engine().stopRun(token.job, 1, u"wrong file"_s, u"ann"_s));
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Held), 1, deadline);
    QCOMPARE(int(bench.last(ReportKind::Held).cause), int(Cause::StoppedByOperator));
    QVERIFY(!bench.engine().stopRun(token.job, 1, u"again"_s, u"ann"_s));
}

void TestEngine::theHardLimitEndsIt()
{
    AgentBench bench({u"ignoreterm"_s, u"daemon=/nowhere"_s, u"stop"_s});
    bench.config.pipeline.softLimit = milliseconds(200);
    bench.config.pipeline.hardLimit = milliseconds(600);
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Held), 1, deadline);
    QCOMPARE(int(bench.last(ReportKind::Held).cause), int(Cause::HardLimit));
    ProcessTree after(format(StageName {token.job, 1, bench.boot}));
    QCOMPARE(after.look(), 0);
}

void TestEngine::aTokenTakenAwayEndsTheRun()
{
    AgentBench bench({u"out=a.csv:result"_s, u"say=up"_s, u"stop"_s});
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.ledger().size(), 1, deadline);
    TokenName running = token;
    running.boot = bench.boot;
    LocalShareFs orchestrator(bench.root(), {milliseconds(0), milliseconds(0)});
    const SharePath elsewhere = layout::hold(running);
    QVERIFY(orchestrator.atomicMove(layout::running(bench.node, running), elsewhere).outcome == MoveOutcome::Moved);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Late), 1, deadline);
    QCOMPARE(bench.reported(ReportKind::Fenced), 1);
    QCOMPARE(bench.readShare(layout::late({token.job, 1, bench.boot}) + "/results/a.csv"), QByteArray("result"));
    QCOMPARE(bench.tokens(), QStringList {QString::fromUtf8(elsewhere)});
    QVERIFY(bench.names("completed/.stage").isEmpty());
    ProcessTree after(format(StageName {token.job, 1, bench.boot}));
    QCOMPARE(after.look(), 0);
}

void TestEngine::whatIsWrittenIntoARunningTokenIsNotPublished_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("longer") << QByteArray("xx, and more");
    QTest::newRow("of the same size") << QByteArray("yy");
}

void TestEngine::whatIsWrittenIntoARunningTokenIsNotPublished()
{
    QFETCH(QByteArray, content);
    AgentBench bench({u"out=a.csv:result"_s, u"say=up"_s, u"wait="_s});
    const QString go = bench.local(u"go"_s);
    bench.config.pipeline.command.last() = u"wait="_s + go;
    const TokenName token = bench.assign("a.csv", "xx");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.ledger().size(), 1, deadline);
    TokenName running = token;
    running.boot = bench.boot;
    { // a producer's handle that was never closed goes with the file
        QFile writer(bench.path(layout::running(bench.node, running)));
        QVERIFY(writer.open(QIODevice::ReadWrite));
        QCOMPARE(writer.write(content), content.size());
    }
    QVERIFY(QFile(go).open(QIODevice::WriteOnly));
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Held), 1, deadline);
    QCOMPARE(int(bench.last(ReportKind::Held).cause), int(Cause::ChangedMeanwhile));
    QCOMPARE(bench.readShare(layout::hold(running)), content);
    QVERIFY(bench.names("completed/.stage").isEmpty());
    QCOMPARE(bench.ledger().size(), 1);
}

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

void TestEngine::theShareGoesAndComesBackBeforeThePublication()
{
    AgentBench bench({u"out=a:1"_s, u"say=up"_s});
    bench.config.pipeline.command += u"wait="_s + bench.local(u"go"_s);
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.ledger().size(), 1, deadline);
    // Unmounted: the mount point is an empty folder.
    const QByteArray here = QFile::encodeName(bench.root());
    const QByteArray away = here + ".away";
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"the share is not usable"_s));
    QCOMPARE(std::rename(here.constData(), away.constData()), 0);
    QVERIFY(QDir().mkpath(bench.root()));
    QFile go(bench.local(u"go"_s));
    QVERIFY(go.open(QIODevice::WriteOnly));
    QTRY_VERIFY_WITH_TIMEOUT(!bench.engine().shareStatus().ok, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Exited), 1, deadline);
    QVERIFY(QDir(bench.root()).isEmpty()); // nothing is ever written into the mount point
    QVERIFY(QDir().rmdir(bench.root()));
    QCOMPARE(std::rename(away.constData(), here.constData()), 0);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, deadline);
    QCOMPARE(bench.reported(ReportKind::Fenced), 0);
    QVERIFY(bench.exists(bench.finalFolder(token) + "/results/a"));
    QCOMPARE(bench.ledger().size(), 1);
}

void TestEngine::anotherShareIsLeftAlone()
{
    AgentBench bench({u"out=a:1"_s});
    bench.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.engine().shareStatus().ok, deadline);
    // Another share is mounted in its place, with a token for this node.
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"the share is not usable"_s));
    const QByteArray here = QFile::encodeName(bench.root());
    QCOMPARE(std::rename(here.constData(), (here + ".away").constData()), 0);
    QVERIFY(QDir().mkpath(bench.root()));
    LocalShareFs other(bench.root(), {milliseconds(0), milliseconds(0)});
    QVERIFY(other.initialise({bench.node}));
    const TokenName token = bench.assign("a.csv", "x");
    QTRY_VERIFY_WITH_TIMEOUT(!bench.engine().shareStatus().ok, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(toString(bench.engine().shareStatus().code), toString(ErrorCode::ShareWrong), deadline);
    QVERIFY(bench.exists(layout::assigned(bench.node, token)));
    QVERIFY(bench.names(".dtf/alive").isEmpty());
    QVERIFY(bench.engine().gateClosedBy().contains(u"share"_s));
}

void TestEngine::reportsSurviveARestartUntilAcknowledged()
{
    AgentBench bench({u"out=a:1"_s});
    bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, deadline);
    QCOMPARE(bench.engine().pendingCount(), 5);
    bench.engine().acknowledge(2);
    QCOMPARE(bench.engine().pendingCount(), 3);
    Report command;
    command.kind = ReportKind::CommandDone;
    command.commandId = 42;
    bench.engine().report(command);
    QTRY_COMPARE_WITH_TIMEOUT(bench.engine().pendingCount(), 4, deadline);
    const BootId before = bench.boot;
    bench.start();
    const QList<Report> pending = bench.engine().pendingReports(256);
    QCOMPARE(pending.size(), 4);
    QCOMPARE(pending[0].seq, 3);
    QCOMPARE(pending[0].boot, before);
    QCOMPARE(pending[3].commandId, 42);
    QCOMPARE(bench.engine().pendingReports(2).size(), 2);
}

void TestEngine::manyFilesEachRunOnce()
{
    AgentBench bench({u"out=a:1"_s});
    constexpr int count = 30;
    for (int i = 0; i < count; ++i) {
        bench.assign("f" + QByteArray::number(i) + ".csv", "x");
    }
    bench.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.engine().queued().size() < count, deadline);
    for (int life = 1; life <= 3; ++life) {
        QTRY_VERIFY_WITH_TIMEOUT(bench.reported(ReportKind::Started) >= 5 * life, 60'000);
        bench.start(); // killed somewhere
    }
    // Each file ends, and none was started twice.
    const auto ended = [&] { return bench.reported(ReportKind::Done) + bench.reported(ReportKind::Held); };
    QTRY_COMPARE_WITH_TIMEOUT(ended(), count, 90'000);
    QTRY_VERIFY_WITH_TIMEOUT(bench.idle(), deadline);
    QCOMPARE(bench.tokens().size(), count);
    QList<QByteArray> starts = bench.ledger();
    const qsizetype all = starts.size();
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    QCOMPARE(starts.size(), all);
    QVERIFY(bench.names("completed/.stage").isEmpty());
}

void TestEngine::aWatchedFolderPipeline()
{
    AgentBench bench;
    for (const auto &name : {u"Inbox"_s, u"Processed"_s, u"Rejected"_s}) {
        QVERIFY(QDir().mkpath(bench.local(name)));
    }
    bench.config.pipeline.kind = PipelineKind::Folder;
    bench.config.pipeline.inboxDir = bench.local(u"Inbox"_s);
    bench.config.pipeline.doneDir = bench.local(u"Processed"_s);
    bench.config.pipeline.rejectedDir = bench.local(u"Rejected"_s);
    bench.config.pipeline.settleFor = milliseconds(200);
    const TokenName good = bench.assign("good.csv", "1");
    const TokenName bad = bench.assign("bad.csv", "2");
    bench.start();
    // The script.
    for (const auto &[name, folder] : {std::pair {u"good.csv"_s, u"Processed"_s}, {u"bad.csv"_s, u"Rejected"_s}}) {
        const QString inbox = bench.local(u"Inbox/"_s + name);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(inbox), deadline);
        QVERIFY(QFile::copy(inbox, bench.local(folder + u'/' + name)));
        QVERIFY(QFile::remove(inbox));
    }
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Failed), 1, deadline);
    QCOMPARE(bench.reported(ReportKind::Done), 1);
    QCOMPARE(int(bench.last(ReportKind::Failed).cause), int(Cause::PipelineRejected));
    QVERIFY(bench.exists(bench.finalFolder(good) + "/results/good.csv"));
    QVERIFY(bench.exists(layout::failed(bad)));
}

void TestEngine::shutdownFinishesWhatRuns()
{
    AgentBench bench({u"out=a:1"_s});
    bench.config.pipeline.command += u"wait="_s + bench.local(u"go"_s);
    bench.assign("a.csv", "x");
    const TokenName second = bench.assign("b.csv", "y");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.ledger().size(), 1, deadline);
    QSignalSpy idle(&bench.engine(), &WorkEngine::idle);
    bench.engine().shutdown();
    QVERIFY(idle.isEmpty());
    QFile go(bench.local(u"go"_s));
    QVERIFY(go.open(QIODevice::WriteOnly));
    QTRY_COMPARE_WITH_TIMEOUT(idle.size(), 1, deadline);
    QCOMPARE(bench.reported(ReportKind::Done), 1);
    QVERIFY(bench.exists(layout::assigned(bench.node, second)));
}

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
