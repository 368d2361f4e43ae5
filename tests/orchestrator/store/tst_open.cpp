// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/migrations.h"
#include "recordtext.h"
#include "storefixture.h"

#include <QFile>

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// What the orchestrator finds when it starts.
class TestOpen final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewStoreSaysSo();
    void everythingComesBack();
    void laterWordsReplaceEarlierOnes();
    void aKnownJobTakesItsSteps_data();
    void aKnownJobTakesItsSteps();
    void theDaysEndsAreCounted();
    void finalJobsStayOutOfTheSnapshot_data();
    void finalJobsStayOutOfTheSnapshot();
    void oldAnswersAndLivesAreDropped();
    void aSecondOwnerIsRefused();
    void whatIsNotOursIsRefusedAndLeftAlone_data();
    void whatIsNotOursIsRefusedAndLeftAlone();
    void aDamagedFileIsRefusedAndLeftAlone_data();
    void aDamagedFileIsRefusedAndLeftAlone();
    void aWordNobodyKnowsIsRefused();
    void peopleCanReadIt();
};

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
}

void overwrite(const QString &path, qint64 at, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(at));
    QCOMPARE(file.write(bytes), bytes.size());
}

StoreBatch everything()
{
    StoreBatch batch;
    batch.jobs = {fullJob(1), waitingJob(2)};
    NodeRecord node;
    node.node = nodeName(1);
    node.paused = true;
    node.draining = true;
    node.by = "operator:anna";
    node.reason = "Wartung \xff";
    node.changed = {1'700'000'000'001};
    node.lastBoot = BootId::parse("abcdefgh").value();
    node.machine = "machine";
    node.machineBoot = "boot";
    batch.nodes = {node};
    batch.reportMarks = {{nodeName(1), BootId::parse("abcdefgh").value(), 77}};
    batch.alertsRaised = {{AlertKind::NodeLost, AlertSeverity::Critical, "DTF-01", {5}, "gone",
                              Acknowledgement {{7}, "operator:anna", "h\xc3\xa4ngt"}},
        {AlertKind::ShareDown, AlertSeverity::Warning, "", {6}, ""}};
    batch.alertsCleared = {{AlertKind::ShareDown, AlertSeverity::Warning, "", {6}, ""}};
    AgentCommand command;
    command.id = 9'000'000'000;
    command.kind = CommandKind::RestartBrowser;
    command.job = jobId(1);
    command.epoch = 3;
    command.now = true;
    command.reason = u"h\u00e4ngt"_s;
    command.by = u"anna"_s;
    AgentCommand settled;
    settled.id = 4;
    batch.commands = {{nodeName(1), command, {8}}, {nodeName(2), settled, {9}}};
    batch.commandsDone = {4};
    batch.settings = {{"dispatch.paused", "1"}, {"empty", ""}};
    batch.answers = {{"operator:anna", "key-1", "{\"ok\":true}", {1'700'000'000'000}}};
    batch.audit = {auditEvent(AuditKind::JobAccepted, jobId(1))};
    return batch;
}

} // namespace

void TestOpen::aNewStoreSaysSo()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.snapshot.created);
    QCOMPARE(fixture.snapshot.lastAuditSeq, 0);
    QVERIFY(fixture.snapshot.jobs.isEmpty());
    QVERIFY(fixture.open());
    QVERIFY(!fixture.snapshot.created);
}

void TestOpen::everythingComesBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const StoreBatch batch = everything();
    QVERIFY(fixture.commit(batch));
    StoreOptions options;
    options.now = {1'700'000'000'000};
    QVERIFY(fixture.open(options));
    const StoreSnapshot &found = fixture.snapshot;
    QCOMPARE(found.jobs.size(), 2);
    QCOMPARE(recordText(found.jobs[0]), recordText(batch.jobs[0]));
    QCOMPARE(recordText(found.jobs[1]), recordText(batch.jobs[1]));
    QCOMPARE(found.nodes.size(), 1);
    QCOMPARE(recordText(found.nodes[0]), recordText(batch.nodes[0]));
    QCOMPARE(found.reportMarks.size(), 1);
    QCOMPARE(recordText(found.reportMarks[0]), recordText(batch.reportMarks[0]));
    QCOMPARE(found.alerts.size(), 1);
    QCOMPARE(recordText(found.alerts[0]), recordText(batch.alertsRaised[0]));
    QCOMPARE(found.commands.size(), 1);
    QCOMPARE(recordText(found.commands[0]), recordText(batch.commands[0]));
    QCOMPARE(found.settings, batch.settings);
    QCOMPARE(found.lastAuditSeq, 1);
    const auto answer = await<QByteArray>([&](auto done) { fixture.store->answer("operator:anna", "key-1", done); });
    QVERIFY(answer);
    QCOMPARE(*answer, "{\"ok\":true}");
    const auto other = await<QByteArray>([&](auto done) { fixture.store->answer("operator:bob", "key-1", done); });
    QCOMPARE(word(other.error().code), word(ErrorCode::NotFound));
}

void TestOpen::laterWordsReplaceEarlierOnes()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(everything()));
    StoreBatch later = everything();
    later.audit.clear();
    JobRecord changed = fullJob(1);
    changed.state = JobState::Hold;
    changed.name = "other";
    changed.stopAsked = false;
    later.jobs = {changed};
    later.nodes[0].paused = false;
    later.reportMarks[0].seq = 80;
    later.alertsRaised[0].detail = "still gone";
    later.alertsRaised[0].acknowledged.reset();
    later.settings[0].second = "0";
    QVERIFY(fixture.commit(later));
    StoreBatch replay;
    replay.reportMarks = {{nodeName(1), BootId::parse("abcdefgh").value(), 3}};
    QVERIFY(fixture.commit(replay)); // a mark never goes back
    QVERIFY(fixture.open());
    QCOMPARE(fixture.snapshot.jobs.size(), 2);
    QCOMPARE(recordText(fixture.snapshot.jobs[0]), recordText(changed));
    QVERIFY(!fixture.snapshot.nodes.first().paused);
    QCOMPARE(fixture.snapshot.reportMarks.first().seq, 80);
    QCOMPARE(fixture.snapshot.alerts.first().detail, "still gone");
    QVERIFY(!fixture.snapshot.alerts.first().acknowledged);
    QCOMPARE(fixture.snapshot.settings.first().second, "0");
}

void TestOpen::aKnownJobTakesItsSteps_data()
{
    QTest::addColumn<bool>("there");
    QTest::newRow("the store has it") << true;
    QTest::newRow("the store lost it") << false; // restored from an older copy under a running orchestrator
}

/// Plain and full records in every order, written in whichever form: what is read is what was written last.
void TestOpen::aKnownJobTakesItsSteps()
{
    QFETCH(bool, there);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    JobRecord plain = waitingJob(1);
    plain.state = JobState::Moving;
    plain.intentTarget = "processing/DTF-03/x";
    plain.node = nodeName(3);
    plain.epoch = 1;
    plain.changed = {1'700'000'000'789};
    plain.rerunAllowed = true;
    JobRecord full = fullJob(1); // what never changes of a known job is as it was
    full.name = plain.name;
    full.affinity = plain.affinity;
    full.serialKey = plain.serialKey;
    full.priority = plain.priority;
    full.size = plain.size;
    full.mtimeNs = plain.mtimeNs;
    full.fileId = plain.fileId;
    full.accepted = plain.accepted;
    if (there) {
        StoreBatch first;
        first.jobs = {waitingJob(1)};
        QVERIFY(fixture.commit(first));
    }
    for (const JobRecord *record : {&plain, &full, &plain, &plain, &full}) {
        StoreBatch batch;
        batch.jobs = {*record};
        batch.jobs[0].known = true;
        QVERIFY(fixture.commit(batch));
        const Result<JobRecord> read = fixture.job(plain.id);
        QVERIFY(read);
        QCOMPARE(recordText(*read), recordText(*record));
    }
}

void TestOpen::theDaysEndsAreCounted()
{
    constexpr qint64 dayLength = 86'400'000;
    constexpr qint64 day = 20'000;
    StoreFixture fixture;
    QVERIFY(fixture.open());
    StoreBatch batch;
    const auto ended = [&](JobState state, int node, qint64 when, Cause cause = Cause::None) {
        JobRecord job = waitingJob(int(batch.jobs.size()) + 1);
        job.state = state;
        job.node = node > 0 ? nodeName(node) : NodeName();
        job.changed = {when};
        job.cause = cause;
        batch.jobs.append(job);
    };
    ended(JobState::Done, 1, day * dayLength); // the first millisecond
    ended(JobState::Done, 1, (day + 1) * dayLength - 1); // the last one
    ended(JobState::Done, 1, day * dayLength + 5, Cause::MarkedByOperator);
    ended(JobState::Done, 2, day * dayLength + 5);
    ended(JobState::Done, 1, day * dayLength - 1); // yesterday
    ended(JobState::Done, 1, (day + 1) * dayLength); // a clock ahead
    ended(JobState::Rejected, 0, day * dayLength + 5, Cause::TypeNotAccepted);
    ended(JobState::Hold, 1, day * dayLength + 5);
    QVERIFY(fixture.commit(batch));
    StoreOptions options;
    options.now = {day * dayLength + dayLength / 2};
    QVERIFY(fixture.open(options));
    QCOMPARE(fixture.snapshot.day, day);
    QStringList found;
    for (const EndedCount &row : fixture.snapshot.ended) {
        found += u"%1 %2 %3 %4"_s.arg(toString(row.state), row.node.toString()).arg(row.byHand).arg(row.count);
    }
    found.sort();
    QCOMPARE(found, (QStringList {u"done DTF-01 0 2"_s, u"done DTF-01 1 1"_s, u"done DTF-02 0 1"_s, u"rejected  0 1"_s}));
}

void TestOpen::finalJobsStayOutOfTheSnapshot_data()
{
    QTest::addColumn<JobState>("state");
    for (const JobState state : {JobState::Waiting, JobState::Moving, JobState::Assigned, JobState::Running, JobState::InDoubt,
             JobState::Publishing, JobState::Done, JobState::Hold, JobState::Failed, JobState::Rejected, JobState::Withdrawn}) {
        QTest::newRow(toString(state).data()) << state;
    }
}

void TestOpen::finalJobsStayOutOfTheSnapshot()
{
    QFETCH(JobState, state);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    StoreBatch batch;
    batch.jobs = {waitingJob(1)};
    batch.jobs[0].state = state;
    QVERIFY(fixture.commit(batch));
    QVERIFY(fixture.open());
    QCOMPARE(fixture.snapshot.jobs.size(), isFinal(state) ? 0 : 1);
    const auto job = fixture.job(jobId(1)); // still there for whoever asks
    QVERIFY(job);
    QCOMPARE(word(job->state), word(state));
    QCOMPARE(word(fixture.job(jobId(2)).error().code), word(ErrorCode::NotFound));
}

void TestOpen::oldAnswersAndLivesAreDropped()
{
    constexpr qint64 day = 24LL * 3'600 * 1'000;
    StoreFixture fixture;
    QVERIFY(fixture.open());
    StoreBatch batch;
    batch.answers = {{"a", "old", "1", {100 * day}}, {"a", "young", "2", {105 * day}}};
    for (int i = 0; i < 100; ++i) {
        const QByteArray boot = "aaaaaa" + QByteArray(1, char('0' + i / 10)) + QByteArray(1, char('0' + i % 10));
        batch.reportMarks.append({nodeName(1), BootId::parse(boot).value(), i + 1});
    }
    batch.reportMarks.append({nodeName(2), BootId::parse("bbbbbbbb").value(), 1});
    QVERIFY(fixture.commit(batch));
    StoreOptions options;
    options.now = {108 * day};
    QVERIFY(fixture.open(options));
    QCOMPARE(word(await<QByteArray>([&](auto done) { fixture.store->answer("a", "old", done); }).error().code),
        word(ErrorCode::NotFound));
    QVERIFY(await<QByteArray>([&](auto done) { fixture.store->answer("a", "young", done); }));
    QCOMPARE(fixture.snapshot.reportMarks.size(), 65);
    QCOMPARE(fixture.snapshot.reportMarks.first().seq, 37); // the newest 64 of one node, all of the other
}

void TestOpen::aSecondOwnerIsRefused()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    auto second = SqliteStore::open(fixture.path(), nullptr);
    QVERIFY(!second);
    QCOMPARE(word(second.error().code), word(ErrorCode::Busy));
#ifndef Q_OS_WIN
    const QString otherName = fixture.folder() + u"/same.db"_s;
    QVERIFY(QFile::link(fixture.path(), otherName));
    QCOMPARE(word(SqliteStore::open(otherName, nullptr).error().code), word(ErrorCode::Busy));
#endif
    QVERIFY(fixture.commit(batchOf(1, 1))); // the first has not noticed
    fixture.close();
    QVERIFY(SqliteStore::open(fixture.path(), nullptr));
}

void TestOpen::whatIsNotOursIsRefusedAndLeftAlone_data()
{
    QTest::addColumn<QString>("statements");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("newer schema") << u"PRAGMA user_version = 99"_s << ErrorCode::VersionMismatch;
    QTest::newRow("another program's") << u"PRAGMA application_id = 77"_s << ErrorCode::StoreFailed;
    QTest::newRow("nobody's") << u"PRAGMA application_id = 0;;PRAGMA user_version = 0"_s << ErrorCode::StoreFailed;
}

void TestOpen::whatIsNotOursIsRefusedAndLeftAlone()
{
    QFETCH(QString, statements);
    QFETCH(ErrorCode, code);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 3)));
    fixture.close();
    QVERIFY(fixture.sql(statements));
    const QByteArray before = contentOf(fixture.path());
    const auto opened = fixture.open();
    QVERIFY(!opened);
    QCOMPARE(word(opened.error().code), word(code));
    QVERIFY2(opened.error().detail.startsWith(fixture.path()), qPrintable(opened.error().detail));
    QVERIFY(contentOf(fixture.path()) == before);
}

void TestOpen::aDamagedFileIsRefusedAndLeftAlone_data()
{
    QTest::addColumn<qint64>("at");
    QTest::addColumn<qint64>("length"); // 0: cut off there
    QTest::newRow("header") << qint64(0) << qint64(64);
    QTest::newRow("schema") << qint64(100) << qint64(2'000);
    QTest::newRow("a page in the middle") << qint64(20 * 4'096) << qint64(4'096);
    QTest::newRow("cut in half") << qint64(30 * 4'096) << qint64(0);
}

void TestOpen::aDamagedFileIsRefusedAndLeftAlone()
{
    QFETCH(qint64, at);
    QFETCH(qint64, length);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 1'000)));
    fixture.close();
    if (length > 0) {
        overwrite(fixture.path(), at, QByteArray(length, '\x5a'));
    } else {
        QVERIFY(QFile::resize(fixture.path(), at));
    }
    const QByteArray before = contentOf(fixture.path());
    const auto opened = fixture.open();
    QVERIFY(!opened);
    QCOMPARE(word(opened.error().code), word(ErrorCode::StoreFailed));
    QVERIFY(contentOf(fixture.path()) == before);
}

void TestOpen::aWordNobodyKnowsIsRefused()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 3)));
    fixture.close();
    QVERIFY(fixture.sql(u"UPDATE job SET state = 'sleeping' WHERE changed = 2"_s));
    const auto opened = fixture.open();
    QVERIFY(!opened);
    QVERIFY2(opened.error().detail.contains(u"sleeping"_s), qPrintable(opened.error().detail));
}

void TestOpen::peopleCanReadIt()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 1)));
    QCOMPARE(fixture.value(u"SELECT id || ' ' || name || ' ' || state FROM job_readable"_s).toString(),
        jobId(1).toString() + u" AgencyB_1.csv waiting"_s);
    QCOMPARE(fixture.value(u"SELECT job || ' ' || kind || ' ' || actor FROM audit_readable"_s).toString(),
        jobId(1).toString() + u" job.accepted orchestrator"_s);
}

QTEST_GUILESS_MAIN(TestOpen)
#include "tst_open.moc"
