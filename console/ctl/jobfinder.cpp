// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/jobfinder.h"

#include "common/core/escape.h"
#include "console/text/texts.h"

#include <memory>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

constexpr int maxPages = 10; ///< of 1,000
constexpr qsizetype maxShown = 10;

QString listed(const QList<JobView> &jobs)
{
    QString text;
    for (const JobView &job : jobs.first(qMin(jobs.size(), maxShown))) {
        text += u"\n  %1  %2  %3"_s.arg(job.job.toString(), textOf(job.state), escapedForLog(job.name));
    }
    if (jobs.size() > maxShown) {
        text += u"\n  and %1 more"_s.arg(jobs.size() - maxShown);
    }
    return text;
}

Result<JobId> chosen(const QString &word, const QList<JobView> &found, bool complete)
{
    const JobMatches matches = matchJobs(word, found);
    if (matches.jobs.size() == 1 && complete) {
        return matches.jobs.constFirst().job;
    }
    const QString safe = escapedForLog(word);
    if (!matches.jobs.isEmpty() || !complete) {
        return fail(
            ErrorCode::InvalidArgument, u"'%1' may mean several files. Name one by its id:"_s.arg(safe) + listed(matches.jobs));
    }
    return fail(ErrorCode::NotFound,
        u"No file has the name '%1' or an id with that in it."_s.arg(safe)
            + (matches.similar.isEmpty() ? QString() : u" Similar names:"_s + listed(matches.similar)));
}

/// One search, page by page; kept alive by the callback of the page it waits for.
struct Search : std::enable_shared_from_this<Search>
{
    Search(OrchestratorClient &c, QString w, QObject *who, OrchestratorClient::Callback<JobId> whenDone)
        : client(c)
        , word(std::move(w))
        , context(who)
        , done(std::move(whenDone))
    {
        filter.text = word;
        filter.limit = 1000;
    }
    void nextPage()
    {
        client.jobs(filter, context, [self = shared_from_this()](const Answer<JobPage> &page) { self->take(page); });
    }
    void take(const Answer<JobPage> &page)
    {
        if (!page.result) {
            done({tl::unexpected(page.result.error()), page.status, page.body});
            return;
        }
        found += page.result->jobs;
        filter.cursor = page.result->next;
        if (!filter.cursor.isEmpty() && ++pages < maxPages) {
            nextPage();
            return;
        }
        done({chosen(word, found, filter.cursor.isEmpty()), 404, {}});
    }

    OrchestratorClient &client;
    const QString word;
    QObject *context;
    OrchestratorClient::Callback<JobId> done;
    JobFilter filter;
    QList<JobView> found;
    int pages = 0;
};

} // namespace

JobMatches matchJobs(const QString &word, const QList<JobView> &found)
{
    JobMatches matches;
    QList<JobView> byId;
    for (const JobView &job : found) {
        if (job.name == word) {
            matches.jobs.append(job);
        } else if (job.job.toString().contains(word, Qt::CaseInsensitive)) {
            byId.append(job);
        } else if (job.name.contains(word, Qt::CaseInsensitive)) {
            matches.similar.append(job);
        }
    }
    if (matches.jobs.isEmpty()) {
        matches.jobs = byId;
    }
    return matches;
}

void findJob(OrchestratorClient &client, const QString &word, QObject *context, OrchestratorClient::Callback<JobId> callback)
{
    if (const auto id = JobId::parse(word.toUpper().toUtf8())) {
        callback({*id, 200, {}});
        return;
    }
    std::make_shared<Search>(client, word, context, std::move(callback))->nextPage();
}

} // namespace dtf
