// SPDX-License-Identifier: GPL-3.0-or-later
#include "storefixture.h"
#include "storespeed.h"

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// Prints, asserts nothing about time: a backlog of 100,000 files through the store, beside SQLite without us.
class TestSpeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void backlogOf100000Files()
    {
        StoreFixture fixture;
        const Result<StoreSpeed> ours = measureStore(fixture.path(), 100'000, 2, 1'024);
        QVERIFY2(ours, ours ? "" : qPrintable(ours.error().detail));
        QCOMPARE(ours->rows, 300'000);
        const StoreSpeed raw = measureRawSqlite(fixture.folder() + u"/raw.db"_s, 100'000, 2, 1'024);
        qInfo().noquote()
            << u"store: %1 rows/s (%2 rows in %3 ms), again as updates: %4 rows/s; reading 100,000 open jobs: %5 ms"_s
                   .arg(ours->rowsPerSecond(), 0, 'f', 0)
                   .arg(ours->rows)
                   .arg(ours->milliseconds)
                   .arg(ours->updateRowsPerSecond, 0, 'f', 0)
                   .arg(ours->snapshotMilliseconds);
        if (raw.rows > 0) {
            qInfo().noquote() << u"raw sqlite, same rows: %1 rows/s; ratio %2"_s.arg(raw.rowsPerSecond(), 0, 'f', 0)
                                     .arg(ours->rowsPerSecond() / raw.rowsPerSecond(), 0, 'f', 2);
        }
        qInfo().noquote() << u"resident: %1 MB"_s.arg(residentMegabytes());
    }
};

QTEST_GUILESS_MAIN(TestSpeed)
#include "tst_speed.moc"
