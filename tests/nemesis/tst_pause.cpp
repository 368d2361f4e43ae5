// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fleet.h"

#include <QTest>

#include <algorithm>
#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

/// The orchestrator stands still, or everybody else does: nobody is given up for it.
class Pause : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theOrchestratorPausesAgainAndAgain();
    void everyNodeIsGoneAndComesBack();
    void sixtySeconds() { longPause(seconds(60)); }
    void tenMinutes() { longPause(seconds(600)); }

private:
    static void longPause(milliseconds time);
};

namespace {

FleetPlan threeNodes(int suspect, int lost)
{
    FleetPlan plan =
        scriptNodes(3, {u"/bin/sh"_s, u"-c"_s, u"sleep 1; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s});
    plan.orchestrator.set("liveness", "suspect_seconds", suspect);
    plan.orchestrator.set("liveness", "lost_seconds", lost);
    plan.orchestrator.set("liveness", "start_grace_seconds", 0);
    return plan;
}

void dropMore(Fleet &fleet, int count, int *dropped)
{
    for (int i = 0; i < count; ++i) {
        const QByteArray name = QByteArray::number(++*dropped) + ".csv";
        fleet.drop(name, "content of " + name);
    }
}

/// Stands still for that long; a test that fails meanwhile does not leave it so.
void pauseFor(ChildProgram &program, milliseconds time)
{
    program.signal(SIGSTOP);
    const bool waited = stays([] { return true; }, time);
    program.signal(SIGCONT);
    QVERIFY(waited);
}

/// Nodes that were given up since the beginning.
qsizetype evictions(Fleet &fleet)
{
    const QList<AuditRow> audit = fleet.api().audit();
    return std::count_if(audit.begin(), audit.end(), [](const AuditRow &r) {
        return (r.event.kind == AuditKind::AlertRaised && r.event.detail.startsWith("node-lost"))
            || r.event.kind == AuditKind::JobInDoubt || r.event.kind == AuditKind::JobRequeued;
    });
}

} // namespace

void Pause::theOrchestratorPausesAgainAndAgain()
{
    Fleet fleet(threeNodes(4, 6));
    BEGIN(fleet);
    int dropped = 0;
    for (const int length : {12'000, 3'000, 5'500, 1'500, 3'000}) {
        dropMore(fleet, 4, &dropped);
        UNTIL(fleet.api().count(JobState::Running) > 0, seconds(30));
        pauseFor(fleet.orchestrator(), milliseconds(length));
        UNTIL(!fleet.api().state().nodes.isEmpty(), seconds(30));
    }
    UNTIL(fleet.allDone(dropped), seconds(90));
    QCOMPARE(evictions(fleet), 0);
    for (const JobView &job : fleet.api().jobs()) {
        QCOMPARE(job.epoch, Epoch(1));
        QCOMPARE(job.attempts, 1);
    }
    ALL_IS_WELL(fleet);
}

void Pause::everyNodeIsGoneAndComesBack()
{
    Fleet fleet(threeNodes(3, 5));
    BEGIN(fleet);
    int dropped = 0;
    dropMore(fleet, 9, &dropped);
    UNTIL(fleet.api().count(JobState::Running) == 3 && fleet.api().count(JobState::Assigned) > 0, seconds(60));
    for (int n = 1; n <= 3; ++n) {
        fleet.agent(n).signal(SIGSTOP);
    }
    const bool frozen = until([&] { return fleet.api().state().summary.evictionsFrozen; }, seconds(30));
    const bool nothingMoved = stays([&] { return evictions(fleet) == 0; }, seconds(6));
    for (int n = 1; n <= 3; ++n) {
        fleet.agent(n).signal(SIGCONT);
    }
    QVERIFY(frozen);
    QVERIFY(nothingMoved);
    QVERIFY(fleet.api().alert(AlertKind::ManyNodesLost) || !fleet.api().state().summary.evictionsFrozen);
    UNTIL(fleet.allDone(dropped), seconds(90));
    UNTIL(!fleet.api().state().summary.evictionsFrozen, seconds(30));
    QVERIFY(!fleet.api().alert(AlertKind::ManyNodesLost));
    for (const JobView &job : fleet.api().jobs()) {
        QCOMPARE(job.attempts, 1);
    }
    ALL_IS_WELL(fleet);
}

/// With the limits of the product.
void Pause::longPause(milliseconds time)
{
    Fleet fleet(threeNodes(20, 30));
    BEGIN(fleet);
    int dropped = 0;
    dropMore(fleet, 12, &dropped);
    UNTIL(fleet.api().count(JobState::Running) > 0 && fleet.api().count(JobState::Assigned) > 0, seconds(60));
    pauseFor(fleet.orchestrator(), time);
    UNTIL(fleet.allDone(dropped), seconds(120));
    QVERIFY(stays([&] { return evictions(fleet) == 0; }, seconds(35))); // not later either
    for (const JobView &job : fleet.api().jobs()) {
        QCOMPARE(job.epoch, Epoch(1));
        QCOMPARE(job.attempts, 1);
    }
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Pause)
#include "tst_pause.moc"
