// SPDX-License-Identifier: GPL-3.0-or-later
#include "tst_engine.h"

#include "agent/work/processtree.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

QByteArray sha(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

} // namespace

void TestEngine::initTestCase()
{
    becomeSubreaper();
}

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
    for (const auto &value : manifest.value(u"outputs"_s).toArray()) {
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

QTEST_GUILESS_MAIN(TestEngine)
