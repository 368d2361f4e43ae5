// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/journal.h"

#ifdef Q_OS_LINUX
#include "tests/support/filesizelimit_linux.h"
#endif

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

const Attempt attempt {*JobId::parse("01JD0000000000000000000001"), 1};

AgentIdentity identity(const QByteArray &machine = "machine-1")
{
    return {BootId::generate(), machine, "mboot"};
}

JournalRecord record(RecordKind kind, const BootId &boot = {}, const Attempt &of = attempt)
{
    JournalRecord r;
    r.kind = kind;
    r.time = {1'700'000'000'000};
    r.boot = boot;
    r.attempt = of;
    if (kind == RecordKind::Claim) {
        r.name = "Agency \xC3\xA4.csv";
        r.input = {QByteArray(32, 'h'), 5};
    }
    if (kind == RecordKind::Exit) {
        r.exitCode = 3;
        r.verdict = {RunAction::Hold, Cause::ExitCode, true, 4, u"ended with code 3"_s};
        r.lastLines = u"last"_s;
    }
    return r;
}

Report reportOf(qint64 seq)
{
    Report r;
    r.boot = *BootId::parse("0123456j");
    r.seq = seq;
    r.kind = ReportKind::Exited;
    r.time = {1'700'000'000'000};
    r.job = attempt.job;
    r.epoch = 1;
    r.tokenBoot = r.boot;
    r.name = u"a.csv"_s;
    r.cause = Cause::ExitCode;
    r.detail = u"line\nbreak"_s;
    r.exitCode = -3;
    r.sideEffects = true;
    r.rows = 12;
    r.sha256 = QByteArray(64, 'a');
    return r;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatWasWrittenIsRead();
    void everyFieldOfAReportSurvives();
    void crc();
    void cutAtEachByte();
    void damageInTheMiddleIsNotBelieved();
    void aJournalOfAnotherMachineIsPutAside();
    void aSecondAgentIsRefused();
    void aLockFileWithoutItsOwnerLocksNobodyOut_data();
    void aLockFileWithoutItsOwnerLocksNobodyOut();
    void acknowledgedReportsStayAway();
    void acknowledgedAndCrashedTheyAreSentOnceMore();
    void compactionKeepsWhatCounts();
    void afterAFailureNothingIsAppended();
    void whatCouldNotBeWrittenIsNotBelievedLater_data();
    void whatCouldNotBeWrittenIsNotBelievedLater();
};

void TestJournal::whatWasWrittenIsRead()
{
    const QTemporaryDir dir;
    const AgentIdentity first = identity();
    {
        auto journal = Journal::open(dir.path(), first, {1});
        QVERIFY(journal);
        for (const RecordKind kind : {RecordKind::Claim, RecordKind::Start, RecordKind::Exit, RecordKind::Staging}) {
            QVERIFY((*journal)->append(record(kind, first.boot), {reportOf(int(kind))}));
        }
    }
    const auto journal = Journal::open(dir.path(), identity(), {2});
    QVERIFY(journal);
    const AttemptEntry *entry = (*journal)->view().find(attempt);
    QVERIFY(entry != nullptr);
    QCOMPARE(int(entry->last), int(RecordKind::Exit));
    QCOMPARE(entry->token.name, QByteArray("Agency \xC3\xA4.csv"));
    QCOMPARE(entry->token.boot, first.boot);
    QCOMPARE(entry->stageBoots, QList<BootId> {first.boot});
    QCOMPARE(entry->startMachineBoot, QByteArray("mboot"));
    QCOMPARE(entry->verdict, record(RecordKind::Exit).verdict);
    QCOMPARE(entry->exitCode, 3);
    QCOMPARE(entry->input.sha256, QByteArray(32, 'h'));
    QCOMPARE((*journal)->pending().size(), 4);
    QVERIFY((*journal)->view().isOwnBoot(first.boot));
}

void TestJournal::everyFieldOfAReportSurvives()
{
    JournalFrame frame;
    frame.record = record(RecordKind::ReportOnly);
    frame.reports = {reportOf(7)};
    const FramesRead read = decodeFrames(encodeFrame(frame));
    QCOMPARE(read.frames.size(), 1);
    const Report &r = read.frames[0].reports[0];
    const Report w = reportOf(7);
    QCOMPARE(r.boot, w.boot);
    QCOMPARE(r.seq, w.seq);
    QCOMPARE(int(r.kind), int(w.kind));
    QCOMPARE(r.time.msecsSinceEpoch, w.time.msecsSinceEpoch);
    QCOMPARE(r.job, w.job);
    QCOMPARE(r.epoch, w.epoch);
    QCOMPARE(r.tokenBoot, w.tokenBoot);
    QCOMPARE(r.name, w.name);
    QCOMPARE(int(r.cause), int(w.cause));
    QCOMPARE(r.detail, w.detail);
    QCOMPARE(r.exitCode, w.exitCode);
    QCOMPARE(r.sideEffects, w.sideEffects);
    QCOMPARE(r.rows, w.rows);
    QCOMPARE(r.sha256, w.sha256);
}

void TestJournal::crc()
{
    QCOMPARE(crc32("123456789"), 0xCBF43926U); // the check value of the CRC-32 catalogue
}

/// A power cut can leave any prefix of the last write: what was complete before it is believed, the rest is as if never written.
void TestJournal::cutAtEachByte()
{
    const QTemporaryDir dir;
    const AgentIdentity first = identity();
    const QString path = dir.path() + u"/journal.dtf"_s;
    qint64 before = 0;
    {
        auto journal = Journal::open(dir.path(), first, {1});
        QVERIFY(journal);
        QVERIFY((*journal)->append(record(RecordKind::Claim, first.boot), {reportOf(1)}));
        before = QFileInfo(path).size();
        QVERIFY((*journal)->append(record(RecordKind::Start), {reportOf(2)}));
    }
    const QByteArray whole = contentOf(path);
    for (qsizetype cut = before; cut <= whole.size(); ++cut) {
        for (const QByteArray &tail : {QByteArray(), QByteArray(whole.size() - cut, '\0')}) {
            write(path, whole.first(cut) + tail);
            const auto journal = Journal::open(dir.path(), identity(), {2});
            QVERIFY(journal);
            QVERIFY2((*journal)->putAside().isEmpty(), qPrintable((*journal)->putAside() + QString::number(cut)));
            const AttemptEntry *entry = (*journal)->view().find(attempt);
            QVERIFY(entry != nullptr);
            const bool complete = cut == whole.size();
            QCOMPARE(int(entry->last), int(complete ? RecordKind::Start : RecordKind::Claim));
            QCOMPARE((*journal)->pending().size(), complete ? 2 : 1);
        }
    }
}

/// A lost START would let a file run twice: nothing of a file with a hole in it is believed.
void TestJournal::damageInTheMiddleIsNotBelieved()
{
    const QTemporaryDir dir;
    const AgentIdentity first = identity();
    const QString path = dir.path() + u"/journal.dtf"_s;
    qint64 middle = 0;
    {
        auto journal = Journal::open(dir.path(), first, {1});
        QVERIFY((*journal)->append(record(RecordKind::Claim, first.boot), {}));
        middle = QFileInfo(path).size();
        QVERIFY((*journal)->append(record(RecordKind::Start), {}));
        QVERIFY((*journal)->append(record(RecordKind::ReportOnly, {}, {}), {}));
    }
    QByteArray bytes = contentOf(path);
    bytes[middle + 20] = static_cast<char>(bytes[middle + 20] ^ 1);
    write(path, bytes);
    const auto journal = Journal::open(dir.path(), identity(), {2});
    QVERIFY(journal);
    QVERIFY(!(*journal)->putAside().isEmpty());
    QVERIFY((*journal)->view().find(attempt) == nullptr);
    QVERIFY(!(*journal)->view().isOwnBoot(first.boot)); // its tokens are foreign now: a person decides
    QCOMPARE(QDir(dir.path()).entryList({u"journal.aside-*"_s}).size(), 1);
}

void TestJournal::aJournalOfAnotherMachineIsPutAside()
{
    const QTemporaryDir dir;
    const AgentIdentity first = identity("machine-1");
    {
        auto journal = Journal::open(dir.path(), first, {1});
        QVERIFY((*journal)->append(record(RecordKind::Claim, first.boot), {reportOf(1)}));
    }
    const auto clone = Journal::open(dir.path(), identity("machine-2"), {2});
    QVERIFY(clone);
    QVERIFY(!(*clone)->view().isOwnBoot(first.boot));
    QVERIFY((*clone)->pending().isEmpty());
}

void TestJournal::aSecondAgentIsRefused()
{
    const QTemporaryDir dir;
    const auto first = Journal::open(dir.path(), identity(), {1});
    QVERIFY(first);
    const auto second = Journal::open(dir.path(), identity(), {1});
    QVERIFY(!second);
    QCOMPARE(toString(second.error().code), toString(ErrorCode::AlreadyExists));
}

void TestJournal::aLockFileWithoutItsOwnerLocksNobodyOut_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("killed before it was written") << QByteArray();
    QTest::newRow("killed while it was written") << QByteArray("41");
    QTest::newRow("a process that lives") << QByteArray::number(QCoreApplication::applicationPid()) + "\ndtf-agent\n\n\n\n";
}

void TestJournal::aLockFileWithoutItsOwnerLocksNobodyOut()
{
    QFETCH(QByteArray, content);
    const QTemporaryDir dir;
    QFile file(dir.filePath(u"journal.lock"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    file.close();
    const auto journal = Journal::open(dir.path(), identity(), {1});
    QVERIFY2(journal, journal ? "" : qPrintable(journal.error().detail));
    QVERIFY(!Journal::open(dir.path(), identity(), {1}));
}

void TestJournal::acknowledgedReportsStayAway()
{
    const QTemporaryDir dir;
    for (int life = 0; life < 3; ++life) {
        auto journal = Journal::open(dir.path(), identity(), {life});
        QVERIFY(journal);
        QCOMPARE((*journal)->pending().size(), life);
        for (int i = 0; i < 3; ++i) {
            QVERIFY((*journal)->append(record(RecordKind::ReportOnly, {}, {}), {reportOf(life * 10 + i + 1)}));
        }
        QVERIFY((*journal)->acknowledge(2));
        QCOMPARE((*journal)->pending().size(), life + 1);
        QVERIFY(!(*journal)->acknowledge(100));
    }
    const auto journal = Journal::open(dir.path(), identity(), {9});
    QList<qint64> left;
    for (const Report &report : (*journal)->pending()) {
        left.append(report.seq);
    }
    const QList<qint64> expected {21, 22, 23};
    QCOMPARE(left, expected);
}

void TestJournal::acknowledgedAndCrashedTheyAreSentOnceMore()
{
    const QTemporaryDir dir;
    const auto left = [&](const QString &folder) {
        const auto journal = Journal::open(folder, identity(), {9});
        QList<qint64> seqs;
        for (const Report &report : (*journal)->pending()) {
            seqs.append(report.seq);
        }
        return seqs;
    };
    /// The disk as a power cut would leave it now.
    const auto crashed = [&] {
        const QString copy = dir.filePath(u"crashed"_s);
        QDir(copy).removeRecursively();
        QDir().mkpath(copy);
        QFile::copy(dir.filePath(u"state/journal.dtf"_s), copy + u"/journal.dtf"_s);
        return copy;
    };
    auto journal = Journal::open(dir.filePath(u"state"_s), identity(), {1});
    QVERIFY(journal);
    for (int seq : {1, 2, 3}) {
        QVERIFY((*journal)->append(record(RecordKind::ReportOnly, {}, {}), {reportOf(seq)}));
    }
    QVERIFY((*journal)->acknowledge(2));
    QCOMPARE((*journal)->pending().size(), 1);
    QCOMPARE(left(crashed()), QList<qint64>({1, 2, 3}));
    QVERIFY((*journal)->append(record(RecordKind::ReportOnly, {}, {}), {reportOf(4)}));
    QCOMPARE(left(crashed()), QList<qint64>({3, 4})); // one write for both
    QVERIFY((*journal)->acknowledge(1));
    journal->reset();
    QCOMPARE(left(dir.filePath(u"state"_s)), QList<qint64> {4}); // an orderly end forgets nothing
}

void TestJournal::compactionKeepsWhatCounts()
{
    const QTemporaryDir dir;
    const QString path = dir.path() + u"/journal.dtf"_s;
    const AgentIdentity first = identity();
    JobIdGenerator ids;
    {
        auto journal = Journal::open(dir.path(), first, {1});
        QVERIFY((*journal)->append(record(RecordKind::Claim, first.boot), {reportOf(1)}));
        for (int i = 0; i < 50; ++i) {
            const Attempt other {ids.next({i}), 1};
            QVERIFY((*journal)->append(record(RecordKind::Claim, first.boot, other), {}));
            QVERIFY((*journal)->append(record(RecordKind::Done, {}, other), {}));
        }
    }
    const qint64 size = QFileInfo(path).size();
    for (int life = 0; life < 5; ++life) {
        const auto journal = Journal::open(dir.path(), identity(), {life});
        QVERIFY(journal);
        QVERIFY((*journal)->view().open() == std::set<Attempt> {attempt});
        QCOMPARE((*journal)->pending().size(), 1);
    }
    QVERIFY(QFileInfo(path).size() <= size + 2'000); // a Boot record per life, nothing else
    QVERIFY(!QFile::exists(dir.path() + u"/journal.new"_s));
}

void TestJournal::afterAFailureNothingIsAppended()
{
#ifdef Q_OS_LINUX
    if (!QFile::exists(u"/dev/full"_s)) {
        QSKIP("no /dev/full");
    }
    const QTemporaryDir dir;
    const QString path = dir.path() + u"/journal.dtf"_s;
    auto journal = Journal::open(dir.path(), identity(), {1});
    QVERIFY(journal);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"sequential device"_s));
    // The next write goes to a disk that is full: a file of /dev/full behind the same descriptor.
    (*journal)->breakForTest(u"/dev/full"_s);
    QVERIFY(!(*journal)->append(record(RecordKind::Claim, BootId::generate()), {}));
    QVERIFY((*journal)->view().find(attempt) == nullptr);
    (*journal)->breakForTest(path);
    QVERIFY(!(*journal)->append(record(RecordKind::Start), {})); // the disk is well again, the journal is not
#endif
}

void TestJournal::whatCouldNotBeWrittenIsNotBelievedLater_data()
{
    QTest::addColumn<int>("room");
    QTest::newRow("nothing fits") << 0;
    QTest::newRow("a part fits") << 30;
}

void TestJournal::whatCouldNotBeWrittenIsNotBelievedLater()
{
#ifdef Q_OS_LINUX
    QFETCH(int, room);
    const QTemporaryDir dir;
    {
        auto journal = Journal::open(dir.path(), identity(), {1});
        QVERIFY(journal);
        QVERIFY((*journal)->append(record(RecordKind::Claim, BootId::generate()), {}));
        {
            const FileSizeLimit full(static_cast<rlim_t>(QFileInfo(dir.path() + u"/journal.dtf"_s).size() + room));
            QVERIFY(!(*journal)->append(record(RecordKind::Start), {reportOf(1)}));
        }
    } // there is space again: nothing may be written now that was refused before
    const auto journal = Journal::open(dir.path(), identity(), {2});
    QVERIFY(journal);
    const AttemptEntry *entry = (*journal)->view().find(attempt);
    QVERIFY(entry != nullptr);
    QVERIFY2(entry->last == RecordKind::Claim, "it never started, and the journal says that it may have");
    QCOMPARE((*journal)->pending().size(), 0);
#endif
}

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
