// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace dtf;
using namespace Qt::StringLiterals;

/// Links, FIFOs, bytes that are no text, open writers: what only Linux shows like this.
class TestLinks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linksAreSeenNotFollowed();
    void linksInTheLayoutLeadNowhere();
    void fifosNeverBlock();
    void namesThatAreNoTextMove();
    void hardLinksAreCounted();
    void anOpenWriterIsNoticed();
    void aDeniedFolderIsDenied();
    void aRootThatIsALinkIsFine();
};

void TestLinks::linksAreSeenNotFollowed()
{
    TempShare share;
    TempShare::write(share.local("secret"), "secret");
    QVERIFY(::symlink(share.local("secret").toUtf8().constData(), share.path("incoming/l.csv").toUtf8().constData()) == 0);
    QVERIFY(::symlink("nowhere", share.path("incoming/dead").toUtf8().constData()) == 0);
    QCOMPARE(share->look("incoming/l.csv")->kind, EntryKind::Link);
    QCOMPARE(share->look("incoming/dead")->kind, EntryKind::Link);
    for (const bool details : {false, true}) {
        const auto entries = share->list("incoming", details);
        QCOMPARE(entries->size(), 2);
        QCOMPARE(entries->first().kind, EntryKind::Link);
    }
    COMPARE_WORDS(share->copyOut("incoming/l.csv", share.local("copy"), {}).error().code, ErrorCode::NotRegular);
    QVERIFY(!QFile::exists(share.local("copy")));
    COMPARE_WORDS(share->hash("incoming/l.csv", {}).error().code, ErrorCode::NotRegular);
    COMPARE_WORDS(share->readSmall("incoming/l.csv", 100).error().code, ErrorCode::NotRegular);
    QCOMPARE(share->lookWhetherClosed("incoming/l.csv")->entry.kind, EntryKind::Link);
    const MoveResult moved = share->atomicMove("incoming/l.csv", "hold/l.csv");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::NotRegular);
    QVERIFY(::symlink(share.local("secret").toUtf8().constData(), share.path("logs/DTF-01/x.log").toUtf8().constData()) == 0);
    COMPARE_WORDS(share->appendLog("logs/DTF-01/x.log", "gotcha").error().code, ErrorCode::NotRegular);
    QCOMPARE(TempShare::read(share.local("secret")), QByteArray("secret"));
}

void TestLinks::linksInTheLayoutLeadNowhere()
{
    TempShare share;
    QVERIFY(QDir().mkpath(share.local("outside")));
    TempShare::write(share.local("outside/a"), "a");
    QVERIFY(::symlink(share.local("outside").toUtf8().constData(), share.path("incoming/out").toUtf8().constData()) == 0);
    QVERIFY(::symlink("../hold", share.path("incoming/inside").toUtf8().constData()) == 0);
    share.put("incoming/b", "b");
    for (const QByteArray &folder : {QByteArray("incoming/out"), QByteArray("incoming/inside")}) {
        COMPARE_WORDS(share->list(folder, false).error().code, ErrorCode::NotRegular);
        COMPARE_WORDS(share->look(folder + "/a").error().code, ErrorCode::NotRegular);
        COMPARE_WORDS(share->writeSmall(folder + "/c", "c", false).error().code, ErrorCode::NotRegular);
        COMPARE_WORDS(share->atomicMove("incoming/b", folder + "/b").error.code, ErrorCode::NotRegular);
        COMPARE_WORDS(share->atomicMove(folder + "/a", "hold/a").error.code, ErrorCode::NotRegular);
        COMPARE_WORDS(share->makeFolder(folder).error().code, ErrorCode::NotRegular);
    }
    QCOMPARE(QDir(share.local("outside")).entryList(QDir::Files), QStringList {u"a"_s});

    const StageName stage {*JobId::parse("01J9ZK3Q5R7S8T9VWXYZ012345"), 2, *BootId::parse("k3m9x2p7")};
    QVERIFY(share->makeFolder(layout::stage(stage)));
    QVERIFY(::symlink(share.local("outside").toUtf8().constData(), share.path(layout::stagedResults(stage)).toUtf8().constData())
        == 0);
    QVERIFY(share->discardStage(stage, "t"));
    QCOMPARE(TempShare::read(share.local("outside/a")), QByteArray("a")); // the link went, what it pointed to stayed
}

void TestLinks::fifosNeverBlock()
{
    TempShare share;
    QVERIFY(::mkfifo(share.path("incoming/f").toUtf8().constData(), 0600) == 0);
    QCOMPARE(share->look("incoming/f")->kind, EntryKind::Other);
    COMPARE_WORDS(share->hash("incoming/f", {}).error().code, ErrorCode::NotRegular);
    COMPARE_WORDS(share->copyOut("incoming/f", share.local("c"), {}).error().code, ErrorCode::NotRegular);
    QCOMPARE(share->lookWhetherClosed("incoming/f")->entry.kind, EntryKind::Other);
    COMPARE_WORDS(share->atomicMove("incoming/f", "hold/f").error.code, ErrorCode::NotRegular);
    QVERIFY(::mkfifo(share.path("logs/f").toUtf8().constData(), 0600) == 0);
    COMPARE_WORDS(share->appendLog("logs/f", "x").error().code, ErrorCode::NotRegular);
}

void TestLinks::namesThatAreNoTextMove()
{
    TempShare share;
    const QByteArray name = "\xff\xfe M\xFCller \xED\xA0\x80\n.csv";
    const QByteArray path = QFile::encodeName(share.root()) + "/incoming/" + name;
    const int fd = ::open(path.constData(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    QVERIFY(fd >= 0);
    QCOMPARE(::write(fd, "x", 1), 1);
    ::close(fd);
    QCOMPARE(share->list("incoming", true)->first().name, name);
    COMPARE_WORDS(share->atomicMove("incoming/" + name, "hold/" + name).outcome, MoveOutcome::Moved);
    QCOMPARE(share->look("hold/" + name)->size, 1);
    QVERIFY(share->copyOut("hold/" + name, share.local("copy"), {}));
}

void TestLinks::hardLinksAreCounted()
{
    TempShare share;
    share.put("incoming/a", "a");
    QVERIFY(::link(share.path("incoming/a").toUtf8().constData(), share.path("incoming/b").toUtf8().constData()) == 0);
    QCOMPARE(share->look("incoming/a")->links, 2);
    // rename(2) calls this a success and leaves both names
    const MoveResult moved = share->atomicMove("incoming/a", "incoming/b");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::AlreadyExists);
}

void TestLinks::anOpenWriterIsNoticed()
{
    TempShare share;
    share.put("incoming/a", "a");
    const int fd = ::open(share.path("incoming/a").toUtf8().constData(), O_WRONLY);
    QVERIFY(fd >= 0);
    const int lease = ::fcntl(fd, F_SETLEASE, F_WRLCK);
    const bool leasesWork = lease == 0 && ::fcntl(fd, F_SETLEASE, F_UNLCK) == 0;
    const auto whileOpen = share->lookWhetherClosed("incoming/a");
    ::close(fd);
    if (!leasesWork) {
        QSKIP("this file system knows no leases");
    }
    QVERIFY(whileOpen);
    QVERIFY(!whileOpen->closed);
    QVERIFY(share->lookWhetherClosed("incoming/a")->closed);
}

void TestLinks::aDeniedFolderIsDenied()
{
    if (::geteuid() == 0) {
        QSKIP("root may do anything");
    }
    TempShare share;
    share.put("incoming/a", "a");
    QVERIFY(::chmod(share.path("hold").toUtf8().constData(), 0500) == 0);
    const MoveResult moved = share->atomicMove("incoming/a", "hold/a");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::PermissionDenied);
    QVERIFY(::chmod(share.path("hold").toUtf8().constData(), 0700) == 0);
}

void TestLinks::aRootThatIsALinkIsFine()
{
    TempShare share;
    share.put("incoming/a", "a");
    QVERIFY(::symlink(share.root().toUtf8().constData(), share.local("link").toUtf8().constData()) == 0);
    LocalShareFs fs(share.local("link"), TempShare::timing());
    QVERIFY(fs.look("incoming/a"));
}

QTEST_GUILESS_MAIN(TestLinks)
#include "tst_share_linux.moc"
