// SPDX-License-Identifier: GPL-3.0-or-later
// What a killed writer leaves under a temporary name goes; nothing else does.
#include "common/share/sharepath.h"
#include "orchestrator/zone/temporarytidier.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestTemporaries : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatADeadWriterLeftGoes();
    void everythingElseStays();
    void aForeignShareIsNotTouched();

private:
    static MonoTime at(int minutes) { return {milliseconds(1'000'000 + minutes * 60'000)}; }
};

void TestTemporaries::whatADeadWriterLeftGoes()
{
    TempShare share;
    const QList<SharePath> left {".dtf/.tmp-0123456789abcdef", ".dtf/alive/.tmp-0123456789abcdef", "hold/.tmp-0123456789abcdef",
        "failed/.tmp-0123456789abcdef", "rejected/.tmp-0123456789abcdef", ".dtf/probe/0123456789abcdef",
        ".dtf/probe/0123456789abcdef.moved"};
    for (const SharePath &path : left) {
        share.put(path, "half");
    }
    TemporaryTidier tidier;
    const QByteArray uuid = share->identity()->uuid;
    for (const int minute : {0, 5, 10, 14}) { // its writer may still live
        QCOMPARE(tidier.look(*share.operator->(), uuid, at(minute)), 0);
    }
    const SharePath younger = ".dtf/.tmp-fedcba9876543210";
    share.put(younger, "being written");
    QCOMPARE(tidier.look(*share.operator->(), uuid, at(16)), int(left.size()));
    for (const SharePath &path : left) {
        QVERIFY2(!QFile::exists(share.path(path)), path.constData());
    }
    QVERIFY(QFile::exists(share.path(younger)));
    QCOMPARE(tidier.look(*share.operator->(), uuid, at(22)), 0);
    QCOMPARE(tidier.look(*share.operator->(), uuid, at(32)), 1);
}

void TestTemporaries::everythingElseStays()
{
    TempShare share;
    const QByteArray random = ".tmp-0123456789abcdef";
    const QList<SharePath> others {"incoming/" + random, "processing/DTF-01/" + random, "hold/.tmp-",
        "hold/.tmp-0123456789abcdeX", "hold/.tmp-0123456789abcdef0", "hold/0123456789abcdef", ".dtf/lease-orchestrator",
        ".dtf/probe/notes", "completed/.stage/" + random, "failed/01JDCQ5T3M8YZKX4W9RVN7B2HC.e1~" + random};
    for (const SharePath &path : others) {
        share.put(path, "mine");
        QVERIFY2(!isTemporary(path), path.constData());
        const Result<void> removed = share->removeTemporary(path);
        QVERIFY2(!removed, path.constData());
        COMPARE_WORDS(removed.error().code, ErrorCode::InvalidArgument);
    }
    QVERIFY(QDir().mkpath(share.path("hold/" + random))); // a folder of that name
    QVERIFY(!share->removeTemporary("hold/" + random));
    TemporaryTidier tidier;
    for (int minute = 0; minute < 60; minute += 5) {
        QCOMPARE(tidier.look(*share.operator->(), share->identity()->uuid, at(minute)), 0);
    }
    for (const SharePath &path : others) {
        QCOMPARE(TempShare::read(share.path(path)), QByteArray("mine"));
    }
}

void TestTemporaries::aForeignShareIsNotTouched()
{
    TempShare share;
    share.put(".dtf/.tmp-0123456789abcdef", "half");
    TemporaryTidier tidier;
    for (int minute = 0; minute < 60; minute += 5) {
        QCOMPARE(tidier.look(*share.operator->(), "another-uuid", at(minute)), 0);
    }
    QVERIFY(QFile::exists(share.path(".dtf/.tmp-0123456789abcdef")));
}

QTEST_APPLESS_MAIN(TestTemporaries)
#include "tst_temporaries.moc"
