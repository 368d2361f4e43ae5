// SPDX-License-Identifier: GPL-3.0-or-later
#include "storefixture.h"
#include "storespeed.h"

#include <QElapsedTimer>

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

    /// DTF_BENCH_PAGES: how many files; 1,000,000 otherwise. While pages are turned in every order, small commits go on: how long
    /// each of them takes says whether a slow page holds them up.
    void pagesOfAMillionFiles()
    {
        const int files = qMax(1'000,
            qEnvironmentVariableIntValue("DTF_BENCH_PAGES") > 0 ? qEnvironmentVariableIntValue("DTF_BENCH_PAGES") : 1'000'000);
        StoreFixture fixture;
        QVERIFY(fixture.open());
        QElapsedTimer timer;
        timer.start();
        for (int first = 0; first < files; first += 10'000) {
            StoreBatch batch = batchOf(first, qMin(10'000, files - first), 0);
            for (JobRecord &job : batch.jobs) {
                spread(job);
            }
            QVERIFY(fixture.commit(batch));
        }
        qInfo().noquote() << u"%1 files put in %2 ms"_s.arg(files).arg(timer.elapsed());
        turnPages(fixture, files, {});
        JobQuery open;
        open.states = {JobState::Failed, JobState::Hold};
        turnPages(fixture, files, open);
        JobQuery text;
        text.text = "agencyb";
        turnPages(fixture, files, text);
    }

private:
    /// As after a good year: nearly all done, over thirty nodes.
    static void spread(JobRecord &job)
    {
        quint32 mixed = qHash(job.id, 7);
        const auto next = [&mixed](quint32 below) { return (mixed = mixed * 1'664'525 + 1'013'904'223) / 65'536 % below; };
        job.name = "AGENCY" + QByteArray(1, char('A' + next(26))) + "_wk" + QByteArray::number(next(52)) + '_'
            + QByteArray::number(next(30'000)) + ".csv";
        job.affinity = job.name.left(7);
        const quint32 fate = next(1'000);
        job.state = fate < 970 ? JobState::Done
            : fate < 985       ? JobState::Failed
            : fate < 990       ? JobState::Hold
            : fate < 995       ? JobState::Rejected
                               : JobState::Waiting;
        job.node = nodeName(int(1 + next(30)));
        job.place = "completed/2026-11-23/" + job.id.toBytes26() + '~' + job.name;
        job.sha256 = QByteArray("0123456789abcdef").repeated(4);
        job.attempts = int(1 + next(3));
        job.epoch = Epoch(job.attempts);
        job.priority = int(next(3));
        job.size = 1'000 + qint64(next(60'000)) * 97;
        job.cause = job.state == JobState::Failed ? static_cast<Cause>(7 + next(6)) : Cause::None;
        job.detail = "processed 300 rows";
        job.changed.msecsSinceEpoch += next(60'000) * 100;
    }

    void turnPages(StoreFixture &fixture, int files, const JobQuery &filter)
    {
        for (int i = 0; i <= int(JobSort::Cause); ++i) {
            JobQuery query = filter;
            query.sort = static_cast<JobSort>(i);
            QElapsedTimer timer;
            QList<qint64> pages;
            qint64 longestCommit = 0;
            qint64 total = 0;
            for (int page = 0; page < 3; ++page) {
                bool answered = false;
                timer.start();
                fixture.store->jobs(query, [&](Result<JobPage> result) {
                    QVERIFY(result);
                    query.cursor = result->next.toLatin1();
                    total = result->total;
                    pages.append(timer.elapsed());
                    answered = true;
                });
                QElapsedTimer commit;
                do { // as a fleet at work does
                    commit.start();
                    QVERIFY(fixture.commit(batchOf(files + i, 1, 1)));
                    longestCommit = qMax(longestCommit, commit.elapsed());
                } while (!answered);
            }
            qInfo().noquote() << u"%1 of %2 files: pages in %3, %4, %5 ms; longest commit meanwhile %6 ms"_s
                                     .arg(toString(query.sort))
                                     .arg(total)
                                     .arg(pages[0])
                                     .arg(pages[1])
                                     .arg(pages[2])
                                     .arg(longestCommit);
        }
    }
};

QTEST_GUILESS_MAIN(TestSpeed)
#include "tst_speed.moc"
