// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/snoozes.h"
#include "console/views/alertsview.h"
#include "console/views/reasondialog.h"
#include "tests/console/models/storefixture.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

const QByteArray heldJob("01J00000000000000000000001");

FeedSnapshot troubled()
{
    FeedSnapshot whole;
    whole.state.summary.time = {1'700'000'000'000};
    whole.state.summary.jobsByState = QList<qint64>(11, 0);
    whole.state.alerts = {{AlertKind::LoginNeeded, AlertSeverity::Critical, "DTF-02", {1'699'999'000'000}, {}, {}},
        {AlertKind::JobHeld, AlertSeverity::Critical, heldJob, {1'699'999'500'000}, {}, {}},
        {AlertKind::ShareDown, AlertSeverity::Warning, {}, {1'699'999'000'000}, {}, {}}};
    return whole;
}

struct Fixture
{
    Fixture()
        : store(clock)
        , commands(store)
        , view(store, commands)
        , nodes(&view, &AlertsView::showNode)
        , jobs(&view, &AlertsView::showJob)
        , said(&view, &AlertsView::said)
    {
        view.resize(900, 300);
        view.show();
        (void)QTest::qWaitForWindowExposed(&view);
        view.activateWindow();
    }

    StandingClock clock;
    FleetStore store;
    FleetCommands commands;
    AlertsView view;
    QSignalSpy nodes, jobs, said;
};

} // namespace

class TestAlertsView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void f8GoesRoundTheProblems()
    {
        Fixture f;
        f.store.take(troubled());
        f.view.goToNextProblem(); // the file on hold does the most harm
        QCOMPARE(f.jobs.size(), 1);
        QCOMPARE(f.jobs[0][0].value<JobId>().toBytes26(), heldJob);
        QVERIFY(f.said[0][0].toString().startsWith(u"Problem 1 of 3"_s));
        QCOMPARE(f.view.table()->currentIndex().row(), f.view.model()->rowOf(AlertKind::JobHeld, heldJob));
        f.view.goToNextProblem();
        QCOMPARE(f.nodes.size(), 1);
        QCOMPARE(f.nodes[0][0].value<NodeName>().toString(), u"DTF-02"_s);
        f.view.goToNextProblem();
        QCOMPARE(f.view.table()->currentIndex().row(), f.view.model()->rowOf(AlertKind::ShareDown, {}));
        f.view.goToNextProblem();
        QCOMPARE(f.jobs.size(), 2);
    }

    void aSnoozedAlertIsLeftOutUntilItsTimeIsUp()
    {
        Fixture f;
        f.store.take(troubled());
        f.view.select(AlertKind::JobHeld, heldJob);
        f.view.snoozeMenu()->actions().constFirst()->trigger(); // 15 minutes
        QCOMPARE(f.view.model()->index(f.view.table()->currentIndex().row(), int(AlertsModel::Column::Acknowledged)).data(),
            u"snoozed here for 15m00"_s);
        f.view.goToNextProblem();
        QVERIFY(f.said.last()[0].toString().startsWith(u"Problem 1 of 2"_s));
        QCOMPARE(f.jobs.size(), 0);
        QSignalSpy over(f.view.snoozes(), &Snoozes::over);
        f.clock.at.mono = f.clock.at.mono + std::chrono::minutes(15);
        f.view.snoozes()->tick();
        QCOMPARE(over.size(), 1);
        f.view.goToNextProblem();
        QVERIFY(f.said.last()[0].toString().contains(u" of 3"_s));
    }

    void whatIsRaisedAnewIsNotSnoozed()
    {
        Fixture f;
        f.store.take(troubled());
        const Alert alert = *f.view.model()->alertAt(f.view.model()->rowOf(AlertKind::LoginNeeded, "DTF-02"));
        f.view.snoozes()->snooze(alert, std::chrono::hours(1));
        QVERIFY(f.view.snoozes()->isSnoozed(alert));
        FeedDelta cleared;
        cleared.alertsCleared = {alert};
        f.store.take(cleared);
        QVERIFY(!f.view.snoozes()->isSnoozed(alert));
        FeedDelta again;
        again.alertsRaised = {alert};
        again.alertsRaised[0].since.msecsSinceEpoch += 1000;
        f.store.take(again);
        QVERIFY(!f.view.snoozes()->isSnoozed(again.alertsRaised[0]));
        f.view.goToNextProblem();
        QVERIFY(f.said.last()[0].toString().contains(u" of 3"_s));
    }

    void withoutAProblemItSaysSo()
    {
        Fixture f;
        FeedSnapshot calm = troubled();
        calm.state.alerts.clear();
        f.store.take(calm);
        f.view.goToNextProblem();
        QCOMPARE(f.said[0][0].toString(), u"There is no problem."_s);
    }

    void enterShowsWhatAnAlertIsAbout()
    {
        Fixture f;
        f.store.take(troubled());
        f.view.select(AlertKind::LoginNeeded, "DTF-02");
        f.view.table()->setFocus();
        QTest::keyClick(f.view.table(), Qt::Key_Return);
        QCOMPARE(f.nodes.size(), 1);
        f.view.select(AlertKind::ShareDown, {});
        QVERIFY(!f.view.showAction()->isEnabled());
        QVERIFY(!f.view.showAction()->toolTip().isEmpty());
    }

    void whatCantBeAcknowledgedSaysWhy()
    {
        Fixture f; // without a session: reads only
        QVERIFY(!f.view.acknowledgeAction()->isEnabled());
        f.store.take(troubled());
        QCOMPARE(f.view.acknowledgeAction()->toolTip(), u"Choose an alert first."_s);
        f.view.select(AlertKind::JobHeld, heldJob);
        QCOMPARE(f.view.acknowledgeAction()->toolTip(), f.commands.whyNone());
        QVERIFY(!f.commands.whyNone().isEmpty());
    }

    void aReasonMayBeLeftEmptyWhereThatIsSaid()
    {
        ReasonDialog::Question question {u"Acknowledge"_s, u"Others see it."_s, {}, {}};
        const ReasonDialog needs(question);
        QVERIFY(!needs.findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok)->isEnabled());
        question.reasonOptional = true;
        const ReasonDialog optional(question);
        QVERIFY(optional.findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok)->isEnabled());
    }
};

QTEST_MAIN(TestAlertsView)
#include "tst_alerts.moc"
