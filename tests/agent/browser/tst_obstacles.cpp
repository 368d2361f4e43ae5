// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a browser's way: a taken port, an old lock, a program that ends at once, somebody else's browser on our profile.
#include "tests/agent/browser/realbrowser.h"

#include <QDir>

#include <unistd.h>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestObstacles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aForeignProgramOnOurPort()
    {
        RealBrowser vm;
        QTcpServer foreign;
        int visitors = 0;
        QObject::connect(&foreign, &QTcpServer::newConnection, &foreign, [&] { ++visitors; });
        QVERIFY(foreign.listen(QHostAddress::LocalHost, static_cast<quint16>(vm.config.port)));
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        QVERIFY(vm.supervisor->status().port >= vm.config.port + 100);
        QVERIFY(vm.endpointFile().contains(QByteArray::number(vm.supervisor->status().port)));
        QCOMPARE(visitors, 0); // never talked to

        const qint64 pid = vm.supervisor->browserPid();
        vm.supervisor.reset();
        vm.begin(); // found on its spare port
        QVERIFY(vm.reaches(BrowserState::Ready));
        QCOMPARE(vm.supervisor->browserPid(), pid);
        foreign.close();
        vm.supervisor->restart(u"the port is free again"_s);
        QVERIFY(vm.reaches(BrowserState::Starting));
        QVERIFY(vm.reaches(BrowserState::Ready));
        QCOMPARE(vm.supervisor->status().port, vm.config.port);
    }

    void theLockOfAClonedMachineIsRemoved()
    {
        RealBrowser vm;
        QVERIFY(QDir().mkpath(vm.config.profileDir));
        const QByteArray lock = QFile::encodeName(vm.config.profileDir + u"/SingletonLock"_s);
        QCOMPARE(::symlink("otherhost-4242", lock.constData()), 0);
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
    }

    void aBrowserStartedByHandIsExplainedAndNotTouched()
    {
        RealBrowser vm;
        QVERIFY(QDir().mkpath(vm.config.profileDir));
        const Result<QString> program = findBrowserProgram();
        QVERIFY(program);
        const auto byHand =
            launchDetached({*program, vm.config.arguments + QStringList {u"--user-data-dir="_s + vm.config.profileDir}, {}});
        QVERIFY(byHand);
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(vm.config.profileDir + u"/SingletonLock"_s).isSymLink(), 20'000);
        vm.limits.blockedRecheck = milliseconds {200};
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Disconnected));
        QVERIFY(vm.supervisor->status().detail.contains(QString::number(byHand->pid)));
        QVERIFY(processEntry(byHand->pid).has_value());
        vm.supervisor->restart(u"an operator's word"_s);
        QVERIFY(vm.reaches(BrowserState::Ready));
        QVERIFY(!processEntry(byHand->pid).has_value());
    }

    void aCrashLoopIsPausedUntilAnOperatorComes()
    {
        RealBrowser vm;
        const QString script = vm.dir.filePath(u"chrome"_s);
        const QString starts = vm.dir.filePath(u"starts"_s);
        QFile file(script);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\necho start >> '" + QFile::encodeName(starts) + "'\necho 'no screen here' >&2\nexit 1\n");
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        file.close();
        vm.config.program = script;
        vm.limits.firstDelay = milliseconds {20};
        const auto started = [&] {
            QFile counter(starts);
            return counter.open(QIODevice::ReadOnly) ? counter.readAll().count('\n') : 0;
        };
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Paused));
        QCOMPARE(started(), 6); // the first, and five restarts
        QVERIFY(vm.supervisor->status().detail.contains("exit code 1"_L1));
        QVERIFY(vm.supervisor->status().detail.contains("no screen here"_L1));

        vm.supervisor->restart(u"try again"_s);
        QVERIFY(vm.reaches(BrowserState::Starting, 5'000));
        QVERIFY(vm.reaches(BrowserState::Paused));
        QCOMPARE(started(), 12);
    }

    void aMissingProgramIsSaid()
    {
        RealBrowser vm;
        vm.config.program = u"/nowhere/chrome"_s;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Disconnected));
        QVERIFY(vm.supervisor->status().detail.contains("/nowhere/chrome"_L1));
    }

    void aWrapperThatStaysIsSeenThrough()
    {
        RealBrowser vm;
        const Result<QString> program = findBrowserProgram();
        QVERIFY(program);
        const QString script = vm.dir.filePath(u"wrapper"_s);
        QFile file(script);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + QFile::encodeName(*program) + " \"$@\"\nexit 0\n");
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        file.close();
        vm.config.program = script;
        vm.begin();
        QVERIFY(vm.reaches(BrowserState::Ready));
        const auto browser = processEntry(vm.supervisor->browserPid());
        QVERIFY(browser);
        QVERIFY(!browser->arguments.constFirst().endsWith("/sh"));
        vm.signalMain(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(vm.supervisor->status().state != BrowserState::Ready, 5'000);
        QVERIFY(vm.reaches(BrowserState::Ready));
    }
};

QTEST_GUILESS_MAIN(TestObstacles)
#include "tst_obstacles.moc"
