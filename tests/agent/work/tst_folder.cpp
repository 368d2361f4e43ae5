// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/folderadapter.h"

#include <QDir>
#include <QElapsedTimer>
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
    void aFullFolderHoldsNothingUp();
    void aMachineThatStandsStillWhileItCopiesHandsNothingOver();
    void whatIsWrittenAnewWhileItIsCollectedWins();
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

/// Folders that nobody ever clears hold as many entries as there were files.
void TestFolder::aFullFolderHoldsNothingUp()
{
    Run run;
    constexpr int others = 20'000;
    for (int i = 0; i < others; ++i) {
        QFile other(run.pipeline.doneDir + u"/Agency A_%1.csv"_s.arg(i));
        QVERIFY(other.open(QIODevice::WriteOnly));
    }
    const ScriptFolders folders(run.pipeline, u"Agency A.csv"_s);
    QElapsedTimer took;
    took.start();
    QCOMPARE(folders.look().done.size(), others);
    const qint64 raw = took.elapsed();

    run.start();
    QVERIFY(!run.started); // nothing was looked at here
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(*run.started);
    QVERIFY(QFile::rename(run.inbox(), run.pipeline.doneDir + u"/Agency A.csv"_s));
    qint64 worst = 0;
    QElapsedTimer gap;
    gap.start();
    QTimer pulse;
    QObject::connect(&pulse, &QTimer::timeout, &pulse, [&] { worst = qMax(worst, gap.restart()); });
    pulse.start(5);
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    qInfo("a look takes %lld ms; the main thread was held up for at most %lld ms", raw, worst);
    QCOMPARE(QDir(run.spec.scratch.out()).entryList(QDir::Files), QStringList {u"Agency A.csv"_s});
    QCOMPARE(QDir(run.pipeline.doneDir).entryList(QDir::Files).size(), others);
}

namespace {

/// A clock that goes on by `step` each time it is read.
class JumpyClock final : public Clock
{
public:
    explicit JumpyClock(milliseconds step)
        : m_step(step)
    { }
    [[nodiscard]] Now now() const override
    {
        m_now.mono = m_now.mono + m_step;
        return m_now;
    }

private:
    milliseconds m_step;
    mutable Now m_now;
};

} // namespace

void TestFolder::aMachineThatStandsStillWhileItCopiesHandsNothingOver()
{
    Run run;
    const ScriptFolders folders(run.pipeline, u"Agency A.csv"_s);
    const QString input = run.spec.scratch.input(run.spec.token.name);
    const QString part = run.pipeline.inboxDir + u"/.dtf-x.part"_s;
    // One that can be moved, and one that must be copied from another disk.
    const auto put = [&](const QString &from, milliseconds step) { return folders.put(from, part, JumpyClock(step)); };
    QStringList sources {input};
#ifdef Q_OS_LINUX
    const QTemporaryDir other(u"/dev/shm/dtf-folder-XXXXXX"_s);
    if (other.isValid()) {
        write(other.path() + u"/input"_s, QByteArray(3'000'000, 'x'));
        sources.append(other.path() + u"/input"_s);
    }
#endif
    for (const QString &source : sources) {
        const Result<void> late = put(source, ScriptFolders::stepWithin + milliseconds(1));
        QVERIFY(!late);
        QVERIFY(late.error().code == ErrorCode::Timeout);
        QVERIFY(QDir(run.pipeline.inboxDir).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
        if (!QFile::exists(source)) {
            write(source, "1;2;3"); // it had been moved: the run's own copy, made anew at its next start
        }
        const Result<void> done = put(source, ScriptFolders::stepWithin);
        QVERIFY2(done, done ? "" : qUtf8Printable(done.error().detail));
        QVERIFY(QFile::remove(run.inbox()));
    }
}

void TestFolder::whatIsWrittenAnewWhileItIsCollectedWins()
{
    Run run;
    const ScriptFolders folders(run.pipeline, u"Agency A.csv"_s);
    write(run.spec.scratch.out() + u"/Agency A.csv"_s, "older"); // collected by a round that could not take all
    write(run.pipeline.doneDir + u"/Agency A.csv"_s, "newer");
    QVERIFY(folders.collect(false, {}, run.spec.scratch.out()));
    QFile result(run.spec.scratch.out() + u"/Agency A.csv"_s);
    QVERIFY(result.open(QIODevice::ReadOnly));
    QCOMPARE(result.readAll(), "newer");
    QVERIFY(QDir(run.pipeline.doneDir).isEmpty());
}

QTEST_GUILESS_MAIN(TestFolder)
#include "tst_folder.moc"
