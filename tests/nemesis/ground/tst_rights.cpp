// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/stories.h"

#include <QScopeGuard>
#include <QTest>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// Files and folders that the programs' account may not touch: that one goes to a person, the others flow.
class GroundRights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aFileThatTheAgentCannotRead();
    void aFolderOfOneNodeThatNobodyMayWriteTo();
    void aFileThatNobodyMayMove();
};

namespace {

void setRights(const QString &path, mode_t mode)
{
    if (::chmod(path.toUtf8().constData(), mode) != 0) {
        qFatal("the rights of %s can't be changed", qUtf8Printable(path));
    }
}

/// As a producer's system that marks a file as not to be changed, or a lock that a server holds for somebody.
bool makeImmutable(const QString &path, bool on)
{
    const int file = ::open(path.toUtf8().constData(), O_RDONLY | O_CLOEXEC);
    int flags = 0;
    bool ok = file >= 0 && ::ioctl(file, FS_IOC_GETFLAGS, &flags) == 0;
    flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    ok = ok && ::ioctl(file, FS_IOC_SETFLAGS, &flags) == 0;
    if (file >= 0) {
        ::close(file);
    }
    return ok;
}

} // namespace

void GroundRights::initTestCase()
{
    // From the next exec on root is an account like any other: rights count.
    const bool asOthers = ::geteuid() != 0
        || (::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0
            && ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0) == 0);
    if (!asOthers) {
        QSKIP("this root can't be made to obey file rights");
    }
}

void GroundRights::aFileThatTheAgentCannotRead()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(copyingNodes(1));
    BEGIN(fleet);
    const QString locked = fleet.sharePath(u"incoming/.locked.csv"_s);
    QVERIFY(writeFile(locked, "nobody may read this"));
    setRights(locked, 0);
    QVERIFY(move(locked, fleet.sharePath(u"incoming/locked.csv"_s)));
    QElapsedTimer since;
    since.start();
    fleet.drop("a.csv", "content of a");
    UNTIL(fleet.allDone(1), seconds(30)); // the others flow
    UNTIL(fleet.api().count(JobState::Hold) == 1, seconds(100));
    QVERIFY(within("an unreadable file is on hold", milliseconds(since.elapsed()), seconds(90)));
    const JobView held = fleet.api().jobNamed(u"locked.csv"_s);
    QVERIFY2(held.cause == Cause::FileUnreadable, toString(held.cause).data());
    QCOMPARE(held.attempts, 0);
    const std::optional<Alert> alert = fleet.api().alert(AlertKind::JobHeld);
    QVERIFY(alert && alert->detail.contains("locked.csv"));
    fleet.drop("b.csv", "content of b");
    UNTIL(fleet.allDone(2), seconds(30));

    // Somebody gives the right back and lets it run.
    const QList<PlacedToken> token = fleet.share().tokensOf("locked.csv");
    QCOMPARE(token.size(), 1);
    setRights(fleet.sharePath(QString::fromUtf8(token.first().path)), 0644);
    QCOMPARE(decide(fleet, held, JobAction::Requeue, u"its rights were put right"_s), QString());
    UNTIL(fleet.allDone(3), seconds(30));
    ALL_IS_WELL(fleet);
}

/// The other nodes take its files; none ends on hold because of a folder.
void GroundRights::aFolderOfOneNodeThatNobodyMayWriteTo()
{
    FleetPlan plan = copyingNodes(2);
    plan.orchestrator.set("share", "busy_retry_seconds", 5); // in proportion
    Fleet fleet(plan);
    BEGIN(fleet);
    const QString folder = fleet.sharePath(u"processing/DTF-01"_s);
    setRights(folder, 0555);
    dropFiles(fleet, 0, 6);
    UNTIL(fleet.allDone(6), seconds(60));
    QCOMPARE(fleet.doneByNode().value("DTF-02"), 6);
    setRights(folder, 0755);
    fleet.drop("later.csv", "content of later");
    UNTIL(fleet.allDone(7), seconds(30));
    ALL_IS_WELL(fleet);
}

void GroundRights::aFileThatNobodyMayMove()
{
    ONLY_IN_THE_LONG_RUN
    FleetPlan plan = copyingNodes(2);
    plan.orchestrator.set("share", "busy_retry_seconds", 5); // in proportion
    Fleet fleet(plan);
    BEGIN(fleet);
    const QString stubborn = fleet.sharePath(u"incoming/.stubborn.csv"_s);
    QVERIFY(writeFile(stubborn, "content of stubborn"));
    const QString name = fleet.sharePath(u"incoming/stubborn.csv"_s);
    QVERIFY(move(stubborn, name));
    if (!makeImmutable(name, true)) {
        QSKIP("this file system knows no immutable files");
    }
    const auto atLast = qScopeGuard([&name] { (void)makeImmutable(name, false); }); // or nobody can remove it
    for (const char *other : {"a.csv", "b.csv", "c.csv"}) {
        fleet.drop(other, QByteArray("content of ") + other);
    }
    UNTIL(fleet.allDone(3), seconds(30));
    UNTIL(fleet.api().count(JobState::Hold) == 1, seconds(40));
    const JobView held = fleet.api().jobNamed(u"stubborn.csv"_s);
    QVERIFY2(held.cause == Cause::FileUnreadable, toString(held.cause).data());
    QVERIFY(fleet.api().alert(AlertKind::JobHeld));
    QVERIFY(fleet.share().incoming().contains("stubborn.csv")); // where it is
    QVERIFY(makeImmutable(name, false));
    QCOMPARE(decide(fleet, held, JobAction::Release, u"it may be moved now"_s), QString());
    UNTIL(fleet.allDone(4), seconds(30));
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::GroundRights)
#include "tst_rights.moc"
