// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/loads.h"
#include "tests/nemesis/ground/stories.h"

#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QTest>

#include <csignal>
#include <numeric>

namespace dtf {

using namespace Qt::StringLiterals;

/// Times that are promised, measured on the real programs; and what must not happen twice.
class GroundBounds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStartOverAFullHouse();
    void reportsReplayedTenTimes();
    void filesOfALostNode();
};

namespace {

const QString speaker = u"DTF-99"_s;
const QByteArray speakersToken = "token-of-the-node-DTF-99";

/// As a life before this store left them: held files with their reasons.
void placeHeld(const Fleet &fleet, int count)
{
    JobIdGenerator ids;
    const BootId boot = BootId::generate();
    for (int i = 0; i < count; ++i) {
        const TokenName token {ids.next(SystemClock().now().wall), 1, boot, "held " + QByteArray::number(i) + ".csv"};
        const QString path = fleet.sharePath(QString::fromUtf8(layout::hold(token)));
        if (!writeFile(path, QByteArray::number(i)) || !writeFile(path + u".json"_s, "{}")) {
            qFatal("no token can be placed");
        }
    }
}

qint64 openJobs(Fleet &fleet)
{
    const QList<qint64> counts = fleet.api().state().summary.jobsByState;
    return std::accumulate(counts.begin(), counts.end(), qint64 {0});
}

} // namespace

/// Half of the files are on hold, half in incoming; the orchestrator is killed and comes back.
void GroundBounds::aStartOverAFullHouse()
{
    const int count = isLongRun() ? 100'000 : 10'000;
    const seconds bound(isLongRun() ? 30 : 5);
    FleetPlan plan;
    plan.portal = false;
    plan.strangers = {speaker};
    Fleet fleet(plan);
    BEGIN(fleet);
    fleet.killOrchestrator();
    placeHeld(fleet, count / 2);
    QVERIFY(fleet.startOrchestrator());
    for (int i = 0; i < count / 2; ++i) {
        fleet.drop("file " + QByteArray::number(i) + ".csv", QByteArray::number(i));
    }
    UNTIL(openJobs(fleet) == count, seconds(isLongRun() ? 600 : 120));
    fleet.killOrchestrator();
    QElapsedTimer took;
    took.start();
    QVERIFY(fleet.startOrchestrator());
    const auto listens = milliseconds(took.elapsed());
    UNTIL(fleet.api().state().summary.shareOk, seconds(60));
    // Consistent: it has looked at the whole share, and what it says is what lies there.
    const JobId waiting = fleet.api().jobs({JobState::Waiting}).value(0).job;
    const auto asked = milliseconds(took.elapsed());
    UNTIL(fleet.api().why(waiting).verdict == u"waiting-for-node"_s, seconds(120));
    const auto consistent = milliseconds(took.elapsed());
    const QList<qint64> counts = fleet.api().state().summary.jobsByState;
    std::printf(
        "measured: start over %d files: listens after %lld ms, answers questions after %lld ms, consistent after %lld ms\n",
        count, static_cast<long long>(listens.count()), static_cast<long long>(asked.count()),
        static_cast<long long>(consistent.count()));
    QCOMPARE(counts[int(JobState::Waiting)], count / 2);
    QCOMPARE(counts[int(JobState::Hold)], count / 2);
    QVERIFY(within("consistent after a start", consistent, bound * 3)); // the bound is for optimised programs on idle machines
    ALL_IS_WELL(fleet);
}

/// As an agent whose link loses every answer: each batch comes ten times, old ones among them.
void GroundBounds::reportsReplayedTenTimes()
{
    FleetPlan plan;
    plan.portal = false;
    plan.strangers = {speaker};
    Fleet fleet(plan);
    BEGIN(fleet);
    BeatMeter meter(fleet.port(), "DTF-99", speakersToken);
    meter.beReady();
    meter.begin(500);
    fleet.drop("a.csv", "content of a");
    UNTIL(fleet.api().count(JobState::Assigned) == 1, seconds(30));
    ApiClient agent(fleet.port(), speakersToken);
    const JobView job = fleet.api().jobs().first();
    TokenName token {job.job, job.epoch, {}, "a.csv"};
    const NodeName node = *NodeName::parse("DTF-99");
    const QString assigned = fleet.sharePath(QString::fromUtf8(layout::assigned(node, token)));
    token.boot = meter.boot();
    const QString running = fleet.sharePath(QString::fromUtf8(layout::running(node, token)));
    QVERIFY(move(assigned, running));
    QList<ReportBatch> sent;
    qint64 seq = 0;
    const auto report = [&](const QList<ReportKind> &kinds) {
        ReportBatch batch {protocolVersion, node, meter.boot(), {}};
        for (const ReportKind kind : kinds) {
            Report r;
            r.boot = r.tokenBoot = meter.boot();
            r.seq = ++seq;
            r.kind = kind;
            r.job = token.job;
            r.epoch = token.epoch;
            r.name = u"a.csv"_s;
            r.cause = kind == ReportKind::Held ? Cause::ExitCode : Cause::None;
            r.time = SystemClock().now().wall;
            batch.reports.append(r);
        }
        sent.append(batch);
        for (int time = 0; time < 10; ++time) {
            for (const ReportBatch &each : std::as_const(sent)) {
                const JsonReply answer = agent.post(u"/api/v1/reports"_s, toJson(each));
                if (answer.status != 200) {
                    return false;
                }
            }
        }
        return true;
    };
    QVERIFY(report({ReportKind::Claimed, ReportKind::Started}));
    QCOMPARE(fleet.api().job(token.job).attempts, 1);
    QVERIFY(fleet.api().job(token.job).state == JobState::Running);
    QVERIFY(move(running, fleet.sharePath(QString::fromUtf8(layout::hold(token)))));
    QVERIFY(writeFile(fleet.sharePath(QString::fromUtf8(layout::sidecar(layout::hold(token)))), "{}"));
    QVERIFY(report({ReportKind::Exited, ReportKind::Held}));
    QVERIFY(fleet.api().job(token.job).state == JobState::Hold);
    for (const AuditKind kind : {AuditKind::JobClaimed, AuditKind::JobStarted, AuditKind::JobExited, AuditKind::JobHeld}) {
        QCOMPARE(fleet.api().audited(token.job, kind), 1);
    }
    const qsizetype rows = fleet.api().audit().size();
    fleet.killOrchestrator(); // and it remembers what it had
    QVERIFY(fleet.startOrchestrator());
    UNTIL(fleet.api().state().summary.shareOk, seconds(30));
    QVERIFY(report({}));
    QCOMPARE(fleet.api().job(token.job).attempts, 1);
    QCOMPARE(fleet.api().audited(token.job, AuditKind::JobStarted), 1);
    std::printf(
        "measured: %lld batches sent ten times each, %lld rows before, %lld after a restart and ten times all of them again\n",
        static_cast<long long>(sent.size()), static_cast<long long>(rows), static_cast<long long>(fleet.api().audit().size()));
    (void)meter.end();
    ALL_IS_WELL(fleet);
}

void GroundBounds::filesOfALostNode()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(waitingNodes(2)); // silence is judged as everywhere: 20 s and 30 s
    fleet.plan().strangers = {speaker, u"DTF-98"_s}; // so that one of two is no majority
    BEGIN(fleet);
    BeatMeter third(fleet.port(), "DTF-99", speakersToken);
    BeatMeter fourth(fleet.port(), "DTF-98", "token-of-the-node-DTF-98");
    third.begin(500);
    fourth.begin(500);
    dropFiles(fleet, 0, 4);
    UNTIL(fleet.api().count(JobState::Running) == 2 && fleet.api().count(JobState::Assigned) == 2, seconds(30));
    JobId unbegun;
    for (const JobView &job : fleet.api().jobs({JobState::Assigned})) {
        unbegun = job.node.bytes() == "DTF-01" ? job.job : unbegun;
    }
    UNTIL(stays([&] { return true; }, seconds(60)), seconds(70)); // beyond the start's grace
    fleet.agent(1).signal(SIGSTOP);
    letGo(fleet);
    WITHIN("a lost node's unbegun file is elsewhere", fleet.api().job(unbegun).node.bytes() == "DTF-02", seconds(35));
    UNTIL(fleet.api().job(unbegun).state == JobState::Done, seconds(30));
    fleet.agent(1).signal(SIGCONT);
    UNTIL(fleet.allDone(4), seconds(60));
    QVERIFY(eachWasTriedOnce(fleet));
    (void)third.end();
    (void)fourth.end();
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::GroundBounds)
#include "tst_bounds.moc"
