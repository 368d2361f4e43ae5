// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that go silent, come back, or are two under one name.
#include "tests/orchestrator/fleet/fleetbench.h"

#include <algorithm>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestSilence : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anUnbegunFileGoesElsewhere();
    void aRunningFileIsInDoubtThenHeld();
    void theAliveFileKeepsADoubtfulRunAlone();
    void anIdempotentPipelineRunsAgain();
    void aNodeThatComesBackGoesOn();
    void ownStallEvictsNobody();
    void moreThanHalfSilentIsOurFault();
    void aSuspectGetsNothing();
    void aCloneIsRefused();
    void aCloneOfTheSameInstallationIsRefused();
    void aRebootedMachineIsTakenWhenTheOldLifeIsSilent();
    void aStallLengthensNoSilence();
    void aSuccessorIsTaken();
    void aLateHeartbeatOfAnOldLifeDisplacesNobody_data();
    void aLateHeartbeatOfAnOldLifeDisplacesNobody();
    void anOldLifeThatSpeaksOnIsTakenBack();
    void aFutureProtocolIsRefused();
    void aNodeThatWasTakenOutMayBeSwitchedOff();
};

void TestSilence::anUnbegunFileGoesElsewhere()
{
    FleetBench bench(3);
    bench.open(3);
    const JobId id = bench.assigned("a.csv");
    QCOMPARE(bench.numberOf(id), 1);
    bench.wait(29, {2, 3});
    QVERIFY(bench.actions.isEmpty());
    bench.wait(31, {2, 3}); // beyond the start grace
    QCOMPARE(bench.stateOf(1), u"lost"_s);
    QCOMPARE(bench.actions.size(), 1);
    const ShareAction move = bench.actions.first();
    QCOMPARE(move.source, layout::assigned(FleetBench::node(1), {id, 1, {}, "a.csv"}));
    QCOMPARE(move.target, layout::assigned(FleetBench::node(2), {id, 2, {}, "a.csv"}));
    QVERIFY(!move.checkStamp); // no producer can touch it there
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    (void)bench.report(1, id, ReportKind::Claimed); // the old node wakes up: not its own any more
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    QCOMPARE(bench.numberOf(id), 2);
}

void TestSilence::aRunningFileIsInDoubtThenHeld()
{
    FleetBench bench(3);
    bench.open(3);
    const JobId id = bench.running("a.csv");
    bench.wait(60, {2, 3});
    COMPARE_WORDS(bench.jobs[id].state, JobState::InDoubt);
    bench.wait(600, {2, 3}); // the hard limit, and 60 s less what went before
    COMPARE_WORDS(bench.jobs[id].state, JobState::InDoubt);
    QVERIFY(bench.actions.isEmpty()); // never a second run by silence
    bench.wait(70, {2, 3});
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Hold);
    (void)bench.answer();
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
    COMPARE_WORDS(bench.jobs[id].cause, Cause::NodeLost);
    (void)bench.beat(1);
    bench.wait(60, {1, 2, 3});
    COMPARE_WORDS(bench.jobs[id].state, JobState::Hold);
    QVERIFY(bench.actions.isEmpty());
}

void TestSilence::theAliveFileKeepsADoubtfulRunAlone()
{
    FleetBench bench(3);
    bench.open(3);
    const JobId id = bench.running("a.csv");
    for (int round = 0; round < 80; ++round) {
        (void)bench.apply(ShareHealth {true, {}, {{FleetBench::node(1), QByteArray::number(round)}}});
        bench.wait(10, {2, 3});
    }
    COMPARE_WORDS(bench.jobs[id].state, JobState::InDoubt);
    QVERIFY(bench.actions.isEmpty());
    bench.wait(670, {2, 3}); // now it stands still too
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Hold);
}

void TestSilence::anIdempotentPipelineRunsAgain()
{
    FleetBench bench(3, [](OrchestratorConfig &c) { c.lostRun = LostRunPolicy::Requeue; });
    bench.open(3);
    const JobId id = bench.running("a.csv");
    bench.wait(60, {2, 3});
    QVERIFY(bench.actions.isEmpty());
    bench.wait(670, {2, 3});
    QCOMPARE(bench.actions.size(), 1);
    COMPARE_WORDS(bench.actions.first().kind, ActionKind::Dispatch);
    QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(2), {id, 2, {}, "a.csv"}));
}

void TestSilence::aNodeThatComesBackGoesOn()
{
    FleetBench bench(3);
    bench.open(3);
    const JobId id = bench.running("a.csv");
    bench.wait(60, {2, 3});
    COMPARE_WORDS(bench.jobs[id].state, JobState::InDoubt);
    (void)bench.beat(1, [&](Heartbeat &beat) {
        RunningJob run;
        run.job = id;
        run.epoch = 1;
        beat.running.append(run);
    });
    COMPARE_WORDS(bench.jobs[id].state, JobState::Running);
    QCOMPARE(bench.stateOf(1), u"busy"_s);
    (void)bench.report(1, id, ReportKind::Committed);
    (void)bench.report(1, id, ReportKind::Done);
    COMPARE_WORDS(bench.jobs[id].state, JobState::Done);
}

void TestSilence::ownStallEvictsNobody()
{
    FleetBench bench(3);
    bench.open(3);
    const JobId id = bench.assigned("a.csv");
    bench.wait(70, {1, 2, 3});
    bench.skip(60); // we slept
    (void)bench.apply(Tick {});
    bench.wait(15);
    for (int n = 1; n <= 3; ++n) {
        QVERIFY2(bench.stateOf(n) != u"lost"_s && bench.stateOf(n) != u"suspect"_s, qUtf8Printable(bench.stateOf(n)));
    }
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned);
    QVERIFY(bench.actions.isEmpty());
}

void TestSilence::moreThanHalfSilentIsOurFault()
{
    FleetBench bench(3);
    bench.open(3);
    const JobId id = bench.assigned("a.csv");
    bench.wait(70, {1, 2, 3});
    bench.wait(55, {3}); // two of three vanish
    COMPARE_WORDS(bench.jobs[id].state, JobState::Assigned); // nothing is taken from them
    QVERIFY(bench.actions.isEmpty());
    QCOMPARE(bench.stateOf(1), u"suspect"_s);
    int alerts = 0;
    for (const AuditEvent &event : bench.audit) {
        alerts += event.kind == AuditKind::AlertRaised && event.detail.startsWith("many-nodes-lost") ? 1 : 0;
    }
    QCOMPARE(alerts, 1);
    (void)bench.beat(2); // one returns: the other one really is lost
    bench.wait(2, {});
    (void)bench.beat(3);
    bench.wait(30, {2, 3});
    QCOMPARE(bench.stateOf(1), u"lost"_s);
    QCOMPARE(bench.actions.size(), 1);
}

void TestSilence::aSuspectGetsNothing()
{
    FleetBench bench(2);
    bench.open(2);
    bench.wait(22, {2});
    QCOMPARE(bench.stateOf(1), u"suspect"_s);
    (void)bench.file("a.csv");
    (void)bench.file("b.csv");
    QCOMPARE(bench.actions.size(), 1);
    QVERIFY(bench.actions.first().target.startsWith("processing/DTF-02/"));
}

void TestSilence::aCloneIsRefused()
{
    FleetBench bench(1);
    bench.open(1);
    const auto clone = [](Heartbeat &beat) {
        beat.boot = FleetBench::boot("cccccccc");
        beat.machine = "another machine";
    };
    (void)bench.beat(1, clone);
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    const qsizetype rows = bench.audit.size();
    for (int i = 0; i < 10; ++i) {
        (void)bench.beat(1, clone);
    }
    QCOMPARE(bench.audit.size(), rows); // one message per cause
    (void)bench.beat(1); // the first one is kept
    QVERIFY(bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    (void)bench.beat(1, clone);
    QCOMPARE(bench.audit.size(), rows); // also when they take turns
    QCOMPARE(bench.stateOf(1), u"ready"_s); // the twin does not take the first one out of service
    (void)bench.file("a.csv");
    QCOMPARE(bench.actions.size(), 1);
}

/// A VM cloned with all its disk knows everything of the first one; only its machine was started by itself.
void TestSilence::aCloneOfTheSameInstallationIsRefused()
{
    FleetBench bench(1);
    bench.open(1);
    const auto clone = [](Heartbeat &beat) {
        beat.previousBoot = beat.boot;
        beat.boot = FleetBench::boot("cccccccc");
        beat.machineBoot = "another start";
    };
    const auto alarms = [&] {
        return std::count_if(bench.audit.begin(), bench.audit.end(),
            [](const AuditEvent &e) { return e.kind == AuditKind::AlertRaised && e.detail.startsWith("cloned-node"); });
    };
    for (int round = 0; round < 3; ++round) {
        (void)bench.beat(1, clone);
        QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
        QCOMPARE(alarms(), round == 0 ? 0 : 1); // it may be the same machine after a quick reboot
        bench.skip(5);
        (void)bench.beat(1); // no: both live
        QVERIFY(bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
        QCOMPARE(alarms(), 1);
    }
    QCOMPARE(bench.stateOf(1), u"ready"_s);
}

void TestSilence::aRebootedMachineIsTakenWhenTheOldLifeIsSilent()
{
    FleetBench bench(1);
    bench.open(1);
    const auto rebooted = [](Heartbeat &beat) {
        beat.previousBoot = beat.boot;
        beat.boot = FleetBench::boot("cccccccc");
        beat.machineBoot = "another start";
    };
    (void)bench.beat(1, rebooted);
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    bench.wait(21);
    (void)bench.beat(1, rebooted);
    QVERIFY(bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    QCOMPARE(bench.stateOf(1), u"ready"_s);
}

/// A heartbeat that is read after our stall and before the first tick counts from now on, not from the future.
void TestSilence::aStallLengthensNoSilence()
{
    FleetBench bench(3);
    bench.open(3);
    bench.wait(70, {1, 2, 3});
    bench.skip(9);
    for (int n = 1; n <= 3; ++n) {
        (void)bench.beat(n);
    }
    (void)bench.apply(Tick {});
    bench.wait(32, {2, 3});
    QCOMPARE(bench.stateOf(1), u"lost"_s);
}

void TestSilence::aSuccessorIsTaken()
{
    FleetBench bench(1);
    bench.open(1);
    (void)bench.beat(1, [](Heartbeat &beat) {
        beat.previousBoot = beat.boot;
        beat.boot = FleetBench::boot("cccccccc");
    });
    QVERIFY(bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    (void)bench.beat(1); // its old life speaks again: two agents
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
}

namespace {

/// Node 1 begins with one agent, whose successor has the boot cccccccc.
void succeed(Heartbeat &beat)
{
    beat.previousBoot = FleetBench::bootOf(1);
    beat.boot = FleetBench::boot("cccccccc");
}

} // namespace

void TestSilence::aLateHeartbeatOfAnOldLifeDisplacesNobody_data()
{
    QTest::addColumn<int>("silence");
    QTest::newRow("the successor is heard") << 0;
    QTest::newRow("it is lost, its link was cut") << 95;
}

/// Sent again and again by a kernel whose agent is long dead.
void TestSilence::aLateHeartbeatOfAnOldLifeDisplacesNobody()
{
    QFETCH(int, silence);
    FleetBench bench(2);
    bench.open(2);
    const Heartbeat late = bench.heartbeat(1);
    const Heartbeat later = bench.heartbeat(1);
    (void)bench.beat(1, succeed);
    bench.wait(silence, {2});
    const QString before = bench.stateOf(1);
    (void)bench.apply(BeatReceived {late});
    (void)bench.apply(BeatReceived {later});
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    bench.wait(3, {2});
    (void)bench.apply(BeatReceived {late}); // the same once more
    QCOMPARE(bench.stateOf(1), before);
    (void)bench.beat(1, succeed);
    QVERIFY(bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    QCOMPARE(bench.stateOf(1), u"ready"_s);
    QVERIFY(!bench.alert(AlertKind::ClonedNode, "DTF-01"));
}

void TestSilence::anOldLifeThatSpeaksOnIsTakenBack()
{
    FleetBench bench(2);
    bench.open(2);
    (void)bench.beat(1, succeed); // by a clone, as will show
    bench.skip(5);
    (void)bench.beat(1);
    QVERIFY(!bench.alert(AlertKind::ClonedNode, "DTF-01"));
    bench.skip(5);
    (void)bench.beat(1);
    QVERIFY(bench.alert(AlertKind::ClonedNode, "DTF-01"));
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    bench.wait(95, {2}); // the clone is switched off
    QCOMPARE(bench.stateOf(1), u"lost"_s);
    (void)bench.beat(1);
    QVERIFY(bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    QCOMPARE(bench.stateOf(1), u"ready"_s);
}

void TestSilence::aFutureProtocolIsRefused()
{
    FleetBench bench(1);
    bench.open(0);
    (void)bench.beat(1, [](Heartbeat &beat) { beat.protocol = protocolVersion + 1000; });
    QVERIFY(!bench.state.heartbeatReply(FleetBench::node(1), bench.now, 15).accepted);
    (void)bench.file("a.csv");
    QVERIFY(bench.actions.isEmpty());
}

void TestSilence::aNodeThatWasTakenOutMayBeSwitchedOff()
{
    FleetBench bench(3);
    bench.open(3);
    bench.wait(61, {1, 2, 3});
    QVERIFY(bench.command(1, NodeAction::Drain).ok);
    QVERIFY(bench.command(2, NodeAction::Drain).ok);
    bench.wait(62, {3}); // two of three at once, and no alarm
    QCOMPARE(bench.stateOf(1), u"lost"_s);
    QCOMPARE(bench.stateOf(2), u"lost"_s);
    QVERIFY(!bench.alert(AlertKind::NodeLost, "DTF-01"));
    QVERIFY(!bench.alert(AlertKind::ManyNodesLost, {}));
    QVERIFY(bench.command(1, NodeAction::Resume).ok);
    QVERIFY(bench.alert(AlertKind::NodeLost, "DTF-01")); // now it is missed
    (void)bench.beat(1);
    QVERIFY(!bench.alert(AlertKind::NodeLost, "DTF-01"));
}

QTEST_APPLESS_MAIN(TestSilence)
#include "tst_silence.moc"
