// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/actions/bulkrun.h"
#include "console/actions/jobcollector.h"
#include "tests/console/models/fakejobsource.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

/// An orchestrator that takes commands and answers them when the test says so.
struct Desk
{
    QList<JobView> sent;
    QList<FleetCommands::Told> waiting;
    qsizetype most = 0; ///< under way at a time

    BulkRun::Send send()
    {
        return [this](const JobView &job, FleetCommands::Told told) {
            sent.append(job);
            waiting.append(std::move(told));
            most = std::max(most, waiting.size());
        };
    }
    void answer(bool accepted)
    {
        const FleetCommands::Told told = waiting.takeFirst();
        told({u"a.csv"_s, u"Requeue"_s, accepted, u"because"_s});
    }
};

QList<JobView> jobs(int count)
{
    QList<JobView> list;
    for (int n = 1; n <= count; ++n) {
        list.append(jobView(n, JobState::Failed));
    }
    return list;
}

} // namespace

class TestBulk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_bounded_number_is_under_way_and_all_are_summed_up()
    {
        Desk desk;
        BulkRun run(jobs(30), desk.send());
        BulkRun::Sum sum;
        int ends = 0;
        connect(&run, &BulkRun::finished, this, [&](const BulkRun::Sum &s) {
            sum = s;
            ++ends;
        });
        run.start();
        QCOMPARE(desk.sent.size(), BulkRun::mostUnderWay);
        for (int i = 0; i < 30; ++i) {
            desk.answer(i % 10 != 0);
        }
        QCOMPARE(desk.most, BulkRun::mostUnderWay);
        QCOMPARE(desk.sent.size(), 30);
        QCOMPARE(ends, 1);
        QCOMPARE(sum.accepted, 27);
        QCOMPARE(sum.refused.size(), 3);
        QCOMPARE(sumText(sum), u"27 of 30 accepted, 3 refused (a.csv: because; a.csv: because; …)."_s);
    }

    void answers_within_the_sending_are_taken_too()
    {
        int sent = 0;
        BulkRun run(jobs(100), [&](const JobView &, const FleetCommands::Told &told) {
            ++sent;
            told({u"a.csv"_s, u"Requeue"_s, true, {}});
        });
        QSignalSpy ended(&run, &BulkRun::finished);
        run.start();
        QCOMPARE(sent, 100);
        QCOMPARE(ended.size(), 1);
    }

    void what_is_not_known_is_neither_done_nor_refused()
    {
        BulkRun::Sum sum;
        BulkRun run(jobs(3), [](const JobView &job, const FleetCommands::Told &told) {
            const bool known = job.job != jobNumber(2);
            told({u"a.csv"_s, u"Requeue"_s, known, u"the connection was lost"_s, !known});
        });
        connect(&run, &BulkRun::finished, this, [&](const BulkRun::Sum &s) { sum = s; });
        run.start();
        QCOMPARE(sum.accepted, 2);
        QCOMPARE(sum.refused.size(), 0);
        QCOMPARE(sum.unanswered, 1);
        QVERIFY(sumText(sum).contains(u"1 without an answer"_s));
    }

    void a_stopped_run_waits_for_what_is_under_way()
    {
        Desk desk;
        BulkRun run(jobs(20), desk.send());
        BulkRun::Sum sum;
        QSignalSpy ended(&run, &BulkRun::finished);
        connect(&run, &BulkRun::finished, this, [&](const BulkRun::Sum &s) { sum = s; });
        run.start();
        run.stop();
        QCOMPARE(ended.size(), 0);
        while (!desk.waiting.isEmpty()) {
            desk.answer(true);
        }
        QCOMPARE(ended.size(), 1);
        QCOMPARE(sum.accepted, 8);
        QCOMPARE(sum.unsent, 12);
        QCOMPARE(sumText(sum), u"8 of 20 accepted, 12 not sent."_s);
    }

    void all_pages_of_a_filter_are_collected_up_to_the_bound()
    {
        FakeJobSource source;
        for (int n = 1; n <= 2300; ++n) {
            source.all.append(jobView(n, n % 2300 == 0 ? JobState::Hold : JobState::Failed));
        }
        JobFilter filter;
        filter.states = {JobState::Failed};
        JobCollector collector(source, filter);
        QList<JobView> taken;
        qint64 total = 0;
        connect(&collector, &JobCollector::collected, this, [&](const QList<JobView> &list, qint64 all) {
            taken = list;
            total = all;
        });
        collector.start();
        source.answerAll();
        QCOMPARE(taken.size(), JobCollector::mostJobs);
        QCOMPARE(total, 2299);
        QCOMPARE(source.asked.size(), 4);
    }

    void a_failed_page_ends_the_collecting()
    {
        FakeJobSource source;
        source.error = Error {ErrorCode::Timeout, {}};
        JobCollector collector(source, {});
        QSignalSpy failed(&collector, &JobCollector::failed);
        QSignalSpy collected(&collector, &JobCollector::collected);
        collector.start();
        source.answerAll();
        QCOMPARE(failed.size(), 1);
        QCOMPARE(collected.size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestBulk)
#include "tst_bulk.moc"
