// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/savedjobs.h"

#include "common/protocol/codec.h"
#include "common/protocol/joborder.h"
#include "console/models/filesmodel.h"

#include <QJsonDocument>

#include <algorithm>

namespace dtf {

namespace {

/// The last row of a page as it was: what comes after it is found although it may have changed since.
QString cursorOf(const JobView &job)
{
    return QString::fromUtf8(QJsonDocument(toJson(job)).toJson(QJsonDocument::Compact));
}

std::optional<JobView> lastOf(const QString &cursor)
{
    const Result<JobView> job = fromJson<JobView>(QJsonDocument::fromJson(cursor.toUtf8()).object());
    return job ? std::optional(*job) : std::nullopt;
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
    const auto before = [&](const JobView &a, const JobView &b) {
        return filter.ascending ? compareJobs(a, b, filter.sort) < 0 : compareJobs(b, a, filter.sort) < 0;
    };
    std::sort(list.begin(), list.end(), before);
    const std::optional<JobView> last = lastOf(filter.cursor);
    const auto from = last ? std::upper_bound(list.cbegin(), list.cend(), *last, before) : list.cbegin();
    JobPage page;
    page.total = list.size();
    page.jobs = QList<JobView>(from, from + std::min<qsizetype>(filter.limit, list.cend() - from));
    if (!page.jobs.isEmpty() && from + page.jobs.size() != list.cend()) {
        page.next = cursorOf(page.jobs.constLast());
    }
    return page;
}

} // namespace dtf
