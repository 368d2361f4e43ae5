// SPDX-License-Identifier: GPL-3.0-or-later
// The top of the ladder with a real Chromium: logged in or not.
#include "tests/agent/browser/realbrowser.h"

#include <QDirIterator>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// Names stand in Chromium's cookie store as they are; values are encrypted.
bool onDisk(const RealBrowser &vm, const QByteArray &cookie)
{
    QDirIterator it(vm.config.profileDir, {u"Cookies*"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(cookie)) {
            return true;
        }
    }
    return false;
}

} // namespace

class TestPortal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPersonLogsIn()
    {
        RealBrowser vm;
        vm.portal.pages["/login"] = "<title>log in</title>";
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.portal.redirects["/"] = "/login?next=secret";
        vm.config.startUrl = vm.portal.url(u"/"_s);
        vm.config.loginPattern = u"/login"_s;
        vm.begin();
        bool wasReady = false;
        QObject::connect(vm.supervisor.get(), &BrowserSupervisor::statusChanged, vm.supervisor.get(),
            [&](const BrowserStatus &status) { wasReady |= status.state == BrowserState::Ready; });
        QVERIFY(vm.reaches(BrowserState::LoginRequired));
        QVERIFY(!wasReady); // no file was let in on the way to the login page
        QVERIFY(!vm.supervisor->status().detail.contains("secret"_L1));
        const qint64 pid = vm.supervisor->browserPid();

        Visitor person;
        QVERIFY(person.connectTo(vm.supervisor->status().wsEndpoint));
        QString session = person.sessionOn(u"/login"_s);
        (void)person.evaluate(session, u"location.href='/home'"_s);
        QVERIFY(vm.reaches(BrowserState::Ready, 5'000));
        (void)person.evaluate(session, u"location.href='/login'"_s); // logged out by the portal
        QVERIFY(vm.reaches(BrowserState::LoginRequired, 2'000)); // pushed, not probed
        QCOMPARE(vm.supervisor->browserPid(), pid); // never restarted for it
    }

    void aFreshLoginSurvivesAKilledBrowser()
    {
        RealBrowser vm;
        vm.portal.pages["/login"] = "<title>log in</title>";
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.portal.needsCookie = "portal_session=jo";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.config.loginPattern = u"/login"_s;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::LoginRequired));
        Visitor person;
        QVERIFY(person.connectTo(vm.supervisor->status().wsEndpoint));
        const QString session = person.sessionOn(u"/login"_s);
        vm.portal.setCookie = "portal_session=jo; Max-Age=86400; HttpOnly";
        (void)person.evaluate(session, u"fetch('/login').then(() => location.href = '/home')"_s);
        QVERIFY(vm.reaches(BrowserState::Ready, 5'000));
        vm.portal.setCookie.clear();
        QTRY_VERIFY_WITH_TIMEOUT(onDisk(vm, "portal_session"), 10'000); // Chromium alone takes 30 s

        bool loginWasNeeded = false;
        QObject::connect(vm.supervisor.get(), &BrowserSupervisor::statusChanged, vm.supervisor.get(),
            [&](const BrowserStatus &status) { loginWasNeeded |= status.state == BrowserState::LoginRequired; });
        const qint64 pid = vm.supervisor->browserPid();
        vm.signalMain(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().state != BrowserState::Ready, 5'000);
        QVERIFY(vm.reaches(BrowserState::Ready));
        QVERIFY(vm.supervisor->browserPid() != pid);
        QVERIFY(!loginWasNeeded);
    }

    void aRenewedSessionReachesTheDiskToo()
    {
        RealBrowser vm;
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.config.loginPattern = u"/login"_s;
        vm.limits.keepCookiesEvery = milliseconds {1'000};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        Visitor script;
        QVERIFY(script.connectTo(vm.supervisor->status().wsEndpoint));
        const QString session = script.sessionOn(u"/home"_s);
        (void)script.evaluate(session, u"document.cookie = 'renewed_session=2; max-age=86400'"_s);
        QTRY_VERIFY_WITH_TIMEOUT(onDisk(vm, "renewed_session"), 10'000);
        COMPARE_WORDS(vm.supervisor->status().state, BrowserState::Ready);
    }

    void aLoginFormWithoutItsOwnAddressIsFoundByTheExpression()
    {
        RealBrowser vm;
        vm.portal.pages["/app"] = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self'\"><body></body>";
        vm.config.startUrl = vm.portal.url(u"/app"_s);
        vm.config.readyUrlPattern = u"/app"_s;
        vm.config.readyExpression = u"document.querySelector('#user') !== null"_s;
        vm.config.probeEvery = milliseconds {500};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::LoginRequired));
        Visitor person;
        QVERIFY(person.connectTo(vm.supervisor->status().wsEndpoint));
        const QString session = person.sessionOn(u"/app"_s);
        (void)person.evaluate(session, u"document.body.innerHTML='<p id=user>Jo</p>'"_s);
        QVERIFY(vm.reaches(BrowserState::Ready, 5'000));
        (void)person.evaluate(session, u"document.body.innerHTML='<form/>'"_s);
        QVERIFY(vm.reaches(BrowserState::LoginRequired, 5'000));
    }

    void aClosedPortalPageIsOpenedOnce()
    {
        RealBrowser vm;
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.config.probeEvery = milliseconds {300};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        Visitor script;
        QVERIFY(script.connectTo(vm.supervisor->status().wsEndpoint));
        const QString session = script.sessionOn(u"/home"_s);
        vm.portal.heads.clear();
        (void)script.evaluate(session, u"location.href='about:blank'"_s);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().state != BrowserState::Ready, 5'000);
        QVERIFY(vm.reaches(BrowserState::Ready));
        const auto opened = std::count_if(
            vm.portal.heads.cbegin(), vm.portal.heads.cend(), [](const QByteArray &h) { return h.startsWith("GET /home"); });
        QCOMPARE(opened, 1);
    }

    void aPortalThatIsDownIsTriedAgain()
    {
        RealBrowser vm;
        vm.limits.errorReload = milliseconds {1'000};
        vm.config.probeEvery = milliseconds {500};
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        const quint16 port = vm.portal.serverPort();
        vm.portal.close();
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Disconnected));
        QVERIFY(vm.supervisor->status().detail.contains("could not be loaded"_L1));
        QVERIFY(vm.portal.listen(QHostAddress::LocalHost, port));
        QVERIFY(vm.reaches(BrowserState::Ready));
    }

    void ourProbeIsNoPageForScripts()
    {
        RealBrowser vm;
        vm.config.readyUrlPattern = u"/never"_s; // no page matches: our own target is probed
        vm.config.probeEvery = milliseconds {300};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::LoginRequired));
        Visitor script;
        QVERIFY(script.connectTo(vm.supervisor->status().wsEndpoint));
        QJsonArray infos;
        const auto ours = [&] {
            infos = script.call(u"Target.getTargets"_s, {})->value("targetInfos"_L1).toArray();
            return std::count_if(infos.cbegin(), infos.cend(),
                [](const QJsonValue &info) { return info.toObject().value("url"_L1).toString() == "about:blank#dtf-probe"_L1; });
        };
        QTRY_COMPARE_WITH_TIMEOUT(ours(), 1, 5'000);
        for (const auto &info : infos) {
            if (info.toObject().value("url"_L1).toString() == "about:blank#dtf-probe"_L1) {
                QVERIFY(info.toObject().value("type"_L1).toString() != "page"_L1);
            }
        }
        vm.supervisor->detach();
        QTRY_COMPARE_WITH_TIMEOUT(ours(), 0, 5'000); // it goes with us
    }
};

QTEST_GUILESS_MAIN(TestPortal)
#include "tst_portal.moc"
