// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that do not end well.
#include "tst_engine.h"

#include "agent/work/processtree.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace dtf;
using namespace Qt::StringLiterals;

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
