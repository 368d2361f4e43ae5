// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens and what is listed.
#include "tests/common/share/tst_localshare.h"

#include <QSet>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

StageName stage()
{
    return {*JobId::parse("01J9ZK3Q5R7S8T9VWXYZ012345"), 2, *BootId::parse("k3m9x2p7")};
}

} // namespace

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
