// SPDX-License-Identifier: GPL-3.0-or-later
#include "storefixture.h"

#include "orchestrator/store/connection.h"
#include "orchestrator/store/jobpages.h"

#include <QSet>

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// What the API asks.
class TestQueries final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void filters_data();
    void filters();
    void pagesShowEachJobOnceNewestFirst();
    void pagesStayStableWhileJobsChange();
    void aForeignCursorIsRefused();
    void limitsAreKept();
    void auditPages_data();
    void auditPages();
    void auditForward();
    void auditBackward();
    void auditByTime_data();
    void auditByTime();
    void doneBefore();
    void viewCarriesTheRecord();
    void questionsUseTheIndexes_data();
    void questionsUseTheIndexes();

private:
    StoreFixture m_fixture; ///< 100 jobs; see initTestCase
};

void TestQueries::initTestCase()
{
    QVERIFY(m_fixture.open());
    StoreBatch batch = batchOf(1, 100, 0);
    for (int i = 0; i < 100; ++i) {
        JobRecord &job = batch.jobs[i];
        job.state = i < 50 ? JobState::Done : i < 60 ? JobState::Hold : JobState::Waiting;
        job.node = i < 60 ? nodeName(1 + i % 2) : NodeName();
        job.cause = i >= 50 && i < 55 ? Cause::HardLimit : Cause::None;
        job.sha256 = QByteArray(62, 'a') + QByteArray::number(10 + i % 50);
        AuditEvent event = auditEvent(i < 50 ? AuditKind::JobDone : AuditKind::JobAccepted, job.id);
        event.node = job.node;
        event.actor = i == 55 ? "operator:anna" : i == 56 ? "operator:bob" : i % 2 ? "agent:DTF-01" : "orchestrator";
        batch.audit.append(event);
    }
    batch.jobs[70].name = "Geh\xc3\xa4lter \xc3\x84RZTE 100%_.csv";
    QVERIFY(m_fixture.commit(batch));
}

void TestQueries::filters_data()
{
    QTest::addColumn<QList<JobState>>("states");
    QTest::addColumn<int>("node");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Cause>("cause");
    QTest::addColumn<int>("total");
    const QList<JobState> any;
    QTest::newRow("all") << any << 0 << QByteArray() << Cause::None << 100;
    QTest::newRow("done") << QList {JobState::Done} << 0 << QByteArray() << Cause::None << 50;
    QTest::newRow("hold or waiting") << QList {JobState::Hold, JobState::Waiting} << 0 << QByteArray() << Cause::None << 50;
    QTest::newRow("none there") << QList {JobState::Rejected} << 0 << QByteArray() << Cause::None << 0;
    QTest::newRow("node") << any << 1 << QByteArray() << Cause::None << 30;
    QTest::newRow("node and state") << QList {JobState::Hold} << 2 << QByteArray() << Cause::None << 5;
    QTest::newRow("cause") << any << 0 << QByteArray() << Cause::HardLimit << 5;
    QTest::newRow("part of the name") << any << 0 << QByteArray("_100.CS") << Cause::None << 1;
    QTest::newRow("affinity, other case") << any << 0 << QByteArray("agencyb") << Cause::None << 4;
    QTest::newRow("umlauts, other case") << any << 0 << QByteArray("\xc3\xa4rzte") << Cause::None << 1;
    QTest::newRow("no wildcard %") << any << 0 << QByteArray("0%_.") << Cause::None << 1;
    QTest::newRow("no wildcard at all") << any << 0 << QByteArray("%") << Cause::None << 1;
    QTest::newRow("quote") << any << 0 << QByteArray("' OR 1 --") << Cause::None << 0;
    QTest::newRow("whole id") << any << 0 << jobId(42).toBytes26() << Cause::None << 1;
    QTest::newRow("id in lower case") << any << 0 << jobId(42).toBytes26().toLower() << Cause::None << 1;
    QTest::newRow("inner part of an id") << any << 0 << jobId(42).toBytes26().sliced(3, 9) << Cause::None << 1;
}

void TestQueries::filters()
{
    QFETCH(QList<JobState>, states);
    QFETCH(int, node);
    QFETCH(QByteArray, text);
    QFETCH(Cause, cause);
    QFETCH(int, total);
    JobQuery query;
    query.states = states;
    query.node = node ? nodeName(node) : NodeName();
    query.text = text;
    query.cause = cause;
    const auto page = m_fixture.jobs(query);
    QVERIFY2(page, page ? "" : qPrintable(page.error().detail));
    QCOMPARE(page->total, total);
    QCOMPARE(page->jobs.size(), total);
    QVERIFY(page->next.isEmpty());
    for (const JobView &job : page->jobs) {
        QVERIFY(states.isEmpty() || states.contains(job.state));
        QVERIFY(!node || job.node == nodeName(node));
    }
}

void TestQueries::pagesShowEachJobOnceNewestFirst()
{
    JobQuery query;
    query.limit = 7;
    QList<JobId> seen;
    do {
        const auto page = m_fixture.jobs(query);
        QVERIFY(page);
        QCOMPARE(page->total, 100);
        for (const JobView &job : page->jobs) {
            seen.append(job.job);
        }
        query.cursor = page->next.toLatin1();
    } while (!query.cursor.isEmpty());
    QCOMPARE(seen.size(), 100);
    for (int i = 0; i < 100; ++i) {
        QCOMPARE(seen[i], jobId(100 - i));
    }
}

void TestQueries::pagesStayStableWhileJobsChange()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    StoreBatch batch = batchOf(1, 40, 0);
    for (JobRecord &job : batch.jobs) {
        job.changed = {1'000}; // all in the same millisecond: the id decides
    }
    QVERIFY(fixture.commit(batch));
    JobQuery query;
    query.limit = 10;
    QSet<JobId> seen;
    for (int page = 0; page < 4; ++page) {
        const auto found = fixture.jobs(query);
        QVERIFY(found);
        QCOMPARE(found->jobs.size(), page < 3 ? 10 : 9);
        for (const JobView &job : found->jobs) {
            QVERIFY(!seen.contains(job.job)); // nobody twice
            seen.insert(job.job);
        }
        query.cursor = found->next.toLatin1();
        StoreBatch change; // one that was shown and, once, one that was not
        change.jobs = {waitingJob(40 - page)};
        if (page == 0) {
            change.jobs.append(waitingJob(1));
        }
        for (JobRecord &job : change.jobs) {
            job.changed = {2'000 + page};
        }
        QVERIFY(fixture.commit(change));
    }
    QVERIFY(query.cursor.isEmpty());
    QCOMPARE(seen.size(), 39);
    QVERIFY(!seen.contains(jobId(1))); // it has moved to the front
}

void TestQueries::aForeignCursorIsRefused()
{
    for (const QByteArray &cursor : {QByteArray("x"), QByteArray("-"), QByteArray("12"), QByteArray("12-"),
             "x-" + jobId(1).toBytes26(), jobId(1).toBytes26(), QByteArray("1-' OR 1")}) {
        JobQuery query;
        query.cursor = cursor;
        const auto page = m_fixture.jobs(query);
        QVERIFY2(!page, cursor.constData());
        QCOMPARE(word(page.error().code), word(ErrorCode::InvalidArgument));
    }
}

void TestQueries::limitsAreKept()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 1'100)));
    JobQuery query;
    query.limit = 1'000'000;
    QCOMPARE(fixture.jobs(query)->jobs.size(), 1'000);
    QCOMPARE(fixture.jobs(query)->total, 1'100);
    query.limit = -1;
    QCOMPARE(fixture.jobs(query)->jobs.size(), 1);
    AuditQuery audit;
    audit.limit = 1'000'000;
    QCOMPARE(fixture.audit(audit)->rows.size(), 1'000);
}

void TestQueries::auditPages_data()
{
    QTest::addColumn<int>("job");
    QTest::addColumn<int>("node");
    QTest::addColumn<QByteArray>("actor");
    QTest::addColumn<qint64>("after");
    QTest::addColumn<bool>("newestFirst");
    QTest::addColumn<QList<qint64>>("seqs");
    QTest::newRow("one job") << 42 << 0 << QByteArray() << qint64(0) << false << QList<qint64> {42};
    QTest::newRow("unknown job") << 4'242 << 0 << QByteArray() << qint64(0) << false << QList<qint64> {};
    QTest::newRow("operators") << 0 << 0 << QByteArray("operator:") << qint64(0) << false << QList<qint64> {56, 57};
    QTest::newRow("operators, newest first") << 0 << 0 << QByteArray("operator:") << qint64(0) << true << QList<qint64> {57, 56};
    QTest::newRow("one operator") << 0 << 0 << QByteArray("operator:b") << qint64(0) << false << QList<qint64> {57};
    QTest::newRow("any o") << 0 << 0 << QByteArray("op") << qint64(56) << false << QList<qint64> {57};
    QTest::newRow("after") << 0 << 0 << QByteArray() << qint64(97) << false << QList<qint64> {98, 99, 100};
    QTest::newRow("after, newest first") << 0 << 0 << QByteArray() << qint64(97) << true << QList<qint64> {100, 99, 98};
    QTest::newRow("node after") << 0 << 1 << QByteArray() << qint64(55) << false << QList<qint64> {57, 59};
}

void TestQueries::auditPages()
{
    QFETCH(int, job);
    QFETCH(int, node);
    QFETCH(QByteArray, actor);
    QFETCH(qint64, after);
    QFETCH(bool, newestFirst);
    QFETCH(QList<qint64>, seqs);
    AuditQuery query;
    query.job = job ? jobId(job) : JobId();
    query.node = node ? nodeName(node) : NodeName();
    query.actor = actor;
    query.after = after;
    query.newestFirst = newestFirst;
    const auto page = m_fixture.audit(query);
    QVERIFY(page);
    QCOMPARE(page->last, 100);
    QList<qint64> found;
    for (const AuditRow &row : page->rows) {
        found.append(row.seq);
        QCOMPARE(row.event.job, jobId(int(row.seq)));
        QCOMPARE(row.hash.size(), 32);
    }
    QCOMPARE(found, seqs);
}

void TestQueries::auditForward()
{
    AuditQuery query;
    query.limit = 30;
    QList<qint64> seen;
    for (auto page = m_fixture.audit(query); page && !page->rows.isEmpty(); page = m_fixture.audit(query)) {
        for (const AuditRow &row : page->rows) {
            seen.append(row.seq);
        }
        query.after = seen.last();
    }
    QCOMPARE(seen.size(), 100);
    QCOMPARE(seen.last(), 100);
}

void TestQueries::auditBackward()
{
    AuditQuery query;
    query.limit = 30;
    query.newestFirst = true;
    QList<qint64> seen;
    for (auto page = m_fixture.audit(query); page && !page->rows.isEmpty(); page = m_fixture.audit(query)) {
        for (const AuditRow &row : page->rows) {
            seen.append(row.seq);
        }
        query.before = seen.last();
    }
    QCOMPARE(seen.size(), 100);
    for (qsizetype i = 0; i < seen.size(); ++i) {
        QCOMPARE(seen[i], 100 - i);
    }
}

void TestQueries::auditByTime_data()
{
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<QList<qint64>>("seqs");
    // rows 1 … 6 at 100, 200, 200, 300, 250 (the clock was set back), 400
    QTest::newRow("all") << 0LL << 0LL << QList<qint64> {1, 2, 3, 4, 5, 6};
    QTest::newRow("from") << 200LL << 0LL << QList<qint64> {2, 3, 4, 5, 6};
    QTest::newRow("between two") << 201LL << 0LL << QList<qint64> {4, 5, 6};
    QTest::newRow("to leaves out its own") << 0LL << 200LL << QList<qint64> {1};
    QTest::newRow("both") << 200LL << 400LL << QList<qint64> {2, 3, 4, 5};
    QTest::newRow("before all") << 0LL << 50LL << QList<qint64> {};
    QTest::newRow("after all") << 401LL << 0LL << QList<qint64> {};
    QTest::newRow("a row that is too old within the bounds is left out") << 300LL << 0LL << QList<qint64> {4, 6};
}

void TestQueries::auditByTime()
{
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    QFETCH(QList<qint64>, seqs);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    StoreBatch batch;
    for (const qint64 time : {100, 200, 200, 300, 250, 400}) {
        AuditEvent event = auditEvent(AuditKind::NodeState, {});
        event.time = {time};
        batch.audit.append(event);
    }
    QVERIFY(fixture.commit(batch));
    AuditQuery query;
    query.from = {from};
    query.to = {to};
    const auto page = fixture.audit(query);
    QVERIFY(page);
    QList<qint64> found;
    for (const AuditRow &row : page->rows) {
        found.append(row.seq);
    }
    QCOMPARE(found, seqs);
}

void TestQueries::doneBefore()
{
    const auto ask = [&](const QByteArray &hash, const JobId &notThis) {
        return await<JobId>([&](auto done) { m_fixture.store->doneBefore(hash, notThis, done); });
    };
    const QByteArray hash = QByteArray(62, 'a') + "12"; // of jobs 3 (done) and 53 (held)
    QCOMPARE(ask(hash, jobId(53)).value(), jobId(3));
    QCOMPARE(ask(hash, jobId(3)).value(), JobId());
    QCOMPARE(ask(QByteArray(64, 'b'), jobId(3)).value(), JobId());
    QCOMPARE(ask({}, jobId(3)).value(), JobId());
}

void TestQueries::viewCarriesTheRecord()
{
    const JobRecord record = fullJob(5);
    const JobView view = viewOf(record);
    QCOMPARE(view.job, record.id);
    QCOMPARE(view.name, QString::fromUtf8(record.name));
    QCOMPARE(word(view.state), word(record.state));
    QVERIFY(view.node == record.node);
    QCOMPARE(view.epoch, record.epoch);
    QCOMPARE(view.attempts, record.attempts);
    QCOMPARE(view.priority, record.priority);
    QCOMPARE(view.affinity, QString::fromUtf8(record.affinity));
    QCOMPARE(view.size, record.size);
    QVERIFY(view.accepted == record.accepted);
    QVERIFY(view.changed == record.changed);
    QCOMPARE(word(view.cause), word(record.cause));
    QCOMPARE(view.detail, QString::fromUtf8(record.detail));
    QCOMPARE(view.place, u"hold/x"_s);
    QCOMPARE(view.stopAsked, true);
}

void TestQueries::questionsUseTheIndexes_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("index");
    const QString open = u"state NOT IN ('done', 'rejected', 'withdrawn')"_s;
    QTest::newRow("snapshot") << u"SELECT name FROM job WHERE "_s + open << u"job_open"_s;
    QTest::newRow("open state") << u"SELECT name FROM job WHERE state IN ('hold') AND "_s + open
            + u" ORDER BY changed DESC, id DESC"_s
                                << u"job_open"_s;
    QTest::newRow("newest") << u"SELECT name FROM job ORDER BY changed DESC, id DESC"_s << u"job_changed"_s;
    QTest::newRow("next page") << u"SELECT name FROM job WHERE (changed, id) < (5, x'00') ORDER BY changed DESC, id DESC"_s
                               << u"job_changed"_s;
    const auto page = [](JobSort sort, bool behind) {
        QString where = u" WHERE "_s + jobpages::termBehind(sort, true).replace(u'?', u"x'61'"_s);
        return u"SELECT id FROM job%1 ORDER BY %2 LIMIT 5"_s.arg(behind ? where : QString(), jobpages::orderBy(sort, true));
    };
    QTest::newRow("by name") << page(JobSort::Name, false) << u"USING INDEX job_name"_s;
    QTest::newRow("next page by name") << page(JobSort::Name, true) << u"SEARCH job USING INDEX job_name"_s;
    QTest::newRow("a rare text by name") << u"SELECT id FROM job WHERE %1 AND instr(search, x'61') > 0 ORDER BY %2 LIMIT 5"_s.arg(
        jobpages::termBehind(JobSort::Name, true, jobpages::Way::ThroughTable).replace(u'?', u"x'61'"_s),
        jobpages::orderBy(JobSort::Name, true, jobpages::Way::ThroughTable))
                                         << u"SCAN job\nUSE TEMP B-TREE"_s;
    QTest::newRow("by acceptance") << page(JobSort::Accepted, false) << u"USING COVERING INDEX job_accepted"_s;
    QTest::newRow("next page by acceptance")
        << page(JobSort::Accepted, true) << u"SEARCH job USING COVERING INDEX job_accepted"_s;
    QTest::newRow("ends of a day")
        << u"SELECT state, node, cause = 'x', count(*) FROM job WHERE changed >= 5 AND changed < 7 AND state IN ('done', 'rejected', 'withdrawn') GROUP BY 1, 2, 3"_s
        << u"SEARCH job USING INDEX job_changed"_s;
    QTest::newRow("ends by hour")
        << u"SELECT changed / 3600000, state, count(*) FROM job WHERE changed >= 5 AND state IN ('done', 'failed', 'hold', 'rejected') GROUP BY 1, 2"_s
        << u"SEARCH job USING COVERING INDEX job_changed"_s;
    QTest::newRow("audit backwards") << u"SELECT kind FROM audit WHERE seq < 5 ORDER BY seq DESC LIMIT 3"_s
                                     << u"USING INTEGER PRIMARY KEY"_s;
    QTest::newRow("same content") << u"SELECT id FROM job WHERE sha256 = x'00' AND state = 'done' AND id <> x'00'"_s
                                  << u"job_done_content"_s;
    QTest::newRow("a job's audit") << u"SELECT kind FROM audit WHERE job = x'00' AND length(job) = 16 ORDER BY seq"_s
                                   << u"audit_job"_s;
    QTest::newRow("operators' audit")
        << u"SELECT kind FROM audit WHERE substr(actor, 1, 10) = x'00' AND substr(actor, 1, 9) = x'6F70657261746F723A' ORDER BY seq"_s
        << u"audit_operator"_s;
}

void TestQueries::questionsUseTheIndexes()
{
    QFETCH(QString, sql);
    QFETCH(QString, index);
    auto connection = Connection::open(m_fixture.path(), Connection::Mode::ReadOnly);
    QVERIFY(connection);
    auto plan = (*connection)->prepare(u"EXPLAIN QUERY PLAN "_s + sql);
    QVERIFY(plan);
    QVERIFY(plan->exec());
    QString text;
    while (plan->next()) {
        text += plan->value(3).toString() + u'\n';
    }
    QVERIFY2(text.contains(index), qPrintable(text));
}

QTEST_GUILESS_MAIN(TestQueries)
#include "tst_queries.moc"
