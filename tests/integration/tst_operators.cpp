// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"

#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTest>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

/// What people do at the console, through the API that the console uses.
class Operators : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileIsHeldReleasedStoppedRequeuedAndMarkedDone();
    void staleAndDoubledCommandsChangeNothing();
    void nodesAndDispatchArePausedAndResumed();
    void whoHasSeenAnAlertIsRememberedUntilItIsOver();
    void aNodeShowsItsBrowserAndStartsItsPartsAgain();
};

namespace {

/// Runs until the file "go" appears in the fleet's folder, then copies its input.
FleetPlan waitingNodes(int count)
{
    return scriptNodes(count,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"wait"_s,
            u"{file}"_s});
}

void go(Fleet &fleet)
{
    QVERIFY(writeFile(fleet.folder() + u"/go"_s, {}));
}

bool isIn(Fleet &fleet, const JobId &job, JobState state)
{
    return fleet.api().job(job).state == state;
}

/// Drops the file and waits until it is a job in that state.
JobId arrive(Fleet &fleet, const char *name, JobState state)
{
    fleet.drop(name, QByteArray("content of ") + name);
    JobView job;
    (void)until(
        [&] {
            job = fleet.api().jobNamed(QString::fromLatin1(name));
            return !job.job.isNull() && job.state == state;
        },
        seconds(60));
    return job.state == state ? job.job : JobId();
}

} // namespace

void Operators::aFileIsHeldReleasedStoppedRequeuedAndMarkedDone()
{
    Fleet fleet(waitingNodes(1));
    BEGIN(fleet);
    ApiClient &api = fleet.api();
    const JobId running = arrive(fleet, "a.csv", JobState::Running);
    const JobId assigned = arrive(fleet, "b.csv", JobState::Assigned);
    const JobId waiting = arrive(fleet, "c.csv", JobState::Waiting);
    QVERIFY(!running.isNull() && !assigned.isNull() && !waiting.isNull());

    QCOMPARE(api.command(waiting, JobAction::Hold).status, 200);
    QCOMPARE(api.command(assigned, JobAction::Hold).status, 200);
    UNTIL(isIn(fleet, waiting, JobState::Hold) && isIn(fleet, assigned, JobState::Hold), seconds(30));
    QCOMPARE(api.command(running, JobAction::Hold).status, 409); // what runs is stopped, not held
    QCOMPARE(api.command(running, JobAction::Done).status, 409);
    QCOMPARE(api.command(waiting, JobAction::Stop).status, 409);

    QCOMPARE(api.command(waiting, JobAction::Release).status, 200);
    UNTIL(isIn(fleet, waiting, JobState::Assigned), seconds(30)); // there is room for one more

    QCOMPARE(api.command(running, JobAction::Stop).status, 200);
    UNTIL(isIn(fleet, running, JobState::Hold), seconds(30));
    COMPARE_WORDS(api.job(running).cause, Cause::StoppedByOperator);
    QCOMPARE(api.command(running, JobAction::Release).status, 403); // it has run: not without looking at the portal
    QCOMPARE(api.command(running, JobAction::Requeue).status, 200);
    go(fleet);
    UNTIL(isIn(fleet, running, JobState::Done), seconds(60));
    QCOMPARE(api.job(running).attempts, 2);
    UNTIL(isIn(fleet, waiting, JobState::Done), seconds(60));

    QCOMPARE(api.command(assigned, JobAction::Done).status, 200); // done by hand: never ran
    UNTIL(isIn(fleet, assigned, JobState::Done), seconds(30));
    QCOMPARE(api.job(assigned).attempts, 0);
    QCOMPARE(api.command(assigned, JobAction::Requeue).status, 404); // done is done
    UNTIL(fleet.share().reasonsWithoutToken().isEmpty(), seconds(180)); // at once, but for one that its agent wrote late
    ALL_IS_WELL(fleet);
}

void Operators::staleAndDoubledCommandsChangeNothing()
{
    Fleet fleet(waitingNodes(1));
    BEGIN(fleet);
    ApiClient &api = fleet.api();
    QVERIFY(!arrive(fleet, "a.csv", JobState::Running).isNull());
    QVERIFY(!arrive(fleet, "b.csv", JobState::Assigned).isNull());
    const JobId job = arrive(fleet, "c.csv", JobState::Waiting);
    QVERIFY(!job.isNull());

    OperatorRequest stale;
    stale.expectEpoch = 7;
    ApiClient::Answer answer = api.command(job, JobAction::Hold, stale);
    QCOMPARE(answer.status, 409);
    QCOMPARE(answer.reply.code, u"stale"_s);
    QVERIFY(answer.reply.job && answer.reply.job->state == JobState::Waiting && answer.reply.job->epoch == 0);
    stale = {};
    stale.expectState = JobState::Running;
    answer = api.command(job, JobAction::Hold, stale);
    QCOMPARE(answer.status, 409);
    QVERIFY(answer.reply.job && answer.reply.job->state == JobState::Waiting);

    OperatorRequest keyed;
    keyed.key = u"click-1"_s;
    keyed.expectEpoch = 0;
    keyed.expectState = JobState::Waiting;
    const ApiClient::Answer first = api.command(job, JobAction::Hold, keyed);
    QCOMPARE(first.status, 200);
    UNTIL(isIn(fleet, job, JobState::Hold), seconds(30));
    QCOMPARE(api.command(job, JobAction::Release).status, 200);
    UNTIL(isIn(fleet, job, JobState::Waiting), seconds(30));
    const ApiClient::Answer second = api.command(job, JobAction::Hold, keyed); // the same click again, late
    QCOMPARE(second.status, 200);
    QCOMPARE(second.reply.code, first.reply.code);
    QCOMPARE(second.reply.detail, first.reply.detail);
    QVERIFY(stays([&] { return isIn(fleet, job, JobState::Waiting); }, seconds(2)));
    QCOMPARE(api.audited(job, AuditKind::JobHeld), 1);

    // … and after a restart of the orchestrator.
    fleet.killOrchestrator();
    QVERIFY(fleet.startOrchestrator());
    UNTIL(api.command(job, JobAction::Hold, keyed).status == 200, seconds(30));
    QVERIFY(stays([&] { return !isIn(fleet, job, JobState::Hold); }, seconds(2)));
    go(fleet);
    UNTIL(fleet.allDone(3), seconds(60));
    QCOMPARE(api.audited(job, AuditKind::JobHeld), 1);
    ALL_IS_WELL(fleet);
}

void Operators::nodesAndDispatchArePausedAndResumed()
{
    Fleet fleet(waitingNodes(2));
    BEGIN(fleet);
    ApiClient &api = fleet.api();
    QCOMPARE(api.command("DTF-01", NodeAction::Resume).status, 409); // it isn't paused
    QCOMPARE(api.command("DTF-09", NodeAction::Pause).status, 404);
    OperatorRequest reason;
    reason.reason = u"new keyboard"_s;
    QCOMPARE(api.command("DTF-01", NodeAction::Pause, reason).status, 200);
    QCOMPARE(api.node("DTF-01").pausedBy, u"operator:anna"_s);
    QCOMPARE(api.node("DTF-01").pausedReason, u"new keyboard"_s);
    const JobId running = arrive(fleet, "a.csv", JobState::Running);
    const JobId assigned = arrive(fleet, "b.csv", JobState::Assigned);
    const JobId waiting = arrive(fleet, "c.csv", JobState::Waiting);
    QVERIFY(!running.isNull() && !assigned.isNull() && !waiting.isNull());
    QCOMPARE(api.job(running).node.bytes(), QByteArray("DTF-02"));
    QCOMPARE(api.job(assigned).node.bytes(), QByteArray("DTF-02"));
    const WhyView why = api.why(waiting);
    QCOMPARE(why.verdict, u"waiting-for-node"_s);
    QCOMPARE(why.nodes.size(), 2);
    QCOMPARE(why.nodes[0].gates.last().gate, u"in-service"_s);
    QVERIFY2(why.nodes[0].gates.last().detail.contains(u"new keyboard"_s), qUtf8Printable(why.nodes[0].gates.last().detail));
    QCOMPARE(why.nodes[1].gates.last().gate, u"capacity"_s);

    // Drained: what runs ends, what waited there is free for others, which is the paused one here.
    QCOMPARE(api.command("DTF-02", NodeAction::Drain).status, 200);
    UNTIL(isIn(fleet, assigned, JobState::Waiting), seconds(30));
    QVERIFY(isIn(fleet, running, JobState::Running));
    QCOMPARE(api.command("DTF-01", NodeAction::Resume).status, 200);
    UNTIL(api.node("DTF-01").assigned == 2, seconds(30));
    go(fleet);
    UNTIL(fleet.allDone(3), seconds(60));
    QCOMPARE(fleet.doneByNode(), (QMap<QByteArray, int> {{"DTF-01", 2}, {"DTF-02", 1}}));

    QCOMPARE(api.dispatch(true).status, 200);
    QCOMPARE(api.dispatch(true).status, 409);
    QVERIFY(api.state().summary.dispatchPaused);
    const JobId maintained = arrive(fleet, "d.csv", JobState::Waiting);
    QVERIFY(!maintained.isNull());
    QCOMPARE(api.why(maintained).verdict, u"maintenance"_s);
    QVERIFY(stays([&] { return fleet.share().incoming().size() == 1; }, seconds(2)));
    fleet.killOrchestrator(); // a pause outlives it
    QVERIFY(fleet.startOrchestrator());
    UNTIL(fleet.waitReady(), seconds(60));
    QVERIFY(api.state().summary.dispatchPaused);
    QVERIFY(stays([&] { return fleet.share().incoming().size() == 1; }, seconds(2)));
    QCOMPARE(api.dispatch(false).status, 200);
    UNTIL(fleet.allDone(4), seconds(60));
    ALL_IS_WELL(fleet);
}

void Operators::whoHasSeenAnAlertIsRememberedUntilItIsOver()
{
    Fleet fleet(waitingNodes(1));
    BEGIN(fleet);
    ApiClient &api = fleet.api();
    const JobId refused = arrive(fleet, "tool.exe", JobState::Rejected);
    const JobId stopped = arrive(fleet, "a.csv", JobState::Running);
    QVERIFY(!refused.isNull() && !stopped.isNull());
    QCOMPARE(api.command(stopped, JobAction::Stop).status, 200);
    UNTIL(api.alert(AlertKind::JobHeld) && api.alert(AlertKind::JobRejected), seconds(30));

    OperatorRequest seen;
    seen.reason = u"asked the agency"_s;
    seen.key = u"click-1"_s;
    seen.expectSince = api.alert(AlertKind::JobRejected)->since;
    QCOMPARE(api.acknowledge(AlertKind::JobRejected, refused.toBytes26(), seen).status, 200);
    QVERIFY(!api.alert(AlertKind::JobRejected)); // nothing else would ever end it
    QCOMPARE(api.acknowledge(AlertKind::JobHeld, stopped.toBytes26()).status, 200);
    QCOMPARE(api.acknowledge(AlertKind::JobHeld, stopped.toBytes26()).status, 409);
    QCOMPARE(api.acknowledge(AlertKind::ShareDown, "-").status, 404);
    QCOMPARE(api.audited(refused, AuditKind::AlertAcknowledged), 1);

    fleet.killOrchestrator();
    QVERIFY(fleet.startOrchestrator());
    UNTIL(api.alert(AlertKind::JobHeld), seconds(30));
    const auto held = api.alert(AlertKind::JobHeld);
    QVERIFY(held && held->acknowledged); // the file is still on hold
    QCOMPARE(held->acknowledged->by, QByteArray("operator:anna"));
    QVERIFY(!api.alert(AlertKind::JobRejected));
    UNTIL(api.acknowledge(AlertKind::JobRejected, refused.toBytes26(), seen).status == 200, seconds(30)); // the same click
    QCOMPARE(api.audited(refused, AuditKind::AlertAcknowledged), 1);
    go(fleet);
    QCOMPARE(api.command(stopped, JobAction::Requeue).status, 200);
    QVERIFY(!api.alert(AlertKind::JobHeld));
    UNTIL(isIn(fleet, stopped, JobState::Done), seconds(60));
    ALL_IS_WELL(fleet);
}

void Operators::aNodeShowsItsBrowserAndStartsItsPartsAgain()
{
    Fleet fleet(portalNodes(1));
    BEGIN(fleet);
    ApiClient &api = fleet.api();

    QNetworkAccessManager network;
    const std::unique_ptr<QNetworkReply> picture(network.post(api.request(u"/api/v1/nodes/DTF-01/picture"_s), "{}"));
    UNTIL(picture->isFinished(), seconds(30));
    const QByteArray png = picture->readAll();
    QVERIFY2(png.startsWith("\x89PNG\r\n\x1a\n"), png.left(200).constData());

    std::unique_ptr<QNetworkReply> first(network.post(api.request(u"/api/v1/nodes/DTF-01/self-check"_s), "{}"));
    UNTIL(first->isFinished(), seconds(40));
    const auto check = fromJson<CheckData>(QJsonDocument::fromJson(first->readAll()).object());
    QVERIFY(check && check->node == api.node("DTF-01").node);
    QVERIFY(check->rows.size() >= 8);
    for (const CheckLine &line : check->rows) {
        QVERIFY2(line.ok, qPrintable(line.what + u": "_s + line.detail));
    }

    const qint64 oldBrowser = fleet.agent(1).browserPid();
    QCOMPARE(api.command("DTF-01", NodeAction::RestartBrowser).status, 200);
    UNTIL(fleet.agent(1).browserPid() != oldBrowser && fleet.agent(1).browserLives(), seconds(60));
    UNTIL(api.isReady("DTF-01") && api.node("DTF-01").beat.browserState == BrowserState::Ready, seconds(60)); // still signed in

    const BootId boot = api.node("DTF-01").beat.boot;
    const qint64 browser = fleet.agent(1).browserPid();
    QCOMPARE(api.command("DTF-01", NodeAction::RestartAgent).status, 200);
    UNTIL(api.node("DTF-01").beat.boot != boot && api.isReady("DTF-01"), seconds(60));
    QCOMPARE(fleet.agent(1).browserPid(), browser); // it lives through its agent's restart
    QVERIFY(fleet.agent(1).program().isRunning());
    (void)fleet.dropOne();
    UNTIL(fleet.allDone(1), seconds(60));
    QCOMPARE(api.node("DTF-01").beat.boot == boot, false);
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Operators)
#include "tst_operators.moc"
