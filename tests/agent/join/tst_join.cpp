// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/join/enroller.h"
#include "agent/join/membership.h"
#include "agent/join/movedaside.h"
#include "agent/join/wantedname.h"
#include "tests/support/comparewords.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

const Hardware here {"4c4c4544-0039-4a10-8050-b7c04f4d3732", "installation", {"02:00:00:00:00:01"}};
const Hardware there {"4c4c4544-0039-4a10-8050-b7c04f4d3733", "installation", {"02:00:00:00:00:02"}};

Enrolment joinedHere()
{
    Enrolment e = freshQuestion(here, false);
    e.node = *NodeName::parse("VM-1");
    e.token = QByteArray(64, 'a');
    return e;
}

bool put(const QString &path, const QByteArray &content = "x")
{
    QFile file(path);
    return QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly) && file.write(content) == content.size()
        && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
}

struct Disk
{
    Disk()
    {
        config.stateDir = dir.filePath(u"state"_s);
        config.scratchDir = dir.filePath(u"scratch"_s);
        config.joinCodeFile = dir.filePath(u"join-code"_s);
        config.orchestratorUrl = QUrl(u"http://127.0.0.1:1"_s);
    }
    QTemporaryDir dir;
    AgentConfig config;
};

} // namespace

class TestJoin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsToDo();
    void theEnrolmentIsKept();
    void aFirstStartWritesItsQuestionDown();
    void aClonesMemoryIsPutAside();
    void onlyAFewAreKept();
    void withoutACodeACloneDoesNotStart();
    void aMissingCodeIsExplained();
    void hostNamesBecomeNodeNames_data();
    void hostNamesBecomeNodeNames();
    void checkTellsHowItStands();
};

void TestJoin::whatIsToDo()
{
    const Enrolment joined = joinedHere();
    Enrolment asked = freshQuestion(here, false);
    Enrolment twin = joined;
    twin.twin = true;
    QCOMPARE(int(*judgeEnrolment(std::nullopt, here, false)), int(JoinStep::Ask));
    QCOMPARE(int(*judgeEnrolment(asked, here, true)), int(JoinStep::Ask));
    QCOMPARE(int(*judgeEnrolment(asked, there, true)), int(JoinStep::AskAnew)); // not with the first one's question
    QCOMPARE(int(*judgeEnrolment(joined, here, false)), int(JoinStep::GoOn));
    QCOMPARE(int(*judgeEnrolment(joined, there, true)), int(JoinStep::AskAnew));
    QCOMPARE(int(*judgeEnrolment(twin, here, true)), int(JoinStep::AskAmongTwins));
    COMPARE_WORDS(judgeEnrolment(joined, there, false).error().code, ErrorCode::PermissionDenied);
    COMPARE_WORDS(judgeEnrolment(twin, here, false).error().code, ErrorCode::PermissionDenied);
}

void TestJoin::theEnrolmentIsKept()
{
    const QTemporaryDir dir;
    QVERIFY(!*readEnrolment(dir.path()));
    Enrolment joined = joinedHere();
    joined.orchestrator = "5e0c";
    joined.code = "c0de";
    QVERIFY(writeEnrolment(dir.path(), joined));
#ifndef Q_OS_WIN // where the access list of its folder says who may read it, and no mode bits do
    const QFile file(enrolmentFile(dir.path()));
    QCOMPARE(
        file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
#endif
    const auto read = readEnrolment(dir.path());
    QVERIFY(read && *read);
    QVERIFY((*read)->node == joined.node && (*read)->token == joined.token && (*read)->machine == joined.machine
        && (*read)->request == joined.request && (*read)->orchestrator == joined.orchestrator && (*read)->code == joined.code
        && (*read)->hardware == joined.hardware && !(*read)->twin);
    QVERIFY(put(enrolmentFile(dir.path()), "{\"node\":\"VM-1\""));
    COMPARE_WORDS(readEnrolment(dir.path()).error().code, ErrorCode::ParseError);
#ifndef Q_OS_WIN
    QVERIFY(QFile::setPermissions(enrolmentFile(dir.path()), QFile::ReadOwner | QFile::ReadGroup));
    COMPARE_WORDS(readEnrolment(dir.path()).error().code, ErrorCode::PermissionDenied);
#endif
}

void TestJoin::aFirstStartWritesItsQuestionDown()
{
    Disk disk;
    const auto first = settleMembership(disk.config, here);
    QVERIFY(first && !first->isJoined());
    const auto second = settleMembership(disk.config, here); // killed before its answer
    QVERIFY(second);
    QCOMPARE(second->request, first->request);
    QCOMPARE(second->machine, identityOf(here));
}

void TestJoin::aClonesMemoryIsPutAside()
{
    Disk disk;
    QVERIFY(put(disk.config.joinCodeFile, "7K2QD-0X9FA-00000-11111-22222-33333\n"));
    const QString state = disk.config.stateDir + u'/';
    const QString scratch = disk.config.scratchDir + u'/';
    QVERIFY(put(state + u"journal.dtf"_s) && put(state + u"journal.aside-abcdefgh"_s) && put(state + u"browser.json"_s)
        && put(state + u"chrome-profile/Default/Cookies"_s) && put(scratch + u"J.e1/in/a.csv"_s));
    QVERIFY(writeEnrolment(disk.config.stateDir, joinedHere()));
    const auto settled = settleMembership(disk.config, there);
    QVERIFY2(settled, qPrintable(settled ? QString() : settled.error().detail));
    QVERIFY(!settled->isJoined());
    QCOMPARE(settled->machine, identityOf(there));
    const QString aside = state + u"of-another-machine-1/"_s;
    for (const QString &name : {u"journal.dtf"_s, u"journal.aside-abcdefgh"_s, u"browser.json"_s, u"enrolment"_s}) {
        QVERIFY2(QFile::exists(aside + name), qPrintable(name));
        QVERIFY2(name == "enrolment"_L1 || !QFile::exists(state + name), qPrintable(name));
    }
    QVERIFY(QFile::exists(state + u"chrome-profile/Default/Cookies"_s)); // this machine's own disk, and its login
    QVERIFY(!QFile::exists(scratch + u"J.e1"_s));
    QVERIFY(QFile::exists(scratch + u"of-another-machine-1/J.e1/in/a.csv"_s));
}

void TestJoin::onlyAFewAreKept()
{
    Disk disk;
    for (int n = 1; n <= 7; ++n) {
        QVERIFY(put(disk.config.stateDir + u"/journal.dtf"_s));
        QVERIFY(moveAside(disk.config.stateDir, disk.config.scratchDir));
    }
    const QStringList left = QDir(disk.config.stateDir).entryList({u"of-another-machine-*"_s}, QDir::Dirs, QDir::Name);
    QCOMPARE(left.size(), keptAside);
    QCOMPARE(left.last(), u"of-another-machine-7"_s);
}

void TestJoin::withoutACodeACloneDoesNotStart()
{
    Disk disk;
    QVERIFY(QDir().mkpath(disk.config.stateDir));
    QVERIFY(put(disk.config.stateDir + u"/journal.dtf"_s));
    QVERIFY(writeEnrolment(disk.config.stateDir, joinedHere()));
    const auto settled = settleMembership(disk.config, there);
    QVERIFY(!settled);
    QVERIFY2(settled.error().detail.contains(u"VM-1"_s) && settled.error().detail.contains(u"dtf-ctl join-code"_s),
        qPrintable(settled.error().detail));
    QVERIFY(QFile::exists(disk.config.stateDir + u"/journal.dtf"_s));
    QVERIFY(settleMembership(disk.config, here)->isJoined()); // the first one goes on
}

void TestJoin::aMissingCodeIsExplained()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"join-code"_s);
    QVERIFY(readJoinCode(path).error().detail.contains(u"is not there"_s));
    QVERIFY(put(path, "\n"));
    QVERIFY(readJoinCode(path).error().detail.contains(u"is empty"_s));
    QVERIFY(put(path, "hello"));
    QVERIFY(readJoinCode(path).error().detail.contains(u"no join code"_s));
    QVERIFY(put(path, "7K2QD-0X9FA-00000-11111-22222-33333\n"));
    QVERIFY(readJoinCode(path));
#ifndef Q_OS_WIN
    QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::ReadOther));
    QVERIFY(readJoinCode(path).error().detail.contains(u"chmod 600"_s));
#endif
}

void TestJoin::hostNamesBecomeNodeNames_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("node");
    QTest::newRow("plain") << u"vm7"_s << u"VM7"_s;
    QTest::newRow("domain") << u"payroll-vm7.example.org"_s << u"PAYROLL-VM7"_s;
    QTest::newRow("other characters") << u"_büro__pc_"_s << u"B-RO-PC"_s;
    QTest::newRow("long") << QString(50, u'a') << QString(32, u'A');
    QTest::newRow("empty") << QString() << u"NODE"_s;
    QTest::newRow("nothing usable") << u"___"_s << u"NODE"_s;
    QTest::newRow("a device of Windows") << u"con"_s << u"NODE-CON"_s;
}

void TestJoin::hostNamesBecomeNodeNames()
{
    QFETCH(QString, host);
    QFETCH(QString, node);
    QCOMPARE(nodeNameFrom(host).toString(), node);
}

void TestJoin::checkTellsHowItStands()
{
    Disk disk;
    QVERIFY(QDir().mkpath(disk.config.stateDir));
    std::optional<Enrolment> enrolled;
    CheckRow row = checkMembership(disk.config, &enrolled);
    QVERIFY2(!row.ok() && row.detail().contains(u"is not there"_s), qPrintable(row.detail()));
    QVERIFY(put(disk.config.joinCodeFile, "7K2QD-0X9FA-00000-11111-22222-33333\n"));
    row = checkMembership(disk.config, &enrolled);
    QVERIFY2(row.ok() && row.detail().contains(u"will ask for the name"_s), qPrintable(row.detail()));
    Enrolment joined = joinedHere();
    joined.hardware = readHardware();
    QVERIFY(writeEnrolment(disk.config.stateDir, joined));
    row = checkMembership(disk.config, &enrolled);
    QVERIFY2(row.ok() && row.detail().contains(u"joined as VM-1"_s) && enrolled, qPrintable(row.detail()));
}

QTEST_GUILESS_MAIN(TestJoin)
#include "tst_join.moc"
