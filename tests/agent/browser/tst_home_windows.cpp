// SPDX-License-Identifier: GPL-3.0-or-later
// The launcher and what it watches, on Windows.
#include "agent/browser/exitwatch.h"
#include "agent/browser/identity.h"
#include "agent/browser/processes.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include <windows.h>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

bool isWine()
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

} // namespace

class TestHomeWindows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theEndpointFileIsReplacedWhole()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(u"browser_state.json"_s);
        QVERIFY(writeEndpointFile(path, 9222, u"aaaa"_s));
        QVERIFY(writeEndpointFile(path, 9322, u"b"_s));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("{\"wsEndpoint\":\"ws://localhost:9322/devtools/browser/b\"}\n"));
        file.close();
        QVERIFY(removeEndpointFile(path));
        QVERIFY(!QFile::exists(path));
    }

    void argumentsArriveAsTheyWere_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("plain") << u"plain"_s;
        QTest::newRow("blank") << u"with a blank"_s;
        QTest::newRow("trailing blank and umlaut") << u"a b \u00fc.txt"_s;
    }
    void argumentsArriveAsTheyWere()
    {
        QFETCH(QString, name);
        QTemporaryDir dir;
        const QString folder = dir.filePath(name);
        QVERIFY(QDir().mkpath(folder));
        const QString file = folder + u"/made"_s;
        const auto launched = launchDetached({child, {u"touch="_s + QDir::toNativeSeparators(file), u"exit=3"_s}, {}});
        QVERIFY2(launched.has_value(), launched ? "" : qPrintable(launched.error().detail));
        ExitWatch watch(launched->pid, launched->startTime);
        QSignalSpy ended(&watch, &ExitWatch::ended);
        QVERIFY(ended.wait(20'000));
        QCOMPARE(ended.constFirst().constFirst().toString(), u"exit code 3"_s);
        QVERIFY(QFile::exists(file));
    }

    void anEndedProcessIsToldOnce()
    {
        const auto launched = launchDetached({child, {u"stop"_s}, {}});
        QVERIFY(launched);
        ExitWatch watch(launched->pid, launched->startTime);
        QSignalSpy ended(&watch, &ExitWatch::ended);
        ProcessEntry reused = *launched;
        ++reused.startTime; // its number was given to another process meanwhile
        (void)endProcess(reused);
        QVERIFY(processEntry(launched->pid));
        QVERIFY(endProcess(*launched));
        QVERIFY(ended.wait(20'000));
        QVERIFY(!processEntry(launched->pid));
        ExitWatch late(launched->pid, launched->startTime);
        QSignalSpy lateEnded(&late, &ExitWatch::ended);
        QVERIFY(lateEnded.wait(20'000));
        QCOMPARE(ended.count(), 1);
    }

    void aMissingProgramIsAnError()
    {
        const auto launched = launchDetached({u"C:/nowhere/chrome.exe"_s, {}, {}});
        QVERIFY(!launched);
        QVERIFY(launched.error().code == ErrorCode::SpawnFailed);
        QVERIFY(launched.error().detail.contains("C:/nowhere/chrome.exe"_L1));
    }

    void listenersKnowTheirOwner()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const qint64 self = QCoreApplication::applicationPid();
        const auto ours = listenersOn(server.serverPort(), {self});
        QCOMPARE(ours.size(), 1);
        QVERIFY(ours.constFirst().loopback4);
        if (!isWine()) { // which names no owners
            QCOMPARE(ours.constFirst().pid, self);
        }
        const auto foreign = listenersOn(server.serverPort(), {self + 4});
        QCOMPARE(foreign.size(), 1);
        QCOMPARE(foreign.constFirst().pid, qint64 {0});
        const quint16 port = server.serverPort();
        server.close();
        QVERIFY(listenersOn(port, {self}).isEmpty());
    }

    void weAreInTheTable()
    {
        const qint64 pid = QCoreApplication::applicationPid();
        const auto table = processTable();
        const auto self = std::find_if(table.cbegin(), table.cend(), [pid](const ProcessEntry &p) { return p.pid == pid; });
        QVERIFY(self != table.cend());
        QVERIFY(self->sameUser);
        QVERIFY(residentBytes({pid}) > 1'000'000);
        QCOMPARE(residentBytes({}), qint64 {-1});
        QVERIFY(!machineBootId().isEmpty());
    }

private:
    const QString child = QStringLiteral(TESTCHILD);
};

QTEST_GUILESS_MAIN(TestHomeWindows)
#include "tst_home_windows.moc"
