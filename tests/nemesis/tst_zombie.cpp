// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"
#include "tests/support/historycheck.h"
#include "tests/support/markedprocesses.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

/// A machine stands still, is given up, a person has its file run elsewhere, and it wakes up. (Before the claim, and in mid-run
/// without anybody's decision: tests/integration/tst_absence.cpp.)
class Zombie : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wakesBeforeItsCommit();
    void wakesInMidRun();
    void fortyFiveSeconds();

private:
    void sleepsAndIsReplaced(Fleet &fleet, bool runEnds, JobId *job);
};

namespace {

/// Attempt n ends when the file go-n appears.
FleetPlan twoNodes()
{
    FleetPlan plan = scriptNodes(2,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go-$DTF_ATTEMPT\" ]; do sleep 0.2; done; "
            "echo \"$DTF_ATTEMPT\" > \"$DTF_OUT/attempt\""_s,
            u"wait"_s, u"{file}"_s});
    plan.orchestrator.set("liveness", "suspect_seconds", 3);
    plan.orchestrator.set("liveness", "lost_seconds", 5);
    plan.orchestrator.set("liveness", "start_grace_seconds", 1);
    return plan;
}

/// Living ones, started for that file.
qsizetype pipelines(Fleet &fleet, const JobId &job)
{
    const QList<MarkedProcess> all = markedProcesses(job.toBytes26());
    const QByteArray folder = fleet.folder().toUtf8();
    return std::count_if(
        all.begin(), all.end(), [&](const MarkedProcess &p) { return p.command.contains(folder) && p.command.contains("go-"); });
}

} // namespace

void Zombie::sleepsAndIsReplaced(Fleet &fleet, bool runEnds, JobId *job)
{
    fleet.drop("a.csv", "content of a");
    UNTIL(fleet.api().count(JobState::Running) == 1 && readStarts(fleet.folder() + u"/starts"_s).size() == 1, seconds(60));
    const JobView running = fleet.api().jobs({JobState::Running}).first();
    *job = running.job;
    const int sleeper = running.node.bytes() == "DTF-01" ? 1 : 2;
    fleet.agent(sleeper).signal(SIGSTOP);
    if (runEnds) {
        QVERIFY(writeFile(fleet.folder() + u"/go-1"_s, {}));
        UNTIL(pipelines(fleet, running.job) == 0, seconds(20)); // and its agent does not know
    }
    UNTIL(fleet.api().job(running.job).state == JobState::InDoubt, seconds(60));
    OperatorRequest request;
    request.reason = u"it is not in the portal"_s;
    request.expectEpoch = 1;
    request.expectState = JobState::InDoubt;
    QCOMPARE(fleet.api().command(running.job, JobAction::Requeue, request).status, 200);
    QVERIFY(writeFile(fleet.folder() + u"/go-2"_s, {}));
    UNTIL(fleet.api().job(running.job).state == JobState::Done, seconds(60));
    QVERIFY(fleet.api().job(running.job).node != running.node);

    fleet.agent(sleeper).signal(SIGCONT);
    QElapsedTimer time;
    time.start();
    UNTIL(fleet.api().alert(AlertKind::LateResult), seconds(90));
    UNTIL(pipelines(fleet, running.job) == 0, seconds(60));
    UNTIL(!QDir(fleet.sharePath(u".dtf/late"_s)).isEmpty(), seconds(60));
    std::printf("    the run that nobody wanted any more had ended, told and been kept as evidence %.1f s after it woke up\n",
        double(time.elapsed()) / 1000);
    UNTIL(fleet.api().node(running.node.bytes().constData()).beat.outbox == 0, seconds(30));
}

void Zombie::wakesBeforeItsCommit()
{
    Fleet fleet(twoNodes());
    BEGIN(fleet);
    JobId job;
    sleepsAndIsReplaced(fleet, true, &job);
    if (QTest::currentTestFailed()) {
        return;
    }
    const QList<PlacedToken> tokens = fleet.share().tokens();
    QCOMPARE(tokens.size(), 1);
    QCOMPARE(fleet.share().contentOf(tokens.first().path + "/results/attempt"), QByteArray("2\n"));
    QCOMPARE(fleet.api().audited(job, AuditKind::JobDone), 1);
    ALL_IS_WELL(fleet);
}

void Zombie::wakesInMidRun()
{
    Fleet fleet(twoNodes());
    BEGIN(fleet);
    JobId job;
    sleepsAndIsReplaced(fleet, false, &job);
    if (QTest::currentTestFailed()) {
        return;
    }
    QCOMPARE(fleet.share().tokens().size(), 1);
    QCOMPARE(fleet.api().audited(job, AuditKind::JobDone), 1);
    fleet.drop("b.csv", "content of b"); // it works again
    QVERIFY(writeFile(fleet.folder() + u"/go-1"_s, {}));
    UNTIL(fleet.allDone(2), seconds(60));
    ALL_IS_WELL(fleet);
}

/// With the limits of the product: in doubt within 35 s, and left alone.
void Zombie::fortyFiveSeconds()
{
    FleetPlan plan = twoNodes();
    plan.orchestrator.set("liveness", "suspect_seconds", 20);
    plan.orchestrator.set("liveness", "lost_seconds", 30);
    plan.orchestrator.set("liveness", "start_grace_seconds", 1);
    Fleet fleet(plan);
    BEGIN(fleet);
    fleet.drop("a.csv", "content of a");
    UNTIL(fleet.api().count(JobState::Running) == 1, seconds(60));
    const JobView running = fleet.api().jobs({JobState::Running}).first();
    const int sleeper = running.node.bytes() == "DTF-01" ? 1 : 2;
    fleet.agent(sleeper).signal(SIGSTOP);
    QElapsedTimer time;
    time.start();
    UNTIL(fleet.api().job(running.job).state == JobState::InDoubt, seconds(60));
    std::printf("    in doubt after %.1f s\n", double(time.elapsed()) / 1000);
    QVERIFY(stays([&] { return fleet.api().job(running.job).state == JobState::InDoubt; },
        milliseconds(std::max<qint64>(0, 45'000 - time.elapsed()))));
    fleet.agent(sleeper).signal(SIGCONT);
    UNTIL(fleet.api().job(running.job).state == JobState::Running, seconds(60));
    QVERIFY(writeFile(fleet.folder() + u"/go-1"_s, {}));
    UNTIL(fleet.allDone(1), seconds(60));
    QCOMPARE(fleet.api().job(running.job).attempts, 1);
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Zombie)
#include "tst_zombie.moc"
