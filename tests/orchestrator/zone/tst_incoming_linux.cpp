// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of incoming become files, and when. Time is the test's own.
#include "orchestrator/zone/incomingscanner.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QFile>

#include <sys/stat.h>
#include <unistd.h>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestIncoming : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void stableByLooksAndTime();
    void timeAloneIsNotEnough();
    void aChangeBeginsAnew_data();
    void aChangeBeginsAnew();
    void anEmptyFileGetsItsGrace();
    void anEmptyFileThatIsFilledIsAFile();
    void entries_data();
    void entries();
    void whatIsStillOpenForWritingWaits();
    void goneBeforeItWasAnything();
    void vanishedNeedsTwoListings();
    void aRestartKnowsItsFiles();
    void forgottenIsNew();
    void troubleConcludesNothing();
    void aBacklogComesInPortions();

private:
    static Now at(int ms) { return {{milliseconds(100'000 + ms)}, {1'795'000'000'000}}; }
    IncomingScanner::Found scan(int ms) { return m_scanner->scan(*m_share->operator->(), at(ms)); }
    /// Listings every 1.5 s, the last at 3 s.
    IncomingScanner::Found settle(int from = 0)
    {
        (void)scan(from);
        (void)scan(from + 1'500);
        return scan(from + 3'000);
    }
    QString incoming(const QByteArray &name) { return m_share->path(layout::incoming(name)); }
    std::unique_ptr<TempShare> m_share;
    std::unique_ptr<IncomingScanner> m_scanner;
};

void TestIncoming::init()
{
    m_share = std::make_unique<TempShare>();
    IncomingScanner::Rules rules;
    rules.acceptedTypes = {"csv", "json"};
    m_scanner = std::make_unique<IncomingScanner>(rules);
}

void TestIncoming::stableByLooksAndTime()
{
    m_share->put("incoming/a.csv", "1;2");
    for (int ms = 0; ms < 3'000; ms += 1'500) {
        const IncomingScanner::Found found = scan(ms);
        QVERIFY(found.stable.isEmpty());
        QCOMPARE(found.candidates, 1);
        QCOMPARE(found.nextLook->value.count(), at(ms + 1'500).mono.value.count());
    }
    QVERIFY(m_scanner->lookDue(*m_share->operator->(), at(2'999)).stable.isEmpty());
    const IncomingScanner::Found found = m_scanner->lookDue(*m_share->operator->(), at(3'000));
    QCOMPARE(found.stable.size(), 1);
    QCOMPARE(found.stable[0].name, QByteArray("a.csv"));
    QCOMPARE(found.stable[0].size, 3);
    QVERIFY(!found.stable[0].id.isNull());
    COMPARE_WORDS(found.stable[0].refuse, Cause::None);
    QVERIFY(scan(10'000).stable.isEmpty()); // told once
}

void TestIncoming::timeAloneIsNotEnough()
{
    m_share->put("incoming/a.csv", "1;2");
    (void)scan(0);
    QVERIFY(scan(600'000).stable.isEmpty()); // two looks, whatever the time between
    QCOMPARE(scan(601'500).stable.size(), 1);
}

void TestIncoming::aChangeBeginsAnew_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("it grows") << 0;
    QTest::newRow("same size, other time") << 1;
    QTest::newRow("another file under the same name") << 2;
}

void TestIncoming::aChangeBeginsAnew()
{
    QFETCH(int, what);
    m_share->put("incoming/a.csv", "1;2");
    const QDateTime then = QDateTime::fromSecsSinceEpoch(1'700'000'000);
    const auto setTime = [&](const QDateTime &time) {
        QFile file(incoming("a.csv"));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.setFileTime(time, QFileDevice::FileModificationTime));
    };
    setTime(then);
    (void)scan(0);
    (void)scan(1'500);
    if (what == 2) {
        TempShare::write(m_share->local("b.csv"), "3;4");
        QCOMPARE(
            ::rename(QFile::encodeName(m_share->local("b.csv")).constData(), QFile::encodeName(incoming("a.csv")).constData()),
            0);
    } else if (what == 0) {
        m_share->put("incoming/a.csv", "1;2;3");
    }
    setTime(what == 1 ? then.addSecs(-1) : then); // into the past: only equality counts
    QVERIFY(scan(3'000).stable.isEmpty());
    QVERIFY(scan(4'500).stable.isEmpty());
    QCOMPARE(scan(6'000).stable.size(), 1);
}

void TestIncoming::anEmptyFileGetsItsGrace()
{
    m_share->put("incoming/a.csv", {});
    QVERIFY(settle().stable.isEmpty());
    QVERIFY(scan(59'999).stable.isEmpty());
    const IncomingScanner::Found found = scan(61'000);
    QCOMPARE(found.stable.size(), 1);
    COMPARE_WORDS(found.stable[0].refuse, Cause::Empty);
}

void TestIncoming::anEmptyFileThatIsFilledIsAFile()
{
    m_share->put("incoming/a.csv", {});
    QVERIFY(settle().stable.isEmpty());
    m_share->put("incoming/a.csv", "1;2");
    QVERIFY(scan(50'000).stable.isEmpty());
    (void)scan(51'500);
    const IncomingScanner::Found found = scan(53'000);
    QCOMPARE(found.stable.size(), 1);
    COMPARE_WORDS(found.stable[0].refuse, Cause::None);
}

void TestIncoming::entries_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<char>("kind"); // f file, l link, d folder, p FIFO, h hard link
    QTest::addColumn<int>("refuse"); // -1: ignored
    const auto row = [](const char *title, const QByteArray &name, char kind, std::optional<Cause> refuse) {
        QTest::newRow(title) << name << kind << (refuse ? int(*refuse) : -1);
    };
    row("a file", "a.csv", 'f', Cause::None);
    row("a producer's JSON", "a.json", 'f', Cause::None);
    row("a shell's dream is data", "$(id);`x`.csv", 'f', Cause::None);
    row("an option", "-rf.csv", 'f', Cause::None);
    row("upper case", "A.CSV", 'f', Cause::None);
    row("wrong type", "a.exe", 'f', Cause::TypeNotAccepted);
    row("no type", "a", 'f', Cause::TypeNotAccepted);
    row("line break", "a\nb.csv", 'f', Cause::HostileName);
    row("bidi mark",
        "a\xe2\x80\xae"
        "b.csv",
        'f', Cause::HostileName);
    row("no UTF-8", "a\xff.csv", 'f', Cause::HostileName);
    row("Windows device", "CON.csv", 'f', Cause::HostileName);
    row("too long", QByteArray(200, 'x') + ".csv", 'f', Cause::NameTooLong);
    row("being written", "a.csv.part", 'f', std::nullopt);
    row("a browser's download", "a.csv.crdownload", 'f', std::nullopt);
    row("an editor's lock", "~$a.csv", 'f', std::nullopt);
    row("hidden", ".a.csv", 'f', std::nullopt);
    row("a link", "a.csv", 'l', Cause::NotAFile);
    row("a folder", "a.csv", 'd', Cause::NotAFile);
    row("a pipe", "a.csv", 'p', Cause::NotAFile);
    row("a second name", "a.csv", 'h', Cause::NotAFile);
}

void TestIncoming::entries()
{
    QFETCH(QByteArray, name);
    QFETCH(char, kind);
    QFETCH(int, refuse);
    const QByteArray path = QFile::encodeName(m_share->root()) + "/incoming/" + name;
    const QByteArray other = QFile::encodeName(m_share->local("other"));
    TempShare::write(m_share->local("other"), "1;2");
    switch (kind) {
    case 'l':
        QCOMPARE(::symlink(other.constData(), path.constData()), 0);
        break;
    case 'd':
        QCOMPARE(::mkdir(path.constData(), 0755), 0);
        break;
    case 'p':
        QCOMPARE(::mkfifo(path.constData(), 0644), 0);
        break;
    case 'h':
        QCOMPARE(::link(other.constData(), path.constData()), 0);
        break;
    default:
        QCOMPARE(::rename(other.constData(), path.constData()), 0);
    }
    const IncomingScanner::Found found = settle();
    if (refuse < 0) {
        QVERIFY(found.stable.isEmpty());
        QCOMPARE(found.candidates, 0);
        return;
    }
    QCOMPARE(found.stable.size(), 1);
    QCOMPARE(found.stable[0].name, name);
    COMPARE_WORDS(found.stable[0].refuse, Cause(refuse));
    QCOMPARE(found.stable[0].why.isEmpty(), Cause(refuse) == Cause::None);
}

void TestIncoming::whatIsStillOpenForWritingWaits()
{
    m_share->put("incoming/a.csv", "1;2");
    QFile writer(incoming("a.csv"));
    QVERIFY(writer.open(QIODevice::WriteOnly | QIODevice::Append));
    const Result<ClosedLook> look = m_share->operator->()->lookWhetherClosed(layout::incoming("a.csv"));
    QVERIFY(look);
    if (look->closed) {
        QSKIP("this file system does not tell who writes");
    }
    QVERIFY(settle().stable.isEmpty()); // it pauses, it is not done
    QVERIFY(m_scanner->lookDue(*m_share->operator->(), at(60'000)).stable.isEmpty());
    writer.close();
    QCOMPARE(m_scanner->lookDue(*m_share->operator->(), at(61'000)).stable.size(), 1);
}

void TestIncoming::goneBeforeItWasAnything()
{
    m_share->put("incoming/a.csv", "1;2");
    (void)scan(0);
    QVERIFY(QFile::remove(incoming("a.csv")));
    const IncomingScanner::Found found = scan(1'500);
    QCOMPARE(found.candidates, 0);
    QVERIFY(found.vanished.isEmpty() && !found.nextLook);
}

void TestIncoming::vanishedNeedsTwoListings()
{
    m_share->put("incoming/a.csv", "1;2");
    const JobId id = settle().stable.value(0).id;
    QVERIFY(QFile::remove(incoming("a.csv")));
    QVERIFY(scan(10'000).vanished.isEmpty());
    m_share->put("incoming/a.csv", "1;2"); // only a stale listing
    QVERIFY(scan(20'000).vanished.isEmpty());
    QVERIFY(QFile::remove(incoming("a.csv")));
    QVERIFY(scan(30'000).vanished.isEmpty());
    QVERIFY(scan(44'999).vanished.isEmpty());
    QCOMPARE(scan(45'000).vanished, QList<JobId> {id});
    QVERIFY(scan(90'000).vanished.isEmpty()); // told once
}

void TestIncoming::aRestartKnowsItsFiles()
{
    m_share->put("incoming/a.csv", "1;2");
    const StableFile known = settle().stable.value(0);
    IncomingScanner::Rules rules;
    rules.acceptedTypes = {"csv"};
    m_scanner = std::make_unique<IncomingScanner>(rules);
    m_scanner->know({known});
    QVERIFY(settle(100'000).stable.isEmpty());
    QVERIFY(QFile::remove(incoming("a.csv")));
    (void)scan(110'000);
    QCOMPARE(scan(130'000).vanished, QList<JobId> {known.id});
}

void TestIncoming::forgottenIsNew()
{
    m_share->put("incoming/a.csv", "1;2");
    const JobId id = settle().stable.value(0).id;
    m_scanner->forget({}, "a.csv"); // another job's forgetting is none of its business
    QVERIFY(settle(10'000).stable.isEmpty());
    m_scanner->forget(id, "a.csv");
    const IncomingScanner::Found found = settle(20'000);
    QCOMPARE(found.stable.size(), 1);
    QVERIFY(found.stable[0].id != id);
}

void TestIncoming::troubleConcludesNothing()
{
    m_share->put("incoming/a.csv", "1;2");
    QCOMPARE(settle().stable.size(), 1);
    const QByteArray folder = QFile::encodeName(m_share->path("incoming"));
    QCOMPARE(::rename(folder.constData(), (folder + "-away").constData()), 0);
    for (const int ms : {10'000, 30'000, 60'000}) {
        const IncomingScanner::Found found = scan(ms);
        QVERIFY(found.trouble);
        QVERIFY(found.vanished.isEmpty());
    }
    QCOMPARE(::rename((folder + "-away").constData(), folder.constData()), 0);
    const IncomingScanner::Found found = scan(70'000);
    QVERIFY(!found.trouble && found.vanished.isEmpty() && found.stable.isEmpty());
}

void TestIncoming::aBacklogComesInPortions()
{
    constexpr int files = 2 * IncomingScanner::mostLooks + 10;
    for (int i = 0; i < files; ++i) {
        m_share->put("incoming/" + QByteArray::number(i) + ".csv", "1");
    }
    for (const int ms : {0, 1'500}) {
        IncomingScanner::Found found = scan(ms);
        for (int calls = 1; found.more; ++calls) {
            QVERIFY(calls < 4);
            found = m_scanner->lookDue(*m_share->operator->(), at(ms));
        }
        QCOMPARE(found.candidates, files);
    }
    QSet<QByteArray> names;
    IncomingScanner::Found found = scan(3'000);
    for (int calls = 1;; ++calls) {
        QVERIFY(found.stable.size() <= IncomingScanner::mostLooks);
        for (const StableFile &file : std::as_const(found.stable)) {
            names.insert(file.name);
        }
        if (!found.more) {
            break;
        }
        QVERIFY(calls < 4);
        found = m_scanner->lookDue(*m_share->operator->(), at(3'000));
    }
    QCOMPARE(names.size(), files);
    QCOMPARE(found.candidates, 0);
}

QTEST_APPLESS_MAIN(TestIncoming)
#include "tst_incoming_linux.moc"
