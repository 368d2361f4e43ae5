// SPDX-License-Identifier: GPL-3.0-or-later
// Which page is the portal's, is somebody logged in, and what brings it back.
#include "agent/browser/policy/portalwatch.h"

#include "tests/support/comparewords.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;
using S = BrowserState;
using R = PageRemedy;

namespace {

PageTarget page(const QString &url, const QString &id = u"1"_s, const QString &type = u"page"_s)
{
    return {id, type, url, false};
}

PageRules rules(const QString &login = u"/login"_s, const QString &ready = {},
    const QUrl &start = QUrl(u"https://mda.example/"_s), bool expression = false)
{
    return {QRegularExpression(login), QRegularExpression(ready), start, expression};
}

MonoTime at(int ms)
{
    return {milliseconds {ms}};
}

} // namespace

class TestPortal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choose_data()
    {
        QTest::addColumn<QStringList>("urls");
        QTest::addColumn<QString>("readyUrl");
        QTest::addColumn<QString>("start");
        QTest::addColumn<int>("chosen");
        const QString home = u"https://mda.example/home"_s;
        QTest::newRow("the start URL's host")
            << QStringList {u"https://news.example/"_s, home} << QString() << u"https://mda.example/"_s << 1;
        QTest::newRow("a login page before all")
            << QStringList {home, u"https://sso.example/login"_s} << QString() << u"https://mda.example/"_s << 1;
        QTest::newRow("the pattern before the host")
            << QStringList {home, u"https://mda.example/upload"_s} << u"/upload"_s << u"https://mda.example/"_s << 1;
        QTest::newRow("no page of the portal")
            << QStringList {u"https://news.example/"_s} << QString() << u"https://mda.example/"_s << -1;
        QTest::newRow("nothing asked for: the first")
            << QStringList {u"https://news.example/"_s, home} << QString() << QString() << 0;
        QTest::newRow("another host that only looks alike")
            << QStringList {u"https://mda.example.evil/"_s} << QString() << u"https://mda.example/"_s << -1;
        QTest::newRow("pattern without a match") << QStringList {home} << u"/never"_s << QString() << -1;
    }
    void choose()
    {
        QFETCH(QStringList, urls);
        QFETCH(QString, readyUrl);
        QFETCH(QString, start);
        QFETCH(int, chosen);
        QList<PageTarget> targets {page(u"https://mda.example/login"_s, u"frame"_s, u"iframe"_s)}; // only pages count
        for (int i = 0; i < urls.size(); ++i) {
            targets.append(page(urls.at(i), QString::number(i)));
        }
        const auto found = choosePage(targets, rules(u"/login"_s, readyUrl, QUrl(start)));
        QCOMPARE(found ? found->id : u"-1"_s, QString::number(chosen));
    }

    void secretsOfAUrlAreNotShown()
    {
        QCOMPARE(shownUrl(u"https://jo:pw@mda.example/login?token=1#x"_s), u"https://mda.example/login"_s);
        QVERIFY(shownUrl(u"https://mda.example/"_s + QString(5'000, u'a')).size() <= 200);
    }

    void readyNeedsALoadedSettledPage()
    {
        PortalWatch watch(BrowserLimits {}, rules());
        watch.begin(at(0));
        COMPARE_WORDS(watch.verdict(at(0)).state, S::Starting);
        watch.setTargets({page(u"https://mda.example/"_s)}, at(0));
        watch.reading({u"about:blank"_s, true, {}}, at(10)); // the tab's first document
        COMPARE_WORDS(watch.verdict(at(2'000)).state, S::Starting);
        watch.reading({u"https://mda.example/"_s, false, {}}, at(2'100));
        COMPARE_WORDS(watch.verdict(at(2'100)).state, S::Starting);
        watch.setTargets({page(u"https://mda.example/home"_s)}, at(3'000));
        watch.reading({u"https://mda.example/home"_s, true, {}}, at(3'100));
        COMPARE_WORDS(watch.verdict(at(3'100)).state, S::Starting);
        QVERIFY(watch.wakeAt(at(3'100)) == at(3'500));
        COMPARE_WORDS(watch.verdict(at(3'500)).state, S::Ready);
    }

    void aLoginPageCountsAtOnceWhoeverSaysSo()
    {
        PortalWatch watch = readyWatch();
        QVERIFY(watch.setTargets({page(u"https://mda.example/login"_s)}, at(10'000)));
        COMPARE_WORDS(watch.verdict(at(10'000)).state, S::LoginRequired);
        QCOMPARE(watch.remedy(false, at(10'000)), R::None); // a person's job
        watch = readyWatch();
        watch.reading({u"https://mda.example/login"_s, true, {}}, at(10'000));
        COMPARE_WORDS(watch.verdict(at(10'000)).state, S::LoginRequired);
    }

    void aScriptThatNavigatesKeepsItReady()
    {
        PortalWatch watch = readyWatch();
        for (int i = 0; i < 20; ++i) {
            watch.setTargets({page(u"https://mda.example/upload/%1"_s.arg(i))}, at(10'000 + i));
            COMPARE_WORDS(watch.verdict(at(10'000 + i)).state, S::Ready);
            watch.reading({u"https://mda.example/upload/%1"_s.arg(i), false, {}}, at(10'000 + i));
            COMPARE_WORDS(watch.verdict(at(10'000 + i)).state, S::Ready);
        }
    }

    void theExpressionIsBelievedTwice()
    {
        PortalWatch watch(BrowserLimits {}, rules(u"/login"_s, {}, QUrl(u"https://mda.example/"_s), true));
        const QString url = u"https://mda.example/app"_s;
        watch.begin(at(0));
        watch.setTargets({page(url)}, at(0));
        watch.reading({url, true, false}, at(100));
        COMPARE_WORDS(watch.verdict(at(100)).state, S::LoginRequired);
        watch.reading({url, true, true}, at(200));
        COMPARE_WORDS(watch.verdict(at(200)).state, S::Ready); // no settling: the expression knows
        watch.reading({url, true, {}}, at(300)); // it threw
        QVERIFY(watch.wantsConfirmation());
        COMPARE_WORDS(watch.verdict(at(300)).state, S::Ready);
        watch.reading({url, true, true}, at(400));
        QVERIFY(!watch.wantsConfirmation());
        watch.reading({url, true, false}, at(500));
        watch.reading({url, true, false}, at(600));
        COMPARE_WORDS(watch.verdict(at(600)).state, S::LoginRequired);
    }

    void aMissingPageIsOpenedOnceAndAPersonIsAsked()
    {
        PortalWatch watch = readyWatch();
        watch.setTargets({page(u"https://news.example/"_s)}, at(10'000));
        watch.probedWithoutPage();
        COMPARE_WORDS(watch.verdict(at(10'000)).state, S::Ready); // perhaps it is just changing
        QCOMPARE(watch.remedy(false, at(10'000)), R::None);
        watch.probedWithoutPage();
        COMPARE_WORDS(watch.verdict(at(15'000)).state, S::LoginRequired);
        QCOMPARE(watch.remedy(true, at(15'000)), R::OpenStartPage);
        QCOMPARE(watch.remedy(true, at(15'001)), R::None);
        watch.opened(u"2"_s);
        watch.setTargets({page(u"https://sso.example/"_s, u"2"_s)}, at(16'000)); // it leads elsewhere: no tab after tab
        QCOMPARE(watch.remedy(false, at(600'000)), R::None);
        watch.setTargets({}, at(600'000));
        watch.probedWithoutPage();
        QCOMPARE(watch.remedy(false, at(600'000)), R::OpenStartPage);
    }

    void aCrashedPageIsReloadedAndRemembered()
    {
        PortalWatch watch = readyWatch();
        PageTarget crashed = page(u"https://mda.example/home"_s);
        crashed.crashed = true;
        watch.setTargets({crashed}, at(10'000));
        COMPARE_WORDS(watch.verdict(at(10'000)).state, S::Disconnected);
        QCOMPARE(watch.remedy(true, at(10'000)), R::Reload); // a run has lost it anyway
        QCOMPARE(watch.remedy(true, at(10'001)), R::None);
        COMPARE_WORDS(watch.verdict(at(30'000)).state, S::Disconnected);
        QCOMPARE(watch.remedy(true, at(70'000)), R::Reload);
        watch.reading({u"https://mda.example/home"_s, true, {}}, at(71'000));
        COMPARE_WORDS(watch.verdict(at(71'000)).state, S::Ready);
    }

    void aSilentPageIsCuredLateAndNeverDuringARun()
    {
        PortalWatch watch = readyWatch();
        watch.setSilent(true, at(10'000));
        COMPARE_WORDS(watch.verdict(at(10'000)).state, S::Disconnected);
        QCOMPARE(watch.remedy(false, at(309'999)), R::None);
        QCOMPARE(watch.remedy(true, at(400'000)), R::None);
        QCOMPARE(watch.remedy(false, at(400'000)), R::CrashAndReload);
        QCOMPARE(watch.remedy(false, at(400'001)), R::None);
        watch.setSilent(false, at(401'000));
        COMPARE_WORDS(watch.verdict(at(401'000)).state, S::Ready);
    }

    void anErrorPageIsLoadedAgain()
    {
        PortalWatch watch(BrowserLimits {}, rules());
        watch.begin(at(0));
        watch.setTargets({page(u"https://mda.example/"_s)}, at(0));
        watch.reading({u"chrome-error://chromewebdata/"_s, true, {}}, at(100));
        COMPARE_WORDS(watch.verdict(at(1'000)).state, S::Disconnected);
        QCOMPARE(watch.remedy(false, at(29'000)), R::None);
        QCOMPARE(watch.remedy(true, at(31'000)), R::None);
        QCOMPARE(watch.remedy(false, at(31'000)), R::Reload);
        QCOMPARE(watch.remedy(false, at(60'000)), R::None);
    }

    void nothingAskedForIsReadyWithTheFirstAnswer()
    {
        PortalWatch watch(BrowserLimits {}, rules({}, {}, {}));
        watch.begin(at(0));
        COMPARE_WORDS(watch.verdict(at(0)).state, S::Starting);
        watch.ownAnswered();
        COMPARE_WORDS(watch.verdict(at(0)).state, S::Ready);
        PortalWatch other(BrowserLimits {}, rules({}, {}, {}));
        other.begin(at(0));
        other.setTargets({page(u"chrome://newtab/"_s)}, at(0));
        COMPARE_WORDS(other.verdict(at(0)).state, S::Starting);
        other.reading({u"chrome://newtab/"_s, false, {}}, at(1));
        COMPARE_WORDS(other.verdict(at(1)).state, S::Ready);
    }

    void aNewConnectionBeginsAnew()
    {
        PortalWatch watch = readyWatch();
        watch.begin(at(20'000));
        COMPARE_WORDS(watch.verdict(at(20'000)).state, S::Starting);
    }

private:
    static PortalWatch readyWatch()
    {
        PortalWatch watch(BrowserLimits {}, rules());
        watch.begin(at(0));
        watch.setTargets({page(u"https://mda.example/home"_s)}, at(0));
        watch.reading({u"https://mda.example/home"_s, true, {}}, at(1'000));
        return watch;
    }
};

QTEST_APPLESS_MAIN(TestPortal)
#include "tst_portal.moc"
