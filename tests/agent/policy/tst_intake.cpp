// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/intake.h"

#include <QTest>

using namespace dtf;

namespace {

const QList<QByteArray> types {"csv", "pdf"};

EntryInfo file(const QByteArray &name, qint64 size = 5, qint64 mtime = 1, const QByteArray &id = "1")
{
    return {name, EntryKind::File, size, mtime, id, 1};
}

MonoTime at(int ms)
{
    return MonoTime {milliseconds(1'000'000 + ms)};
}

QList<QByteArray> names(const QList<Intake::Settled> &settled)
{
    QList<QByteArray> list;
    for (const Intake::Settled &one : settled) {
        list.append(one.seen.name);
    }
    return list;
}

struct Look
{
    int ms;
    qint64 size;
    qint64 mtime;
    QByteArray id;
};

} // namespace

class TestIntake : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void settles_data();
    void settles();
    void judges_data();
    void judges();
    void everyFileIsMentionedOnce();
    void oneThatHasLeftBeginsAnew();
    void whatCouldNotBeMovedIsMentionedAgain();
    void theOldestComeFirstAndNotAllAtOnce();
    void givenBack_data();
    void givenBack();
};

void TestIntake::settles_data()
{
    QTest::addColumn<QList<Look>>("looks");
    QTest::addColumn<int>("settledAt"); // index of the look; -1: never
    const auto row = [](const char *name, const QList<Look> &looks, int settledAt) { QTest::newRow(name) << looks << settledAt; };
    row("three looks over three seconds", {{0, 5, 1, "a"}, {1500, 5, 1, "a"}, {3000, 5, 1, "a"}}, 2);
    row("three looks, too soon", {{0, 5, 1, "a"}, {1000, 5, 1, "a"}, {2999, 5, 1, "a"}}, -1);
    row("long enough, two looks", {{0, 5, 1, "a"}, {9000, 5, 1, "a"}}, -1);
    row("many quick looks", {{0, 5, 1, "a"}, {1, 5, 1, "a"}, {2, 5, 1, "a"}, {3, 5, 1, "a"}, {3000, 5, 1, "a"}}, 4);
    row("it grows", {{0, 5, 1, "a"}, {1500, 6, 1, "a"}, {3000, 6, 1, "a"}, {4499, 6, 1, "a"}, {4500, 6, 1, "a"}}, 4);
    row("its time changes", {{0, 5, 1, "a"}, {2000, 5, 2, "a"}, {3000, 5, 2, "a"}, {5000, 5, 2, "a"}}, 3);
    row("another file takes its name", {{0, 5, 1, "a"}, {2900, 5, 1, "b"}, {3000, 5, 1, "b"}, {5900, 5, 1, "b"}}, 3);
    row("a time of the future says nothing", {{0, 5, 1LL << 62, "a"}, {1500, 5, 1LL << 62, "a"}, {3000, 5, 1LL << 62, "a"}}, 2);
    row("an empty one waits longer", {{0, 0, 1, "a"}, {1500, 0, 1, "a"}, {3000, 0, 1, "a"}, {59'999, 0, 1, "a"}}, -1);
    row("an empty one is settled in the end", {{0, 0, 1, "a"}, {3000, 0, 1, "a"}, {60'000, 0, 1, "a"}}, 2);
    row("an empty one is filled", {{0, 0, 1, "a"}, {3000, 0, 1, "a"}, {4000, 7, 2, "a"}, {5000, 7, 2, "a"}, {7000, 7, 2, "a"}},
        4);
}

void TestIntake::settles()
{
    QFETCH(QList<Look>, looks);
    QFETCH(int, settledAt);
    Intake intake({types});
    for (int i = 0; i < looks.size(); ++i) {
        const Look &look = looks.at(i);
        const auto settled = intake.apply({file("a.csv", look.size, look.mtime, look.id)}, at(look.ms));
        QCOMPARE(settled.size(), i == settledAt ? 1 : 0);
    }
}

void TestIntake::judges_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("kind");
    QTest::addColumn<qint64>("size");
    QTest::addColumn<int>("links");
    QTest::addColumn<int>("refused"); // -1: not mentioned at all
    const auto row = [](const char *what, const QByteArray &name, EntryKind kind, qint64 size, int links, int refused) {
        QTest::newRow(what) << name << int(kind) << size << links << refused;
    };
    using K = EntryKind;
    row("a file", "AgencyA.csv", K::File, 5, 1, int(Cause::None));
    row("shouting", "AGENCY.PDF", K::File, 5, 1, int(Cause::None));
    row("a name for shells", "$(id) -rf;.csv", K::File, 5, 1, int(Cause::None));
    row("being copied", "a.csv.part", K::File, 5, 1, -1);
    row("being saved", "a.tmp", K::File, 5, 1, -1);
    row("being downloaded", "a.csv.crdownload", K::File, 5, 1, -1);
    row("open in an office", "~$a.csv", K::File, 5, 1, -1);
    row("hidden", ".a.csv", K::File, 5, 1, -1);
    row("another type", "tool.exe", K::File, 5, 1, int(Cause::TypeNotAccepted));
    row("no type", "tool", K::File, 5, 1, int(Cause::TypeNotAccepted));
    row("a line break", "a\nb.csv", K::File, 5, 1, int(Cause::HostileName));
    row("a way up", "..\\a.csv", K::File, 5, 1, int(Cause::HostileName));
    row("not UTF-8", "\xff\xfe.csv", K::File, 5, 1, int(Cause::HostileName));
    row("too long", QByteArray(200, 'x') + ".csv", K::File, 5, 1, int(Cause::NameTooLong));
    row("empty", "a.csv", K::File, 0, 1, int(Cause::Empty));
    row("a folder", "a.csv", K::Directory, 0, 2, int(Cause::NotAFile));
    row("a link", "a.csv", K::Link, 9, 1, int(Cause::NotAFile));
    row("a pipe", "a.csv", K::Other, 0, 1, int(Cause::NotAFile));
    row("two names", "a.csv", K::File, 5, 2, int(Cause::NotAFile));
}

void TestIntake::judges()
{
    QFETCH(QByteArray, name);
    QFETCH(int, kind);
    QFETCH(qint64, size);
    QFETCH(int, links);
    QFETCH(int, refused);
    EntryInfo entry = file(name, size);
    entry.kind = EntryKind(kind);
    entry.links = links;
    Intake intake({types});
    QList<Intake::Settled> settled;
    for (const int ms : {0, 30'000, 60'000}) {
        settled += intake.apply({entry}, at(ms));
    }
    if (refused < 0) {
        QVERIFY(settled.isEmpty());
        return;
    }
    QCOMPARE(settled.size(), 1);
    QCOMPARE(int(settled.first().refuse), refused);
    QCOMPARE(settled.first().why.isEmpty(), refused == int(Cause::None));
    QCOMPARE(settled.first().seen.name, name);
    QCOMPARE(settled.first().seen.fileId, entry.fileId);
}

void TestIntake::everyFileIsMentionedOnce()
{
    Intake intake({types});
    qsizetype mentioned = 0;
    for (int ms = 0; ms <= 120'000; ms += 1'000) {
        mentioned += intake.apply({file("a.csv")}, at(ms)).size();
    }
    QCOMPARE(mentioned, 1);
    // … until it changes
    for (int ms = 121'000; ms <= 130'000; ms += 1'000) {
        mentioned += intake.apply({file("a.csv", 6)}, at(ms)).size();
    }
    QCOMPARE(mentioned, 2);
}

void TestIntake::oneThatHasLeftBeginsAnew()
{
    Intake intake({types});
    (void)intake.apply({file("a.csv")}, at(0));
    (void)intake.apply({file("a.csv")}, at(1'500));
    (void)intake.apply({}, at(2'000));
    QVERIFY(intake.apply({file("a.csv")}, at(3'000)).isEmpty());
    QVERIFY(intake.apply({file("a.csv")}, at(4'500)).isEmpty());
    QCOMPARE(intake.apply({file("a.csv")}, at(6'000)).size(), 1);
}

void TestIntake::whatCouldNotBeMovedIsMentionedAgain()
{
    Intake intake({types});
    for (const int ms : {0, 1'500}) {
        (void)intake.apply({file("a.csv")}, at(ms));
    }
    QCOMPARE(intake.apply({file("a.csv")}, at(3'000)).size(), 1);
    intake.retry("a.csv", at(3'100), milliseconds(60'000));
    intake.retry("gone.csv", at(3'100), milliseconds(60'000)); // means nothing
    QVERIFY(intake.apply({file("a.csv")}, at(63'099)).isEmpty());
    QCOMPARE(intake.apply({file("a.csv")}, at(63'100)).size(), 1);
    QVERIFY(intake.apply({file("a.csv")}, at(70'000)).isEmpty());
}

void TestIntake::theOldestComeFirstAndNotAllAtOnce()
{
    Intake intake({types});
    QList<EntryInfo> all {file("z.csv")};
    (void)intake.apply(all, at(0));
    for (int i = 0; i < Intake::mostAtOnce; ++i) {
        all.append(file("file" + QByteArray::number(100 + i) + ".csv"));
    }
    (void)intake.apply(all, at(100));
    (void)intake.apply(all, at(2'000));
    const QList<QByteArray> first = names(intake.apply(all, at(3'100)));
    QCOMPARE(first.size(), Intake::mostAtOnce);
    QCOMPARE(first.first(), QByteArray("z.csv"));
    QCOMPARE(first.at(1), QByteArray("file100.csv"));
    const QList<QByteArray> second = names(intake.apply(all, at(3'200)));
    QCOMPARE(second, QList<QByteArray> {"file131.csv"});
}

void TestIntake::givenBack_data()
{
    QTest::addColumn<int>("epoch");
    QTest::addColumn<bool>("again");
    QTest::newRow("first attempt") << 1 << true;
    QTest::newRow("second") << 2 << true;
    QTest::newRow("third") << 3 << false;
    QTest::newRow("beyond") << 4 << false;
}

void TestIntake::givenBack()
{
    QFETCH(int, epoch);
    QFETCH(bool, again);
    QCOMPARE(afterRelease(Epoch(epoch)) == ReleaseStep::RunAgain, again);
}

QTEST_APPLESS_MAIN(TestIntake)
#include "tst_intake.moc"
