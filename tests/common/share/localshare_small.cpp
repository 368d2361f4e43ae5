// SPDX-License-Identifier: GPL-3.0-or-later
// Small files, logs, folders and unfinished stages.
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
