// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal asks of its disk. The linker sends the product's fsync and rename here (-Wl,--wrap).
#include "agent/work/journal.h"

#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <map>
#include <optional>
#include <sys/stat.h>

extern "C" {
int __real_fsync(int descriptor);
int __real_rename(const char *from, const char *to);
int __wrap_fsync(int descriptor);
int __wrap_rename(const char *from, const char *to);
}

namespace {

/// What a power cut would leave: of each file what was flushed.
struct Disk
{
    std::map<ino_t, off_t> flushed;
    int failing = 0; ///< so many flushes fail from now on
    std::optional<bool> renamedWhole; ///< the last file that got another's name had been flushed to its end

    [[nodiscard]] bool isSure(const struct stat &info) const
    {
        const auto known = flushed.find(info.st_ino);
        return known != flushed.end() && known->second == info.st_size;
    }
};
Disk disk;

} // namespace

int __wrap_fsync(int descriptor)
{
    struct stat info
    { };
    if (::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode)) {
        if (disk.failing > 0) {
            --disk.failing;
            errno = EIO;
            return -1;
        }
        disk.flushed[info.st_ino] = info.st_size;
    }
    return __real_fsync(descriptor);
}

int __wrap_rename(const char *from, const char *to)
{
    struct stat info
    { };
    if (::stat(from, &info) == 0 && S_ISREG(info.st_mode)) {
        disk.renamedWhole = disk.isSure(info);
    }
    return __real_rename(from, to);
}

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

const Attempt attempt {*JobId::parse("01JD0000000000000000000001"), 1};

AgentIdentity identity()
{
    return {BootId::generate(), "machine", "mboot"};
}

JournalRecord record(RecordKind kind)
{
    JournalRecord r;
    r.kind = kind;
    r.time = {1'700'000'000'000};
    r.attempt = attempt;
    r.name = "Agency.csv";
    if (kind == RecordKind::Claim) {
        r.boot = BootId::generate();
        r.input = {QByteArray(32, 'h'), 5};
    }
    return r;
}

bool isOnDisk(const QString &path)
{
    struct stat info
    { };
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 && disk.isSure(info);
}

} // namespace

class TestJournalDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { disk = {}; }
    void aRecordIsFlushedBeforeItIsBelieved();
    void whatCouldNotBeFlushedIsNotBelievedLater();
    void aNewJournalIsFlushedBeforeItTakesTheName();
};

void TestJournalDisk::aRecordIsFlushedBeforeItIsBelieved()
{
    const QTemporaryDir dir;
    const QString path = dir.path() + u"/journal.dtf"_s;
    const auto journal = Journal::open(dir.path(), identity(), {1});
    QVERIFY(journal);
    QVERIFY(isOnDisk(path));
    for (const RecordKind kind : {RecordKind::Claim, RecordKind::Start, RecordKind::Exit, RecordKind::Done}) {
        const qint64 before = QFile(path).size();
        QVERIFY((*journal)->append(record(kind), {}));
        QVERIFY(QFile(path).size() > before);
        QVERIFY2(isOnDisk(path), "a power cut now would take back what was answered with yes");
    }
}

void TestJournalDisk::whatCouldNotBeFlushedIsNotBelievedLater()
{
    const QTemporaryDir dir;
    {
        const auto journal = Journal::open(dir.path(), identity(), {1});
        QVERIFY(journal);
        QVERIFY((*journal)->append(record(RecordKind::Claim), {}));
        disk.failing = 1; // all of it is in the file, and nobody knows whether it is on the disk
        QVERIFY(!(*journal)->append(record(RecordKind::Start), {}));
        QCOMPARE(disk.failing, 0);
    }
    const auto journal = Journal::open(dir.path(), identity(), {2});
    QVERIFY(journal);
    const AttemptEntry *entry = (*journal)->view().find(attempt);
    QVERIFY(entry != nullptr);
    QVERIFY2(entry->last == RecordKind::Claim, "it never started, and the journal says that it may have");
}

void TestJournalDisk::aNewJournalIsFlushedBeforeItTakesTheName()
{
    const QTemporaryDir dir;
    {
        const auto journal = Journal::open(dir.path(), identity(), {1});
        QVERIFY(journal);
        QVERIFY((*journal)->append(record(RecordKind::Claim), {}));
    }
    disk.renamedWhole.reset();
    QVERIFY(Journal::open(dir.path(), identity(), {2})); // each start writes it anew
    QVERIFY(disk.renamedWhole.has_value());
    QVERIFY2(*disk.renamedWhole, "a power cut now would leave an empty journal under the old one's name");
}

QTEST_GUILESS_MAIN(TestJournalDisk)
#include "tst_journaldisk_linux.moc"
