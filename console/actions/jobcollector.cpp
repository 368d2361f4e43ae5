// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/actions/jobcollector.h"

#include "console/models/filesmodel.h"

#include <algorithm>
#include <iterator>

namespace dtf {

using namespace Qt::StringLiterals;

JobCollector::JobCollector(JobSource &source, JobFilter filter, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_filter(std::move(filter))
{
    m_filter.cursor.clear();
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(deadlineMs);
    connect(&m_deadline, &QTimer::timeout, this, [this] { took(fail(ErrorCode::Timeout, u"the list of files did not come"_s)); });
}

void JobCollector::start()
{
    ask();
}

void JobCollector::ask()
{
    m_filter.limit = static_cast<int>(std::min<qsizetype>(pageSize, mostJobs - m_jobs.size()));
    m_deadline.start();
    m_source.jobs(m_filter, this, [this](const Result<JobPage> &page) { took(page); });
}

void JobCollector::took(const Result<JobPage> &page)
{
    if (m_ended) {
        return;
    }
    m_deadline.stop();
    if (!page) {
        m_ended = true;
        Q_EMIT failed(page.error());
        return;
    }
    std::copy_if(page->jobs.cbegin(), page->jobs.cend(), std::back_inserter(m_jobs),
        [this](const JobView &job) { return matches(m_filter, job); }); // many are to be acted on: none by mistake
    if (page->next.isEmpty() || page->jobs.isEmpty() || m_jobs.size() >= mostJobs) {
        m_ended = true;
        Q_EMIT collected(m_jobs, std::max<qint64>(page->total, m_jobs.size()));
        return;
    }
    m_filter.cursor = page->next;
    ask();
}

} // namespace dtf
