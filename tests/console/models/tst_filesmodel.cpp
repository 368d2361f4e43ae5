// SPDX-License-Identifier: GPL-3.0-or-later
// Rows in their order, as the feed changes them.
#include "filesfixture.h"

#include <QItemSelectionModel>

using namespace Qt::StringLiterals;
using namespace dtf;

class TestFilesModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pages_are_fetched_as_the_reader_goes_on()
    {
        Files files;
        for (int n = 1; n <= 450; ++n) {
            files.source.all.append(jobView(n));
        }
        files.snapshot();
        QVERIFY(!files.model.canFetchMore({}));
        files.source.answerAll();
        QCOMPARE(files.inserted.size(), 1);
        QCOMPARE(files.model.rowCount(), 200);
        QCOMPARE(files.model.total(), 450);
        QCOMPARE(files.numbers().first(), 450);
        QVERIFY(files.model.canFetchMore({}));
        files.model.fetchMore({});
        QVERIFY(!files.model.canFetchMore({})); // one at a time
        files.source.answer();
        QCOMPARE(files.inserted.size(), 2);
        QCOMPARE(files.inserted[1][1].toInt(), 200);
        QCOMPARE(files.inserted[1][2].toInt(), 399);
        files.model.fetchMore({});
        files.source.answer();
        QCOMPARE(files.model.rowCount(), 450);
        QVERIFY(!files.model.canFetchMore({}));
        QCOMPARE(files.reset.size(), 0);
    }

    void a_changed_file_moves_to_the_top()
    {
        Files files(5);
        files.delta({changedTo(2, JobState::Running, 90)});
        QCOMPARE(files.numbers(), QList<int>({2, 5, 4, 3, 1}));
        QCOMPARE(files.moved.size(), 1);
        QCOMPARE(files.moved[0][1].toInt(), 3);
        QCOMPARE(files.moved[0][4].toInt(), 0);
        QCOMPARE(files.changed.size(), 1);
        QCOMPARE(files.changed[0][0].toModelIndex().row(), 0);
        QCOMPARE(files.inserted.size() + files.removed.size() + files.reset.size(), 0);
    }

    void every_column_is_sorted_by_the_orchestrator_and_kept_in_order_by_the_feed_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<bool>("ascending");
        for (int column = 0; column < FilesModel::columns; ++column) {
            for (const bool ascending : {true, false}) {
                QTest::addRow("%d %s", column, ascending ? "up" : "down") << column << ascending;
            }
        }
    }

    void every_column_is_sorted_by_the_orchestrator_and_kept_in_order_by_the_feed()
    {
        QFETCH(const int, column);
        QFETCH(const bool, ascending);
        Files files(30);
        files.model.sort(column, ascending ? Qt::AscendingOrder : Qt::DescendingOrder);
        files.source.answerAll();
        for (int n = 1; n <= 30; n += 3) { // the feed tells of changes in all that is sorted by
            JobView job = changedTo(n, n % 2 ? JobState::Failed : JobState::Running, 1000 - n);
            job.size = n * 7 % 11;
            job.attempts = n % 4;
            job.priority = -n;
            job.cause = n % 2 ? Cause::ExitCode : Cause::None;
            job.node = *NodeName::parse(QByteArray("DTF-0") + QByteArray::number(n % 3));
            files.delta({job});
        }
        files.delta({jobView(31)});
        QList<int> wanted;
        JobFilter whole = files.model.filter();
        whole.cursor.clear();
        for (const JobView &job : pageOf(files.source.all, whole).jobs) {
            wanted.append(job.name.mid(5, 6).toInt());
        }
        QCOMPARE(wanted.size(), 31);
        QCOMPARE(files.numbers(), wanted);
        QVERIFY(files.source.asked.isEmpty() || files.source.asked.last().sort == sortOf(FilesModel::Column(column)).first);
    }

    void what_goes_behind_the_last_one_here_is_left_to_its_page()
    {
        Files files;
        for (int n = 1; n <= 450; ++n) {
            files.source.all.append(jobView(n));
        }
        files.model.sort(static_cast<int>(FilesModel::Column::Name), Qt::AscendingOrder);
        files.snapshot();
        files.source.answerAll();
        QCOMPARE(files.numbers().first(), 1);
        QCOMPARE(files.model.rowCount(), 200);
        files.model.sort(static_cast<int>(FilesModel::Column::Priority), Qt::AscendingOrder);
        files.source.answerAll();
        const int row = 5;
        JobView late = *files.model.jobAt(row);
        late.priority = 9;
        files.forget();
        files.delta({late});
        QCOMPARE(files.removed.size(), 1);
        QCOMPARE(files.model.rowOf(late.job), -1);
        while (files.model.canFetchMore({})) {
            files.model.fetchMore({});
            files.source.answer();
        }
        QCOMPARE(files.model.rowOf(late.job), 449);
        QCOMPARE(files.model.rowCount(), 450);
    }

    void many_moves_of_one_delta_are_one_change_of_the_layout()
    {
        Files files(12);
        QSignalSpy layout(&files.model, &QAbstractItemModel::layoutChanged);
        QItemSelectionModel chosen(&files.model);
        const auto choose = [&](int n) {
            const QModelIndex index = files.model.index(files.model.rowOf(jobNumber(n)), 0);
            chosen.select(index, QItemSelectionModel::Select | QItemSelectionModel::Rows);
        };
        choose(3); // it moves
        choose(11); // it is moved past
        QList<JobView> jobs;
        for (int n = 2; n <= 7; ++n) {
            jobs.append(changedTo(n, JobState::Running, 90 + n));
        }
        jobs.append(jobView(10, JobState::Assigned)); // stays where it is
        files.delta(jobs);
        QCOMPARE(files.numbers(), QList<int>({7, 6, 5, 4, 3, 2, 12, 11, 10, 9, 8, 1}));
        QCOMPARE(layout.size(), 1);
        QCOMPARE(files.changed.size(), 2); // that one, and the six side by side
        QCOMPARE(files.changed[0][0].toModelIndex().row(), 2); // where it stood then
        QCOMPARE(files.changed[1][0].toModelIndex().row(), 0);
        QCOMPARE(files.changed[1][1].toModelIndex().row(), 5);
        QCOMPARE(files.moved.size() + files.inserted.size() + files.removed.size() + files.reset.size(), 0);
        QList<int> rows;
        const QModelIndexList selected = chosen.selectedRows();
        for (const QModelIndex &index : selected) {
            rows.append(files.numbers().at(index.row()));
        }
        std::sort(rows.begin(), rows.end());
        QCOMPARE(rows, QList<int>({3, 11}));
    }

    void neighbours_come_and_go_in_one_go()
    {
        Files files(6);
        JobFilter filter;
        filter.states = {JobState::Waiting};
        files.model.setFilter(filter);
        files.source.answerAll();
        files.forget();
        files.delta({changedTo(5, JobState::Done, 90), changedTo(2, JobState::Done, 91), changedTo(4, JobState::Done, 92),
            jobView(8), jobView(7)});
        QCOMPARE(files.numbers(), QList<int>({8, 7, 6, 3, 1}));
        QCOMPARE(files.removed.size(), 2); // 5 with 4, and 2
        QCOMPARE(files.inserted.size(), 1);
        QCOMPARE(files.model.total(), 5);
        QCOMPARE(files.moved.size() + files.reset.size(), 0);
    }

    void of_a_file_told_twice_the_last_word_counts()
    {
        Files files(3);
        FeedDelta twice;
        twice.jobs = {
            changedTo(1, JobState::Running, 90), changedTo(1, JobState::Done, 91), jobView(4), jobView(4, JobState::Hold)};
        files.store.take(twice);
        QCOMPARE(files.numbers(), QList<int>({1, 4, 3, 2}));
        QVERIFY(files.model.jobAt(0)->state == JobState::Done);
        QVERIFY(files.model.jobAt(1)->state == JobState::Hold);
    }

    void what_comes_between_the_last_one_here_and_the_cursor_is_shown()
    {
        Files files;
        for (int n = 1; n <= 450; ++n) {
            files.source.all.append(jobView(n));
        }
        files.model.sort(static_cast<int>(FilesModel::Column::Name), Qt::AscendingOrder);
        files.snapshot();
        files.source.answerAll();
        QCOMPARE(files.numbers().last(), 200); // the cursor stands behind it
        JobView renamed = jobView(200);
        renamed.name = u"week_000400b.xlsx"_s; // far behind
        files.delta({renamed});
        QCOMPARE(files.numbers().last(), 199);
        JobView between = jobView(1);
        between.name = u"week_000199b.xlsx"_s; // behind the last one here, before the cursor: no page will bring it
        files.delta({between});
        QCOMPARE(files.model.rowOf(between.job), 198);
        while (files.model.canFetchMore({})) {
            files.model.fetchMore({});
            files.source.answer();
        }
        QCOMPARE(files.model.rowCount(), 450);
    }

    void a_page_whose_last_row_the_feed_has_moved_takes_nothing_away()
    {
        Files files;
        for (int n = 1; n <= 450; ++n) {
            files.source.all.append(jobView(n));
        }
        files.snapshot(); // the first page is under way: 450 to 251
        files.delta({changedTo(251, JobState::Running, 900)});
        files.source.answerAll();
        QCOMPARE(files.numbers().first(), 251);
        QCOMPARE(files.model.rowCount(), 200);
        while (files.model.canFetchMore({})) {
            files.model.fetchMore({});
            files.source.answer();
        }
        QCOMPARE(files.model.rowCount(), 450);
        const QList<int> all = files.numbers();
        QCOMPARE(QSet<int>(all.begin(), all.end()).size(), 450);
    }

    void what_one_orchestrator_told_is_not_put_among_anothers_files()
    {
        Files files;
        files.snapshot();
        files.delta({jobView(77)}); // its page has not come yet
        files.store.forgetAll();
        files.source.all = {jobView(5)};
        files.snapshot();
        files.source.answerAll();
        QCOMPARE(files.numbers(), QList<int>({5}));
    }

    void a_new_last_line_moves_nothing()
    {
        Files files(3);
        JobView job = jobView(2, JobState::Running);
        job.lastLine = u"row 12\nof 99"_s;
        files.delta({job});
        QCOMPARE(files.numbers(), QList<int>({3, 2, 1}));
        QCOMPARE(files.moved.size(), 0);
        QCOMPARE(files.changed.size(), 1);
        QCOMPARE(files.changed[0][0].toModelIndex().row(), 1);
        QCOMPARE(files.text(1, FilesModel::Column::Why), u"row 12\\x0aof 99"_s);
    }

    void a_new_file_comes_in_at_the_top_and_counts()
    {
        Files files(3);
        files.delta({jobView(4)});
        QCOMPARE(files.numbers(), QList<int>({4, 3, 2, 1}));
        QCOMPARE(files.inserted.size(), 1);
        QCOMPARE(files.inserted[0][1].toInt(), 0);
        QCOMPARE(files.model.total(), 4);
        QCOMPARE(files.source.asked.size(), 0);
    }

    void what_no_longer_matches_goes_and_what_never_did_does_not_come()
    {
        Files files(3);
        JobFilter filter;
        filter.states = {JobState::Waiting};
        files.model.setFilter(filter);
        QCOMPARE(files.reset.size(), 1);
        files.source.answerAll();
        files.forget();
        files.delta({changedTo(2, JobState::Done, 90), changedTo(9, JobState::Done, 91)});
        QCOMPARE(files.numbers(), QList<int>({3, 1}));
        QCOMPARE(files.removed.size(), 1);
        QCOMPARE(files.removed[0][1].toInt(), 1);
        QCOMPARE(files.model.total(), 2);
        QCOMPARE(files.inserted.size() + files.moved.size() + files.reset.size(), 0);
    }

    void the_same_filter_again_is_no_reset()
    {
        Files files(3);
        files.model.setFilter({});
        QCOMPARE(files.reset.size(), 0);
        QCOMPARE(files.source.waiting(), 0);
    }
};

QTEST_GUILESS_MAIN(TestFilesModel)
#include "tst_filesmodel.moc"
