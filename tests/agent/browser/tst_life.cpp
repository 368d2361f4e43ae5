// SPDX-License-Identifier: GPL-3.0-or-later
// The browser's ordinary life with a real Chromium: started, found again, killed, restarted, left running.
#include "tests/agent/browser/realbrowser.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestLife : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsAndIsReady()
    {
        RealBrowser vm;
        vm.begin();
        COMPARE_WORDS(vm.supervisor->status().state, BrowserState::Starting);
        QVERIFY(vm.reaches(BrowserState::Ready));
        const BrowserStatus status = vm.supervisor->status();
        QCOMPARE(status.port, vm.config.port);
        QVERIFY(status.detail.isEmpty());
        QVERIFY(status.wsEndpoint.startsWith(u"ws://127.0.0.1:%1/devtools/browser/"_s.arg(vm.config.port)));
        const QString guid = status.wsEndpoint.section(u'/', -1);
        QCOMPARE(vm.endpointFile(),
            u"{\"wsEndpoint\":\"ws://localhost:%1/devtools/browser/%2\"}"_s.arg(vm.config.port).arg(guid).toUtf8());
    }

    void aNewAgentFindsTheLivingBrowser()
    {
        RealBrowser vm;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        const BrowserStatus before = vm.supervisor->status();
        vm.supervisor.reset();
        QVERIFY(processEntry(pid).has_value());
        QVERIFY(!vm.endpointFile().isEmpty()); // it lives, so scripts may find it
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        QCOMPARE(vm.supervisor->browserPid(), pid);
        QCOMPARE(vm.supervisor->status().wsEndpoint, before.wsEndpoint);
    }

    void itIsFoundEvenWithoutTheIdentityFile()
    {
        RealBrowser vm;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        vm.supervisor.reset();
        QVERIFY(QFile::remove(vm.dir.filePath(u"state/browser.json"_s)));
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        QCOMPARE(vm.supervisor->browserPid(), pid);
    }

    void killedItComesBackWithTheSameProfile()
    {
        RealBrowser vm;
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.portal.setCookie = "seen=yes; Max-Age=86400";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        // Chromium writes cookies to the disk every 30 s or when it closes: an operator's restart closes it properly.
        vm.supervisor->restart(u"test"_s);
        QVERIFY(vm.reaches(BrowserState::Starting));
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        const QString endpoint = vm.supervisor->status().wsEndpoint;
        vm.portal.heads.clear();
        vm.portal.setCookie.clear();
        QSignalSpy changes(vm.supervisor.get(), &BrowserSupervisor::statusChanged);

        vm.signalMain(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().state != BrowserState::Ready, 2'000);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().wsEndpoint.isEmpty(), 2'000);
        QVERIFY(vm.reaches(BrowserState::Ready, 10'000));
        QVERIFY(!changes.isEmpty());
        QVERIFY(vm.supervisor->browserPid() != pid);
        QVERIFY(vm.supervisor->status().wsEndpoint != endpoint);
        QVERIFY(vm.endpointFile().contains(vm.supervisor->status().wsEndpoint.section(u'/', -1).toLatin1()));
        QVERIFY(std::any_of(
            vm.portal.heads.cbegin(), vm.portal.heads.cend(), [](const QByteArray &h) { return h.contains("seen=yes"); }));
    }

    void goneMeansNoEndpointFile()
    {
        RealBrowser vm;
        vm.limits.restartsInWindow = 0; // stays down
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        vm.signalMain(SIGKILL);
        QVERIFY(vm.reaches(BrowserState::Paused));
        QVERIFY(vm.endpointFile().isEmpty());
        QCOMPARE(vm.supervisor->status().port, 0);
        QCOMPARE(vm.supervisor->browserPid(), qint64 {0});
    }

    void detachedItIsLeftAlone()
    {
        RealBrowser vm;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        vm.supervisor->detach();
        COMPARE_WORDS(vm.supervisor->status().state, BrowserState::Disconnected);
        QVERIFY(processEntry(pid).has_value());
        vm.supervisor->restart(u"means nothing now"_s);
        QVERIFY(processEntry(pid).has_value());
        vm.supervisor->start();
        QVERIFY(vm.reaches(BrowserState::Ready));
        QCOMPARE(vm.supervisor->browserPid(), pid);
    }

    void itHasAPictureAndAWeight()
    {
        RealBrowser vm;
        vm.portal.pages["/home"] = "<body style='background:#0a0'>hello</body>";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.begin();
        std::optional<Result<QByteArray>> early;
        vm.supervisor->capture([&](const Result<QByteArray> &picture) { early = picture; });
        QVERIFY(!early); // never from within the call
        QTRY_VERIFY(early);
        COMPARE_WORDS(early->error().code, ErrorCode::Unavailable);

        QVERIFY(vm.reaches(BrowserState::Ready));
        std::optional<Result<QByteArray>> picture;
        vm.supervisor->capture([&](const Result<QByteArray> &result) { picture = result; });
        QTRY_VERIFY_WITH_TIMEOUT(picture, 16'000);
        QVERIFY(picture->has_value());
        QVERIFY((*picture)->startsWith("\x89PNG\r\n"));
        QVERIFY((*picture)->size() > 500);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().memoryBytes > 50'000'000, 20'000);
    }
};

QTEST_GUILESS_MAIN(TestLife)
#include "tst_life.moc"
