// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/filters.h"

#include <QStringList>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

void add(QStringList &query, QLatin1StringView key, const QString &value)
{
    if (!value.isEmpty()) {
        query.append(key + u'=' + QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }
}

} // namespace

QString targetOf(const JobFilter &filter)
{
    QStringList states;
    for (const JobState state : filter.states) {
        states.append(toString(state));
    }
    QStringList query;
    add(query, "state"_L1, states.join(u','));
    add(query, "node"_L1, filter.node.toString());
    add(query, "text"_L1, filter.text);
    add(query, "cause"_L1, filter.cause == Cause::None ? QString() : QString(toString(filter.cause)));
    if (filter.sort != JobSort::Changed || filter.ascending) { // else what the orchestrator does by itself
        add(query, "sort"_L1, toString(filter.sort));
        add(query, "order"_L1, filter.ascending ? u"asc"_s : u"desc"_s);
    }
    add(query, "limit"_L1, QString::number(filter.limit));
    add(query, "cursor"_L1, filter.cursor);
    return u"/api/v1/jobs?"_s + query.join(u'&');
}

QString targetOf(const AuditFilter &filter)
{
    QStringList query;
    add(query, "job"_L1, filter.job.isNull() ? QString() : filter.job.toString());
    add(query, "node"_L1, filter.node.toString());
    add(query, "actor"_L1, filter.actor);
    add(query, "after"_L1, filter.after > 0 ? QString::number(filter.after) : QString());
    add(query, "before"_L1, filter.before > 0 ? QString::number(filter.before) : QString());
    add(query, "from"_L1, filter.from.msecsSinceEpoch > 0 ? QString::number(filter.from.msecsSinceEpoch) : QString());
    add(query, "to"_L1, filter.to.msecsSinceEpoch > 0 ? QString::number(filter.to.msecsSinceEpoch) : QString());
    add(query, "order"_L1, filter.newestFirst ? u"newest"_s : u"oldest"_s);
    add(query, "limit"_L1, QString::number(filter.limit));
    return u"/api/v1/audit?"_s + query.join(u'&');
}

} // namespace dtf
