// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/auditverify.h"
#include "storefixture.h"
#include "tests/support/filesizelimit_linux.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <sys/mount.h>
#include <unistd.h>

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// The disk under the store is full or fails: everything or nothing, plain words, and on it goes once the disk is well.
class TestFailing final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFailingDiskThenAWellOne();
    void aFullDiskThenSpace();
    void aBoundedFileIsAFullDisk();
    void aRemovedDatabaseIsNoticed();
    void aReplacedDatabaseIsNoticed();
    void aMissingFolderIsNotMade();
    void aLogWithoutItsDatabaseIsRefused();
    void aReadOnlyFolderIsRefused();
};

void TestFailing::aFailingDiskThenAWellOne()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const auto first = fixture.commit(batchOf(1, 1'000));
    QVERIFY(first);
    {
        const FileSizeLimit limit(600'000);
        for (int i = 0; i < 3; ++i) {
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"commit failed, nothing was kept"_s));
            const auto failed = fixture.commit(batchOf(2'000, 3'000));
            QVERIFY(!failed);
            QCOMPARE(word(failed.error().code), word(ErrorCode::StoreFailed));
            QVERIFY2(failed.error().detail.contains(u"disk"_s), qPrintable(failed.error().detail));
        }
        // what was there can still be read
        const auto page = fixture.jobs({});
        QVERIFY2(page, page ? "" : qPrintable(page.error().detail));
        QCOMPARE(page->total, 1'000);
    }
    const auto second = fixture.commit(batchOf(2'000, 3'000));
    QVERIFY2(second, second ? "" : qPrintable(second.error().detail));
    QCOMPARE(second->audit.first().seq, 1'001);
    QVERIFY(fixture.open());
    QCOMPARE(fixture.snapshot.jobs.size(), 4'000);
    QVERIFY(verifyAudit(fixture.path())->ok);
}

void TestFailing::aFullDiskThenSpace()
{
    StoreFixture fixture;
    const QString disk = fixture.folder() + u"/disk"_s;
    QVERIFY(QDir().mkpath(disk));
    const QByteArray mountPoint = QFile::encodeName(disk);
    if (::mount("none", mountPoint.constData(), "tmpfs", 0, "size=4m") != 0) {
        QSKIP("no right to mount a small file system here");
    }
    const auto unmount = qScopeGuard([&] { ::umount2(mountPoint.constData(), MNT_DETACH); });
    const QString path = disk + u"/orchestrator.db"_s;
    auto store = SqliteStore::open(path, nullptr);
    QVERIFY(store);
    const auto commit = [&](const StoreBatch &batch) {
        return await<Store::Committed>([&](auto done) { (*store)->commit(batch, done); });
    };
    QVERIFY(commit(batchOf(1, 500)));
    QFile filler(disk + u"/filler"_s);
    QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    while (filler.write(QByteArray(4'096, 'x')) == 4'096) { }
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(u"commit failed, nothing was kept: the disk of the orchestrator's database is full"_s));
    const auto failed = commit(batchOf(1'000, 1'500));
    QVERIFY(!failed);
    QVERIFY2(failed.error().detail.contains(u"is full"_s), qPrintable(failed.error().detail));
    QVERIFY(filler.remove());
    const auto done = commit(batchOf(1'000, 1'500));
    QVERIFY2(done, done ? "" : qPrintable(done.error().detail));
    QCOMPARE(done->audit.first().seq, 501);
    store->reset();
    const auto verdict = verifyAudit(path);
    QVERIFY(verdict && verdict->ok);
    QCOMPARE(verdict->rows, 2'000);
}

void TestFailing::aBoundedFileIsAFullDisk()
{
    StoreFixture fixture;
    StoreOptions options;
    options.maxPages = 300;
    QVERIFY(fixture.open(options));
    QVERIFY(fixture.commit(batchOf(1, 500)));
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(u"commit failed, nothing was kept: the disk of the orchestrator's database is full"_s));
    QVERIFY(!fixture.commit(batchOf(1'000, 5'000)));
    const auto small = fixture.commit(batchOf(600, 10)); // what still fits is written
    QVERIFY(small);
    QCOMPARE(small->audit.first().seq, 501);
    QCOMPARE(fixture.jobs({})->total, 510);
}

void TestFailing::aRemovedDatabaseIsNoticed()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 5)));
    QVERIFY(QFile::remove(fixture.path()));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"removed or replaced"_s));
    const auto failed = fixture.commit(batchOf(10, 5));
    QVERIFY(!failed);
    QVERIFY2(failed.error().detail.contains(u"removed or replaced"_s), qPrintable(failed.error().detail));
    QVERIFY(!fixture.jobs({}));
    QVERIFY(!QFile::exists(fixture.path())); // not made anew behind anybody's back
}

void TestFailing::aReplacedDatabaseIsNoticed()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 5)));
    QVERIFY(QFile::copy(fixture.path(), fixture.path() + u".backup"_s));
    QVERIFY(QFile::remove(fixture.path()));
    QVERIFY(QFile::copy(fixture.path() + u".backup"_s, fixture.path()));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"removed or replaced"_s));
    QVERIFY(!fixture.commit(batchOf(10, 5)));
}

void TestFailing::aMissingFolderIsNotMade()
{
    StoreFixture fixture;
    const auto opened = SqliteStore::open(fixture.folder() + u"/not/there.db"_s, nullptr);
    QVERIFY(!opened);
    QCOMPARE(word(opened.error().code), word(ErrorCode::StoreFailed));
    QVERIFY(!QFile::exists(fixture.folder() + u"/not"_s));
}

void TestFailing::aLogWithoutItsDatabaseIsRefused()
{
    StoreFixture fixture;
    QFile log(fixture.path() + u"-wal"_s);
    QVERIFY(log.open(QIODevice::WriteOnly));
    log.write(QByteArray(5'000, 'w'));
    log.close();
    const auto opened = fixture.open();
    QVERIFY(!opened);
    QVERIFY2(opened.error().detail.contains(u"write-ahead log"_s), qPrintable(opened.error().detail));
    QCOMPARE(log.size(), 5'000);
    QVERIFY(!QFile::exists(fixture.path()));
}

void TestFailing::aReadOnlyFolderIsRefused()
{
    if (::geteuid() == 0) {
        QSKIP("root may write everywhere");
    }
    StoreFixture fixture;
    QVERIFY(QFile::setPermissions(fixture.folder(), QFile::ReadOwner | QFile::ExeOwner));
    const auto opened = fixture.open();
    QVERIFY(QFile::setPermissions(fixture.folder(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY(!opened);
    QCOMPARE(word(opened.error().code), word(ErrorCode::StoreFailed));
}

QTEST_GUILESS_MAIN(TestFailing)
#include "tst_failing_linux.moc"
