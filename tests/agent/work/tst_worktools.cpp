// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/commandline.h"
#include "agent/work/localdisk.h"
#include "agent/work/orphanreaper.h"
#include "agent/work/outputtail.h"
#include "agent/work/runlog.h"
#include "agent/work/scratch.h"

#include "agent/work/sharetasks.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/watchedio.h"
#include <QDir>
#include <QTemporaryDir>

#include <QTest>

#ifdef __linux__
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

void write(const QString &path, const QByteArray &bytes, QIODevice::OpenMode mode = QIODevice::WriteOnly)
{
    QFile file(path);
    QVERIFY(file.open(mode));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class TestWorkTools : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void commandLine_data();
    void commandLine();
    void tailSplitsLines_data();
    void tailSplitsLines();
    void tailFindsTheMarker_data();
    void tailFindsTheMarker();
    void aMarkerSurvivesThatItsFrontIsGivenBack_data();
    void aMarkerSurvivesThatItsFrontIsGivenBack();
    void outputsAreInspected_data();
    void outputsAreInspected();
    void linksAmongTheResultsAreHostile();
    void straysAreDroppedAndNothingElse();
    void logIsBounded();
    void liveLinesAreBounded();
    void moveNewNeverOverwrites();
    void nothingMovesOnAnotherShare();
    void aMoveIsFlushedBeforeAnythingFollows();
    void allOrphansAreReapedAtTheSecondLook();
};

void TestWorkTools::commandLine_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("windows");
    QTest::addColumn<QStringList>("expected"); // empty: refused
    const QStringList node {u"node"_s, u"run.js"_s, u"--in={file}"_s, u"{port}"_s};
    QTest::newRow("plain") << node << u"a.csv"_s << false << QStringList {u"node"_s, u"run.js"_s, u"--in=a.csv"_s, u"9222"_s};
    QTest::newRow("no shell") << node << u"$(id) ; rm -rf *.csv"_s << false
                              << QStringList {u"node"_s, u"run.js"_s, u"--in=$(id) ; rm -rf *.csv"_s, u"9222"_s};
    QTest::newRow("a name that looks like a placeholder")
        << node << u"{port}.csv"_s << false << QStringList {u"node"_s, u"run.js"_s, u"--in={port}.csv"_s, u"9222"_s};
    QTest::newRow("unknown placeholders stay")
        << QStringList {u"x"_s, u"{nothing} {"_s} << u"a"_s << false << QStringList {u"x"_s, u"{nothing} {"_s};
    QTest::newRow("empty command") << QStringList {} << u"a"_s << false << QStringList {};
    const QStringList batch {u"C:/dtf/run.BAT"_s, u"{file}"_s};
    QTest::newRow("batch file") << batch << u"Agency A, week 3.csv"_s << true
                                << QStringList {u"C:/dtf/run.BAT"_s, u"Agency A, week 3.csv"_s};
    for (const char *bad :
        {"a&calc.csv", "%PATH%.csv", "a\"b.csv", "a|b.csv", "a^b.csv", "a!b.csv", "a>b.csv", "a\nb.csv", "a(1).csv"}) {
        QTest::newRow((QByteArray("batch file with ") + bad).constData())
            << batch << QString::fromLatin1(bad) << true << QStringList {};
    }
    QTest::newRow("the same for a program") << QStringList {u"dtf.exe"_s, u"{file}"_s} << u"a&calc.csv"_s << true
                                            << QStringList {u"dtf.exe"_s, u"a&calc.csv"_s};
    QTest::newRow("a dot does not hide a batch file")
        << QStringList {u"run.cmd. "_s, u"{file}"_s} << u"a&b"_s << true << QStringList {};
}

void TestWorkTools::commandLine()
{
    QFETCH(QStringList, command);
    QFETCH(QString, file);
    QFETCH(bool, windows);
    QFETCH(QStringList, expected);
    const auto line = expandCommand(command, {{u"file"_s, file}, {u"port"_s, u"9222"_s}}, windows);
    QCOMPARE(line.has_value(), !expected.isEmpty());
    if (line) {
        QCOMPARE(QStringList(line->program) + line->arguments, expected);
    }
}

void TestWorkTools::tailSplitsLines_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QList<QByteArray>>("lines");
    QTest::newRow("unix") << QByteArray("a\nb\n") << QList<QByteArray> {"a", "b"};
    QTest::newRow("windows") << QByteArray("a\r\nb\r\n") << QList<QByteArray> {"a", "b"};
    QTest::newRow("progress bar") << QByteArray("1%\r2%\r3%\n") << QList<QByteArray> {"1%", "2%", "3%"};
    QTest::newRow("empty lines") << QByteArray("\n\r\n\n") << QList<QByteArray> {"", "", ""};
    QTest::newRow("no end") << QByteArray("a\nb") << QList<QByteArray> {"a", "b"};
    QTest::newRow("binary") << QByteArray("\x00\xff\n", 3) << QList<QByteArray> {QByteArray("\x00\xff", 2)};
    QTest::newRow("too long") << QByteArray(OutputTail::maxLine + 5, 'x')
                              << QList<QByteArray> {QByteArray(OutputTail::maxLine, 'x'), QByteArray(5, 'x')};
}

void TestWorkTools::tailSplitsLines()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QList<QByteArray>, lines);
    const QTemporaryDir dir;
    const QString path = dir.path() + u"/raw"_s;
    // In one piece, and byte by byte as a slow writer gives it.
    for (const bool slow : {false, true}) {
        QFile::remove(path);
        write(path, slow ? QByteArray() : bytes);
        OutputTail tail(path, {});
        QList<QByteArray> got;
        const auto onLine = [&](const QByteArray &line) { got.append(line); };
        if (slow && bytes.size() < 100) {
            for (const char c : bytes) {
                write(path, QByteArray(1, c), QIODevice::Append);
                tail.read(1024, onLine);
            }
        } else {
            write(path, bytes);
            while (tail.read(3, onLine) > 0) { }
        }
        tail.finish(onLine);
        QCOMPARE(got, lines);
        QCOMPARE(tail.backlog(), 0);
    }
}

void TestWorkTools::tailFindsTheMarker_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("seen");
    QTest::newRow("no") << QByteArray("starting\nupload soon\n") << false;
    QTest::newRow("yes") << QByteArray("starting\nUPLOAD BEGINS now\n") << true;
    QTest::newRow("last line without end") << QByteArray("UPLOAD BEGINS") << true;
    QTest::newRow("across a cut line") << QByteArray(OutputTail::maxLine - 4, 'x') + "UPLOAD BEGINS\n" << true;
    QTest::newRow("not across two lines") << QByteArray("UPLOAD \nBEGINS\n") << false;
}

void TestWorkTools::tailFindsTheMarker()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, seen);
    const QTemporaryDir dir;
    const QString path = dir.path() + u"/raw"_s;
    write(path, bytes);
    QCOMPARE(fileHasMarker(path, QRegularExpression(u"UPLOAD BEGINS"_s)), seen);
    QVERIFY(!fileHasMarker(path, QRegularExpression(u"("_s)));
    QVERIFY(!fileHasMarker(dir.path() + u"/none"_s, QRegularExpression(u"."_s)));
}

void TestWorkTools::aMarkerSurvivesThatItsFrontIsGivenBack_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("from");
    QTest::newRow("a line of its own") << QByteArray("starting\nUPLOAD BEGINS now\n") << 0;
    QTest::newRow("after \\r\\n") << QByteArray("starting\r\nUPLOAD BEGINS now\r\n") << 0;
    QTest::newRow("across a cut line") << "UP, " + QByteArray(OutputTail::maxLine - 8, 'x') + "UPLOAD BEGINS\n"
                                       << int(OutputTail::maxLine) - 20;
}

/// The agent may die after any byte that it has read, and its next life searches what is left of the output.
void TestWorkTools::aMarkerSurvivesThatItsFrontIsGivenBack()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, from);
    const QTemporaryDir dir;
    const QString path = dir.path() + u"/raw"_s;
    const QRegularExpression marker(from == 0 ? u"^UPLOAD BEGINS"_s : u"UPLOAD BEGINS"_s);
    int punched = 0;
    for (int died = from; died < bytes.size(); ++died) {
        QFile::remove(path);
        write(path, bytes);
        OutputTail tail(path, marker);
        tail.read(died, [](const QByteArray &) {});
        if (tail.markerSeen()) {
            break; // from here on it is noted elsewhere before anything is given back
        }
        if (tail.searched() > 0 && localdisk::punchFront(path, tail.searched())) {
            ++punched;
        }
        QVERIFY2(fileHasMarker(path, marker), qPrintable(u"lost after byte %1"_s.arg(died)));
    }
    if (punched == 0) {
        QSKIP("this disk gives nothing back");
    }
}

void TestWorkTools::outputsAreInspected_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("field");
    QTest::addColumn<qint64>("rows");
    using F = OutputFacts::ResultField;
    QTest::newRow("rows") << QByteArray(R"({"stats":{"processedRowCount":12}})") << int(F::Found) << qint64 {12};
    QTest::newRow("zero") << QByteArray(R"({"stats":{"processedRowCount":0}})") << int(F::Found) << qint64 {0};
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF{\"stats\":{\"processedRowCount\":3}}") << int(F::Found)
                                     << qint64 {3};
    QTest::newRow("no such field") << QByteArray(R"({"stats":{}})") << int(F::Missing) << qint64 {-1};
    QTest::newRow("a text, no number") << QByteArray(R"({"stats":{"processedRowCount":"12"}})") << int(F::Missing) << qint64 {-1};
    QTest::newRow("half a file") << QByteArray(R"({"stats":{"proc)") << int(F::Unreadable) << qint64 {-1};
    QTest::newRow("no such file") << QByteArray() << int(F::Missing) << qint64 {-1};
}

void TestWorkTools::outputsAreInspected()
{
    QFETCH(QByteArray, json);
    QFETCH(int, field);
    QFETCH(qint64, rows);
    const QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkpath(u"sub"_s));
    write(dir.path() + u"/master.csv"_s, "1;2");
    if (!json.isEmpty()) {
        write(dir.path() + u"/sub/Run.LOG.json"_s, json);
    }
    PipelineConfig pipeline;
    pipeline.resultJson = u"*.log.json"_s;
    pipeline.resultField = u"stats.processedRowCount"_s;
    const OutputFacts facts = inspectOutputs(dir.path(), pipeline);
    QCOMPARE(facts.files, json.isEmpty() ? 1 : 2);
    QCOMPARE(int(facts.field), field);
    QCOMPARE(facts.rows, rows);
    QCOMPARE(facts.bytes, 3 + json.size());
    QVERIFY(!facts.hostile);
}

void TestWorkTools::linksAmongTheResultsAreHostile()
{
#ifdef Q_OS_WIN
    QSKIP("Qt makes shortcuts there, which are plain files");
#endif
    const QTemporaryDir dir;
    write(dir.path() + u"/a.csv"_s, "x");
    QVERIFY(QFile::link(u"/etc/hostname"_s, dir.path() + u"/b.csv"_s));
    const OutputFacts facts = inspectOutputs(dir.path(), {});
    QVERIFY(facts.hostile);
    QCOMPARE(facts.files, 1);
}

void TestWorkTools::straysAreDroppedAndNothingElse()
{
    const QTemporaryDir dir;
    JobIdGenerator ids;
    const Attempt keep {ids.next({1}), 1};
    const Attempt stray {ids.next({2}), 7};
    QVERIFY(makeFresh(scratchOf(dir.path(), keep)));
    QVERIFY(makeFresh(scratchOf(dir.path(), stray)));
    QVERIFY(QDir(dir.path()).mkpath(u"holiday pictures"_s));
    dropStrays(dir.path(), {keep});
    const QStringList expected {scratchOf({}, keep).folder.mid(1), u"holiday pictures"_s};
    QCOMPARE(QDir(dir.path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name), expected);
}

void TestWorkTools::logIsBounded()
{
    const QTemporaryDir dir;
    RunLog log(dir.path() + u"/run.log"_s, {*NodeName::parse("DTF-03"), {}, u"a.csv"_s, 9224}, 10'000);
    Now now;
    for (int i = 0; i < 10'000; ++i) {
        log.appendOutput(now, "a line\x1b[31m with \xff");
    }
    log.close(now);
    QFile file(log.path());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.size() < 15'000);
    QVERIFY(text.contains("more lines were left out"));
    QVERIFY(!text.contains('\x1b'));
    QVERIFY(text.contains("(Browser 9224)"));
    QVERIFY(log.lastLines().size() <= 2'000);
}

void TestWorkTools::liveLinesAreBounded()
{
    const QTemporaryDir dir;
    RunLog log(dir.path() + u"/run.log"_s, {*NodeName::parse("DTF-03"), {}, u"a.csv"_s, 9224}, 1 << 20);
    Now now {MonoTime {milliseconds(5'000)}, {}};
    for (int i = 0; i < 5'000; ++i) {
        log.appendOutput(now, QByteArray(500, 'x'));
    }
    const LogLines first = log.takeLive();
    QVERIFY(!first.lines.isEmpty());
    QVERIFY(first.lines.size() * 500 <= RunLog::liveBytesPerSecond);
    QCOMPARE(first.lines.size() + first.dropped, 5'000);
    now.mono = now.mono + seconds(1);
    log.appendOutput(now, "again");
    QCOMPARE(log.takeLive().lines.size(), 1);
}

void TestWorkTools::moveNewNeverOverwrites()
{
    const QTemporaryDir dir;
    write(dir.path() + u"/a"_s, "a");
    write(dir.path() + u"/b"_s, "b");
    const auto moved = localdisk::moveNew(dir.path() + u"/a"_s, dir.path() + u"/b"_s);
    QVERIFY(!moved);
    QCOMPARE(toString(moved.error().code), toString(ErrorCode::AlreadyExists));
    QVERIFY(localdisk::moveNew(dir.path() + u"/a"_s, dir.path() + u"/c"_s));
    QVERIFY(QFile::exists(dir.path() + u"/c"_s));
}

void TestWorkTools::allOrphansAreReapedAtTheSecondLook()
{
#ifdef __linux__
    constexpr int count = 40;
    OrphanReaper reaper;
    QCOMPARE(reaper.look(), 0);
    const auto makeOrphans = [] {
        for (int i = 0; i < count; ++i) {
            const pid_t child = ::fork();
            if (child == 0) {
                ::_exit(0);
            }
            siginfo_t info;
            ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT); // dead, and still there
        }
    };
    makeOrphans();
    QCOMPARE(reaper.look(), 0); // somebody else's, perhaps: QProcess gets its time
    makeOrphans();
    QCOMPARE(reaper.look(), count);
    QCOMPARE(reaper.look(), count);
    siginfo_t info = {};
    QCOMPARE(::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT), -1); // no children at all
    QCOMPARE(reaper.look(), 0);
#else
    QSKIP("Windows has no orphans to wait for");
#endif
}

void TestWorkTools::nothingMovesOnAnotherShare()
{
    TempShare share;
    share.put("processing/DTF-01/x", "hours");
    const QByteArray uuid = share->identity()->uuid;
    const QByteArray other = "11111111-1111-4111-8111-111111111111";
    LocalShareFs &fs = *share.operator->();
    const MoveResult refused = sharetasks::move(fs, other, "processing/DTF-01/x", "processing/DTF-01/y");
    QCOMPARE(int(refused.outcome), int(MoveOutcome::Failed));
    QCOMPARE(int(refused.error.code), int(ErrorCode::ShareWrong));
    QVERIFY(QFile::exists(share.path("processing/DTF-01/x")));
    const MoveResult moved = sharetasks::move(fs, uuid, "processing/DTF-01/x", "processing/DTF-01/y");
    QCOMPARE(int(moved.outcome), int(MoveOutcome::Moved));
}

void TestWorkTools::aMoveIsFlushedBeforeAnythingFollows()
{
    TempShare share;
    share.put("processing/DTF-01/x", "hours");
    auto io = std::make_unique<WatchedIo>(share.root(), [](const SharePath &) {});
    WatchedIo &watched = *io;
    LocalShareFs fs(std::move(io), {});
    QCOMPARE(int(sharetasks::move(fs, share->identity()->uuid, "processing/DTF-01/x", "processing/DTF-01/running/x").outcome),
        int(MoveOutcome::Moved));
    QCOMPARE(watched.flushed, (QList<SharePath> {"processing/DTF-01", "processing/DTF-01/running"}));
}

QTEST_GUILESS_MAIN(TestWorkTools)
#include "tst_worktools.moc"
