// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/auditverify.h"
#include "storefixture.h"

#include <QThread>

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// Calls, their order and their end, across the two threads.
class TestCommits final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void callbacksComeOnceInOrderOnTheCallersThread();
    void aQuestionSeesTheCommitsBeforeIt();
    void callsReturnBeforeTheirCallback();
    void oneBadBatchFailsAndTheNextSucceeds();
    void closeAnswersEverything();
    void afterCloseCallsAreCancelled();
    void destructionAnswersEverything();
    void aFullQueueRefusesAtOnce_data();
    void aFullQueueRefusesAtOnce();
    void callbacksMayCallAgain();
    void callbacksMayBeEmpty();
};

void TestCommits::callbacksComeOnceInOrderOnTheCallersThread()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QList<int> order;
    qint64 nextSeq = 1;
    bool good = true;
    for (int i = 0; i < 2'000; ++i) {
        fixture.store->commit(batchOf(i, 1, 2), [&, i](Result<Store::Committed> done) {
            good = good && QThread::currentThread() == thread() && done && done->audit.size() == 2
                && done->audit.first().seq == nextSeq && done->audit.first().event.job == jobId(i);
            nextSeq += 2;
            order.append(i);
        });
        if (i % 100 == 0) {
            fixture.store->job(jobId(i), [&, i](Result<JobRecord> job) {
                good = good && job && job->id == jobId(i);
                order.append(100'000 + i);
            });
        }
    }
    QTRY_COMPARE_WITH_TIMEOUT(order.size(), 2'020, patienceMs);
    QVERIFY(good);
    QList<int> expected;
    for (int i = 0; i < 2'000; ++i) {
        expected.append(i);
        if (i % 100 == 0) {
            expected.append(100'000 + i);
        }
    }
    QCOMPARE(order, expected);
    fixture.close();
    QCOMPARE(verifyAudit(fixture.path())->rows, 4'000);
}

void TestCommits::aQuestionSeesTheCommitsBeforeIt()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    for (int i = 0; i < 50; ++i) {
        fixture.store->commit(batchOf(i, 10), [](Result<Store::Committed>) {});
    }
    const auto page = fixture.jobs({});
    QVERIFY(page);
    QCOMPARE(page->total, 59);
    QCOMPARE(fixture.audit({})->last, 500);
}

void TestCommits::callsReturnBeforeTheirCallback()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    bool called = false;
    fixture.store->commit(batchOf(1, 1), [&](Result<Store::Committed>) { called = true; });
    fixture.store->commit({}, [&](Result<Store::Committed> done) { called = called && done; });
    QVERIFY(!called);
    QVERIFY(fixture.jobs({}));
    QVERIFY(called);
}

void TestCommits::oneBadBatchFailsAndTheNextSucceeds()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 1)));
    QVERIFY(fixture.sql(
        u"CREATE TRIGGER no_seven BEFORE INSERT ON job WHEN NEW.attempts = 7 BEGIN SELECT RAISE(ABORT, 'no seven'); END"_s));
    StoreBatch bad = batchOf(10, 5, 2);
    bad.jobs[3].attempts = 7;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"commit failed, nothing was kept: .*no seven.*"_s));
    const auto failed = fixture.commit(bad);
    QVERIFY(!failed);
    QCOMPARE(word(failed.error().code), word(ErrorCode::StoreFailed));
    QCOMPARE(fixture.jobs({})->total, 1); // not even its first row
    bad.jobs[3].attempts = 0;
    const auto done = fixture.commit(bad);
    QVERIFY(done);
    QCOMPARE(done->audit.first().seq, 2); // numbers of a failed transaction are used again: no gap
    QVERIFY(verifyAudit(fixture.path())->ok);
}

void TestCommits::closeAnswersEverything()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    int done = 0;
    int cancelled = 0;
    int other = 0;
    int committed = 0;
    const auto count = [&](const auto &result) {
        ++(result ? done : result.error().code == ErrorCode::Cancelled ? cancelled : other);
    };
    for (int i = 0; i < 500; ++i) {
        fixture.store->commit(batchOf(i * 100, 100), [&](Result<Store::Committed> result) {
            count(result);
            committed += result ? 1 : 0;
        });
        fixture.store->jobs({}, [&](Result<JobPage> result) { count(result); });
    }
    fixture.store->close();
    QCOMPARE(done + cancelled, 1'000);
    QCOMPARE(other, 0);
    QVERIFY(cancelled > 0);
    const auto verdict = verifyAudit(fixture.path());
    QVERIFY(verdict && verdict->ok);
    QCOMPARE(verdict->rows, committed * 100);
    QVERIFY(SqliteStore::open(fixture.path(), nullptr)); // the lock is free
    fixture.store->close();
    QCOMPARE(done + cancelled, 1'000);
}

void TestCommits::afterCloseCallsAreCancelled()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.store->close();
    QCOMPARE(word(fixture.commit(batchOf(1, 1)).error().code), word(ErrorCode::Cancelled));
    QCOMPARE(word(fixture.jobs({}).error().code), word(ErrorCode::Cancelled));
}

void TestCommits::destructionAnswersEverything()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const auto witness = std::make_shared<int>(0);
    for (int i = 0; i < 300; ++i) {
        fixture.store->commit(batchOf(i, 1), [witness](Result<Store::Committed>) { ++*witness; });
    }
    fixture.close();
    QCOMPARE(*witness, 300);
    QCOMPARE(witness.use_count(), 1); // no callback is kept anywhere
}

void TestCommits::aFullQueueRefusesAtOnce_data()
{
    QTest::addColumn<int>("mostCalls");
    QTest::addColumn<int>("mostRows");
    QTest::newRow("calls") << 20 << 1'000'000;
    QTest::newRow("rows") << 10'000 << 4'000;
}

void TestCommits::aFullQueueRefusesAtOnce()
{
    QFETCH(int, mostCalls);
    QFETCH(int, mostRows);
    StoreFixture fixture;
    StoreOptions options;
    options.mostCalls = mostCalls;
    options.mostRows = mostRows;
    QVERIFY(fixture.open(options));
    int done = 0;
    int refused = 0;
    constexpr int calls = 300;
    for (int i = 0; i < calls; ++i) {
        fixture.store->commit(batchOf(i * 100, 100), [&](Result<Store::Committed> result) {
            if (result) {
                ++done;
            } else {
                refused += result.error().code == ErrorCode::TooMany;
            }
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(done + refused, calls, patienceMs);
    QVERIFY(refused > 0);
    QVERIFY(done > 0);
    QCOMPARE(fixture.jobs({})->total, done * 100); // refused means: not written
    QVERIFY(fixture.commit(batchOf(100'000, 5'000))); // larger than the bound, but alone
}

void TestCommits::callbacksMayCallAgain()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    int left = 100;
    std::function<void(Result<Store::Committed>)> again = [&](const Result<Store::Committed> &done) {
        QVERIFY(done);
        if (--left > 0) {
            fixture.store->commit(batchOf(left, 1), again);
        }
    };
    fixture.store->commit(batchOf(left, 1), again);
    QTRY_COMPARE_WITH_TIMEOUT(left, 0, patienceMs);
    QCOMPARE(fixture.audit({})->last, 100);
}

void TestCommits::callbacksMayBeEmpty()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.store->commit(batchOf(1, 1), {});
    fixture.store->jobs({}, {});
    QCOMPARE(fixture.jobs({})->total, 1);
}

QTEST_GUILESS_MAIN(TestCommits)
#include "tst_commits.moc"
