// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"

#include <QTest>

#include <algorithm>

#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

/// Something is away for a while: the person's login, a machine.
class Absence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loginLostAndFound();
    void aSilentNodeKeepsWhatItRunsAndLosesWhatItHasNotBegun();
};

namespace {

bool everyBrowserIs(Fleet &fleet, BrowserState state)
{
    const QList<NodeView> nodes = fleet.api().state().nodes;
    return !nodes.isEmpty()
        && std::all_of(nodes.begin(), nodes.end(), [&](const NodeView &n) { return n.beat.browserState == state; });
}

} // namespace

void Absence::loginLostAndFound()
{
    Fleet fleet(portalNodes(2));
    BEGIN(fleet);
    // The portal sends everybody to its login page.
    QVERIFY(fleet.portal().admin(u"lock"_s, {{u"on"_s, true}}));
    UNTIL(everyBrowserIs(fleet, BrowserState::LoginRequired), seconds(60));
    const QList<SampleFile> files = fleet.samples(3);
    fleet.drop(files);
    UNTIL(fleet.api().count(JobState::Waiting) == 3, seconds(30));
    for (const SampleFile &file : files) {
        const WhyView why = fleet.api().why(fleet.api().jobNamed(QString::fromUtf8(file.name)).job);
        QCOMPARE(why.verdict, u"waiting-for-node"_s);
        QCOMPARE(why.nodes.size(), 2);
        for (const WhyNode &node : why.nodes) {
            QCOMPARE(node.gates.last().gate, u"browser-ready"_s);
            QVERIFY(!node.gates.last().pass);
            QVERIFY2(node.gates.last().detail.startsWith(u"login_required"_s), qUtf8Printable(node.gates.last().detail));
        }
    }
    const QList<Alert> alerts = fleet.api().state().alerts;
    QCOMPARE(std::count_if(alerts.begin(), alerts.end(), [](const Alert &a) { return a.kind == AlertKind::LoginNeeded; }), 2);
    QVERIFY(stays([&] { return fleet.share().incoming().size() == 3; }, seconds(3)));

    // Unlocked: the sessions still hold, the pages go home by themselves.
    QVERIFY(fleet.portal().admin(u"lock"_s, {{u"on"_s, false}}));
    UNTIL(fleet.allDone(3), seconds(90));

    // Their sessions end for good: a person must sign in.
    QVERIFY(fleet.portal().admin(u"expire"_s, {}));
    UNTIL(everyBrowserIs(fleet, BrowserState::LoginRequired), seconds(60));
    fleet.drop(fleet.samples(2));
    UNTIL(fleet.api().count(JobState::Waiting) == 2, seconds(30));
    QVERIFY(fleet.signInEverywhere());
    UNTIL(fleet.allDone(5), seconds(90));
    const QList<Alert> after = fleet.api().state().alerts;
    QVERIFY(std::none_of(after.begin(), after.end(), [](const Alert &a) { return a.kind == AlertKind::LoginNeeded; }));
    ALL_IS_WELL(fleet);
}

void Absence::aSilentNodeKeepsWhatItRunsAndLosesWhatItHasNotBegun()
{
    FleetPlan plan = portalNodes(2);
    plan.orchestrator.set("liveness", "suspect_seconds", 4);
    plan.orchestrator.set("liveness", "lost_seconds", 6);
    plan.orchestrator.set("liveness", "start_grace_seconds", 1);
    Fleet fleet(plan);
    BEGIN(fleet);
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 15'000}, {u"where"_s, u"answer"_s}}));
    const QList<SampleFile> files = fleet.samples(4);
    fleet.drop(files);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2
            && fleet.portal().ledger().size() == 2,
        seconds(60));
    JobId running;
    JobId assigned;
    for (const JobView &job : fleet.api().jobs()) {
        if (job.node.bytes() == "DTF-01") {
            (job.state == JobState::Running ? running : assigned) = job.job;
        }
    }
    QVERIFY(!running.isNull() && !assigned.isNull());
    fleet.agent(1).signal(SIGSTOP);
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 0}}));

    UNTIL(fleet.api().job(running).state == JobState::InDoubt, seconds(30));
    QCOMPARE(fleet.api().node("DTF-01").state, u"lost"_s);
    UNTIL(fleet.api().job(assigned).state == JobState::Done, seconds(90));
    QCOMPARE(fleet.api().job(assigned).node.bytes(), QByteArray("DTF-02"));
    QVERIFY(fleet.api().job(assigned).epoch > 1);
    // The run that nobody hears of is left alone and shown as what it is.
    COMPARE_WORDS(fleet.api().job(running).state, JobState::InDoubt);
    QCOMPARE(fleet.share().tokens("running").size(), 1);

    fleet.agent(1).signal(SIGCONT);
    UNTIL(fleet.allDone(4), seconds(90));
    QCOMPARE(fleet.api().job(running).node.bytes(), QByteArray("DTF-01"));
    for (const SampleFile &file : files) {
        QCOMPARE(fleet.portal().uploadsOf(file.sha256), 1);
    }
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Absence)
#include "tst_absence.moc"
