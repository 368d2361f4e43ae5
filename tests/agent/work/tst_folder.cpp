// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/folderadapter.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <optional>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr int deadline = 15'000;

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

struct Run
{
    Run()
    {
        for (const auto *name : {u"Inbox", u"Processed", u"Rejected"}) {
            QDir(dir.path()).mkpath(QString::fromUtf16(name));
        }
        pipeline.kind = PipelineKind::Folder;
        pipeline.inboxDir = dir.path() + u"/Inbox"_s;
        pipeline.doneDir = dir.path() + u"/Processed"_s;
        pipeline.rejectedDir = dir.path() + u"/Rejected"_s;
        pipeline.settleFor = milliseconds(300);
        spec.token = {*JobId::parse("01JD0000000000000000000001"), 2, BootId::generate(), "Agency A.csv"};
        spec.marker = format(StageName {spec.token.job, spec.token.epoch, spec.token.boot});
        spec.scratch = {dir.path() + u"/s"_s};
        if (!makeFresh(spec.scratch)) {
            qFatal("no scratch");
        }
        write(spec.scratch.input(spec.token.name), "1;2;3");
    }
    void start()
    {
        adapter = std::make_unique<FolderAdapter>(pipeline, spec);
        QObject::connect(adapter.get(), &PipelineRun::started, adapter.get(), [this](bool ok, const RunEnd &f) {
            started = ok;
            failure = f;
        });
        QObject::connect(adapter.get(), &PipelineRun::ended, adapter.get(), [this](const RunEnd &e) { end = e; });
        adapter->start();
    }
    [[nodiscard]] QString inbox() const { return pipeline.inboxDir + u"/Agency A.csv"_s; }

    QTemporaryDir dir;
    PipelineConfig pipeline;
    RunSpec spec;
    std::unique_ptr<FolderAdapter> adapter;
    std::optional<bool> started;
    RunEnd failure;
    std::optional<RunEnd> end;
};

} // namespace

class TestFolder : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goesThrough();
    void isRejected();
    void sameNameIsRefused_data();
    void sameNameIsRefused();
    void aMissingFolderIsRefused();
    void nothingIsStartedAfterAStandstill();
    void stopTakesItBack();
    void aSlowWriterIsWaitedFor();
    void aLongerNameIsSomebodyElses();
};

void TestFolder::goesThrough()
{
    Run run;
    write(run.pipeline.doneDir + u"/Agency B.csv"_s, "older");
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(*run.started);
    QVERIFY(QFile::exists(run.inbox()));
    QCOMPARE(QDir(run.pipeline.inboxDir).entryList(QDir::Files | QDir::Hidden), QStringList {u"Agency A.csv"_s});
    // The script: fetches it, leaves a result and a log.
    QVERIFY(QFile::copy(run.inbox(), run.pipeline.doneDir + u"/Agency A.csv"_s));
    write(run.pipeline.doneDir + u"/Agency A.log.json"_s, "{}");
    QVERIFY(QFile::remove(run.inbox()));
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QVERIFY(run.end->spawned && !run.end->crashed && !run.end->folderRejected);
    const QStringList expected {u"Agency A.csv"_s, u"Agency A.log.json"_s};
    QCOMPARE(QDir(run.spec.scratch.out()).entryList(QDir::Files, QDir::Name), expected);
    QCOMPARE(QDir(run.pipeline.doneDir).entryList(QDir::Files), QStringList {u"Agency B.csv"_s});
}

void TestFolder::isRejected()
{
    Run run;
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(QFile::copy(run.inbox(), run.pipeline.rejectedDir + u"/Agency A.csv"_s));
    QVERIFY(QFile::remove(run.inbox()));
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QVERIFY(run.end->folderRejected);
    QVERIFY(QDir(run.pipeline.rejectedDir).isEmpty());
}

void TestFolder::sameNameIsRefused_data()
{
    QTest::addColumn<QString>("folder");
    QTest::newRow("inbox") << u"Inbox"_s;
    QTest::newRow("processed") << u"Processed"_s;
    QTest::newRow("rejected") << u"Rejected"_s;
}

void TestFolder::sameNameIsRefused()
{
    QFETCH(QString, folder);
    Run run;
    write(run.dir.path() + u'/' + folder + u"/Agency A.csv"_s, "another");
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(!*run.started);
    QVERIFY(run.failure.detail.contains(folder));
    QVERIFY(!run.failure.spawned);
}

void TestFolder::aMissingFolderIsRefused()
{
    Run run;
    QVERIFY(QDir(run.pipeline.doneDir).removeRecursively());
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(!*run.started);
}

void TestFolder::stopTakesItBack()
{
    Run run;
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    run.adapter->kill();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QVERIFY(run.end->crashed); // never taken for a success
    QVERIFY(!QFile::exists(run.inbox()));
    QVERIFY(QFile::exists(run.spec.scratch.work() + u"/Agency A.csv"_s));
}

void TestFolder::aSlowWriterIsWaitedFor()
{
    Run run;
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    const QString result = run.pipeline.doneDir + u"/Agency A.csv"_s;
    QVERIFY(QFile::remove(run.inbox()));
    QFile slow(result);
    QVERIFY(slow.open(QIODevice::WriteOnly));
    // A script that writes a little every 100 ms, more often than settleFor.
    QTimer writer;
    int written = 0;
    QObject::connect(&writer, &QTimer::timeout, &writer, [&] {
        if (++written > 10) {
            writer.stop();
            slow.close(); // while it is open, Windows lets nobody take it
            return;
        }
        slow.write(QByteArray(100, 'x'));
        slow.flush();
    });
    writer.start(100);
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QVERIFY(written >= 10);
    QCOMPARE(QFileInfo(run.spec.scratch.out() + u"/Agency A.csv"_s).size(), 1'000);
}

void TestFolder::aLongerNameIsSomebodyElses()
{
    Run run;
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    write(run.pipeline.doneDir + u"/Agency AB.csv"_s, "another file");
    QVERIFY(QFile::copy(run.inbox(), run.pipeline.doneDir + u"/Agency A_master.csv"_s));
    QVERIFY(QFile::remove(run.inbox()));
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QCOMPARE(QDir(run.spec.scratch.out()).entryList(QDir::Files), QStringList {u"Agency A_master.csv"_s});
    QVERIFY(QFile::exists(run.pipeline.doneDir + u"/Agency AB.csv"_s));
}

void TestFolder::nothingIsStartedAfterAStandstill()
{
    Run run;
    run.spec.notAfter = {SystemClock().now().mono.value - milliseconds(1)};
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(!*run.started);
    QVERIFY(!run.failure.refused); // another node may have it
    QVERIFY(run.failure.detail.contains(u"stood still"_s));
    QVERIFY(!QFile::exists(run.inbox()));
}

QTEST_GUILESS_MAIN(TestFolder)
#include "tst_folder.moc"
