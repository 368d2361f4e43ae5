// SPDX-License-Identifier: GPL-3.0-or-later
// Two people at their consoles and a whole fleet: what they do by mouse and keyboard happens in the orchestrator, on the share
// and in the browsers, is written down with its reason and their names, and the other one sees it.
#include "console/views/filesview.h"
#include "console/views/pictureview.h"
#include "console/views/reasondialog.h"
#include "tests/console/e2e/person.h"
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"

#include <QSettings>

namespace dtf {

using namespace Qt::StringLiterals;

class ConsoleAndFleet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aNodeIsPausedResumedAndDrained();
    void dispatchIsPausedAndTheSecondOneIsTooLate();
    void aRunIsStoppedAcknowledgedAndSettled();
    void browserAndAgentStartAgain();
    void allOfOneCauseRunAgain();
    void withoutTheOrchestratorNothingIsOfferedUntilItIsBack();
    void cleanupTestCase();

private:
    [[nodiscard]] JobView job(const QString &name) { return m_fleet->api().jobNamed(name); }
    [[nodiscard]] bool isIn(const QString &name, JobState state) { return job(name).state == state; }
    /// The audit has this, done by them for that reason.
    [[nodiscard]] bool audited(AuditKind kind, const char *who, const QString &reason, const JobId &of = {});

    QTemporaryDir m_settings;
    std::unique_ptr<Fleet> m_fleet;
    std::unique_ptr<Person> m_anna;
    std::unique_ptr<Person> m_bernd;
};

bool ConsoleAndFleet::audited(AuditKind kind, const char *who, const QString &reason, const JobId &of)
{
    const QList<AuditRow> rows = m_fleet->api().audit(of);
    return std::any_of(rows.begin(), rows.end(), [&](const AuditRow &row) {
        return row.event.kind == kind && row.event.actor == QByteArray("operator:") + who
            && QString::fromUtf8(row.event.detail).contains(reason);
    });
}

void ConsoleAndFleet::initTestCase()
{
    QCoreApplication::setOrganizationName(u"DTF"_s);
    QCoreApplication::setApplicationName(u"dtf-console"_s);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
    m_fleet = std::make_unique<Fleet>(portalNodes(2));
    BEGIN(*m_fleet);
    m_anna = std::make_unique<Person>("anna", m_fleet->port());
    m_bernd = std::make_unique<Person>("bernd", m_fleet->port());
    QVERIFY(m_anna->connect());
    QVERIFY(m_bernd->connect());
    UNTIL(m_anna->cell("DTF-01", NodesModel::Column::State) == u"ready"_s, seconds(20));
}

void ConsoleAndFleet::aNodeIsPausedResumedAndDrained()
{
    ApiClient &api = m_fleet->api();
    QVERIFY(m_anna->clickNode("DTF-01"));
    m_anna->key(Qt::Key_Space);
    QVERIFY(m_anna->confirm(u"new keyboard"_s));
    UNTIL(api.node("DTF-01").paused, seconds(20));
    QCOMPARE(api.node("DTF-01").pausedBy, u"operator:anna"_s);
    QVERIFY(audited(AuditKind::NodeState, "anna", u"paused: new keyboard"_s));
    for (Person *person : {m_anna.get(), m_bernd.get()}) {
        UNTIL(person->cell("DTF-01", NodesModel::Column::State) == u"paused"_s, seconds(10));
        QVERIFY2(person->tip("DTF-01").contains(u"operator:anna: new keyboard"_s), qPrintable(person->tip("DTF-01")));
    }
    QVERIFY(m_bernd->clickNode("DTF-01"));
    m_bernd->key(Qt::Key_Space); // the other one takes it up again
    QVERIFY(m_bernd->confirm(u"it works"_s));
    UNTIL(!api.node("DTF-01").paused, seconds(20));
    QVERIFY(audited(AuditKind::NodeState, "bernd", u"resumed: it works"_s));
    UNTIL(m_anna->cell("DTF-01", NodesModel::Column::State) == u"ready"_s, seconds(10));

    QVERIFY(m_anna->clickNode("DTF-02"));
    QVERIFY(m_anna->find(u"drain"_s)); // it has no key of its own
    QVERIFY(m_anna->confirm(u"goes to the workshop"_s));
    UNTIL(api.node("DTF-02").draining, seconds(20));
    QVERIFY(audited(AuditKind::NodeState, "anna", u"goes to the workshop"_s));
    for (Person *person : {m_anna.get(), m_bernd.get()}) {
        UNTIL(person->cell("DTF-02", NodesModel::Column::State) == u"draining"_s, seconds(10));
    }
    QVERIFY(m_anna->clickNode("DTF-02"));
    m_anna->key(Qt::Key_Space);
    QVERIFY(m_anna->confirm(u"is back"_s));
    UNTIL(!api.node("DTF-02").draining, seconds(20));
}

void ConsoleAndFleet::dispatchIsPausedAndTheSecondOneIsTooLate()
{
    ApiClient &api = m_fleet->api();
    QVERIFY(m_anna->clickButton(u"Pause dispatch"_s));
    QVERIFY(m_anna->confirm(u"the portal is closed"_s));
    UNTIL(api.state().summary.dispatchPaused, seconds(20));
    QVERIFY(audited(AuditKind::DispatchPaused, "anna", u"the portal is closed"_s));
    UNTIL(m_bernd->badge(u"MAINTENANCE"_s), seconds(10));
    QVERIFY(m_bernd->badgeTip(u"operator:anna: the portal is closed"_s));

    const QString file = m_fleet->dropOne();
    UNTIL(m_anna->cell(file, FilesModel::Column::State) == u"waiting"_s, seconds(20));
    QVERIFY(m_bernd->clickFile(file));
    m_bernd->key(Qt::Key_H);
    UNTIL(m_bernd->dialog(), seconds(10)); // and thinks about it
    QVERIFY(m_anna->clickFile(file));
    m_anna->key(Qt::Key_H);
    QVERIFY(m_anna->confirm(u"the agency called"_s));
    UNTIL(isIn(file, JobState::Hold), seconds(20));
    QVERIFY(audited(AuditKind::JobHeld, "anna", u"the agency called"_s, job(file).job));
    UNTIL(m_bernd->cell(file, FilesModel::Column::State) == u"on hold"_s, seconds(10));
    QVERIFY(m_bernd->confirm(u"looks wrong"_s));
    UNTIL(m_bernd->said().contains(u"was refused"_s), seconds(10));
    QVERIFY2(m_bernd->said().contains(u"anna was first"_s), qPrintable(m_bernd->said()));
    QCOMPARE(api.audited(job(file).job, AuditKind::JobHeld), 1);
    QCOMPARE(m_fleet->share().tokens("hold").size(), 1);

    QVERIFY(m_anna->clickFile(file));
    m_anna->key(Qt::Key_H);
    QVERIFY(m_anna->confirm(u"all is well"_s));
    UNTIL(isIn(file, JobState::Waiting), seconds(20));
    QVERIFY(audited(AuditKind::JobRequeued, "anna", u"all is well"_s, job(file).job));
    QVERIFY(m_bernd->clickButton(u"Resume dispatch"_s));
    QVERIFY(m_bernd->confirm(u"it is open again"_s));
    UNTIL(isIn(file, JobState::Done), seconds(60));
    QVERIFY(audited(AuditKind::DispatchResumed, "bernd", u"it is open again"_s));
    UNTIL(m_anna->cell(file, FilesModel::Column::State) == u"done"_s, seconds(10));
    UNTIL(m_anna->badge(u"LIVE"_s), seconds(10));
}

void ConsoleAndFleet::aRunIsStoppedAcknowledgedAndSettled()
{
    ApiClient &api = m_fleet->api();
    QVERIFY(m_fleet->portal().admin(u"slow"_s, {{u"ms"_s, 60'000}, {u"where"_s, u"pages"_s}}));
    const QString one = m_fleet->dropOne();
    const QString two = m_fleet->dropOne();
    for (const QString &file : {one, two}) {
        UNTIL(isIn(file, JobState::Running) && job(file).attempts == 1, seconds(30));
        UNTIL(m_anna->cell(file, FilesModel::Column::State) == u"running"_s, seconds(10));
        QVERIFY(m_anna->clickFile(file));
        m_anna->key(Qt::Key_X);
        QVERIFY(m_anna->confirm(u"wrong month"_s));
        UNTIL(isIn(file, JobState::Hold), seconds(30));
        COMPARE_WORDS(job(file).cause, Cause::StoppedByOperator);
        QVERIFY(audited(AuditKind::JobStopAsked, "anna", u"wrong month"_s, job(file).job));
        UNTIL(m_bernd->cell(file, FilesModel::Column::State) == u"on hold"_s, seconds(10));
    }
    QVERIFY(m_fleet->portal().admin(u"slow"_s, {{u"ms"_s, 0}}));

    const QByteArray subject = job(one).job.toBytes26();
    QVERIFY(m_anna->clickAlert(AlertKind::JobHeld, subject));
    m_anna->key(Qt::Key_A);
    QVERIFY(m_anna->confirm(u"I look into it"_s));
    UNTIL(audited(AuditKind::AlertAcknowledged, "anna", u"I look into it"_s), seconds(20));
    const auto isAcknowledged = [](const FleetStore &store, const QByteArray &of) {
        return std::any_of(store.alerts().begin(), store.alerts().end(), [&](const Alert &alert) {
            return alert.subject == of && alert.acknowledged && alert.acknowledged->by == "operator:anna";
        });
    };
    UNTIL(isAcknowledged(m_bernd->store(), subject), seconds(10));

    QVERIFY(m_anna->clickFile(one));
    m_anna->key(Qt::Key_D);
    QVERIFY(m_anna->confirm(u"it is in the portal"_s));
    UNTIL(isIn(one, JobState::Done), seconds(20));
    QVERIFY(audited(AuditKind::JobDone, "anna", u"it is in the portal"_s, job(one).job));
    QVERIFY(m_bernd->clickFile(two));
    m_bernd->key(Qt::Key_R);
    QVERIFY(m_bernd->confirm(u"it is not in the portal"_s));
    UNTIL(isIn(two, JobState::Done), seconds(60));
    QVERIFY(audited(AuditKind::JobRequeued, "bernd", u"it is not in the portal"_s, job(two).job));
    QCOMPARE(job(two).attempts, 2);
    QCOMPARE(job(one).attempts, 1);
    UNTIL(m_anna->cell(two, FilesModel::Column::State) == u"done"_s, seconds(10));
    UNTIL(!api.alert(AlertKind::JobHeld), seconds(10));
}

void ConsoleAndFleet::browserAndAgentStartAgain()
{
    ApiClient &api = m_fleet->api();
    QVERIFY(m_anna->clickNode("DTF-01"));
    m_anna->key(Qt::Key_V);
    const auto *canvas = m_anna->window().findChild<PictureCanvas *>();
    UNTIL(!canvas->image().isNull() && canvas->isVisible(), seconds(30));
    QVERIFY(canvas->image().width() > 100);

    // After the file: a second node would take it.
    QCOMPARE(api.command("DTF-02", NodeAction::Pause).status, 200);
    QVERIFY(m_fleet->portal().admin(u"slow"_s, {{u"ms"_s, 3'000}, {u"where"_s, u"upload"_s}}));
    const QString gentle = m_fleet->dropOne();
    UNTIL(m_anna->cell("DTF-01", NodesModel::Column::File) == gentle, seconds(30));
    qint64 browser = m_fleet->agent(1).browserPid();
    QVERIFY(m_anna->clickNode("DTF-01"));
    m_anna->key(Qt::Key_B);
    QVERIFY(m_anna->confirm(u"it is slow"_s));
    UNTIL(audited(AuditKind::NodeState, "anna", u"it is slow"_s), seconds(20));
    UNTIL(isIn(gentle, JobState::Done), seconds(60));
    QCOMPARE(job(gentle).attempts, 1);
    UNTIL(m_fleet->agent(1).browserPid() != browser && m_fleet->agent(1).browserLives(), seconds(60));
    UNTIL(api.isReady("DTF-01"), seconds(60));
    UNTIL(m_anna->cell("DTF-01", NodesModel::Column::State) == u"ready"_s, seconds(20));

    // Now: the run loses it, before anything has been sent.
    QVERIFY(m_fleet->portal().admin(u"slow"_s, {{u"ms"_s, 60'000}, {u"where"_s, u"pages"_s}}));
    const QString harsh = m_fleet->dropOne();
    UNTIL(m_anna->cell("DTF-01", NodesModel::Column::File) == harsh && job(harsh).attempts == 1, seconds(30));
    browser = m_fleet->agent(1).browserPid();
    QVERIFY(m_anna->clickNode("DTF-01"));
    m_anna->key(Qt::Key_B);
    QVERIFY(m_anna->confirm(u"it hangs"_s, {}, true));
    UNTIL(m_fleet->agent(1).browserPid() != browser && m_fleet->agent(1).browserLives(), seconds(60));
    QVERIFY(audited(AuditKind::NodeState, "anna", u"it hangs"_s));
    QVERIFY(m_fleet->portal().admin(u"slow"_s, {{u"ms"_s, 0}}));
    QCOMPARE(api.command("DTF-02", NodeAction::Resume).status, 200);
    UNTIL(isIn(harsh, JobState::Done) || isIn(harsh, JobState::Hold), seconds(90));
    if (isIn(harsh, JobState::Hold)) {
        QVERIFY(m_anna->clickFile(harsh));
        m_anna->key(Qt::Key_R);
        QVERIFY(m_anna->confirm(u"nothing was sent"_s));
        UNTIL(isIn(harsh, JobState::Done), seconds(60));
    }

    const BootId boot = api.node("DTF-02").beat.boot;
    QVERIFY(m_bernd->clickNode("DTF-02"));
    m_bernd->key(Qt::Key_G);
    QVERIFY(m_bernd->confirm(u"new settings"_s));
    UNTIL(api.node("DTF-02").beat.boot != boot && api.isReady("DTF-02"), seconds(60));
    QVERIFY(audited(AuditKind::NodeState, "bernd", u"new settings"_s));
    UNTIL(api.isReady("DTF-01"), seconds(60));
}

void ConsoleAndFleet::allOfOneCauseRunAgain()
{
    constexpr int many = 21;
    ApiClient &api = m_fleet->api();
    for (int i = 1; i <= many; ++i) {
        m_fleet->drop("AgencyA_rubbish_" + QByteArray::number(i) + ".csv", "no columns here " + QByteArray::number(i));
    }
    UNTIL(api.count(JobState::Failed) == many, seconds(120));
    const QString first = u"AgencyA_rubbish_1.csv"_s;
    UNTIL(m_anna->cell(first, FilesModel::Column::State) == u"failed"_s, seconds(20));
    QVERIFY(m_anna->clickFile(first));
    m_anna->key(Qt::Key_R, Qt::ControlModifier);
    UNTIL(m_anna->dialog(), seconds(20));
    QVERIFY(!m_anna->confirm(u"the script is mended"_s, u"20"_s)); // not their number
    QTest::keyClick(m_anna->dialog(), Qt::Key_Escape);
    UNTIL(!m_anna->dialog(), seconds(10));
    QCOMPARE(api.count(JobState::Failed), many);

    QVERIFY(m_anna->clickFile(first));
    m_anna->key(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(m_anna->confirm(u"the script is mended"_s, u"21"_s));
    const auto requeued = [&] {
        int count = 0;
        const QList<AuditRow> rows = api.audit();
        for (const AuditRow &row : rows) {
            count += row.event.kind == AuditKind::JobRequeued && row.event.actor == "operator:anna"
                && row.event.detail.contains("the script is mended");
        }
        return count;
    };
    UNTIL(requeued() == many, seconds(30));
    UNTIL(m_anna->said().startsWith(u"Requeue"_s), seconds(20));
    UNTIL(api.count(JobState::Failed) == many, seconds(120)); // they are rubbish still
    QCOMPARE(job(first).attempts, 2);
    UNTIL(m_bernd->cell(first, FilesModel::Column::Attempt) == u"2"_s, seconds(20));
}

void ConsoleAndFleet::withoutTheOrchestratorNothingIsOfferedUntilItIsBack()
{
    QVERIFY(m_anna->clickNode("DTF-01"));
    QVERIFY(!m_anna->commandsOffered().isEmpty());
    m_fleet->killOrchestrator();
    for (Person *person : {m_anna.get(), m_bernd.get()}) {
        UNTIL(person->badge(u"gone, trying again"_s), seconds(30));
        UNTIL(person->badge(u"old"_s), seconds(20));
        QVERIFY2(person->commandsOffered().isEmpty(), qPrintable(person->commandsOffered().join(u", "_s)));
        QCOMPARE(person->cell(u"AgencyA_rubbish_1.csv"_s, FilesModel::Column::State), u"failed"_s); // still to be read
    }
    m_anna->key(Qt::Key_Space);
    QVERIFY(!m_anna->dialog());
    QVERIFY(m_fleet->startOrchestrator());
    for (Person *person : {m_anna.get(), m_bernd.get()}) {
        UNTIL(person->badge(u"connected"_s) && person->badge(u"data is current"_s), seconds(60));
    }
    UNTIL(m_fleet->waitReady(), seconds(60));
    UNTIL(m_anna->cell("DTF-01", NodesModel::Column::State) == u"ready"_s, seconds(20));
    QVERIFY(m_anna->clickNode("DTF-01"));
    m_anna->key(Qt::Key_Space);
    QVERIFY(m_anna->confirm(u"after the restart"_s));
    UNTIL(m_fleet->api().node("DTF-01").paused, seconds(20));
    UNTIL(m_anna->cell("DTF-01", NodesModel::Column::State) == u"paused"_s, seconds(10));
    QVERIFY(m_anna->clickNode("DTF-01"));
    m_anna->key(Qt::Key_Space);
    QVERIFY(m_anna->confirm(u"that was all"_s));
    UNTIL(!m_fleet->api().node("DTF-01").paused, seconds(20));
}

void ConsoleAndFleet::cleanupTestCase()
{
    m_anna.reset();
    m_bernd.reset();
    if (m_fleet && !QTest::currentTestFailed()) {
        ALL_IS_WELL(*m_fleet);
    }
    m_fleet.reset();
}

} // namespace dtf

QTEST_MAIN(dtf::ConsoleAndFleet)
#include "tst_console_fleet.moc"
