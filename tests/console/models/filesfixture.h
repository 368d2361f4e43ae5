// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/filesmodel.h"
#include "fakejobsource.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

namespace dtf {

/// The model over a store and a list of jobs, with a spy on each of its signals.
struct Files
{
    StillClock clock;
    FleetStore store {clock};
    FakeJobSource source;
    FilesModel model {store, source};
    std::unique_ptr<QAbstractItemModelTester> tester;
    QSignalSpy inserted {&model, &QAbstractItemModel::rowsInserted};
    QSignalSpy removed {&model, &QAbstractItemModel::rowsRemoved};
    QSignalSpy moved {&model, &QAbstractItemModel::rowsMoved};
    QSignalSpy changed {&model, &QAbstractItemModel::dataChanged};
    QSignalSpy reset {&model, &QAbstractItemModel::modelReset};

    explicit Files(int count = 0)
    {
        if (count < 1000) { // it walks over all rows at each change
            tester = std::make_unique<QAbstractItemModelTester>(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
            tester->setUseFetchMore(false);
        }
        for (int n = 1; n <= count; ++n) {
            source.all.append(jobView(n));
        }
        snapshot();
        source.answerAll();
        forget();
    }
    void snapshot(const QList<JobView> &jobs = {})
    {
        FeedSnapshot all;
        all.state.summary.time = {1'600'000'100'000};
        all.jobs = jobs;
        store.take(all);
    }
    void delta(const QList<JobView> &jobs)
    {
        FeedDelta one;
        one.jobs = jobs;
        for (const JobView &job : jobs) {
            source.all.removeIf([&](const JobView &old) { return old.job == job.job; });
            source.all.append(job);
        }
        store.take(one);
    }
    void forget()
    {
        for (QSignalSpy *spy : {&inserted, &removed, &moved, &changed, &reset}) {
            spy->clear();
        }
        source.asked.clear();
    }
    [[nodiscard]] QList<int> numbers() const
    {
        QList<int> list;
        for (int row = 0; row < model.rowCount(); ++row) {
            list.append(model.jobAt(row)->name.mid(5, 6).toInt());
        }
        return list;
    }
    [[nodiscard]] QString text(int row, FilesModel::Column column) const
    {
        return model.index(row, static_cast<int>(column)).data().toString();
    }
};

inline JobView changedTo(int n, JobState state, int at)
{
    JobView job = jobView(n, state);
    job.changed = {1'600'000'000'000 + at * 1000};
    return job;
}

} // namespace dtf
