// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/handlers/dayreport.h"

#include <QDateTime>
#include <QTimeZone>

#include <memory>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

constexpr int maxPages = 20;

QJsonObject countsToJson(const QMap<JobState, qint64> &counts)
{
    QJsonObject object;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
        object.insert(toString(it.key()), it.value());
    }
    return object;
}

/// One report under way; kept alive by the callback of the page it waits for.
struct Collector : std::enable_shared_from_this<Collector>
{
    Collector(FleetService &service, QDate wanted, FleetService::Callback<DayReport> whenDone)
        : fleet(service)
        , done(std::move(whenDone))
    {
        report.day = wanted;
        query.states = {JobState::Done, JobState::Hold, JobState::Failed, JobState::Rejected, JobState::Withdrawn};
        query.limit = 1000;
    }
    void nextPage()
    {
        fleet.jobs(query, [self = shared_from_this()](const Result<JobPage> &page) { self->take(page); });
    }
    void take(const Result<JobPage> &page)
    {
        if (!page) {
            done(tl::unexpected(page.error()));
            return;
        }
        const bool more = addToReport(report, page->jobs) && !page->next.isEmpty();
        if (!more || ++pages == maxPages) {
            report.complete = !more;
            done(report);
            return;
        }
        query.cursor = page->next.toUtf8();
        nextPage();
    }

    FleetService &fleet;
    FleetService::Callback<DayReport> done;
    DayReport report;
    JobQuery query;
    int pages = 0;
};

} // namespace

QJsonObject toJson(const DayReport &report)
{
    QJsonObject nodes;
    for (auto it = report.perNode.cbegin(); it != report.perNode.cend(); ++it) {
        nodes.insert(it.key().toString(), countsToJson(it.value()));
    }
    return {{"day"_L1, report.day.toString(Qt::ISODate)}, {"complete"_L1, report.complete},
        {"outcomes"_L1, countsToJson(report.outcomes)}, {"nodes"_L1, nodes}};
}

bool addToReport(DayReport &report, const QList<JobView> &jobs)
{
    for (const JobView &job : jobs) {
        const QDate changed = QDateTime::fromMSecsSinceEpoch(job.changed.msecsSinceEpoch, QTimeZone::utc()).date();
        if (changed < report.day) {
            return false;
        }
        if (changed > report.day) {
            continue;
        }
        ++report.outcomes[job.state];
        if (!job.node.isEmpty()) {
            ++report.perNode[job.node][job.state];
        }
    }
    return true;
}

void makeDayReport(FleetService &fleet, QDate day, FleetService::Callback<DayReport> done)
{
    std::make_shared<Collector>(fleet, day, std::move(done))->nextPage();
}

} // namespace dtf
