// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/ids.h"
#include "tests/support/comparewords.h"

#include <QSet>
#include <QTest>

using namespace dtf;

class TestIds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobIdsAreWrittenAsTheSpecSays();
    void jobIdsGoRound();
    void onlyCanonicalJobIds_data();
    void onlyCanonicalJobIds();
    void jobIdsRiseWhateverTheClockDoes();
    void jobIdsSortAsTheirText();
    void nodeNames_data();
    void nodeNames();
    void bootIdsAreNew();
    void onlyCanonicalBootIds_data();
    void onlyCanonicalBootIds();
};

void TestIds::jobIdsAreWrittenAsTheSpecSays()
{
    // The ULID specification's example time: 1469918176385 ms is 01ARYZ6S41.
    JobIdGenerator generator;
    const JobId id = generator.next({1'469'918'176'385});
    QCOMPARE(id.toBytes26().first(10), QByteArray("01ARYZ6S41"));
    QCOMPARE(JobId().toBytes26(), QByteArray(26, '0'));
    std::array<std::uint8_t, 16> all {};
    all.fill(0xff);
    QCOMPARE(JobId::fromBytes(all).toBytes26(), QByteArray("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
    QVERIFY(JobId().isNull());
    QVERIFY(!id.isNull());
}

void TestIds::jobIdsGoRound()
{
    JobIdGenerator generator;
    for (int i = 0; i < 1000; ++i) {
        const JobId id = generator.next({i * 1'234'567'890LL});
        const auto back = JobId::parse(id.toBytes26());
        QVERIFY(back);
        QVERIFY(*back == id);
        QCOMPARE(qHash(*back), qHash(id));
    }
}

void TestIds::onlyCanonicalJobIds_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("short") << QByteArray(25, '0');
    QTest::newRow("long") << QByteArray(27, '0');
    QTest::newRow("lower case") << QByteArray("01aryz6s41") + QByteArray(16, '0');
    QTest::newRow("overflow") << "8" + QByteArray(25, '0');
    QTest::newRow("letter I") << "0I" + QByteArray(24, '0');
    QTest::newRow("letter L") << "0L" + QByteArray(24, '0');
    QTest::newRow("letter O") << "0O" + QByteArray(24, '0');
    QTest::newRow("letter U") << "0U" + QByteArray(24, '0');
    QTest::newRow("NUL") << QByteArray(26, '\0');
    QTest::newRow("NUL inside") << QByteArray(25, '0') + '\0';
    QTest::newRow("space") << QByteArray(25, '0') + ' ';
    QTest::newRow("slash") << QByteArray(25, '0') + '/';
}

void TestIds::onlyCanonicalJobIds()
{
    QFETCH(QByteArray, text);
    QVERIFY(!JobId::parse(text));
}

void TestIds::jobIdsRiseWhateverTheClockDoes()
{
    JobIdGenerator generator;
    JobId last;
    const QList<qint64> clock {1000, 1000, 1000, 999, 0, -5, 1001, 500, 1001, 1'000'000, 2};
    for (int round = 0; round < 100; ++round) {
        for (const qint64 now : clock) {
            const JobId id = generator.next({now});
            QVERIFY(last < id);
            last = id;
        }
    }
}

void TestIds::jobIdsSortAsTheirText()
{
    JobIdGenerator generator;
    QByteArray last;
    for (qint64 i = 0; i < 500; ++i) {
        const QByteArray text = generator.next({i * i * i}).toBytes26();
        QVERIFY(last < text);
        last = text;
    }
}

void TestIds::nodeNames_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("valid");
    QTest::newRow("usual") << QByteArray("DTF-01") << true;
    QTest::newRow("one letter") << QByteArray("A") << true;
    QTest::newRow("32") << QByteArray(32, 'A') << true;
    QTest::newRow("33") << QByteArray(33, 'A') << false;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("lower case") << QByteArray("dtf-01") << false;
    QTest::newRow("climbing") << QByteArray("..") << false;
    QTest::newRow("slash") << QByteArray("A/B") << false;
    QTest::newRow("leading hyphen") << QByteArray("-A") << false;
    QTest::newRow("trailing hyphen") << QByteArray("A-") << false;
    QTest::newRow("CON") << QByteArray("CON") << false;
    QTest::newRow("COM1") << QByteArray("COM1") << false;
    QTest::newRow("COM10 is a name") << QByteArray("COM10") << true;
    QTest::newRow("space") << QByteArray("A B") << false;
    QTest::newRow("NUL") << QByteArray("A\0", 2) << false;
    QTest::newRow("not text") << QByteArray("A\xff") << false;
}

void TestIds::nodeNames()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, valid);
    const auto name = NodeName::parse(text);
    QCOMPARE(name.has_value(), valid);
    if (name) {
        QCOMPARE(name->bytes(), text);
    } else {
        COMPARE_WORDS(name.error().code, ErrorCode::InvalidArgument);
    }
}

void TestIds::bootIdsAreNew()
{
    QSet<QByteArray> seen;
    for (int i = 0; i < 1000; ++i) {
        const BootId boot = BootId::generate();
        const auto back = BootId::parse(boot.bytes());
        QVERIFY(back);
        QVERIFY(*back == boot);
        seen.insert(boot.bytes());
    }
    QCOMPARE(seen.size(), 1000);
    QVERIFY(BootId().isEmpty());
}

void TestIds::onlyCanonicalBootIds_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("short") << QByteArray("k3m9x2p");
    QTest::newRow("long") << QByteArray("k3m9x2p77");
    QTest::newRow("upper case") << QByteArray("K3M9X2P7");
    QTest::newRow("letter i") << QByteArray("i3m9x2p7");
    QTest::newRow("letter u") << QByteArray("u3m9x2p7");
    QTest::newRow("dot") << QByteArray("k3m9x2p.");
    QTest::newRow("NUL") << QByteArray("k3m9x2p\0", 8);
}

void TestIds::onlyCanonicalBootIds()
{
    QFETCH(QByteArray, text);
    QVERIFY(!BootId::parse(text));
}

QTEST_GUILESS_MAIN(TestIds)
#include "tst_ids.moc"
