// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fleet.h"

#include <QDirIterator>
#include <QTest>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

/// Each part is killed in the middle of its work, and comes back.
class Crashes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void browserKilledAfterTheUploadBegan();
    void browserKilledBeforeTheUploadBegan();
    void agentKilledAfterTheUploadBegan();
    void agentKilledBeforeTheUploadBegan();
    void orchestratorKilledAgainAndAgain();
};

namespace {

/// The file that this node runs now; a null id: none.
RunningJob runningOn(Fleet &fleet, const char *node)
{
    const QList<RunningJob> running = fleet.api().node(node).beat.running;
    return running.isEmpty() ? RunningJob {} : running.first();
}

/// The agent asks Chromium to write its cookies when the portal is ready; a session that is not on the disk yet does not survive
/// kill -9.
bool sessionIsOnTheDisk(Fleet &fleet, const char *node)
{
    QDirIterator profile(fleet.folder() + u'/' + QString::fromLatin1(node) + u"/profile"_s, {u"Cookies*"_s}, QDir::Files,
        QDirIterator::Subdirectories);
    while (profile.hasNext()) {
        QFile file(profile.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains("mda_session")) {
            return true;
        }
    }
    return false;
}

/// A person looked at the portal and says so.
void decideFromTheLedger(Fleet &fleet, const JobView &job, const QByteArray &sha256)
{
    const bool uploaded = fleet.portal().uploadsOf(sha256) > 0;
    OperatorRequest request;
    request.reason = uploaded ? u"it is in the portal"_s : u"it isn't in the portal"_s;
    request.expectEpoch = job.epoch;
    request.expectState = job.state;
    const ApiClient::Answer answer = fleet.api().command(job.job, uploaded ? JobAction::Done : JobAction::Requeue, request);
    QVERIFY2(answer.reply.ok, qUtf8Printable(answer.reply.detail));
    UNTIL(fleet.api().job(job.job).state == JobState::Done, seconds(60));
    QCOMPARE(fleet.portal().uploadsOf(sha256), 1);
}

} // namespace

void Crashes::browserKilledAfterTheUploadBegan()
{
    Fleet fleet(portalNodes(1));
    BEGIN(fleet);
    UNTIL(sessionIsOnTheDisk(fleet, "DTF-01"), seconds(90));
    const SampleFile file = fleet.samples(1).first();
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 8'000}, {u"where"_s, u"answer"_s}}));
    fleet.drop(file.name, file.content);
    UNTIL(fleet.portal().uploadsOf(file.sha256) == 1, seconds(60)); // received, but nobody was told
    const qint64 killed = fleet.agent(1).browserPid();
    fleet.agent(1).killBrowser();

    UNTIL(fleet.api().count(JobState::Hold) == 1, seconds(60));
    const JobView held = fleet.api().jobNamed(QString::fromUtf8(file.name));
    QCOMPARE(held.attempts, 1);
    QVERIFY2(held.cause == Cause::BrowserLost || held.cause == Cause::ExitCode, toString(held.cause).data());
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 0}}));
    UNTIL(fleet.agent(1).browserPid() != killed && fleet.api().isReady("DTF-01"), seconds(60)); // nobody signed in again
    decideFromTheLedger(fleet, held, file.sha256);
    if (QTest::currentTestFailed()) {
        return;
    }
    (void)fleet.dropOne();
    UNTIL(fleet.allDone(2), seconds(60));
    ALL_IS_WELL(fleet);
}

void Crashes::browserKilledBeforeTheUploadBegan()
{
    Fleet fleet(portalNodes(1));
    BEGIN(fleet);
    UNTIL(sessionIsOnTheDisk(fleet, "DTF-01"), seconds(90));
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 6'000}, {u"where"_s, u"pages"_s}}));
    const SampleFile file = fleet.samples(1).first();
    fleet.drop(file.name, file.content);
    UNTIL(runningOn(fleet, "DTF-01").lastLine.startsWith(u"Transformed"_s), seconds(60));
    const qint64 killed = fleet.agent(1).browserPid();
    fleet.agent(1).killBrowser();
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 0}}));

    UNTIL(fleet.allDone(1), seconds(90)); // by itself: nothing had been sent
    QVERIFY(fleet.agent(1).browserPid() != killed);
    QCOMPARE(fleet.api().jobNamed(QString::fromUtf8(file.name)).attempts, 2);
    QCOMPARE(fleet.portal().uploadsOf(file.sha256), 1);
    ALL_IS_WELL(fleet);
}

void Crashes::agentKilledAfterTheUploadBegan()
{
    Fleet fleet(portalNodes(2));
    BEGIN(fleet);
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 5'000}, {u"where"_s, u"answer"_s}}));
    const QList<SampleFile> files = fleet.samples(4);
    fleet.drop(files);
    UNTIL(runningOn(fleet, "DTF-01").sideEffects, seconds(60));
    const RunningJob interrupted = runningOn(fleet, "DTF-01");
    const qint64 browser = fleet.agent(1).browserPid();
    fleet.agent(1).kill();
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 0}}));
    QVERIFY(fleet.agent(1).start());

    UNTIL(fleet.api().job(interrupted.job).state == JobState::Hold, seconds(60));
    UNTIL(fleet.api().isReady("DTF-01"), seconds(60));
    QCOMPARE(fleet.agent(1).browserPid(), browser); // the same browser, still signed in
    UNTIL(fleet.allDone(3), seconds(60)); // the others flow
    const auto file = std::find_if(
        files.begin(), files.end(), [&](const SampleFile &f) { return QString::fromUtf8(f.name) == interrupted.name; });
    QVERIFY(file != files.end());
    decideFromTheLedger(fleet, fleet.api().job(interrupted.job), file->sha256);
    if (QTest::currentTestFailed()) {
        return;
    }
    UNTIL(fleet.allDone(4), seconds(30));
    ALL_IS_WELL(fleet);
}

void Crashes::agentKilledBeforeTheUploadBegan()
{
    Fleet fleet(portalNodes(1));
    BEGIN(fleet);
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 6'000}, {u"where"_s, u"pages"_s}}));
    const SampleFile file = fleet.samples(1).first();
    fleet.drop(file.name, file.content);
    UNTIL(runningOn(fleet, "DTF-01").lastLine.startsWith(u"Transformed"_s), seconds(60));
    const qint64 browser = fleet.agent(1).browserPid();
    fleet.agent(1).kill();
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 0}}));
    QVERIFY(fleet.agent(1).start());

    UNTIL(fleet.allDone(1), seconds(90)); // by itself: the script is dead and had sent nothing
    QCOMPARE(fleet.agent(1).browserPid(), browser);
    QCOMPARE(fleet.portal().uploadsOf(file.sha256), 1);
    ALL_IS_WELL(fleet);
}

void Crashes::orchestratorKilledAgainAndAgain()
{
    Fleet fleet(portalNodes(2));
    BEGIN(fleet);
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 1'500}, {u"where"_s, u"upload"_s}}));
    const QList<SampleFile> files = fleet.samples(10);
    fleet.drop(files);
    UNTIL(fleet.api().count(JobState::Running) > 0 && fleet.api().count(JobState::Assigned) > 0
            && fleet.api().count(JobState::Waiting) > 0,
        seconds(60));
    for (int life = 0; life < 4; ++life) {
        const qsizetype done = fleet.share().tokens("done").size();
        fleet.killOrchestrator();
        if (life % 2 == 1) { // the workers finish what they have meanwhile
            UNTIL(fleet.share().tokens("done").size() > done, seconds(30));
        }
        QVERIFY(fleet.startOrchestrator());
        UNTIL(!fleet.api().state().summary.orchestratorBoot.isEmpty(), seconds(30));
    }
    UNTIL(fleet.allDone(10), seconds(120));
    for (const SampleFile &file : files) {
        QCOMPARE(fleet.portal().uploadsOf(file.sha256), 1);
        QCOMPARE(fleet.api().jobNamed(QString::fromUtf8(file.name)).attempts, 1);
    }
    qint64 expected = 1;
    for (const AuditRow &row : fleet.api().audit()) {
        QCOMPARE(row.seq, expected++);
    }
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Crashes)
#include "tst_crashes.moc"
