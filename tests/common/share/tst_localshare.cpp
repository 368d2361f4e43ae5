// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QSet>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

StageName stage()
{
    return {*JobId::parse("01J9ZK3Q5R7S8T9VWXYZ012345"), 2, *BootId::parse("k3m9x2p7")};
}

QStringList filesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
}

} // namespace

#define VERIFY_OK(result)                                                                                                        \
    do {                                                                                                                         \
        const auto &outcomeOf = (result);                                                                                        \
        QVERIFY2(outcomeOf.has_value(), outcomeOf ? "" : qPrintable(outcomeOf.error().detail));                                  \
    } while (false)
#define COMPARE_ERROR(result, expected)                                                                                          \
    do {                                                                                                                         \
        const auto seen = (result);                                                                                              \
        QVERIFY(!seen.has_value());                                                                                              \
        COMPARE_WORDS(seen.error().code, expected);                                                                              \
    } while (false)

/// The real thing on the local disk: what holds on every system.
class TestLocalShare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setUpMakesEverythingOnce();
    void setUpLeavesForeignFoldersAlone();
    void withoutSentinelNothingIsDone();
    void sentinelStates_data();
    void sentinelStates();
    void anExchangedRootIsNoticed();
    void theSameShareMountedAgainIsUsedAgain();
    void probeLeavesNothing();
    void pathsOutsideAreRefused();
    void aTokenMovesOnceAndKeepsItsIdentity();
    void moveRefusesWhatIsNoToken();
    void moveNeverReplaces();
    void aFinishedStageMovesAsAWhole();
    void listingShowsEverything();
    void aFullFolder();
    void oddNamesAreJustNames();
    void smallFilesAppearWhole();
    void smallFilesThatAreTooLarge();
    void logsOnlyGrow();
    void foldersAreMadeOneAtATime();
    void unfinishedStagesAreDiscarded();
    void committedStagesAreNot();
    void freeFilesAreFree();
    void freeBytesAndFlush();
};

void TestLocalShare::setUpMakesEverythingOnce()
{
    QTemporaryDir dir;
    LocalShareFs fs(dir.path(), TempShare::timing());
    const auto first = fs.initialise({TempShare::node()});
    VERIFY_OK(first);
    QVERIFY(QFileInfo(dir.filePath(u"processing/DTF-01/running"_s)).isDir());
    QVERIFY(QFileInfo(dir.filePath(u"completed/.stage"_s)).isDir());
    const auto again = LocalShareFs(dir.path(), TempShare::timing()).initialise({*NodeName::parse("DTF-02")});
    VERIFY_OK(again);
    QCOMPARE(again->uuid, first->uuid);
    QVERIFY(QFileInfo(dir.filePath(u"processing/DTF-02/running"_s)).isDir());
    COMPARE_ERROR(LocalShareFs(dir.filePath(u"nothing"_s), TempShare::timing()).initialise({}), ErrorCode::ShareDown);
    QVERIFY(!QFileInfo::exists(dir.filePath(u"nothing"_s)));
}

void TestLocalShare::setUpLeavesForeignFoldersAlone()
{
    QTemporaryDir dir;
    TempShare::write(dir.filePath(u"DTF_SHARE_ID"_s), "somebody else's");
    COMPARE_ERROR(LocalShareFs(dir.path(), TempShare::timing()).initialise({}), ErrorCode::ShareWrong);
    QCOMPARE(filesIn(dir.path()), QStringList {u"DTF_SHARE_ID"_s});
}

void TestLocalShare::withoutSentinelNothingIsDone()
{
    QTemporaryDir dir; // an empty mount point
    QVERIFY(QDir(dir.path()).mkpath(u"incoming"_s));
    TempShare::write(dir.filePath(u"incoming/a"_s), "a");
    const QString local = dir.filePath(u"incoming/a"_s);
    LocalShareFs fs(dir.path(), TempShare::timing());
    COMPARE_ERROR(fs.identity(), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.probe(), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.list("incoming", false), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.look("incoming/a"), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.makeFolder("hold"), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.writeSmall("x", "y", false), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.appendLog("logs/x", "y"), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.copyIn(local, "x", {}), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.copyOut("incoming/a", local + u"2"_s, {}), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.discardStage(stage(), "a"), ErrorCode::ShareDown);
    COMPARE_ERROR(fs.freeBytes(), ErrorCode::ShareDown);
    const MoveResult moved = fs.atomicMove("incoming/a", "a");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::ShareDown);
    QCOMPARE(filesIn(dir.path()), QStringList {u"incoming"_s});
    QCOMPARE(filesIn(dir.filePath(u"incoming"_s)), QStringList {u"a"_s});
}

void TestLocalShare::sentinelStates_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("empty") << QByteArray() << ErrorCode::ShareWrong;
    QTest::newRow("rubbish") << QByteArray("hello\n") << ErrorCode::ShareWrong;
    QTest::newRow("huge") << QByteArray(100'000, 'x') << ErrorCode::ShareWrong;
    QTest::newRow("another layout") << QByteArray("0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b\nlayout 7\n")
                                    << ErrorCode::VersionMismatch;
    QTest::newRow("another uuid") << QByteArray("0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b\nlayout 1\n") << ErrorCode::ShareWrong;
}

void TestLocalShare::sentinelStates()
{
    QFETCH(QByteArray, content);
    QFETCH(ErrorCode, code);
    TempShare share;
    const QByteArray original = TempShare::read(share.path("DTF_SHARE_ID"));
    VERIFY_OK(share->identity());
    share.put("incoming/a", "a");
    share.put("DTF_SHARE_ID", content);
    COMPARE_ERROR(share->identity(), code);
    COMPARE_WORDS(share->atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Failed);
    QCOMPARE(TempShare::read(share.path("incoming/a")), QByteArray("a"));
    share.put("DTF_SHARE_ID", original); // it comes back: work goes on by itself
    COMPARE_WORDS(share->atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Moved);
}

void TestLocalShare::anExchangedRootIsNoticed()
{
    TempShare share;
    share.put("incoming/a", "a");
    VERIFY_OK(share->look("incoming/a"));
    QVERIFY(std::rename(share.root().toUtf8().constData(), share.local("old").toUtf8().constData()) == 0);
    COMPARE_ERROR(share->look("incoming/a"), ErrorCode::ShareDown); // gone: the old place must not be used any more
    COMPARE_ERROR(share->identity(), ErrorCode::ShareDown);

    QVERIFY(QDir().mkpath(share.path("incoming"))); // the empty mount point
    COMPARE_ERROR(share->makeFolder("hold"), ErrorCode::ShareDown);
    COMPARE_ERROR(share->writeSmall("incoming/b", "b", false), ErrorCode::ShareDown);
    QVERIFY(filesIn(share.path("incoming")).isEmpty());

    LocalShareFs other(share.root(), TempShare::timing()); // another share mounted there
    VERIFY_OK(other.initialise({TempShare::node()}));
    COMPARE_ERROR(share->identity(), ErrorCode::ShareWrong);
    COMPARE_ERROR(share->writeSmall("incoming/b", "b", false), ErrorCode::ShareWrong);
    QVERIFY(filesIn(share.path("incoming")).isEmpty());
    QCOMPARE(filesIn(share.local("old/incoming")), QStringList {u"a"_s});
}

void TestLocalShare::theSameShareMountedAgainIsUsedAgain()
{
    TempShare share;
    share.put("incoming/a", "a");
    VERIFY_OK(share->identity());
    const QByteArray sentinel = TempShare::read(share.path("DTF_SHARE_ID"));
    QVERIFY(std::rename(share.root().toUtf8().constData(), share.local("old").toUtf8().constData()) == 0);
    QVERIFY(QDir().mkpath(share.path("incoming")));
    share.put("DTF_SHARE_ID", sentinel);
    share.put("incoming/a", "a");
    COMPARE_ERROR(share->list("incoming", false), ErrorCode::ShareDown); // noticed once, aloud
    VERIFY_OK(share->list("incoming", false));
    VERIFY_OK(share->identity());
}

void TestLocalShare::probeLeavesNothing()
{
    TempShare share;
    VERIFY_OK(share->probe());
    QVERIFY(filesIn(share.path(layout::probeDir())).isEmpty());
    QVERIFY(QDir(share.path(layout::probeDir())).removeRecursively());
    COMPARE_ERROR(share->probe(), ErrorCode::NotFound);
}

void TestLocalShare::pathsOutsideAreRefused()
{
    TempShare share;
    TempShare::write(share.local("secret"), "s");
    share.put("incoming/a", "a");
    for (const QByteArray &path : {QByteArray("../secret"), QByteArray("incoming/../../secret"), QByteArray("/etc/passwd"),
             QByteArray(), QByteArray("incoming/"), QByteArray("./incoming/a")}) {
        COMPARE_ERROR(share->look(path), ErrorCode::InvalidArgument);
        COMPARE_ERROR(share->hash(path, {}), ErrorCode::InvalidArgument);
        COMPARE_ERROR(share->writeSmall(path, "x", false), ErrorCode::InvalidArgument);
        COMPARE_WORDS(share->atomicMove("incoming/a", path).error.code, ErrorCode::InvalidArgument);
        COMPARE_WORDS(share->atomicMove(path, "hold/a").error.code, ErrorCode::InvalidArgument);
    }
    QCOMPARE(TempShare::read(share.local("secret")), QByteArray("s"));
}

void TestLocalShare::aTokenMovesOnceAndKeepsItsIdentity()
{
    TempShare share;
    share.put("incoming/a.csv", "content");
    const auto before = share->look("incoming/a.csv");
    VERIFY_OK(before);
    const MoveResult moved = share->atomicMove("incoming/a.csv", "processing/DTF-01/x~a.csv");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Moved);
    QVERIFY(!moved.verified);
    const auto after = share->look("processing/DTF-01/x~a.csv");
    VERIFY_OK(after);
    QVERIFY(!before->fileId.isEmpty());
    QCOMPARE(after->fileId, before->fileId);
    QCOMPARE(after->size, 7);
    QCOMPARE(after->mtimeNs, before->mtimeNs);
    QCOMPARE(after->links, 1);
    COMPARE_ERROR(share->look("incoming/a.csv"), ErrorCode::NotFound);
    COMPARE_WORDS(share->atomicMove("incoming/a.csv", "hold/a.csv").outcome, MoveOutcome::Lost);
    // The same move once more, as after a crash before the answer was noted: my target is there.
    const MoveResult again = share->atomicMove("incoming/a.csv", "processing/DTF-01/x~a.csv");
    COMPARE_WORDS(again.outcome, MoveOutcome::Moved);
    QVERIFY(again.verified);
}

void TestLocalShare::moveRefusesWhatIsNoToken()
{
    TempShare share;
    QVERIFY(QDir().mkpath(share.path("incoming/folder")));
    const MoveResult folder = share->atomicMove("incoming/folder", "hold/folder");
    COMPARE_WORDS(folder.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(folder.error.code, ErrorCode::NotRegular);
    QVERIFY(QFileInfo(share.path("incoming/folder")).isDir());

    share.put("incoming/a", "a");
    const MoveResult nowhere = share->atomicMove("incoming/a", "processing/DTF-99/a");
    COMPARE_WORDS(nowhere.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(nowhere.error.code, ErrorCode::NotFound);
    QCOMPARE(TempShare::read(share.path("incoming/a")), QByteArray("a"));
    COMPARE_WORDS(share->atomicMove("processing/DTF-99/a", "hold/a").outcome, MoveOutcome::Lost); // a source folder that has gone
}

void TestLocalShare::moveNeverReplaces()
{
    TempShare share;
    share.put("incoming/a", "new");
    share.put("hold/a", "old");
    const MoveResult result = share->atomicMove("incoming/a", "hold/a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(result.error.code, ErrorCode::AlreadyExists);
    QCOMPARE(TempShare::read(share.path("incoming/a")), QByteArray("new"));
    QCOMPARE(TempShare::read(share.path("hold/a")), QByteArray("old"));
}

void TestLocalShare::aFinishedStageMovesAsAWhole()
{
    TempShare share;
    const SharePath place = "completed/2026-11-23";
    VERIFY_OK(share->makeFolder(place));
    VERIFY_OK(share->makeFolder(layout::stage(stage())));
    VERIFY_OK(share->makeFolder(layout::stagedResults(stage())));
    VERIFY_OK(share->writeSmall(layout::stagedManifest(stage()), "{}", false));
    const SharePath target = layout::completed({1'795'442'399'999}, stage().job, "a.csv");
    COMPARE_WORDS(share->atomicMove(layout::stage(stage()), target).outcome, MoveOutcome::Moved);
    QCOMPARE(TempShare::read(share.path(target + "/manifest.json")), QByteArray("{}"));
    COMPARE_WORDS(
        share->atomicMove(layout::stage(stage()), target).outcome, MoveOutcome::Moved); // rolled forward by two: both are right

    share.put(layout::stage(stage()), "a file in its place");
    COMPARE_WORDS(share->atomicMove(layout::stage(stage()), "completed/x").error.code, ErrorCode::NotRegular);
}

void TestLocalShare::listingShowsEverything()
{
    TempShare share;
    share.put("incoming/a", "12345");
    QVERIFY(QDir().mkpath(share.path("incoming/folder")));
    const auto plain = share->list("incoming", false);
    VERIFY_OK(plain);
    QCOMPARE(plain->size(), 2);
    const auto full = share->list("incoming", true);
    VERIFY_OK(full);
    for (const EntryInfo &entry : *full) {
        const auto seen = share->look("incoming/" + entry.name);
        VERIFY_OK(seen);
        QCOMPARE(entry.kind, entry.name == "folder" ? EntryKind::Directory : EntryKind::File);
        QCOMPARE(entry.kind, seen->kind);
        QCOMPARE(entry.fileId, seen->fileId);
        QCOMPARE(entry.mtimeNs, seen->mtimeNs);
        QVERIFY(entry.kind == EntryKind::Directory || entry.size == 5);
    }
    COMPARE_ERROR(share->list("incoming/none", false), ErrorCode::NotFound);
    COMPARE_ERROR(share->list("incoming/a", false), ErrorCode::NotRegular);
}

void TestLocalShare::aFullFolder()
{
#ifdef Q_OS_WIN
    constexpr int count = 200; // wine reads the whole folder for each name
#else
    constexpr int count = 10'000;
#endif
    TempShare share;
    for (int i = 0; i < count; ++i) {
        share.put("incoming/" + QByteArray::number(i) + ".csv", {});
    }
    for (const bool withDetails : {false, true}) {
        const auto entries = share->list("incoming", withDetails);
        VERIFY_OK(entries);
        QSet<QByteArray> names;
        for (const EntryInfo &entry : *entries) {
            names.insert(entry.name);
            QCOMPARE(entry.kind, EntryKind::File);
            QCOMPARE(entry.fileId.isEmpty(), !withDetails);
        }
        QCOMPARE(entries->size(), count);
        QCOMPARE(names.size(), count);
    }
}

void TestLocalShare::oddNamesAreJustNames()
{
    TempShare share;
    const QList<QByteArray> names {"$(id).csv", "%PATH%&calc.csv", "-rf.csv", "=cmd().csv", "M\xC3\xBCller.csv",
        "Mu\xCC\x88ller.csv", "\xF0\x9F\x98\x80.csv", "a ~ b.csv", QByteArray(190, 'n')};
    for (const QByteArray &name : names) {
        VERIFY_OK(share->writeSmall("incoming/" + name, name, false));
        COMPARE_WORDS(share->atomicMove("incoming/" + name, "hold/" + name).outcome, MoveOutcome::Moved);
        const auto content = share->readSmall("hold/" + name, 1000);
        VERIFY_OK(content);
        QCOMPARE(*content, name);
    }
    const auto listed = share->list("hold", true);
    VERIFY_OK(listed);
    QSet<QByteArray> seen;
    for (const EntryInfo &entry : *listed) {
        seen.insert(entry.name);
    }
    QCOMPARE(seen, QSet<QByteArray>(names.cbegin(), names.cend()));
}

void TestLocalShare::smallFilesAppearWhole()
{
    TempShare share;
    VERIFY_OK(share->writeSmall(layout::lease(), "first", false));
    COMPARE_ERROR(share->writeSmall(layout::lease(), "second", false), ErrorCode::AlreadyExists);
    QCOMPARE(*share->readSmall(layout::lease(), 100), QByteArray("first"));
    VERIFY_OK(share->writeSmall(layout::lease(), "third", true));
    QCOMPARE(*share->readSmall(layout::lease(), 100), QByteArray("third"));
    VERIFY_OK(share->writeSmall(layout::alive(TempShare::node()), {}, true));
    QCOMPARE(*share->readSmall(layout::alive(TempShare::node()), 0), QByteArray());
    COMPARE_ERROR(share->writeSmall("hold/token", "x", true), ErrorCode::InvalidArgument);
    COMPARE_ERROR(share->writeSmall("hold/none/token", "x", false), ErrorCode::NotFound);
    COMPARE_ERROR(share->readSmall("hold/none", 10), ErrorCode::NotFound);
    QCOMPARE(filesIn(share.path(".dtf")),
        (QStringList {u"alive"_s, u"late"_s, u"lease-orchestrator"_s, u"probe"_s})); // no temporary files
}

void TestLocalShare::smallFilesThatAreTooLarge()
{
    TempShare share;
    share.put("hold/a", QByteArray(1000, 'x'));
    COMPARE_ERROR(share->readSmall("hold/a", 999), ErrorCode::TooLarge);
    QCOMPARE(share->readSmall("hold/a", 1000)->size(), 1000);
    COMPARE_ERROR(share->readSmall("hold", 1000), ErrorCode::NotRegular);
}

void TestLocalShare::logsOnlyGrow()
{
    TempShare share;
    VERIFY_OK(share->appendLog("logs/DTF-01/a.log", "one\n"));
    VERIFY_OK(share->appendLog("logs/DTF-01/a.log", "two"));
    VERIFY_OK(share->appendLog("logs/DTF-01/a.log", "three\n"));
    QCOMPARE(TempShare::read(share.path("logs/DTF-01/a.log")), QByteArray("one\ntwo\nthree\n"));
    QCOMPARE(*share->readRange("logs/DTF-01/a.log", 4, 3), QByteArray("two"));
    QCOMPARE(*share->readRange("logs/DTF-01/a.log", 4, 1000), QByteArray("two\nthree\n"));
    QCOMPARE(*share->readRange("logs/DTF-01/a.log", 1000, 10), QByteArray());
    QCOMPARE(*share->readRange("logs/DTF-01/a.log", 0, 0), QByteArray());
    COMPARE_ERROR(share->readRange("logs/DTF-01/a.log", -1, 10), ErrorCode::InvalidArgument);
    share.put("hold/token", "t");
    COMPARE_ERROR(share->appendLog("hold/token", "x"), ErrorCode::InvalidArgument);
    COMPARE_ERROR(share->appendLog("logs/DTF-77/a.log", "x"), ErrorCode::NotFound);
}

void TestLocalShare::foldersAreMadeOneAtATime()
{
    TempShare share;
    VERIFY_OK(share->makeFolder("completed/2026-11-23"));
    VERIFY_OK(share->makeFolder("completed/2026-11-23"));
    COMPARE_ERROR(share->makeFolder("completed/x/y"), ErrorCode::NotFound);
    share.put("completed/file", "f");
    COMPARE_ERROR(share->makeFolder("completed/file"), ErrorCode::NotRegular);
}

void TestLocalShare::unfinishedStagesAreDiscarded()
{
    TempShare share;
    VERIFY_OK(share->discardStage(stage(), "a.csv")); // not there: fine
    VERIFY_OK(share->makeFolder(layout::stage(stage())));
    VERIFY_OK(share->makeFolder(layout::stagedResults(stage())));
    VERIFY_OK(share->writeSmall(layout::stagedResults(stage()) + "/a.csv", "not the token: deeper down", false));
    VERIFY_OK(share->writeSmall(layout::stagedManifest(stage()), "{}", false));
    VERIFY_OK(share->discardStage(stage(), "a.csv"));
    QVERIFY(filesIn(share.path(layout::stageRoot())).isEmpty());
    COMPARE_ERROR(share->discardStage(stage(), "../x"), ErrorCode::InvalidArgument);
    COMPARE_ERROR(share->discardStage(StageName {}, "x"), ErrorCode::InvalidArgument);
}

void TestLocalShare::committedStagesAreNot()
{
    TempShare share;
    VERIFY_OK(share->makeFolder(layout::stage(stage())));
    VERIFY_OK(share->makeFolder(layout::stagedResults(stage())));
    share.put("incoming/a.csv", "token");
    COMPARE_WORDS(share->atomicMove("incoming/a.csv", layout::stagedToken(stage(), "a.csv")).outcome, MoveOutcome::Moved);
    COMPARE_ERROR(share->discardStage(stage(), "a.csv"), ErrorCode::Forbidden);
    QCOMPARE(filesIn(share.path(layout::stage(stage()))), (QStringList {u"a.csv"_s, u"results"_s}));
}

void TestLocalShare::freeFilesAreFree()
{
    TempShare share;
    share.put("incoming/a", "a");
    const auto look = share->lookWhetherClosed("incoming/a");
    VERIFY_OK(look);
    QVERIFY(look->closed);
    QVERIFY(look->entry.size == 1 && look->entry.fileId == share->look("incoming/a")->fileId);
    const auto glance = share->glance("incoming/a");
    VERIFY_OK(glance);
    QVERIFY(glance->size == 1 && glance->mtimeNs == look->entry.mtimeNs && glance->fileId == look->entry.fileId);
    COMPARE_ERROR(share->lookWhetherClosed("incoming/none"), ErrorCode::NotFound);
    COMPARE_ERROR(share->glance("incoming/none"), ErrorCode::NotFound);
    QVERIFY(share->lookWhetherClosed("incoming")->entry.kind == EntryKind::Directory);
}

void TestLocalShare::freeBytesAndFlush()
{
    TempShare share;
    const auto bytes = share->freeBytes();
    VERIFY_OK(bytes);
    QVERIFY(*bytes > 0);
    VERIFY_OK(share->syncFolders({"incoming", "completed/.stage"}));
    COMPARE_ERROR(share->syncFolders({"incoming", "none"}), ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestLocalShare)
#include "tst_localshare.moc"
