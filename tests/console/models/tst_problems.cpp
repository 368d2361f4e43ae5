// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/problems.h"
#include "storefixture.h"

#include <QTest>

using namespace dtf;

namespace {

const QByteArray jobA("01J00000000000000000000001");
const QByteArray jobB("01J00000000000000000000002");
const QByteArray jobC("01J00000000000000000000003");

QMap<NodeName, NodeView> fleet(const QList<NodeView> &nodes)
{
    QMap<NodeName, NodeView> all;
    for (const NodeView &node : nodes) {
        all.insert(node.node, node);
    }
    return all;
}

NodeView runs(NodeView node, const QByteArray &job)
{
    RunningJob running;
    running.job = *JobId::parse(job);
    node.beat.running = {running};
    return node;
}

} // namespace

class TestProblems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aHealthyFleetHasNone()
    {
        QVERIFY(
            problemsOf(fleet({nodeIn("DTF-01", "ready"), nodeIn("DTF-02", "busy"), nodeIn("DTF-03", "paused")}), {}).isEmpty());
        QVERIFY(!nextProblem({}, std::nullopt));
        QVERIFY(!nextProblem({}, Problem {}));
    }

    void theOrderIsThatOfHarm()
    {
        const auto problems = problemsOf(
            fleet({nodeIn("DTF-01", "login_required"), runs(nodeIn("DTF-02", "lost"), jobC), nodeIn("DTF-03", "ready")}),
            {alertOf(AlertKind::ShareDown, {}), alertOf(AlertKind::JobFailed, jobA), alertOf(AlertKind::JobHeld, jobB)});
        QCOMPARE(problems.size(), 6);
        using Harm = Problem::Harm;
        const QList<Harm> harms {Harm::OnHold, Harm::InDoubt, Harm::Failed, Harm::Node, Harm::Node, Harm::Alert};
        for (qsizetype i = 0; i < harms.size(); ++i) {
            QVERIFY(problems[i].harm == harms[i]);
        }
        QCOMPARE(problems[0].job.toBytes26(), jobB);
        QCOMPARE(problems[1].job.toBytes26(), jobC);
        QCOMPARE(problems[1].node.bytes(), QByteArray("DTF-02"));
        QCOMPARE(problems[3].node.bytes(), QByteArray("DTF-01"));
        QVERIFY(problems[5].alert == AlertKind::ShareDown);
    }

    void aNodeIsOneProblem()
    {
        const auto problems = problemsOf(fleet({nodeIn("DTF-01", "lost")}),
            {alertOf(AlertKind::NodeLost, "DTF-01"), alertOf(AlertKind::BrowserDown, "DTF-01")});
        QCOMPARE(problems.size(), 1);
        QVERIFY(problems[0].alert == AlertKind::NodeLost);
    }

    void aFileOnHoldIsNotInDoubtAsWell()
    {
        const auto problems = problemsOf(fleet({runs(nodeIn("DTF-01", "lost"), jobA)}), {alertOf(AlertKind::JobHeld, jobA)});
        QCOMPARE(problems.size(), 2);
        QVERIFY(problems[0].harm == Problem::Harm::OnHold);
        QVERIFY(problems[1].harm == Problem::Harm::Node);
    }

    void whatSomebodyTakesCareOfComesLastOfItsKind()
    {
        const auto problems = problemsOf({},
            {acknowledged(alertOf(AlertKind::JobHeld, jobA)), alertOf(AlertKind::JobHeld, jobB),
                alertOf(AlertKind::JobFailed, jobC)});
        QCOMPARE(problems[0].job.toBytes26(), jobB);
        QCOMPARE(problems[1].job.toBytes26(), jobA);
        QCOMPARE(problems[2].job.toBytes26(), jobC);
    }

    void aWordOfANewerOrchestratorIsAProblem() { QCOMPARE(problemsOf(fleet({nodeIn("DTF-01", "melted")}), {}).size(), 1); }

    void theWalkGoesRound()
    {
        const QList<Problem> problems {{Problem::Harm::OnHold, *JobId::parse(jobA), {}, AlertKind::JobHeld},
            {Problem::Harm::Failed, *JobId::parse(jobB), {}, AlertKind::JobFailed}};
        QVERIFY(nextProblem(problems, std::nullopt) == problems[0]);
        QVERIFY(nextProblem(problems, problems[0]) == problems[1]);
        QVERIFY(nextProblem(problems, problems[1]) == problems[0]);
        const Problem over {Problem::Harm::Alert, {}, {}, AlertKind::ShareDown};
        QVERIFY(nextProblem(problems, over) == problems[0]);
    }
};

QTEST_GUILESS_MAIN(TestProblems)
#include "tst_problems.moc"
