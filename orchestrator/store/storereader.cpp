// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/storereader.h"

#include "orchestrator/store/jobpages.h"
#include "orchestrator/store/select.h"
#include "orchestrator/store/store.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostRows = 1'000;

Where jobFilter(const JobQuery &query)
{
    Where where;
    if (!query.states.isEmpty()) {
        QStringList words;
        bool open = true;
        for (const JobState state : query.states) {
            words.append(u'\'' + toString(state) + u'\'');
            open = open && !isFinal(state);
        }
        where.add(u"state IN (%1)"_s.arg(words.join(u", "_s)));
        if (open) { // word for word the condition of the index job_open
            where.add(u"state NOT IN ('done', 'rejected', 'withdrawn')"_s);
        }
    }
    if (!query.node.isEmpty()) {
        where.add(u"node = ?"_s, {column::bytes(query.node.bytes())});
    }
    if (query.cause != Cause::None) {
        where.add(u"cause = ?"_s, {column::word(query.cause)});
    }
    if (!query.text.isEmpty()) {
        where.add(u"instr(search, ?) > 0"_s, {column::bytes(foldedForSearch(query.text))});
    }
    return where;
}

/// job_changed has all that such a filter asks for.
bool isIndexed(const JobQuery &query)
{
    return query.text.isEmpty() && query.cause == Cause::None;
}

/// Whether the index of an order is worth walking for a page. What is found rarely, or all at the far end, would make it read
/// most rows one by one in the index's order, which takes ten times as long as reading the table through.
bool isWalked(const JobQuery &query, const JobCounts::Count &count)
{
    const bool isFiltered = !query.states.isEmpty() || !query.node.isEmpty() || !isIndexed(query);
    const bool allOpen = !query.states.isEmpty() && std::none_of(query.states.cbegin(), query.states.cend(), isFinal);
    if (!isFiltered || allOpen || (query.sort == JobSort::Changed && isIndexed(query))) {
        return true; // job_open, or an index that has the filter's columns
    }
    return count.total >= JobCounts::farthest && !(query.sort == JobSort::Name && !query.text.isEmpty());
}

Where auditFilter(const AuditQuery &query)
{
    Where where;
    if (!query.job.isNull()) { // the second term is the condition of the index audit_job
        where.add(u"job = ? AND length(job) = 16"_s, {column::id(query.job)});
    }
    if (!query.node.isEmpty()) {
        where.add(u"node = ?"_s, {column::bytes(query.node.bytes())});
    }
    if (!query.actor.isEmpty()) {
        where.add(u"substr(actor, 1, ?) = ?"_s, {query.actor.size(), column::bytes(query.actor)});
        if (query.actor.startsWith("operator:")) { // the condition of the index audit_operator
            where.add(u"substr(actor, 1, 9) = x'6F70657261746F723A'"_s);
        }
    }
    if (query.after > 0) {
        where.add(u"seq > ?"_s, {query.after});
    }
    if (query.before > 0) {
        where.add(u"seq < ?"_s, {query.before});
    }
    return where;
}

AuditRow readAudit(RowReader &row)
{
    AuditRow audit;
    audit.seq = row.number();
    audit.event.time = row.time();
    audit.event.kind = row.word(auditKindFromString);
    audit.event.job = row.id();
    audit.event.epoch = static_cast<Epoch>(row.number());
    audit.event.node = row.node();
    audit.event.actor = row.sharedBytes();
    audit.event.detail = row.bytes();
    audit.hash = row.bytes();
    return audit;
}

} // namespace

Result<AuditHead> StoreReader::auditHead()
{
    const auto rows =
        selectAll<AuditHead>(m_connection, u"SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"_s, {}, [](RowReader &row) {
            const qint64 seq = row.number();
            return AuditHead {seq, row.bytes()};
        });
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    return rows->isEmpty() ? AuditHead {} : rows->first();
}

Result<QByteArray> StoreReader::auditHash(qint64 seq)
{
    if (seq == 0) {
        return AuditHead {}.hash;
    }
    const auto rows = selectAll<QByteArray>(
        m_connection, u"SELECT hash FROM audit WHERE seq = ?"_s, {seq}, [](RowReader &row) { return row.bytes(); });
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    return rows->value(0);
}

Result<JobCounts::Count> StoreReader::countJobs(const JobQuery &query)
{
    const Where where = jobFilter(query);
    const bool byIndex = isIndexed(query);
    QString key = where.sql();
    for (const QVariant &value : where.values) {
        key += u'\n' + QString::fromLatin1(value.toByteArray().toHex());
    }
    const MonoTime begun = SystemClock().now().mono;
    if (const auto known = m_counts ? m_counts->known(key, begun) : std::nullopt) {
        return *known;
    }
    const QString sql = byIndex
        ? u"SELECT count(*) FROM job"_s + where.sql()
        : u"SELECT count(*) FROM (SELECT 1 FROM job%1 LIMIT %2)"_s.arg(where.sql()).arg(JobCounts::farthest + 1);
    const auto total = selectAll<qint64>(m_connection, sql, where.values, [](RowReader &row) { return row.number(); });
    if (!total) {
        return tl::unexpected(total.error());
    }
    JobCounts::Count count {total->value(0), true};
    if (!byIndex && count.total > JobCounts::farthest) {
        count = {JobCounts::farthest, false};
    }
    if (m_counts) {
        const MonoTime ended = SystemClock().now().mono;
        m_counts->remember(key, count, ended, ended - begun);
    }
    return count;
}

Result<JobPage> StoreReader::jobs(const JobQuery &query)
{
    std::optional<jobpages::Cursor> cursor;
    if (!query.cursor.isEmpty()) {
        auto read = jobpages::cursorFrom(query.cursor, query.sort, query.ascending);
        if (!read) {
            return tl::unexpected(read.error());
        }
        cursor = std::move(*read);
    }
    const auto total = countJobs(query);
    if (!total) {
        return tl::unexpected(total.error());
    }
    const auto way = isWalked(query, *total) ? jobpages::Way::Any : jobpages::Way::ThroughTable;
    Where where = jobFilter(query);
    if (cursor) {
        where.add(jobpages::termBehind(query.sort, query.ascending, way), jobpages::valuesBehind(*cursor));
    }
    const int limit = qBound(1, query.limit, mostRows);
    // First which, then the rows themselves: an order without an index sorts ids, not whole rows.
    const QString which =
        u"SELECT id FROM job%1 ORDER BY %2 LIMIT %3"_s.arg(where.sql(), jobpages::orderBy(query.sort, query.ascending, way))
            .arg(limit + 1);
    const auto rows = selectAll<JobRecord>(m_connection,
        u"SELECT %1 FROM job WHERE id IN (%2) ORDER BY %3"_s.arg(
            jobColumns(), which, jobpages::orderBy(query.sort, query.ascending)),
        where.values, readJob);
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    JobPage page;
    page.total = total->total;
    page.totalExact = total->exact;
    for (const JobRecord &job : *rows) {
        if (page.jobs.size() == limit) { // one more than asked for: there is a next page
            page.next = jobpages::toText(jobpages::cursorBehind(page.jobs.last(), query.sort, query.ascending));
            break;
        }
        page.jobs.append(viewOf(job));
    }
    return page;
}

Result<JobRecord> StoreReader::job(const JobId &id)
{
    const auto rows =
        selectAll<JobRecord>(m_connection, u"SELECT %1 FROM job WHERE id = ?"_s.arg(jobColumns()), {column::id(id)}, readJob);
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    if (rows->isEmpty()) {
        return fail(ErrorCode::NotFound, u"no job %1"_s.arg(id.toString()));
    }
    return rows->first();
}

Result<AuditPage> StoreReader::audit(const AuditQuery &query)
{
    const auto head = auditHead();
    if (!head) {
        return tl::unexpected(head.error());
    }
    Where where = auditFilter(query);
    if (query.from.msecsSinceEpoch > 0) {
        const auto first = auditSeqAt(query.from);
        if (!first) {
            return tl::unexpected(first.error());
        }
        where.add(u"seq >= ? AND time >= ?"_s, {*first, qint64(query.from.msecsSinceEpoch)});
    }
    if (query.to.msecsSinceEpoch > 0) {
        const auto end = auditSeqAt(query.to);
        if (!end) {
            return tl::unexpected(end.error());
        }
        where.add(u"seq < ? AND time < ?"_s, {*end, qint64(query.to.msecsSinceEpoch)});
    }
    auto rows = selectAll<AuditRow>(m_connection,
        u"SELECT seq, time, kind, job, epoch, node, actor, detail, hash FROM audit%1 ORDER BY seq %2 LIMIT %3"_s
            .arg(where.sql(), query.newestFirst ? u"DESC"_s : u"ASC"_s)
            .arg(qBound(1, query.limit, mostRows)),
        where.values, readAudit);
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    return AuditPage {std::move(*rows), head->seq};
}

Result<qint64> StoreReader::auditSeqAt(WallTime time)
{
    const auto head = auditHead();
    if (!head) {
        return tl::unexpected(head.error());
    }
    qint64 low = 1; // every row before it is older
    qint64 high = head->seq + 1; // it and every row after it is not
    while (low < high) {
        const qint64 middle = low + (high - low) / 2;
        const auto times = selectAll<qint64>(
            m_connection, u"SELECT time FROM audit WHERE seq = ?"_s, {middle}, [](RowReader &row) { return row.number(); });
        if (!times) {
            return tl::unexpected(times.error());
        }
        if (times->value(0) < time.msecsSinceEpoch) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Result<QByteArray> StoreReader::answer(const QByteArray &actor, const QByteArray &key)
{
    const auto rows = selectAll<QByteArray>(m_connection, u"SELECT answer FROM answer WHERE actor = ? AND key = ?"_s,
        {column::bytes(actor), column::bytes(key)}, [](RowReader &row) { return row.bytes(); });
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    if (rows->isEmpty()) {
        return fail(ErrorCode::NotFound, u"this key was not answered before"_s);
    }
    return rows->first();
}

Result<JobId> StoreReader::doneBefore(const QByteArray &sha256Hex, const JobId &notThis)
{
    if (sha256Hex.isEmpty()) {
        return JobId {}; // content not known
    }
    const auto rows = selectAll<JobId>(m_connection,
        u"SELECT id FROM job WHERE sha256 = ? AND state = 'done' AND id <> ? ORDER BY changed DESC, id DESC LIMIT 1"_s,
        {column::bytes(sha256Hex), column::id(notThis)}, [](RowReader &row) { return row.id(); });
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    return rows->value(0);
}

} // namespace dtf
