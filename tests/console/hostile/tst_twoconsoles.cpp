// SPDX-License-Identifier: GPL-3.0-or-later
// Two real windows on one real orchestrator (its store, its share, its control plane; no agents): each sees the other's action
// live, and who comes too late is told who was first.
#include "tests/console/support/consolewindow.h"
#include "tests/console/support/realorchestrator.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestTwoConsoles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_one_does_the_other_sees_with_the_name()
    {
        RealOrchestrator orchestrator;
        ConsoleWindow anna(orchestrator.url(), RealOrchestrator::annasToken);
        ConsoleWindow bob(orchestrator.url(), RealOrchestrator::bobsToken);
        QTRY_VERIFY(anna.isCurrent() && bob.isCurrent());
        QTRY_VERIFY(bob.health().contains(u"LIVE"_s));
        anna.clickDispatch();
        QTRY_VERIFY(bob.health().contains(u"MAINTENANCE"_s));
        QVERIFY2(bob.health().contains(u"anna: because"_s), qPrintable(bob.health()));
        QCOMPARE(bob.dispatchButton()->text(), u"Resume dispatch…"_s);
        QTRY_VERIFY2(anna.status().contains(u"dispatch is paused"_s), qPrintable(anna.status()));
        bob.clickDispatch();
        QTRY_VERIFY(anna.health().contains(u"LIVE"_s));
    }

    void the_loser_of_a_race_for_the_dispatch_is_told_who_was_first()
    {
        RealOrchestrator orchestrator;
        ConsoleWindow anna(orchestrator.url(), RealOrchestrator::annasToken);
        ConsoleWindow bob(orchestrator.url(), RealOrchestrator::bobsToken);
        QTRY_VERIFY(anna.isCurrent() && bob.isCurrent());
        QTRY_VERIFY(bob.dispatchButton()->isEnabled());
        QTest::mouseClick(bob.dispatchButton(), Qt::LeftButton); // bob is asked why, and thinks
        anna.clickDispatch();
        QTRY_VERIFY(anna.health().contains(u"MAINTENANCE"_s));
        bob.confirm(); // too late
        QTRY_VERIFY2(bob.status().contains(u"refused"_s), qPrintable(bob.status()));
        QVERIFY2(bob.status().contains(u"anna was first"_s), qPrintable(bob.status()));
    }

    void two_commands_on_one_file_make_one_change()
    {
        RealOrchestrator orchestrator;
        ConsoleWindow anna(orchestrator.url(), RealOrchestrator::annasToken);
        ConsoleWindow bob(orchestrator.url(), RealOrchestrator::bobsToken);
        QVERIFY(orchestrator.drop("AgencyA.csv"));
        for (ConsoleWindow *console : {&anna, &bob}) {
            QTRY_COMPARE_WITH_TIMEOUT(console->files()->model()->rowCount(), 1, 20'000);
            console->files()->setCurrentIndex(console->files()->model()->index(0, 0));
        }
        QTRY_VERIFY(bob.action(bob.files(), nameOf(JobAction::Hold))->isEnabled());
        bob.action(bob.files(), nameOf(JobAction::Hold))->trigger(); // he is asked why
        anna.action(anna.files(), nameOf(JobAction::Hold))->trigger();
        anna.confirm();
        const auto state = [](ConsoleWindow &console) {
            return console.files()->model()->index(0, static_cast<int>(FilesModel::Column::State)).data().toString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(state(bob), u"on hold"_s, 20'000); // he sees it happen
        bob.confirm();
        QTRY_VERIFY2(bob.status().contains(u"anna was first"_s), qPrintable(bob.status()));
        QCOMPARE(bob.files()->model()->rowCount(), 1);
        QCOMPARE(state(anna), u"on hold"_s);
    }
};

int main(int argc, char **argv)
{
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"tst-console-two"_s);
    QApplication::setOrganizationName(u"DTF"_s);
    TestTwoConsoles test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_twoconsoles.moc"
