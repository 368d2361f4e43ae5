// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/noticepolicy.h"
#include "console/models/palettematch.h"
#include "storefixture.h"

#include <QTest>

using namespace dtf;

/// What the palette finds, and what the user is called for.
class TestPaletteModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyWordMustBeThere()
    {
        QVERIFY(matchScore(u"pause node", u"Node: Pause") >= 0);
        QCOMPARE(matchScore(u"pause file", u"Node: Pause"), -1);
        QCOMPARE(matchScore(u"", u"anything"), 0);
        QCOMPARE(matchScore(u"  ", u"anything"), 0);
        QCOMPARE(matchScore(u"x", u""), -1);
    }

    void theBeginningCountsMost()
    {
        const int beginning = matchScore(u"DTF", u"dtf-01");
        const int word = matchScore(u"01", u"dtf-01");
        const int inside = matchScore(u"tf", u"dtf-01");
        QVERIFY(beginning > word);
        QVERIFY(word > inside);
        QVERIFY(inside >= 0);
        QCOMPARE(matchScore(u"an", u"can an"), word); // the better of two places
    }

    void eachCriticalCauseIsToldOnce()
    {
        NoticePolicy policy;
        const MonoTime start {milliseconds(1'000)};
        const Alert share = alertOf(AlertKind::ShareDown, {}, AlertSeverity::Critical);
        QVERIFY(policy.shouldTell(share, start));
        QVERIFY(!policy.shouldTell(share, start + milliseconds(1)));
        QVERIFY(policy.shouldTell(alertOf(AlertKind::LoginNeeded, "DTF-01", AlertSeverity::Critical), start));
        QVERIFY(policy.shouldTell(alertOf(AlertKind::LoginNeeded, "DTF-02", AlertSeverity::Critical), start));
        QVERIFY(!policy.shouldTell(alertOf(AlertKind::NodeLost, "DTF-02", AlertSeverity::Warning), start));
        QVERIFY(!policy.shouldTell(acknowledged(alertOf(AlertKind::JobHeld, "x", AlertSeverity::Critical)), start));
    }

    void whatComesAndGoesIsQuietUntilItWasAwayForAWhile()
    {
        NoticePolicy policy;
        const Alert share = alertOf(AlertKind::ShareDown, {}, AlertSeverity::Critical);
        MonoTime now {milliseconds(0)};
        QVERIFY(policy.shouldTell(share, now));
        for (int i = 0; i < 5; ++i) {
            now = now + (NoticePolicy::quietFor - milliseconds(1));
            QVERIFY(!policy.shouldTell(share, now));
        }
        now = now + NoticePolicy::quietFor;
        QVERIFY(policy.shouldTell(share, now));
    }
};

QTEST_GUILESS_MAIN(TestPaletteModels)
#include "tst_palette.moc"
