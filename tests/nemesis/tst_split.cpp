// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/privatenetwork.h"
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

/// Three machines in network namespaces of their own; the link of one to the orchestrator fails in one way or another, the share
/// stays.
class Split : public QObject
{
    Q_OBJECT

public:
    explicit Split(QString noNetwork)
        : m_noNetwork(std::move(noNetwork))
    { }

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_noNetwork.isEmpty()) {
            QSKIP(qPrintable(m_noNetwork));
        }
    }
    void cutBothWays() { play(Cut::Both, false, 4, 7); }
    void everyKindOfCut_data();
    void everyKindOfCut();
    void aFlappingLinkCostsNothing();

private:
    void play(Cut cut, bool cable, int suspect, int lost);
    QString m_noNetwork;
};

namespace {

/// The fleet's nodes live in there and go first.
struct Site
{
    Site(int nodes, const QStringList &script, const Settings &orchestrator)
        : links(0)
    {
        FleetPlan plan = scriptNodes(nodes, script);
        plan.orchestrator.set("listen", "address", "0.0.0.0");
        plan.orchestrator.merge(orchestrator);
        for (int n = 1; n <= nodes; ++n) {
            good = good && links.addNamespace(n);
            plan.nodes[n - 1].launcher = links.launcher(n);
            plan.nodes[n - 1].orchestrator = NodeLinks::orchestratorAddress(n);
        }
        fleet = std::make_unique<Fleet>(plan);
    }
    NodeLinks links;
    bool good = true;
    std::unique_ptr<Fleet> fleet;
};

Settings liveness(int suspect, int lost)
{
    Settings settings;
    settings.set("liveness", "suspect_seconds", suspect);
    settings.set("liveness", "lost_seconds", lost);
    settings.set("liveness", "start_grace_seconds", 1);
    return settings;
}

int numberOf(const NodeName &node)
{
    return node.bytes().right(2).toInt();
}

qsizetype rowsSaying(Fleet &fleet, const char *words)
{
    const QList<AuditRow> audit = fleet.api().audit();
    return std::count_if(audit.begin(), audit.end(), [words](const AuditRow &r) { return r.event.detail.contains(words); });
}

} // namespace

void Split::everyKindOfCut_data()
{
    QTest::addColumn<int>("cut");
    QTest::addColumn<bool>("cable");
    QTest::newRow("nothing passes") << int(Cut::Both) << false;
    QTest::newRow("the node is not heard") << int(Cut::ToOrchestrator) << false;
    QTest::newRow("the node hears nothing") << int(Cut::FromOrchestrator) << false;
    QTest::newRow("the cable is pulled") << int(Cut::None) << true;
}

void Split::everyKindOfCut()
{
    QFETCH(int, cut);
    QFETCH(bool, cable);
    play(Cut(cut), cable, 20, 30);
}

void Split::play(Cut cut, bool cable, int suspect, int lost)
{
    Site site(3,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"wait"_s,
            u"{file}"_s},
        liveness(suspect, lost));
    QVERIFY(site.good);
    Fleet &fleet = *site.fleet;
    BEGIN(fleet);
    site.links.setPort(fleet.port());
    for (const char *name : {"a.csv", "b.csv", "c.csv", "d.csv"}) {
        fleet.drop(name, QByteArray("content of ") + name);
    }
    UNTIL(fleet.api().count(JobState::Running) == 3 && fleet.api().count(JobState::Assigned) == 1, seconds(60));
    const JobView assigned = fleet.api().jobs({JobState::Assigned}).first();
    const int node = numberOf(assigned.node);
    const QList<JobView> all = fleet.api().jobs({JobState::Running});
    const auto running = std::find_if(all.begin(), all.end(), [&](const JobView &j) { return j.node == assigned.node; });
    QVERIFY(running != all.end());

    QVERIFY(cable ? site.links.setCable(node, false) : site.links.cut(node, cut));
    QElapsedTimer time;
    time.start();
    UNTIL(fleet.api().job(assigned.job).node != assigned.node && fleet.api().job(assigned.job).epoch == 2, seconds(lost + 60));
    const qint64 moved = time.elapsed();
    std::printf("    the unstarted file went elsewhere %.1f s after the cut (lost after %d s)\n", double(moved) / 1000, lost);
    QVERIFY2(moved < (lost + 20) * 1'000, "far beyond 5 s after the node was lost");
    COMPARE_WORDS(fleet.api().job(running->job).state, JobState::InDoubt);
    QVERIFY(writeFile(fleet.folder() + u"/go"_s, {}));
    UNTIL(fleet.share().tokens("done").size() == 4, seconds(60)); // the cut one commits, too
    UNTIL(fleet.api().job(running->job).state == JobState::Done, seconds(60)); // and is seen by the share alone

    QVERIFY(site.links.healAll() && (!cable || site.links.setCable(node, true)));
    time.start();
    UNTIL(fleet.api().isReady(assigned.node.bytes().constData())
            && fleet.api().node(assigned.node.bytes().constData()).state == u"ready"_s
            && fleet.api().node(assigned.node.bytes().constData()).beat.outbox == 0,
        seconds(90));
    std::printf("    heard again and all reported %.1f s after the link was whole\n", double(time.elapsed()) / 1000);
    UNTIL(fleet.api().audited(running->job, AuditKind::JobStarted) == 1
            && fleet.api().audited(running->job, AuditKind::JobExited) == 1,
        seconds(30)); // late, but told
    QCOMPARE(fleet.api().audited(running->job, AuditKind::JobDone), 1);
    for (const JobView &job : fleet.api().jobs()) {
        QCOMPARE(job.attempts <= 1, true);
        QCOMPARE(job.epoch, Epoch(job.job == assigned.job ? 2 : 1));
    }
    fleet.drop("e.csv", "content of e");
    UNTIL(fleet.allDone(5), seconds(60));
    ALL_IS_WELL(fleet);
}

/// Up for a second, down for a second, in each direction by turns: heartbeats get through late, nobody is given up.
void Split::aFlappingLinkCostsNothing()
{
    Site site(
        2, {u"/bin/sh"_s, u"-c"_s, u"sleep 0.5; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s}, liveness(20, 30));
    QVERIFY(site.good);
    Fleet &fleet = *site.fleet;
    BEGIN(fleet);
    site.links.setPort(fleet.port());
    static constexpr Cut ways[] = {Cut::Both, Cut::ToOrchestrator, Cut::FromOrchestrator};
    int dropped = 0;
    for (int round = 0; round < 10; ++round) {
        QVERIFY(site.links.cut(1 + round % 2, ways[round % 3]));
        const QByteArray name = QByteArray::number(++dropped) + ".csv";
        fleet.drop(name, "content of " + name);
        QVERIFY(stays([] { return true; }, seconds(1)));
        QVERIFY(site.links.healAll());
        QVERIFY(stays([] { return true; }, seconds(1)));
    }
    UNTIL(fleet.allDone(dropped), seconds(90));
    for (const JobView &job : fleet.api().jobs()) {
        QCOMPARE(job.epoch, Epoch(1));
        QCOMPARE(job.attempts, 1);
    }
    QCOMPARE(rowsSaying(fleet, "silent for"), 0);
    ALL_IS_WELL(fleet);
}

} // namespace dtf

DTF_PRIVATE_NETWORK_MAIN(dtf::Split)
#include "tst_split.moc"
