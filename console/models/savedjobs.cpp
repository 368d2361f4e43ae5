// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/savedjobs.h"

#include "console/models/filesmodel.h"

#include <algorithm>

namespace dtf {

namespace {

/// Of the last row of a page: enough to find the next one, as nothing changes here.
QString cursorOf(const JobView &job)
{
    return job.job.toString();
}

} // namespace

JobPage pageOf(const QList<JobView> &jobs, const JobFilter &filter)
{
    QList<JobView> list;
    for (const JobView &job : jobs) {
        if (matches(filter, job)) {
            list.append(job);
        }
    }
    std::sort(list.begin(), list.end(),
        [](const JobView &a, const JobView &b) { return std::tie(b.changed, b.job) < std::tie(a.changed, a.job); });
    auto from = list.cbegin();
    if (!filter.cursor.isEmpty()) {
        from = std::find_if(list.cbegin(), list.cend(), [&](const JobView &job) { return cursorOf(job) == filter.cursor; });
        from += from == list.cend() ? 0 : 1;
    }
    JobPage page;
    page.total = list.size();
    page.jobs = QList<JobView>(from, from + std::min<qsizetype>(filter.limit, list.cend() - from));
    if (!page.jobs.isEmpty() && from + page.jobs.size() != list.cend()) {
        page.next = cursorOf(page.jobs.constLast());
    }
    return page;
}

} // namespace dtf
