// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/share/tst_localshare.h"

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
