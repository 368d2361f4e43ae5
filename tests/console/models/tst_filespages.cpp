// SPDX-License-Identifier: GPL-3.0-or-later
// Pages and the questions for them: gaps, answers that come late or not at all, filters.
#include "filesfixture.h"

using namespace Qt::StringLiterals;
using namespace dtf;

class TestFilesPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void after_a_gap_only_the_differences_are_told()
    {
        Files files(6);
        files.source.all.removeIf([](const JobView &job) { return job.job == jobNumber(3); }); // gone
        files.source.all.append(jobView(7)); // new
        files.source.all[0] = changedTo(1, JobState::Done, 95); // moved
        files.snapshot();
        files.source.answerAll();
        QCOMPARE(files.numbers(), QList<int>({1, 7, 6, 5, 4, 2}));
        QCOMPARE(files.reset.size(), 0);
        QCOMPARE(files.removed.size(), 1);
        QCOMPARE(files.moved.size(), 1);
        QCOMPARE(files.inserted.size(), 1);
    }

    void after_a_gap_all_pages_that_are_here_are_looked_at()
    {
        Files files(500);
        files.model.fetchMore({});
        files.source.answerAll();
        QCOMPARE(files.model.rowCount(), 400);
        files.forget();
        files.source.all.removeIf([](const JobView &job) { return job.job == jobNumber(150); }); // on the second page
        files.snapshot();
        files.source.answerAll();
        QVERIFY(!files.numbers().contains(150));
        QCOMPARE(files.removed.size(), 1);
        QCOMPARE(files.reset.size(), 0);
        QCOMPARE(files.source.asked.size(), 2);
    }

    void the_feed_is_newer_than_a_page_that_was_under_way()
    {
        Files files(3);
        JobFilter filter;
        filter.states = {JobState::Waiting};
        files.model.setFilter(filter); // the page is made up now
        files.delta({changedTo(2, JobState::Running, 90), jobView(4)}); // and this is heard before it comes
        files.source.answerAll();
        QVERIFY(!files.numbers().contains(2));
        files.forget();
        files.snapshot();
        files.delta({jobView(5)});
        files.source.answerAll();
        QVERIFY(files.numbers().contains(5)); // the page doesn't know it, and it stays
        QCOMPARE(files.removed.size(), 0);
    }

    void what_is_told_before_the_first_page_is_not_lost()
    {
        Files files(3);
        JobFilter filter;
        filter.states = {JobState::Waiting};
        files.model.setFilter(filter); // the page is made up now
        files.delta({jobView(4), changedTo(5, JobState::Done, 90)}); // and this is heard before it comes
        files.source.answer();
        QCOMPARE(files.numbers(), QList<int>({4, 3, 2, 1}));
        QCOMPARE(files.model.total(), 4);
    }

    void an_unloaded_file_further_down_is_left_to_its_page()
    {
        Files files(300);
        JobView job = jobView(5, JobState::Waiting);
        job.detail = u"new detail"_s;
        files.delta({job});
        QCOMPARE(files.model.rowCount(), 200);
        QCOMPARE(files.inserted.size(), 0);
        files.model.fetchMore({});
        files.source.answerAll();
        QCOMPARE(files.model.rowCount(), 300);
        QCOMPARE(files.text(295, FilesModel::Column::Why), u"new detail"_s);
    }

    void an_uncertain_total_is_asked_for()
    {
        Files files(300);
        files.delta({changedTo(5, JobState::Running, 999)}); // was further down: the total stays 300
        QCOMPARE(files.model.rowCount(), 201);
        for (int i = 0; i < 6; ++i) {
            files.model.tick();
        }
        QCOMPARE(files.source.asked.size(), 1);
        QCOMPARE(files.source.asked.first().limit, 1);
        files.source.answerAll();
        QCOMPARE(files.model.total(), 300);
    }

    void a_failed_question_is_asked_again_later_and_later()
    {
        Files files;
        files.source.error = Error {ErrorCode::Timeout, u"no answer"_s};
        files.model.refresh();
        files.source.answerAll();
        QVERIFY(files.model.error());
        files.source.asked.clear();
        for (int i = 0; i < 60; ++i) {
            files.model.tick();
            files.source.answerAll();
        }
        QCOMPARE_LE(files.source.asked.size(), 4);
        QCOMPARE_GE(files.source.asked.size(), 2);
        files.source.error.reset();
        files.source.all.append(jobView(1));
        for (int i = 0; i < 60; ++i) {
            files.model.tick();
            files.source.answerAll();
        }
        QVERIFY(!files.model.error());
        QCOMPARE(files.model.rowCount(), 1);
    }

    void an_answer_to_an_older_filter_is_void()
    {
        Files files(3);
        JobFilter filter;
        filter.text = u"000002"_s;
        files.model.setFilter(filter);
        filter.text = u"000003"_s;
        files.model.setFilter(filter);
        files.source.answerAll();
        QCOMPARE(files.numbers(), QList<int>({3}));
    }

    void no_more_than_the_bound_are_kept()
    {
        Files files(FilesModel::mostRows + 300);
        while (files.model.canFetchMore({})) {
            files.model.fetchMore({});
            files.source.answerAll();
        }
        QCOMPARE(files.model.rowCount(), FilesModel::mostRows);
        QVERIFY(files.model.isCut());
        files.delta({jobView(90'000)});
        QCOMPARE(files.model.rowCount(), FilesModel::mostRows);
        QCOMPARE(files.numbers().first(), 90'000);
        QCOMPARE_GE(files.model.total(), FilesModel::mostRows + 300);
        QVERIFY(!files.model.canFetchMore({}));
    }

    void cells_say_what_they_should()
    {
        Files files;
        JobView job = jobView(1, JobState::Failed);
        job.name = u"evil\u202Ename<b>.xlsx"_s;
        job.cause = Cause::ExitCode;
        job.detail = u"exit code 3"_s;
        job.node = *NodeName::parse("DTF-01");
        job.attempts = 2;
        job.size = 2048;
        files.delta({job});
        using Column = FilesModel::Column;
        QCOMPARE(files.text(0, Column::Name), u"evil\\u{202e}name<b>.xlsx"_s);
        QVERIFY(files.model.index(0, 0).data(Qt::ToolTipRole).toString().contains(u"&lt;b&gt;"_s));
        QCOMPARE(files.text(0, Column::Why), u"The script ended with an error. exit code 3"_s);
        QCOMPARE(files.text(0, Column::Age), u"1m39"_s);
        QCOMPARE(files.text(0, Column::Attempt), u"2"_s);
        QCOMPARE(files.model.index(0, static_cast<int>(Column::State)).data(ToneRole).toInt(), int(Tone::Attention));
        QCOMPARE(files.model.index(0, 3).data(IdRole).toString(), job.job.toString());
    }

    void filters_match_as_the_orchestrator_does()
    {
        JobView job = jobView(1, JobState::Failed);
        job.cause = Cause::ExitCode;
        job.node = *NodeName::parse("DTF-01");
        JobFilter filter;
        QVERIFY(matches(filter, job));
        filter.text = u"agencya"_s;
        QVERIFY(matches(filter, job));
        filter.text = u"WEEK_000001"_s;
        QVERIFY(matches(filter, job));
        filter.node = *NodeName::parse("DTF-02");
        QVERIFY(!matches(filter, job));
        filter.node = job.node;
        filter.cause = Cause::ZeroRows;
        QVERIFY(!matches(filter, job));
        filter.cause = Cause::ExitCode;
        filter.states = {JobState::Hold};
        QVERIFY(!matches(filter, job));
    }
};

QTEST_GUILESS_MAIN(TestFilesPages)
#include "tst_filespages.moc"
