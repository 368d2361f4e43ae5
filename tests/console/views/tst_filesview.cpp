// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/filesview.h"
#include "console/views/reasondialog.h"
#include "tests/console/models/fakejobsource.h"

#include <QAction>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

struct Desk
{
    StillClock clock;
    FleetStore store {clock};
    FleetCommands commands {store};
    FakeJobSource source;
    FilesView view {store, commands, source};

    explicit Desk(const QList<JobView> &jobs)
    {
        source.all = jobs;
        FeedSnapshot all;
        all.state.summary.time = {1'600'000'100'000};
        all.state.summary.jobsByState = QList<qint64>(11, 0);
        all.state.summary.jobsByState[static_cast<int>(JobState::Failed)] = 2;
        store.take(all);
        source.answerAll();
        view.resize(800, 400);
        view.show();
    }
    void choose(int row) { view.table()->selectRow(row); }
    [[nodiscard]] QPushButton *chip() const
    {
        for (QPushButton *button : view.findChildren<QPushButton *>()) {
            if (button->text().endsWith(u'✕') && !button->isHidden()) {
                return button;
            }
        }
        return nullptr;
    }
};

JobView failedOne(int n)
{
    JobView job = jobView(n, JobState::Failed);
    job.cause = Cause::ExitCode;
    job.attempts = 1;
    job.place = u"failed/%1"_s.arg(n);
    return job;
}

} // namespace

class TestFilesView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_tab_asks_for_its_states_and_tells_its_count()
    {
        Desk desk({failedOne(1), jobView(2)});
        auto *tabs = desk.view.findChild<QTabBar *>();
        QCOMPARE(tabs->tabText(4), u"Failed 2"_s);
        QCOMPARE(tabs->tabText(0), u"All"_s);
        tabs->setCurrentIndex(4);
        QVERIFY(desk.source.asked.last().states == QList<JobState>({JobState::Failed}));
        desk.source.answerAll();
        QCOMPARE(desk.view.model()->rowCount(), 1);
        desk.view.bar()->showStates({JobState::Waiting, JobState::Moving, JobState::Assigned});
        QCOMPARE(tabs->currentIndex(), 1);
    }

    void states_without_a_tab_become_a_chip_that_can_be_taken_away()
    {
        Desk desk({failedOne(1)});
        desk.view.bar()->showStates({JobState::InDoubt});
        desk.source.answerAll();
        QCOMPARE(desk.view.model()->rowCount(), 0);
        QTRY_VERIFY(desk.chip()); // shown with the next layout
        QCOMPARE(desk.chip()->text(), u"in doubt ✕"_s);
        desk.chip()->click();
        QVERIFY(!desk.chip());
        desk.source.answerAll();
        QCOMPARE(desk.view.model()->rowCount(), 1);
    }

    void typing_asks_once()
    {
        Desk desk({failedOne(1), jobView(2)});
        desk.source.asked.clear();
        auto *search = desk.view.findChild<QLineEdit *>();
        QTest::keyClicks(search, u"000002"_s);
        QCOMPARE(desk.source.asked.size(), 0);
        QTRY_COMPARE(desk.source.asked.size(), 1);
        QCOMPARE(desk.source.asked.first().text, u"000002"_s);
    }

    void a_disabled_action_says_why()
    {
        Desk desk({jobView(1)});
        QAction *stop = desk.view.actionsOfFiles()->action(JobAction::Stop);
        QVERIFY(!stop->isEnabled());
        QVERIFY(stop->text().contains(u"Choose a file first."_s));
        desk.choose(0);
        QVERIFY(stop->text().contains(u"reading only"_s)); // nobody is logged in
    }

    void a_question_about_many_says_who_can_not()
    {
        Desk desk({failedOne(1), jobView(2, JobState::Running), failedOne(3)});
        ReasonDialog *dialog =
            desk.view.actionsOfFiles()->ask(JobAction::Requeue, {failedOne(1), jobView(2, JobState::Running), failedOne(3)});
        QVERIFY(dialog);
        const QList<QListWidget *> lists = dialog->findChildren<QListWidget *>();
        QCOMPARE(lists.size(), 2);
        QCOMPARE(lists[0]->count(), 2);
        QCOMPARE(lists[1]->count(), 1);
        QCOMPARE(lists[1]->item(0)->text(), u"week_000002.xlsx: A file that is running can't be requeued."_s);
        dialog->reject();
    }

    void a_run_over_many_without_a_connection_is_refused_in_one_message()
    {
        Desk desk({failedOne(1), failedOne(3)});
        QSignalSpy said(&desk.view, &FilesView::said);
        ReasonDialog *dialog = desk.view.actionsOfFiles()->ask(JobAction::Requeue, {failedOne(1), failedOne(3)});
        dialog->findChildren<QLineEdit *>().last()->setText(u"try again"_s);
        dialog->accept();
        QCOMPARE(said.size(), 1);
        QVERIFY(said[0][0].toString().startsWith(u"Requeue: 0 of 2 accepted, 2 refused"_s));
        QVERIFY(!desk.view.actionsOfFiles()->run());
    }

    void the_keys_of_a_row()
    {
        Desk desk({failedOne(1)});
        desk.choose(0);
        QSignalSpy detail(&desk.view, &FilesView::detailWanted);
        QSignalSpy log(&desk.view, &FilesView::logWanted);
        QSignalSpy why(&desk.view, &FilesView::whyWanted);
        desk.view.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&desk.view));
        desk.view.table()->setFocus();
        QTest::keyClick(desk.view.table(), Qt::Key_Return);
        QTest::keyClick(desk.view.table(), Qt::Key_L);
        QTest::keyClick(desk.view.table(), Qt::Key_W);
        QTest::keyClick(desk.view.table(), Qt::Key_C);
        QCOMPARE(detail.size(), 1);
        QCOMPARE(log.size(), 1);
        QCOMPARE(why.size(), 1);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"failed/1"_s);
    }

    void what_all_with_this_cause_can_have_done_to_them()
    {
        JobView held = failedOne(1);
        held.state = JobState::Hold;
        Desk desk({held, jobView(2, JobState::Running)});
        FileActions *actions = desk.view.actionsOfFiles();
        QVERIFY(!actions->allWithCause(JobAction::Stop));
        desk.choose(1); // the held one: nothing of it is newer
        for (const JobAction action : {JobAction::Requeue, JobAction::Hold, JobAction::Release, JobAction::Done}) {
            QVERIFY(actions->allWithCause(action));
            QVERIFY(!actions->allWithCause(action)->isEnabled()); // nobody is logged in
        }
        ReasonDialog *dialog = actions->ask(JobAction::Done, {held}, u"The cause: X."_s);
        QVERIFY(dialog);
        dialog->reject();
    }

    void a_filter_by_what_the_row_has_not_is_not_offered()
    {
        Desk desk({jobView(1)});
        const auto action = [&](const QString &text) {
            const auto actions = desk.view.table()->actions();
            const auto at = std::find_if(actions.begin(), actions.end(), [&](QAction *a) { return a->text() == text; });
            return at == actions.end() ? nullptr : *at;
        };
        QVERIFY(!action(u"Detail"_s)->isEnabled());
        desk.choose(0);
        QVERIFY(action(u"Detail"_s)->isEnabled());
        QVERIFY(!action(u"Only files of this node"_s)->isEnabled());
        QVERIFY(!action(u"Only files with this cause"_s)->isEnabled());
        JobView failed = failedOne(1);
        failed.node = *NodeName::parse("DTF-01");
        FeedDelta delta;
        delta.jobs = {failed};
        desk.store.take(delta);
        QTRY_VERIFY(action(u"Only files of this node"_s)->isEnabled());
        QVERIFY(action(u"Only files with this cause"_s)->isEnabled());
    }

    void a_kept_filter_is_shown_with_tab_chips_and_search()
    {
        Desk desk({failedOne(1), jobView(2)});
        desk.source.asked.clear();
        JobFilter wanted;
        wanted.states = {JobState::Failed};
        wanted.cause = Cause::ExitCode;
        wanted.text = u"000001"_s;
        desk.view.bar()->showFilter(wanted);
        QCOMPARE(desk.source.asked.size(), 1);
        desk.source.answerAll();
        QCOMPARE(desk.view.model()->rowCount(), 1);
        QCOMPARE(desk.view.findChild<QTabBar *>()->currentIndex(), 4);
        QTRY_VERIFY(desk.chip());
        QCOMPARE(desk.view.findChild<QLineEdit *>()->text(), u"000001"_s);
        desk.view.bar()->showFilter({});
        desk.source.answerAll();
        QCOMPARE(desk.view.model()->rowCount(), 2);
    }

    void nothing_stays_of_another_orchestrator()
    {
        Desk desk({failedOne(1)});
        QCOMPARE(desk.view.model()->rowCount(), 1);
        desk.store.forgetAll();
        QCOMPARE(desk.view.model()->rowCount(), 0);
        QVERIFY(!desk.view.model()->isKnown());
        QVERIFY(!desk.view.current());
    }

    void an_empty_list_says_so()
    {
        Desk desk({});
        const auto notices = desk.view.table()->viewport()->findChildren<QLabel *>();
        QCOMPARE(notices.size(), 1);
        QVERIFY(notices[0]->text().contains(u"no file yet"_s));
        desk.view.bar()->setCause(Cause::ZeroRows);
        desk.source.answerAll();
        QVERIFY(notices[0]->text().contains(u"No file matches"_s));
    }
};

QTEST_MAIN(TestFilesView)
#include "tst_filesview.moc"
