// SPDX-License-Identifier: GPL-3.0-or-later
// Files that do not get on are told of, whatever the reason.
#include "tests/orchestrator/fleet/stagedfile.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestStuck : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aStuckFileThatIsTakenIsNotStuck();
    void aFileThatIsStuckOnItsWayIsTold_data();
    void aFileThatIsStuckOnItsWayIsTold();
    void aMoveThatNeverWorksIsTold();
    void aShareThatIsAwayIsOneMessage();
};

void TestStuck::aStuckFileThatIsTakenIsNotStuck()
{
    FleetBench bench;
    bench.open();
    const JobId id = bench.assigned("a.csv");
    bench.wait(1'000, {1, 2});
    QVERIFY(bench.alert(AlertKind::JobStuck, id.toBytes26()));
    (void)bench.report(1, id, ReportKind::Claimed);
    QVERIFY(!bench.alert(AlertKind::JobStuck, id.toBytes26()));
}

void TestStuck::aFileThatIsStuckOnItsWayIsTold_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("minutes");
    QTest::newRow("moving") << int(JobState::Moving) << 15;
    QTest::newRow("assigned") << int(JobState::Assigned) << 15;
    QTest::newRow("running") << int(JobState::Running) << 25; // with the hard limit of 10
    QTest::newRow("publishing") << int(JobState::Publishing) << 15;
}

/// By our own time: a wall clock that jumps makes nothing stuck.
void TestStuck::aFileThatIsStuckOnItsWayIsTold()
{
    QFETCH(int, state);
    QFETCH(int, minutes);
    Staged staged {JobState(state)};
    FleetBench &bench = staged.bench;
    const QByteArray subject = staged.id.toBytes26();
    bench.now.wall.msecsSinceEpoch += 86'400'000;
    bench.wait(minutes * 60 - 20, {1, 2, 3});
    QVERIFY(!bench.alert(AlertKind::JobStuck, subject));
    bench.wait(60, {1, 2, 3});
    QVERIFY(bench.alert(AlertKind::JobStuck, subject));
    if (JobState(state) == JobState::Moving) {
        (void)bench.answer();
    } else {
        (void)bench.report(1, staged.id, ReportKind::Committed);
        (void)bench.report(1, staged.id, ReportKind::Done);
    }
    QVERIFY(!bench.alert(AlertKind::JobStuck, subject));
}

void TestStuck::aMoveThatNeverWorksIsTold()
{
    Staged staged {JobState::Hold};
    FleetBench &bench = staged.bench;
    (void)bench.command(staged.id, JobAction::Done);
    for (int i = 0; i < 16; ++i) {
        while (!bench.actions.isEmpty()) {
            (void)bench.answer(MoveOutcome::Failed, [](ActionDone &done) {
                done.error = {ErrorCode::PermissionDenied, u"denied"_s};
            });
        }
        QVERIFY(!bench.alert(AlertKind::JobStuck, staged.id.toBytes26()));
        bench.wait(60, {1, 2, 3});
    }
    const auto alert = bench.alert(AlertKind::JobStuck, staged.id.toBytes26());
    QVERIFY(alert && alert->detail.contains("denied"));
    (void)bench.answer();
    QVERIFY(!bench.alert(AlertKind::JobStuck, staged.id.toBytes26()));
}

void TestStuck::aShareThatIsAwayIsOneMessage()
{
    Staged staged {JobState::Moving};
    FleetBench &bench = staged.bench;
    (void)bench.apply(ShareHealth {false, "gone", {}});
    bench.wait(3'600, {1, 2, 3});
    QVERIFY(bench.alert(AlertKind::ShareDown, {}));
    QVERIFY(!bench.alert(AlertKind::JobStuck, staged.id.toBytes26()));
    (void)bench.apply(ShareHealth {true, {}, {}});
    bench.wait(60, {1, 2, 3});
    QVERIFY(!bench.alert(AlertKind::JobStuck, staged.id.toBytes26())); // it is given time
    bench.wait(900, {1, 2, 3});
    QVERIFY(bench.alert(AlertKind::JobStuck, staged.id.toBytes26()));
}

QTEST_APPLESS_MAIN(TestStuck)
#include "tst_stuck.moc"
