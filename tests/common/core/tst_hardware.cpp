// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/hardware.h"
#include "common/core/joincode.h"
#include "tests/support/comparewords.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <QTest>

#ifdef Q_OS_LINUX
#include "tests/nemesis/ground/mounts.h"

#include <sys/mount.h>
#include <unistd.h>
#endif

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr char boardA[] = "4c4c4544-0039-4a10-8050-b7c04f4d3732";
constexpr char boardB[] = "4c4c4544-0039-4a10-8050-b7c04f4d3733";

} // namespace

class TestHardware : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsAnotherMachine_data();
    void whatIsAnotherMachine();
    void placeholdersAreNoBoard();
    void theBoardInATable();
    void theUnitsCopyIsRead();
    void thisMachineIsItself();
    void aCodeIsReadAsPeopleWriteIt();
    void codesAndTokensDiffer();
};

void TestHardware::whatIsAnotherMachine_data()
{
    QTest::addColumn<Hardware>("before");
    QTest::addColumn<Hardware>("now");
    QTest::addColumn<int>("verdict");
    const auto row = [](const char *name, const Hardware &before, const Hardware &now, SameMachine verdict) {
        QTest::newRow(name) << before << now << static_cast<int>(verdict);
    };
    row("nothing has changed", {boardA, "i", {"a"}}, {boardA, "i", {"a"}}, SameMachine::Same);
    row("a clone in another VM", {boardA, "i", {"a"}}, {boardB, "i", {"b"}}, SameMachine::Changed);
    row("only the board tells", {boardA, "i", {"a"}}, {boardB, "i", {"a"}}, SameMachine::Changed);
    row("a new card", {boardA, "i", {"a"}}, {boardA, "i", {"b"}}, SameMachine::Same);
    row("a reset installation", {boardA, "i", {"a"}}, {boardA, "k", {"a"}}, SameMachine::Same);
    row("the board can't be read any more", {boardA, "i", {"a"}}, {"", "i", {"a"}}, SameMachine::Same);
    row("… nor before, and another installation", {"", "i", {"a"}}, {boardB, "k", {"a"}}, SameMachine::Changed);
    row("a new card where no board is read", {"", "i", {"a"}}, {"", "i", {"b"}}, SameMachine::Unsure);
    row("one of two cards is new", {"", "i", {"a", "b"}}, {"", "i", {"a", "c"}}, SameMachine::Same);
    row("both cards are new", {"", "i", {"a", "b"}}, {"", "i", {"c", "d"}}, SameMachine::Changed);
    row("two cards became one other", {"", "i", {"a", "b"}}, {"", "i", {"c"}}, SameMachine::Unsure);
    row("no cards ever", {"", "i", {}}, {"", "i", {}}, SameMachine::Same);
    row("nothing is known", {}, {}, SameMachine::Unsure);
}

void TestHardware::whatIsAnotherMachine()
{
    QFETCH(Hardware, before);
    QFETCH(Hardware, now);
    QFETCH(int, verdict);
    QCOMPARE(static_cast<int>(compare(before, now)), verdict);
    QCOMPARE(static_cast<int>(compare(now, before)), verdict);
}

void TestHardware::placeholdersAreNoBoard()
{
    QCOMPARE(usableBoard("4C4C4544-0039-4A10-8050-B7C04F4D3732\n"), QByteArray(boardA));
    for (const char *none : {"", "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
             "03000200-0400-0500-0006-000700080009", "Not Settable", "4C4C4544-0039-4A10-8050-B7C04F4D373G"}) {
        QCOMPARE(usableBoard(none), QByteArray());
    }
    QVERIFY(identityOf({}).isEmpty());
    QVERIFY(identityOf({boardA, "i", {}}) == identityOf({boardA, "k", {"x"}}));
    QVERIFY(identityOf({"", "i", {"a"}}) != identityOf({"", "i", {"b"}}));
    QVERIFY(identityOf({"", QByteArray(500, 'x'), {}}).size() <= 128);
}

void TestHardware::theBoardInATable()
{
    QByteArray table(8, 0);
    table += QByteArray::fromHex("00180000") + QByteArray(20, 1) + QByteArray("vendor\0\0", 8); // BIOS information, 24 bytes
    table += QByteArray::fromHex("011b0100") + QByteArray(4, 1) + QByteArray::fromHex("44454c4c3900104a8050b7c04f4d3732")
        + QByteArray(3, 1) + QByteArray(2, 0);
    table += QByteArray::fromHex("7f040200") + QByteArray(2, 0);
    QCOMPARE(boardInTable(table), QByteArray(boardA));
    for (qsizetype size = 0; size < table.size(); ++size) { // torn anywhere: never a wrong one, never read beyond its end
        const QByteArray found = boardInTable(table.left(size));
        QVERIFY(found.isEmpty() || found == boardA);
    }
    QCOMPARE(boardInTable(QByteArray(100, 0)), QByteArray());
}

/// Of the firmware's UUID, where the agent's account may not read that: in a /run of this test's own.
void TestHardware::theUnitsCopyIsRead()
{
#ifdef Q_OS_LINUX
    if (::geteuid() != 0 || !ownMounts() || ::mount("tmpfs", "/run", "tmpfs", 0, nullptr) != 0) {
        QSKIP("only root can have a /run of its own");
    }
    const char *firmware = "/sys/class/dmi/id/product_uuid";
    QVERIFY(!QFile::exists(QString::fromLatin1(firmware)) || ::mount("/dev/null", firmware, nullptr, MS_BIND, nullptr) == 0);
    const auto put = [](const QString &path, const char *text) {
        QFile file(path);
        return QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly) && file.write(text) > 0;
    };
    QVERIFY(readHardware().board.isEmpty());
    QVERIFY(put(u"/run/dtf-agent/product_uuid"_s, boardA));
    QCOMPARE(readHardware().board, QByteArray(boardA));
    QVERIFY(put(u"/run/dtf-product-uuid"_s, boardB));
    QCOMPARE(readHardware().board, QByteArray(boardB));
#else
    QSKIP("Windows lets everybody read it");
#endif
}

void TestHardware::thisMachineIsItself()
{
    const Hardware now = readHardware();
    QCOMPARE(now, readHardware());
    QVERIFY(compare(now, readHardware()) != SameMachine::Changed);
    QVERIFY(!now.installation.isEmpty());
}

void TestHardware::aCodeIsReadAsPeopleWriteIt()
{
    const JoinCode code = *JoinCode::parse("7K2QD-0X9FA-00000-11111-22222-33333");
    for (const char *same : {"7k2qd0x9fa000001111122222333 33", " 7K2QD 0X9FA OOOOO ILilI 22222 33333\n"}) {
        const auto read = JoinCode::parse(same);
        QVERIFY2(read, same);
        QCOMPARE(read->digest(), code.digest());
    }
    for (const QByteArray &wrong : {QByteArray(), QByteArray("7K2QD-0X9FA"), QByteArray("7K2QD-0X9FA-00000-11111-22222-3333U"),
             QByteArray(1'000'000, '7'), QByteArray("7K2QD-0X9FA-00000-11111-22222-333333")}) {
        const auto read = JoinCode::parse(wrong);
        QVERIFY(!read);
        QVERIFY(!read.error().detail.contains(u"7K2"_s)); // no secret in a message
    }
}

void TestHardware::codesAndTokensDiffer()
{
    QSet<QByteArray> seen;
    for (int i = 0; i < 200; ++i) {
        const JoinCode code = JoinCode::generate();
        QCOMPARE(code.text().size(), 35);
        QCOMPARE(JoinCode::parse(code.text())->digest(), code.digest());
        seen.insert(code.text());
        const QByteArray token = newBearerToken();
        QCOMPARE(token.size(), 64);
        seen.insert(token);
    }
    QCOMPARE(seen.size(), 400);
    QVERIFY(sameSecret("abc", "abc") && !sameSecret("abc", "abd") && !sameSecret("abc", "ab"));
}

QTEST_GUILESS_MAIN(TestHardware)
#include "tst_hardware.moc"
