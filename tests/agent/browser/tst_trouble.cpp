// SPDX-License-Identifier: GPL-3.0-or-later
// A browser that stands still, a page that is wedged or crashes: what is restarted, and what is not.
#include "tests/agent/browser/realbrowser.h"

#include <sys/prctl.h>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestTrouble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStoppedBrowserIsNoticedAndReplaced()
    {
        RealBrowser vm;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        vm.signalMain(SIGSTOP);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().state != BrowserState::Ready, 15'000); // the product's own limits
        QVERIFY(vm.reaches(BrowserState::Ready));
        QVERIFY(vm.supervisor->browserPid() != pid);
        QVERIFY(!processEntry(pid).has_value());
    }

    void aStoppedBrowserIsNotAdopted()
    {
        RealBrowser vm;
        vm.limits.adoptTimeout = milliseconds {2'000};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        vm.signalMain(SIGSTOP);
        vm.supervisor.reset();
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        QVERIFY(vm.supervisor->browserPid() != pid);
    }

    void aWedgedPageIsNotReadyButTheBrowserLives()
    {
        RealBrowser vm;
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.config.probeEvery = milliseconds {1'000};
        vm.config.probeTimeout = milliseconds {1'500};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        vm.supervisor->setBusy(true);
        Visitor script;
        QVERIFY(script.connectTo(vm.supervisor->status().wsEndpoint));
        const QString session = script.sessionOn(u"/home"_s);
        (void)script.evaluate(session, u"setTimeout(()=>{const end=Date.now()+12000;while(Date.now()<end){}},50)"_s);
        QVERIFY(vm.reaches(BrowserState::Disconnected, 8'000));
        QVERIFY(vm.supervisor->status().detail.contains("does not answer"_L1));
        QVERIFY(vm.reaches(BrowserState::Ready, 20'000)); // its long script is over: nothing was restarted or reloaded
        QCOMPARE(vm.supervisor->browserPid(), pid);
    }

    void aPageWedgedForGoodIsReloadedWhenNoRunIsGoingOn()
    {
        RealBrowser vm;
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.config.probeEvery = milliseconds {1'000};
        vm.config.probeTimeout = milliseconds {1'500};
        vm.limits.pageCureAfter = milliseconds {2'000};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        Visitor script;
        QVERIFY(script.connectTo(vm.supervisor->status().wsEndpoint));
        const QString session = script.sessionOn(u"/home"_s);
        const auto asked = script.evaluate(session, u"sessionStorage.login='kept';setTimeout(()=>{for(;;){}},50)"_s);
        QVERIFY(asked && !asked->contains("exceptionDetails"_L1));
        QVERIFY(vm.reaches(BrowserState::Disconnected, 8'000));
        QVERIFY(vm.reaches(BrowserState::Ready));
        QCOMPARE(vm.supervisor->browserPid(), pid);
        const QString again = script.sessionOn(u"/home"_s);
        const auto kept = script.evaluate(again, u"sessionStorage.login"_s);
        QVERIFY(kept);
        QCOMPARE(kept->value("result"_L1).toObject().value("value"_L1).toString(), u"kept"_s);
    }

    void aCrashedPageIsLoadedAgain()
    {
        RealBrowser vm;
        vm.portal.pages["/home"] = "<title>home</title>";
        vm.config.startUrl = vm.portal.url(u"/home"_s);
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const qint64 pid = vm.supervisor->browserPid();
        QStringList details;
        QObject::connect(vm.supervisor.get(), &BrowserSupervisor::statusChanged, vm.supervisor.get(),
            [&](const BrowserStatus &status) { details.append(status.detail); });
        Visitor script;
        QVERIFY(script.connectTo(vm.supervisor->status().wsEndpoint));
        (void)script.call(u"Page.crash"_s, {}, script.sessionOn(u"/home"_s), milliseconds {500});
        QTRY_VERIFY_WITH_TIMEOUT(!details.filter(u"crashed"_s).isEmpty(), 5'000);
        QVERIFY(vm.reaches(BrowserState::Ready));
        QCOMPARE(vm.supervisor->browserPid(), pid);
    }

    void theLeftChildrenOfADeadBrowserAreEnded()
    {
        RealBrowser vm;
        ::prctl(PR_SET_CHILD_SUBREAPER, 1); // as the agent is: a dead browser's children become ours
        vm.limits.memoryEvery = milliseconds {200};
        vm.limits.restartsInWindow = 1;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        QList<qint64> children;
        for (const ProcessEntry &process : profileProcesses(processTable(), vm.config.profileDir, false)) {
            if (process.pid != vm.supervisor->browserPid()) {
                ::kill(static_cast<pid_t>(process.pid), SIGSTOP); // one that doesn't notice its parent's end
                children.append(process.pid);
            }
        }
        QVERIFY(!children.isEmpty());
        vm.signalMain(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().state == BrowserState::Starting, 5'000);
        QVERIFY(vm.reaches(BrowserState::Ready));
        for (const qint64 child : children) {
            QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(u"/proc/%1"_s.arg(child)), 5'000); // no zombie either
        }
    }
};

QTEST_GUILESS_MAIN(TestTrouble)
#include "tst_trouble.moc"
