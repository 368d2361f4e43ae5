// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/cookiekeeper.h"

#include <QTest>

using namespace dtf;

namespace {

MonoTime at(int ms)
{
    return MonoTime {milliseconds {5'000'000 + ms}};
}

} // namespace

class TestCookies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void atOnceWhenTheLoginIsThere()
    {
        CookieKeeper keeper {BrowserLimits {}};
        QVERIFY(!keeper.due(false, at(0)));
        QVERIFY(!keeper.wakeAt());
        QVERIFY(keeper.due(true, at(1)));
        QVERIFY(!keeper.due(true, at(2)));
    }

    void everyTenSecondsWhileItLasts()
    {
        CookieKeeper keeper {BrowserLimits {}};
        int asked = 0;
        for (int ms = 0; ms <= 60'000; ms += 500) {
            asked += keeper.due(true, at(ms)) ? 1 : 0;
        }
        QCOMPARE(asked, 7);
        QVERIFY(keeper.wakeAt() == at(70'000));
    }

    void aNewLoginDoesNotWaitForTheOldOnesTime()
    {
        CookieKeeper keeper {BrowserLimits {}};
        QVERIFY(keeper.due(true, at(0)));
        QVERIFY(!keeper.due(false, at(1'000)));
        QVERIFY(!keeper.wakeAt());
        QVERIFY(keeper.due(true, at(2'000)));
    }
};

QTEST_APPLESS_MAIN(TestCookies)
#include "tst_cookies.moc"
