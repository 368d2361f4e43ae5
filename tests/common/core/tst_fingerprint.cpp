// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/fingerprint.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

class TestFingerprint final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writtenInManyWaysItIsTheSame()
    {
        const QString plain = u"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"_s;
        QStringList pairs;
        for (qsizetype i = 0; i < plain.size(); i += 2) {
            pairs.append(plain.mid(i, 2));
        }
        const auto print = Fingerprint::parse(plain);
        QVERIFY(print.has_value());
        QCOMPARE(print->toString(), pairs.join(u':').toUpper());
        for (const QString &way :
            {plain.toUpper(), pairs.join(u':'), pairs.join(u' '), u"  "_s + pairs.join(u':').toUpper() + u'\n'}) {
            const auto same = Fingerprint::parse(way);
            QVERIFY2(same && *same == *print, qPrintable(way));
        }
        QVERIFY(Fingerprint::ofDer("abc")
            == *Fingerprint::parse(u"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"_s)); // FIPS 180-2
    }

    void anythingElseIsRefused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("a SHA-1") << u"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"_s;
        QTest::newRow("one digit short") << QString(63, u'a');
        QTest::newRow("one digit more") << QString(65, u'a');
        QTest::newRow("no digit") << QString(63, u'a') + u'g';
        QTest::newRow("a colon within a pair") << u"a:a"_s + QString(62, u'a');
        QTest::newRow("a digit of another script") << QString(63, u'a') + QChar(0x0661);
        QTest::newRow("far too long") << QString(1'000'000, u'a');
    }
    void anythingElseIsRefused()
    {
        QFETCH(QString, text);
        const auto print = Fingerprint::parse(text);
        QVERIFY(!print.has_value());
        QVERIFY(print.error().detail.contains(u"dtf-orchestrator --check"_s));
        QVERIFY(Fingerprint().isEmpty() && Fingerprint().toString().isEmpty());
    }
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestFingerprint)
#include "tst_fingerprint.moc"
