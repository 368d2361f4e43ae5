// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/historyreader.h"

#include "orchestrator/store/history.h"
#include "orchestrator/store/select.h"
#include "orchestrator/store/storereader.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 rowsPerStep = 2'000; // a longer read would keep the write-ahead log from being reused
constexpr qint64 mostRows = 200'000;
constexpr qint64 mostRowsBefore = 20'000;

HistoryRow readRow(RowReader &row)
{
    HistoryRow out;
    out.time = row.time();
    out.kind = row.word(auditKindFromString);
    out.job = row.id();
    out.epoch = static_cast<Epoch>(row.number());
    out.node = row.node();
    out.detail = row.bytes();
    out.accepted = row.time();
    return out;
}

EndedHour readEndedHour(RowReader &row)
{
    EndedHour ended;
    ended.hour = row.number();
    ended.state = row.word(jobStateFromString);
    ended.count = row.number();
    return ended;
}

} // namespace

Result<QList<EndedHour>> StoreReader::endedHours(WallTime from)
{
    return selectAll<EndedHour>(m_connection,
        u"SELECT changed / 3600000, state, count(*) FROM job WHERE changed >= ? AND state IN ('done', 'failed', 'hold', 'rejected') GROUP BY 1, 2"_s,
        {qint64(from.msecsSinceEpoch)}, readEndedHour);
}

Result<QList<HistoryRow>> StoreReader::historyRows(qint64 seq, qint64 last)
{
    return selectAll<HistoryRow>(m_connection,
        u"SELECT a.time, a.kind, a.job, a.epoch, a.node, CASE a.kind WHEN 'node.state' THEN a.detail ELSE x'' END, "
        u"ifnull(j.accepted, 0) "
        "FROM audit a LEFT JOIN job j ON a.kind = 'job.assigned' AND a.epoch = 1 AND j.id = a.job "
        "WHERE a.seq > ? AND a.seq <= ? AND a.kind IN ('node.state', 'job.assigned', 'job.started', 'job.exited', "
        "'job.released', "
        "'job.done', 'job.held', 'job.failed', 'orchestrator.started', 'orchestrator.stopped') ORDER BY a.seq"_s,
        {seq, last}, readRow);
}

Result<HistoryView> readHistory(const QString &dbPath, const HistoryQuery &query, const std::atomic_bool &stop)
{
    auto connection = Connection::open(dbPath, Connection::Mode::ReadOnly);
    if (!connection) {
        return tl::unexpected(connection.error());
    }
    StoreReader questions(**connection);
    HistoryView view;
    view.from = historyStart(query);
    view.to = query.now;
    const auto ended = questions.endedHours(view.from);
    const auto head = questions.auditHead();
    const auto begin = questions.auditSeqAt(view.from);
    const auto before = questions.auditSeqAt({view.from.msecsSinceEpoch - 24 * hourMs});
    for (const Error *error : {!ended ? &ended.error() : nullptr, !head ? &head.error() : nullptr,
             !begin ? &begin.error() : nullptr, !before ? &before.error() : nullptr}) {
        if (error) {
            return tl::unexpected(*error);
        }
    }
    qint64 seq = std::max(*before, *begin - mostRowsBefore) - 1;
    if (head->seq - *begin >= mostRows) {
        seq = head->seq - mostRows;
        view.complete = false;
    }
    QList<HistoryRow> rows;
    for (; seq < head->seq; seq += rowsPerStep) {
        if (stop) {
            return fail(ErrorCode::Cancelled, u"the store was closed"_s);
        }
        auto step = questions.historyRows(seq, std::min(seq + rowsPerStep, head->seq));
        if (!step) {
            return tl::unexpected(step.error());
        }
        rows += std::move(*step);
    }
    view.hours = historyHours(query, *ended, rows);
    view.lanes = historyLanes(query, rows);
    return view;
}

} // namespace dtf
