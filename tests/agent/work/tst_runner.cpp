// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/commandrunner.h"
#include "agent/work/processtree.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

#ifdef Q_OS_LINUX
#include <cerrno>

#include <sys/stat.h>
#include <sys/wait.h>
#endif

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr int deadline = 30'000;
#ifdef Q_OS_WIN
constexpr int crashCode = static_cast<int>(0xC0000005); // access violation
constexpr int floodMib = 20; // the pipeline can't be held up there: more than the backlog's limit ends the run
#else
constexpr int crashCode = 11;
constexpr int floodMib = 200;
#endif

/// One run of the helper with the given acts.
struct Run
{
    explicit Run(const QStringList &acts, const std::function<void(PipelineConfig &)> &change = {})
    {
        pipeline.command = QStringList(QStringLiteral(TESTCHILD)) + acts;
        spec.token = {*JobId::parse("01JD0000000000000000000001"), 2, BootId::generate(), "Agency A.csv"};
        spec.marker = format(StageName {spec.token.job, spec.token.epoch, spec.token.boot});
        spec.node = u"DTF-03"_s;
        spec.browserPort = 9224;
        spec.browserWs = u"ws://127.0.0.1:9224/devtools/browser/1"_s;
        spec.scratch = {dir.path() + u"/s"_s};
        if (!makeFresh(spec.scratch)) {
            qFatal("no scratch");
        }
        QFile input(spec.scratch.input(spec.token.name));
        if (!input.open(QIODevice::WriteOnly) || input.write("1;2;3") != 5) {
            qFatal("no input");
        }
        if (change) {
            change(pipeline);
        }
    }
    void start()
    {
        runner = std::make_unique<CommandRunner>(pipeline, spec);
        QObject::connect(runner.get(), &PipelineRun::started, runner.get(), [this](bool ok, const RunEnd &f) {
            started = ok;
            failure = f;
        });
        QObject::connect(runner.get(), &PipelineRun::ended, runner.get(), [this](const RunEnd &e) { end = e; });
        QObject::connect(runner.get(), &PipelineRun::line, runner.get(), [this](const QByteArray &line) {
            ++lineCount;
            if (lines.size() < 1'000) {
                lines.append(line);
            }
        });
        QObject::connect(runner.get(), &PipelineRun::markerSeen, runner.get(), [this] { marker = true; });
        QObject::connect(runner.get(), &PipelineRun::note, runner.get(), [this](const QString &text) { notes.append(text); });
        runner->start();
    }
    [[nodiscard]] QString path(const QString &name) const { return dir.path() + u'/' + name; }

    QTemporaryDir dir;
    PipelineConfig pipeline;
    RunSpec spec;
    std::unique_ptr<CommandRunner> runner;
    std::optional<bool> started;
    RunEnd failure;
    std::optional<RunEnd> end;
    QList<QByteArray> lines;
    qint64 lineCount = 0;
    QStringList notes;
    bool marker = false;
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void touch(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
}

} // namespace

class TestRunner : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { becomeSubreaper(); }
    void endsWell();
    void oneThatIsGoneBeforeItIsLookedAtHasRun();
    void ends_data();
    void ends();
    void theEnvironmentAndTheArguments();
    void aMissingProgramNeverStarts();
    void nothingIsStartedAfterAStandstill();
    void itEndsWhenTheTreeIsEmpty_data();
    void itEndsWhenTheTreeIsEmpty();
    void killEndsTheWholeTree_data();
    void killEndsTheWholeTree();
    void softSignal();
    void theMarkerIsSeenAndStaysOnDisk();
    void aFloodIsReadToItsEnd();
    void twoRunsDoNotSeeEachOther();
    void leftoversOfOwnBootsAreSwept();
    void destroyingTheRunnerLeavesNothing();
    void destroyingTheRunnerBeforeItHasStarted();
};

void TestRunner::oneThatIsGoneBeforeItIsLookedAtHasRun()
{
#ifdef Q_OS_LINUX
    QProcess process;
    ProcessTree tree("01JD0000000000000000000001.e2.b0");
    tree.prepare(process);
    // Left behind, without the marker: only the session tells whose it is.
    process.start(u"/bin/sh"_s, {u"-c"_s, u"env -i sleep 60 > /dev/null 2>&1 &"_s});
    const auto pid = static_cast<pid_t>(process.processId());
    const QString there = u"/proc/%1"_s.arg(pid);
    siginfo_t ended;
    while (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) { }
    if (QFile::exists(there)) { // this Qt leaves it until its loop runs
        ::waitpid(pid, nullptr, 0);
    }
    QVERIFY(!QFile::exists(there));
    QVERIFY2(tree.adopt(process), "it has run, so nobody may say that it has not");
    QCOMPARE(tree.look(), 1);
    tree.kill();
    QTRY_COMPARE_WITH_TIMEOUT(tree.look(), 0, deadline);
#else
    QSKIP("Windows keeps it until its handle is closed");
#endif
}

void TestRunner::endsWell()
{
    Run run({u"say=hello"_s, u"err=world"_s, u"out=master.csv:1;2"_s});
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QCOMPARE(run.started, std::optional(true));
    QVERIFY(run.end->spawned);
    QCOMPARE(run.end->exitCode, 0);
    QVERIFY(!run.end->crashed);
    const QList<QByteArray> expected {"hello", "world"};
    QCOMPARE(run.lines, expected);
    QCOMPARE(contentOf(run.spec.scratch.out() + u"/master.csv"_s), QByteArray("1;2"));
}

void TestRunner::ends_data()
{
    QTest::addColumn<QStringList>("acts");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("crashed");
    QTest::newRow("code 3") << QStringList {u"exit=3"_s} << 3 << false;
    QTest::newRow("crash") << QStringList {u"crash"_s} << crashCode << true;
    QTest::newRow("no output at all") << QStringList {u"closestdout"_s} << 0 << false;
    QTest::newRow("bytes that are no text") << QStringList {u"binary"_s, u"exit=1"_s} << 1 << false;
    QTest::newRow("its input destroyed") << QStringList {u"spoilinput"_s} << 0 << false;
}

void TestRunner::ends()
{
    QFETCH(QStringList, acts);
    QFETCH(int, code);
    QFETCH(bool, crashed);
    Run run(acts);
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QCOMPARE(run.end->exitCode, code);
    QCOMPARE(run.end->crashed, crashed);
}

void TestRunner::theEnvironmentAndTheArguments()
{
    Run run({});
    run.pipeline.command += u"env="_s + run.path(u"env"_s);
    run.pipeline.command += u"say={name} {port} {attempt} {job}"_s;
    run.pipeline.command += u"readfile="_s + run.path(u"copy"_s);
    run.pipeline.environment = {{u"DTF_EXTRA"_s, u"yes"_s}, {u"DTF_JOB"_s, u"can't be changed"_s}};
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QCOMPARE(run.lines, QList<QByteArray> {"Agency A.csv 9224 2 01JD0000000000000000000001"});
    QCOMPARE(contentOf(run.path(u"copy"_s)), QByteArray("1;2;3"));
    const QByteArray env = contentOf(run.path(u"env"_s));
    for (const QByteArray &expected :
        {QByteArray("DTF_JOB=01JD0000000000000000000001"), QByteArray("DTF_ATTEMPT=2"), QByteArray("DTF_NODE=DTF-03"),
            QByteArray("DTF_BROWSER_PORT=9224"), QByteArray("DTF_BROWSER_WS=ws://127.0.0.1:9224/devtools/browser/1"),
            QByteArray("DTF_IDEMPOTENCY_KEY=01JD0000000000000000000001"), QByteArray("DTF_EXTRA=yes"),
            "DTF_RUN_TOKEN=" + run.spec.marker,
            "DTF_FILE=" + QFile::encodeName(QDir::toNativeSeparators(run.spec.scratch.in() + u"/Agency A.csv"_s)),
            "DTF_OUT=" + QFile::encodeName(QDir::toNativeSeparators(run.spec.scratch.out()))}) {
        QVERIFY2(env.split('\n').contains(expected), expected.constData());
    }
}

void TestRunner::aMissingProgramNeverStarts()
{
    Run run({});
    run.pipeline.command = {u"/nowhere/no such program"_s};
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(!*run.started);
    QVERIFY(!run.failure.spawned);
    QVERIFY(!run.failure.detail.isEmpty());
    QVERIFY(!run.end);
}

void TestRunner::itEndsWhenTheTreeIsEmpty_data()
{
    QTest::addColumn<QString>("verb");
    QTest::newRow("a child") << u"child="_s;
    QTest::newRow("a daemon of its own session that holds the output") << u"daemon="_s;
}

void TestRunner::itEndsWhenTheTreeIsEmpty()
{
    QFETCH(QString, verb);
    Run run({});
    const QString release = run.path(u"release"_s);
    run.pipeline.command += {verb + release, u"exit=4"_s};
    run.start();
    // The main process has ended; its offspring has not.
    QTRY_VERIFY_WITH_TIMEOUT(!run.notes.isEmpty(), deadline);
    QVERIFY(!run.end);
    touch(release);
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QCOMPARE(run.end->exitCode, 4);
    ProcessTree after(run.spec.marker);
    QCOMPARE(after.look(), 0);
}

void TestRunner::killEndsTheWholeTree_data()
{
    QTest::addColumn<QStringList>("acts");
    QTest::newRow("that ignores SIGTERM") << QStringList {u"ignoreterm"_s, u"say=up"_s, u"stop"_s};
    QTest::newRow("with a child and daemons")
        << QStringList {u"child=/nowhere"_s, u"daemon=/nowhere"_s, u"daemon=/nowhere"_s, u"ignoreterm"_s, u"say=up"_s, u"stop"_s};
    QTest::newRow("whose main process has ended") << QStringList {u"daemon=/nowhere"_s, u"say=up"_s};
}

void TestRunner::killEndsTheWholeTree()
{
    QFETCH(QStringList, acts);
    Run run(acts);
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.lines.contains("up"), deadline);
    run.runner->kill();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, 10'000);
    ProcessTree after(run.spec.marker);
    QCOMPARE(after.look(), 0);
}

void TestRunner::softSignal()
{
#ifdef Q_OS_WIN
    QSKIP("Windows has no signal that a console program of another console would get");
#endif
    Run run({u"say=up"_s, u"stop"_s});
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.lines.contains("up"), deadline);
    run.runner->signalSoft();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QVERIFY(run.end->crashed); // ended by SIGTERM
}

void TestRunner::theMarkerIsSeenAndStaysOnDisk()
{
    Run run({u"say=working"_s, u"say=UPLOAD BEGINS"_s, u"stop"_s}, [](PipelineConfig &p) {
        p.sideEffects = SideEffects::AfterMarker;
        p.marker = QRegularExpression(u"^UPLOAD"_s);
    });
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.marker, deadline);
    QVERIFY(fileHasMarker(run.spec.scratch.rawOutput(), run.pipeline.marker));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(run.spec.scratch.folder + u"/marker.seen"_s), deadline);
    run.runner->kill();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QVERIFY(run.end->markerSeen);
}

void TestRunner::aFloodIsReadToItsEnd()
{
    Run run({u"flood=%1"_s.arg(floodMib), u"say=the end"_s});
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.end, 100'000);
    QCOMPARE(run.end->exitCode, 0);
    QVERIFY(!run.end->outputTooLarge);
    QCOMPARE(run.lineCount, qint64 {floodMib} * 1024 + 1);
#ifdef Q_OS_LINUX
    struct stat info
    { };
    QCOMPARE(::stat(QFile::encodeName(run.spec.scratch.rawOutput()).constData(), &info), 0);
    QVERIFY(qint64 {info.st_blocks} * 512 < CommandRunner::maxBacklog); // what has been read gave its space back
#endif
}

void TestRunner::twoRunsDoNotSeeEachOther()
{
    Run first({u"say=up"_s, u"stop"_s});
    Run second({u"say=up"_s, u"stop"_s});
    first.start();
    second.start();
    QTRY_VERIFY_WITH_TIMEOUT(first.lines.contains("up") && second.lines.contains("up"), deadline);
    first.runner->kill();
    QTRY_VERIFY_WITH_TIMEOUT(first.end, deadline);
    QVERIFY(!second.end);
#ifndef Q_OS_WIN // a Job Object is known to its owner alone
    ProcessTree other(second.spec.marker);
    QCOMPARE(other.look(), 1);
#endif
    second.runner->kill();
    QTRY_VERIFY_WITH_TIMEOUT(second.end, deadline);
}

void TestRunner::leftoversOfOwnBootsAreSwept()
{
#ifdef Q_OS_WIN
    QSKIP("Windows ends a Job Object's processes with the agent that owned it");
#endif
    Run run({u"daemon=/nowhere"_s, u"say=up"_s, u"stop"_s});
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.lines.contains("up"), deadline);
    QCOMPARE(sweepLeftovers({BootId::generate().bytes()}), 0); // another agent's
    QVERIFY(!run.end);
    const QSet<QByteArray> boots {run.spec.token.boot.bytes()};
    QVERIFY(sweepLeftovers(boots) >= 2);
    QTRY_COMPARE_WITH_TIMEOUT(sweepLeftovers(boots), 0, deadline);
    QTRY_VERIFY_WITH_TIMEOUT(run.end, deadline);
    QVERIFY(run.end->crashed);
}

void TestRunner::destroyingTheRunnerLeavesNothing()
{
    Run run({u"ignoreterm"_s, u"daemon=/nowhere"_s, u"say=up"_s, u"stop"_s});
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.lines.contains("up"), deadline);
    run.runner.reset();
    ProcessTree after(run.spec.marker);
    QTRY_COMPARE_WITH_TIMEOUT(after.look(), 0, deadline);
}

void TestRunner::destroyingTheRunnerBeforeItHasStarted()
{
    Run run({u"ignoreterm"_s, u"stop"_s});
    run.start();
#ifndef Q_OS_WIN // where starting is done within start()
    QVERIFY(!run.started); // the event loop has not turned yet
#endif
    run.runner.reset();
    QVERIFY(!run.end);
    ProcessTree after(run.spec.marker);
    QTRY_COMPARE_WITH_TIMEOUT(after.look(), 0, deadline);
}

void TestRunner::nothingIsStartedAfterAStandstill()
{
    Run run({u"/bin/touch"_s});
    run.pipeline.command.append(run.path(u"touched"_s));
    run.spec.notAfter = {SystemClock().now().mono.value - milliseconds(1)};
    run.start();
    QTRY_VERIFY_WITH_TIMEOUT(run.started, deadline);
    QVERIFY(!*run.started);
    QVERIFY(!run.failure.refused); // another node may have it
    QVERIFY(run.failure.detail.contains(u"stood still"_s));
    QVERIFY(!QFile::exists(run.path(u"touched"_s)));
}

QTEST_GUILESS_MAIN(TestRunner)
#include "tst_runner.moc"
