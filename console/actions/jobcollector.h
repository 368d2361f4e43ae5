// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/jobsource.h"

#include <QObject>
#include <QTimer>

namespace dtf {

/// Fetches all jobs of a filter, page by page, up to a bound. Thread: main.
class JobCollector final : public QObject
{
    Q_OBJECT

public:
    static constexpr int pageSize = 500;
    static constexpr qsizetype mostJobs = 2'000;
    static constexpr int deadlineMs = 30'000; ///< of one page

    JobCollector(JobSource &source, JobFilter filter, QObject *parent = nullptr);

    void start();

Q_SIGNALS:
    void collected(const QList<dtf::JobView> &jobs, qint64 total); ///< once, or failed; more than jobs: the bound was reached
    void failed(const dtf::Error &error);

private:
    void ask();
    void took(const Result<JobPage> &page);

    JobSource &m_source;
    JobFilter m_filter;
    QList<JobView> m_jobs;
    QTimer m_deadline;
    bool m_ended = false;
};

} // namespace dtf
