// SPDX-License-Identifier: GPL-3.0-or-later
// Processes, files and locks around the browser, without one.
#include "agent/browser/exitwatch.h"
#include "agent/browser/identity.h"
#include "agent/browser/processes.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestHome : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theIdentityComesBackOrIsRefused()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(u"state/browser.json"_s);
        const BrowserIdentity identity {4242, 0xfedcba9876543210ULL, u"boot"_s, 9222, u"guid"_s, u"/p"_s};
        QVERIFY(writeIdentity(path, identity));
        QVERIFY(readIdentity(path) == identity);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        file.close();
        for (qsizetype size = 0; size < whole.size() - 2; ++size) { // a torn one never counts
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(whole.first(size));
            file.close();
            QVERIFY(!readIdentity(path));
        }
        QCOMPARE(QDir(dir.filePath(u"state"_s)).entryList(QDir::Files).size(), 1); // no temporary file stays
    }

    void theEndpointFileIsReplacedWhole()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(u"browser_state.json"_s);
        QVERIFY(writeEndpointFile(path, 9222, u"aaaa"_s));
        QVERIFY(writeEndpointFile(path, 9322, u"b"_s));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("{\"wsEndpoint\":\"ws://localhost:9322/devtools/browser/b\"}\n"));
        QVERIFY(removeEndpointFile(path));
        QVERIFY(!QFile::exists(path));
        QVERIFY(removeEndpointFile(path)); // gone is gone
    }

    void aLauncheeOwnsItsSessionAndNothingOfOurs_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("how");
        QTest::addColumn<QString>("says"); // %1: its pid
        QTest::newRow("descriptors: 3 is ls's own")
            << u"/bin/ls"_s << QStringList {u"-x"_s, u"/proc/self/fd"_s} << u"exit code 0"_s << u"0  1  2  3"_s;
        QTest::newRow("session") << u"/usr/bin/cut"_s << QStringList {u"-d "_s, u"-f6"_s, u"/proc/self/stat"_s}
                                 << u"exit code 0"_s << u"%1"_s;
        QTest::newRow("exit code and words")
            << u"/bin/sh"_s << QStringList {u"-c"_s, u"echo no >&2; exit 3"_s} << u"exit code 3"_s << u"no"_s;
    }
    void aLauncheeOwnsItsSessionAndNothingOfOurs()
    {
        QFETCH(QString, program);
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        QTemporaryDir dir;
        const QString log = dir.filePath(u"log"_s);
        QTcpServer inherited;
        QVERIFY(inherited.listen(QHostAddress::LocalHost));
        const auto launched = launchDetached({program, arguments, log});
        QVERIFY(launched);
        ExitWatch watch(launched->pid, launched->startTime);
        QSignalSpy ended(&watch, &ExitWatch::ended);
        QVERIFY(ended.wait(5'000));
        QTEST(ended.constFirst().constFirst().toString(), "how");
        QFile file(log);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll().trimmed()), says.contains(u'%') ? says.arg(launched->pid) : says);
    }

    void anEndedProcessIsToldAtOnceAndOnce()
    {
        const auto launched = launchDetached({u"/bin/sleep"_s, {u"600"_s}, {}});
        QVERIFY(launched);
        ExitWatch watch(launched->pid, launched->startTime);
        QSignalSpy ended(&watch, &ExitWatch::ended);
        ProcessEntry reused = *launched;
        ++reused.startTime; // its number was given to another process meanwhile
        (void)endProcess(reused);
        QVERIFY(processEntry(launched->pid));
        QVERIFY(endProcess(*launched));
        QVERIFY(ended.wait(5'000));
        QCOMPARE(ended.constFirst().constFirst().toString(), u"signal 9"_s);
        QVERIFY(!processEntry(launched->pid));
        ExitWatch late(launched->pid, launched->startTime);
        QSignalSpy lateEnded(&late, &ExitWatch::ended);
        QVERIFY(lateEnded.wait(5'000));
        QCOMPARE(ended.count(), 1);
    }

    void aMissingProgramIsAnError()
    {
        const auto launched = launchDetached({u"/nowhere/chrome"_s, {}, {}});
        QVERIFY(!launched);
        QVERIFY(launched.error().code == ErrorCode::SpawnFailed);
        QVERIFY(launched.error().detail.contains("/nowhere/chrome"_L1));
    }

    void listenersKnowTheirOwner()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const qint64 self = ::getpid();
        const auto ours = listenersOn(server.serverPort(), {self});
        QCOMPARE(ours.size(), 1);
        QCOMPARE(ours.constFirst().pid, self);
        QVERIFY(ours.constFirst().loopback4);
        const auto foreign = listenersOn(server.serverPort(), {::getppid()});
        QCOMPARE(foreign.size(), 1);
        QCOMPARE(foreign.constFirst().pid, qint64 {0});
        const quint16 port = server.serverPort();
        server.close();
        QVERIFY(listenersOn(port, {self}).isEmpty());
        QTcpServer six;
        if (six.listen(QHostAddress::LocalHostIPv6)) {
            const auto only = listenersOn(six.serverPort(), {self});
            QCOMPARE(only.size(), 1);
            QCOMPARE(only.constFirst().address, u"::1"_s);
            QVERIFY(!only.constFirst().loopback4);
        }
    }

    void aLockWhoseSocketAcceptsIsNotTouched()
    {
        QTemporaryDir dir;
        const QByteArray base = QFile::encodeName(dir.path());
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        const QByteArray path = base + "/s";
        std::copy(path.cbegin(), path.cend(), address.sun_path);
        QCOMPARE(::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
        QCOMPARE(::listen(fd, 1), 0);
        QCOMPARE(::symlink(path.constData(), (base + "/SingletonSocket").constData()), 0);
        QCOMPARE(::symlink("otherhost-1", (base + "/SingletonLock").constData()), 0);
        const auto held = removeStaleLock(dir.path());
        QVERIFY(!held);
        QVERIFY(held.error().code == ErrorCode::Busy);
        QVERIFY(QFileInfo(dir.filePath(u"SingletonLock"_s)).isSymLink());
        ::close(fd);
        const auto freed = removeStaleLock(dir.path());
        QVERIFY(freed);
        QCOMPARE(*freed, u"otherhost-1"_s);
        QVERIFY(!QFileInfo(dir.filePath(u"SingletonLock"_s)).isSymLink());
        QVERIFY(removeStaleLock(dir.path()).value_or(u"x"_s).isEmpty()); // nothing left
    }

    void weAreInTheTable()
    {
        const auto table = processTable();
        const auto self = std::find_if(table.cbegin(), table.cend(), [](const ProcessEntry &p) { return p.pid == ::getpid(); });
        QVERIFY(self != table.cend());
        QVERIFY(self->sameUser);
        QCOMPARE(self->parent, qint64 {::getppid()});
        QVERIFY(self->arguments.constFirst().contains("tst_agent_browser_home"));
        QVERIFY(residentBytes({::getpid()}) > 1'000'000);
        QCOMPARE(residentBytes({}), qint64 {-1});
        QVERIFY(!machineBootId().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestHome)
#include "tst_home.moc"
