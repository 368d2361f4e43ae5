// SPDX-License-Identifier: GPL-3.0-or-later
// An agency's files of one batch on the same node, as far as that costs little.
#include "tests/orchestrator/fleet/fleetbench.h"

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// Two nodes with one place each; the agency is what stands before the '_'.
FleetBench agencies(int waitSeconds = 30)
{
    return FleetBench(2, [waitSeconds](OrchestratorConfig &c) {
        c.affinityKey = QRegularExpression(u"^(\\w+?)_"_s);
        c.affinityWait = milliseconds(waitSeconds * 1000);
    });
}

QByteArray closedGate(const WhyView &why, int node)
{
    for (const GateView &gate : why.nodes[node - 1].gates) {
        if (!gate.pass) {
            return gate.gate.toLatin1();
        }
    }
    return {};
}

} // namespace

class TestAffinity : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theNextFileWaitsForTheNodeOfItsAgency();
    void butNotForEver();
    void theTimeBeginsWhenAnotherNodeWouldTakeIt();
    void neverIfConfiguredSo();
    void onlyForANodeThatIsMerelyFull_data();
    void onlyForANodeThatIsMerelyFull();
    void alsoAfterARestart();
    void aWaitThatWasCutShortIsForgotten();
};

void TestAffinity::theNextFileWaitsForTheNodeOfItsAgency()
{
    FleetBench bench = agencies();
    bench.open();
    const JobId first = bench.running("AgencyA_1.pdf");
    QCOMPARE(bench.numberOf(first), 1);
    const JobId second = bench.file("AgencyA_2.pdf");
    QVERIFY(bench.actions.isEmpty()); // node 2 is idle
    const auto why = bench.state.why(second, bench.now);
    QVERIFY(why);
    QCOMPARE(why->verdict, u"affinity"_s);
    QCOMPARE(why->detail, u"waits for DTF-01, which works on AgencyA"_s);
    QVERIFY(why->until == std::optional(WallTime {bench.now.wall.msecsSinceEpoch + 30'000}));
    QCOMPARE(closedGate(*why, 1), QByteArray("capacity"));
    QCOMPARE(closedGate(*why, 2), QByteArray("affinity"));
    bench.wait(10, {1, 2});
    QVERIFY(bench.state.why(second, bench.now)->until == why->until); // the same moment, not a moving one

    const JobId other = bench.file("AgencyB_1.pdf"); // nobody waits behind it
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().job, other);
    (void)bench.answer();
    QCOMPARE(bench.numberOf(other), 2);
    QCOMPARE(bench.state.why(second, bench.now)->verdict, u"waiting-for-node"_s); // now it waits for whoever is first

    (void)bench.report(1, first, ReportKind::Done);
    QCOMPARE(bench.actions.size(), 1);
    QCOMPARE(bench.actions.first().target, layout::assigned(FleetBench::node(1), {second, 1, {}, "AgencyA_2.pdf"}));
}

void TestAffinity::butNotForEver()
{
    FleetBench bench = agencies();
    bench.open();
    const JobId first = bench.running("AgencyA_1.pdf");
    const JobId second = bench.file("AgencyA_2.pdf");
    bench.wait(29, {1, 2});
    QVERIFY(bench.actions.isEmpty());
    bench.wait(1, {1, 2});
    QCOMPARE(bench.actions.size(), 1);
    (void)bench.answer();
    QCOMPARE(bench.numberOf(second), 2);

    const JobId third = bench.file("AgencyA_3.pdf"); // both work on the agency: the first one still is its node
    QVERIFY(bench.actions.isEmpty());
    (void)bench.report(2, second, ReportKind::Claimed);
    (void)bench.report(2, second, ReportKind::Done);
    QVERIFY(bench.actions.isEmpty());
    (void)bench.report(1, first, ReportKind::Done);
    QCOMPARE(bench.actions.size(), 1);
    (void)bench.answer();
    QCOMPARE(bench.numberOf(third), 1);
}

void TestAffinity::theTimeBeginsWhenAnotherNodeWouldTakeIt()
{
    FleetBench bench = agencies();
    bench.open();
    const JobId first = bench.running("AgencyA_1.pdf");
    const JobId other = bench.running("AgencyB_1.pdf");
    (void)bench.file("AgencyA_2.pdf");
    bench.wait(600, {1, 2}); // nobody could take it: that was no choice of its own
    (void)bench.report(2, other, ReportKind::Done);
    QVERIFY(bench.actions.isEmpty());
    bench.wait(29, {1, 2});
    QVERIFY(bench.actions.isEmpty());
    bench.wait(1, {1, 2});
    QCOMPARE(bench.actions.size(), 1);
    QVERIFY(bench.actions.first().target.startsWith("processing/DTF-02/"));
    QCOMPARE(bench.numberOf(first), 1);
}

void TestAffinity::neverIfConfiguredSo()
{
    FleetBench bench = agencies(0);
    bench.open();
    (void)bench.running("AgencyA_1.pdf");
    (void)bench.file("AgencyA_2.pdf");
    QCOMPARE(bench.actions.size(), 1);
    QVERIFY(bench.actions.first().target.startsWith("processing/DTF-02/"));
}

void TestAffinity::onlyForANodeThatIsMerelyFull_data()
{
    QTest::addColumn<QByteArray>("trouble");
    for (const char *trouble : {"login page", "paused", "late", "another agency meanwhile"}) {
        QTest::newRow(trouble) << QByteArray(trouble);
    }
}

void TestAffinity::onlyForANodeThatIsMerelyFull()
{
    QFETCH(QByteArray, trouble);
    FleetBench bench = agencies();
    bench.open(trouble == "another agency meanwhile" ? 1 : 2);
    const JobId first = bench.running("AgencyA_1.pdf");
    if (trouble == "login page") {
        (void)bench.beat(1, [](Heartbeat &beat) { beat.browserState = BrowserState::LoginRequired; });
    } else if (trouble == "paused") {
        QVERIFY(bench.command(1, NodeAction::Pause).ok);
    } else if (trouble == "late") {
        bench.wait(22, {2});
    } else {
        (void)bench.report(1, first, ReportKind::Done);
        (void)bench.running("AgencyB_1.pdf");
        (void)bench.beat(2);
    }
    (void)bench.file("AgencyA_2.pdf");
    QCOMPARE(bench.actions.size(), 1);
    QVERIFY(bench.actions.first().target.startsWith("processing/DTF-02/"));
}

void TestAffinity::alsoAfterARestart()
{
    FleetBench bench = agencies();
    bench.open();
    const JobId first = bench.running("AgencyA_1.pdf");
    StoreSnapshot snapshot;
    snapshot.jobs.append(bench.jobs[first]);
    FleetBench later = agencies();
    (void)later.state.restore(snapshot, later.now);
    later.open();
    (void)later.file("AgencyA_2.pdf");
    QVERIFY(later.actions.isEmpty());
    later.wait(30, {1, 2});
    QCOMPARE(later.actions.size(), 1);
}

void TestAffinity::aWaitThatWasCutShortIsForgotten()
{
    FleetBench bench = agencies();
    bench.open();
    (void)bench.running("AgencyA_1.pdf");
    const JobId second = bench.file("AgencyA_2.pdf");
    bench.wait(20, {1, 2});
    QVERIFY(bench.command(second, JobAction::Hold).ok);
    (void)bench.answer();
    bench.wait(20, {1, 2});
    QVERIFY(bench.command(second, JobAction::Release).ok);
    bench.wait(29, {1, 2}); // its own 30 s again
    QVERIFY(bench.actions.isEmpty());
    bench.wait(1, {1, 2});
    QCOMPARE(bench.actions.size(), 1);
}

QTEST_APPLESS_MAIN(TestAffinity)
#include "tst_affinity.moc"
