// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of files in every order: the same order that a console puts changed rows into, each file once, and no commit waits.
#include "storefixture.h"

#include "common/protocol/joborder.h"
#include "orchestrator/store/jobcounts.h"

#include <QSet>

#include <algorithm>

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

class TestPages final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_fixture.open());
        const QByteArrayList names = {"b.csv", "A.csv", "a.csv", "\xc3\x84rzte.csv", "\xc3\xa4rzte.csv", "Zoo.csv", "_x.csv",
            "a\xff.csv", "a.b-c.d.csv", "\xf0\x90\x90\x80.csv"};
        StoreBatch batch = batchOf(1, 120, 0);
        for (int i = 0; i < 120; ++i) {
            JobRecord &job = batch.jobs[i];
            job.name = names[i * 7 % names.size()];
            job.affinity = i % 5 == 0 ? QByteArray() : i % 2 ? QByteArray("Agency") + char('A' + i % 3) : QByteArray("agencyb");
            job.state = static_cast<JobState>(i % (int(JobState::Withdrawn) + 1));
            job.node = i % 4 ? nodeName(i % 3 + 1) : NodeName();
            job.attempts = i % 3;
            job.size = i % 6 * 1'000'000'007LL;
            job.priority = i % 5 - 2;
            job.cause = static_cast<Cause>(i % 7);
            job.accepted = {1'000 + i % 11};
            job.changed = {5'000 + i % 13};
        }
        QVERIFY(m_fixture.commit(batch));
    }

    void everyOrderIsThatOfTheConsole_data() { everyOrder(); }
    void everyOrderIsThatOfTheConsole()
    {
        QFETCH(const int, sort);
        QFETCH(const bool, ascending);
        JobQuery query;
        query.sort = static_cast<JobSort>(sort);
        query.ascending = ascending;
        query.limit = 7;
        QList<JobView> seen;
        do {
            const auto page = m_fixture.jobs(query);
            QVERIFY2(page, page ? "" : qPrintable(page.error().detail));
            QCOMPARE(page->total, 120);
            QVERIFY(page->totalExact);
            seen += page->jobs;
            query.cursor = page->next.toLatin1();
        } while (!query.cursor.isEmpty() && seen.size() < 1'000);
        QCOMPARE(seen.size(), 120);
        for (qsizetype i = 1; i < seen.size(); ++i) { // strictly: so each is there once
            const auto order = compareJobs(seen[i - 1], seen[i], query.sort);
            QVERIFY2(ascending ? order < 0 : order > 0,
                qPrintable(u"%1 before %2"_s.arg(seen[i - 1].name + seen[i - 1].affinity, seen[i].name + seen[i].affinity)));
        }
    }

    void filtersHoldInEveryOrder_data() { everyOrder(); }
    void filtersHoldInEveryOrder()
    {
        QFETCH(const int, sort);
        QFETCH(const bool, ascending);
        JobQuery query;
        query.sort = static_cast<JobSort>(sort);
        query.ascending = ascending;
        query.states = {JobState::Done, JobState::Waiting};
        query.text = "csv";
        query.limit = 5;
        int count = 0;
        do {
            const auto page = m_fixture.jobs(query);
            QVERIFY(page);
            for (const JobView &job : page->jobs) {
                QVERIFY(query.states.contains(job.state));
                ++count;
            }
            QCOMPARE(page->total, 22);
            query.cursor = page->next.toLatin1();
        } while (!query.cursor.isEmpty() && count < 100);
        QCOMPARE(count, 22);
    }

    void aCursorOfAnotherOrderIsRefused()
    {
        JobQuery query;
        query.limit = 5;
        query.sort = JobSort::Size;
        const QByteArray cursor = m_fixture.jobs(query)->next.toLatin1();
        QVERIFY(!cursor.isEmpty());
        query.cursor = cursor;
        QVERIFY(m_fixture.jobs(query));
        query.ascending = true;
        auto refused = m_fixture.jobs(query);
        QVERIFY(!refused);
        QCOMPARE(word(refused.error().code), word(ErrorCode::InvalidArgument));
        QVERIFY2(refused.error().detail.contains(u"size desc, not size asc"_s), qPrintable(refused.error().detail));
        query.ascending = false;
        query.sort = JobSort::Name;
        refused = m_fixture.jobs(query);
        QVERIFY(!refused && refused.error().detail.contains(u"size desc, not name desc"_s));
    }

    void aDamagedCursorIsRefused_data()
    {
        QTest::addColumn<QByteArray>("cursor");
        const QByteArray id = jobId(1).toBytes26();
        for (const QByteArray &cursor : {QByteArray("x"), QByteArray("5-") + id, QByteArray("name.desc.YQ"),
                 QByteArray("name.down.YQ.") + id, QByteArray("name.desc.*.") + id, QByteArray("name.desc.YQ.") + id.chopped(1),
                 QByteArray("colour.desc.YQ.") + id, QByteArray("name.desc.YQ.") + id + ".x"}) {
            QTest::newRow(cursor.constData()) << cursor;
        }
    }
    void aDamagedCursorIsRefused()
    {
        JobQuery query;
        query.sort = JobSort::Name;
        QFETCH(const QByteArray, cursor);
        query.cursor = cursor;
        const auto page = m_fixture.jobs(query);
        QVERIFY(!page);
        QCOMPARE(word(page.error().code), word(ErrorCode::InvalidArgument));
    }

    /// The reading thread sees what was committed before it was asked, whatever commits follow at once.
    void aPageSeesTheCommitsBeforeItAndHoldsNoneUp()
    {
        QStringList order; // outlives the store, which answers what is left when it is closed
        StoreFixture fixture;
        QVERIFY(fixture.open());
        JobQuery all;
        all.limit = 1'000;
        for (int i = 0; i < 20; ++i) {
            fixture.store->commit(batchOf(i * 10, 10), [&, i](Result<Store::Committed> done) {
                QVERIFY(done);
                order.append(u"commit %1"_s.arg(i));
            });
            fixture.store->jobs(all, [&, i](Result<JobPage> page) {
                QVERIFY(page);
                QVERIFY(
                    page->jobs.size() >= (i + 1) * 10); // not its total: one that took long to count is remembered, see JobCounts
                order.append(u"page %1"_s.arg(i));
            });
        }
        QTRY_COMPARE_WITH_TIMEOUT(order.size(), 40, patienceMs);
        for (int i = 0; i < 20; ++i) {
            QVERIFY(order.indexOf(u"commit %1"_s.arg(i)) < order.indexOf(u"page %1"_s.arg(i)));
        }
    }

    void countsAreRememberedWhileTheyAreDear()
    {
        JobCounts counts;
        const MonoTime now {milliseconds(1'000'000)};
        counts.remember(u"done"_s, {7, true}, now, milliseconds(9));
        QVERIFY(!counts.known(u"done"_s, now)); // it costs nothing to count it again
        counts.remember(u"done"_s, {8, false}, now, milliseconds(10));
        QCOMPARE(counts.known(u"done"_s, now)->total, 8);
        QVERIFY(!counts.known(u"done"_s, now)->exact);
        QVERIFY(!counts.known(u"hold"_s, now));
        QVERIFY(counts.known(u"done"_s, now + milliseconds(4'999)));
        QVERIFY(!counts.known(u"done"_s, now + milliseconds(5'000)));
        counts.remember(u"done"_s, {9, true}, now, milliseconds(1));
        QVERIFY(!counts.known(u"done"_s, now));
        for (int i = 0; i < 1'000; ++i) {
            counts.remember(QString::number(i), {i, true}, now, milliseconds(50));
        }
        int kept = 0;
        for (int i = 0; i < 1'000; ++i) {
            kept += counts.known(QString::number(i), now) ? 1 : 0;
        }
        QVERIFY(kept > 0 && kept <= JobCounts::most);
    }

    void aFilterWithoutAnIndexIsCountedSoFar()
    {
        StoreFixture fixture;
        QVERIFY(fixture.open());
        QVERIFY(fixture.commit(batchOf(1, 10'050, 0)));
        JobQuery query;
        query.limit = 1;
        QCOMPARE(fixture.jobs(query)->total, 10'050);
        query.text = "csv";
        const auto page = fixture.jobs(query);
        QVERIFY(page);
        QCOMPARE(page->total, 10'000);
        QVERIFY(!page->totalExact);
    }

private:
    static void everyOrder()
    {
        QTest::addColumn<int>("sort");
        QTest::addColumn<bool>("ascending");
        for (int i = 0; i <= int(JobSort::Cause); ++i) {
            const QByteArray name = word(static_cast<JobSort>(i));
            QTest::newRow((name + " asc").constData()) << i << true;
            QTest::newRow((name + " desc").constData()) << i << false;
        }
    }

    StoreFixture m_fixture;
};

QTEST_GUILESS_MAIN(TestPages)
#include "tst_pages.moc"
