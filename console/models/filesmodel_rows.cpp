// SPDX-License-Identifier: GPL-3.0-or-later
// The list of files: which rows come, go, move and change, told exactly and with as few words as can be.
#include "console/models/filesmodel.h"

#include <QSet>

#include <algorithm>

namespace dtf {

int FilesModel::placeOf(const JobView &job) const
{
    const auto at = std::partition_point(
        m_rows.begin(), m_rows.end(), [&](const std::unique_ptr<JobView> &row) { return isBefore(*row, job); });
    return static_cast<int>(at - m_rows.begin());
}

bool FilesModel::isBehind(const JobView &job) const
{
    return m_end && isBefore(*m_end, job);
}

void FilesModel::remember(const JobView &job)
{
    if (!m_pending) {
        return;
    }
    if (m_touched.size() >= mostRows) {
        m_touched.clear();
        m_missed = true;
    }
    m_touched.insert(job.job, job);
}

void FilesModel::take(const QList<JobView> &jobs)
{
    const qint64 totalBefore = total();
    const bool more = !m_next.isEmpty() || m_cut;
    QList<int> gone;
    QList<int> behind; ///< others may stand between them and the last one here: a later page has them
    QList<const JobView *> here;
    QList<const JobView *> unknown;
    QSet<JobId> seen;
    for (auto at = jobs.crbegin(); at != jobs.crend(); ++at) { // of one file told twice the last word counts
        const JobView &job = *at;
        if (seen.contains(job.job)) {
            continue;
        }
        seen.insert(job.job);
        const bool matching = matches(m_filter, job);
        remember(job);
        const int row = m_known ? rowOf(job.job) : -1;
        if (row >= 0 && !matching) {
            gone.append(row);
        } else if (row >= 0 && isBehind(job)) {
            behind.append(row);
        } else if (row >= 0) {
            here.append(&job);
        } else if (m_known && matching) {
            unknown.append(&job);
        }
    }
    m_total = std::max<qint64>(0, m_total - gone.size());
    removeRows(gone + behind);
    putAll(here);
    QList<JobView> fresh;
    for (const JobView *job : std::as_const(unknown)) {
        if (!isBehind(*job)) {
            m_totalUncertain = m_totalUncertain || more; // it may have been one of those further down
            fresh.append(*job);
        }
    }
    std::sort(fresh.begin(), fresh.end(), [this](const JobView &a, const JobView &b) { return isBefore(a, b); });
    insertFresh(fresh);
    trim();
    if (total() != totalBefore) {
        Q_EMIT statusChanged();
    }
}

void FilesModel::putAll(const QList<const JobView *> &jobs)
{
    QList<const JobView *> moving;
    QList<int> staying;
    for (const JobView *job : jobs) {
        const int row = rowOf(job->job);
        JobView &old = *m_rows[static_cast<size_t>(row)];
        if (!isBefore(*job, old) && !isBefore(old, *job)) {
            old = *job;
            staying.append(row);
        } else {
            moving.append(job);
        }
    }
    tellChanged(std::move(staying));
    if (moving.size() <= fewMoves) {
        for (const JobView *job : std::as_const(moving)) {
            put(*job);
        }
        return;
    }
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    std::vector<std::unique_ptr<JobView>> moved;
    moved.reserve(static_cast<size_t>(moving.size()));
    QList<int> rows; // all before the first is taken out: the order must hold for rowOf()
    for (const JobView *job : std::as_const(moving)) {
        rows.append(rowOf(job->job));
    }
    const QModelIndexList before = persistentIndexList();
    std::vector<const JobView *> kept;
    for (const QModelIndex &index : before) {
        kept.push_back(jobAt(index.row()));
    }
    for (qsizetype i = 0; i < moving.size(); ++i) {
        moved.push_back(std::move(m_rows[static_cast<size_t>(rows[i])]));
        *moved.back() = *moving[i];
    }
    sortIn(std::move(moved));
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i) {
        after.append(index(placeOf(*kept[static_cast<size_t>(i)]), before[i].column()));
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
    rows.clear();
    for (const JobView *job : std::as_const(moving)) {
        rows.append(rowOf(job->job));
    }
    tellChanged(std::move(rows));
}

void FilesModel::sortIn(std::vector<std::unique_ptr<JobView>> moved)
{
    using Row = std::unique_ptr<JobView>;
    const auto above = [this](const Row &a, const Row &b) { return isBefore(*a, *b); };
    std::sort(moved.begin(), moved.end(), above);
    m_rows.erase(std::remove(m_rows.begin(), m_rows.end(), nullptr), m_rows.end());
    Rows all;
    std::merge(std::move_iterator(moved.begin()), std::move_iterator(moved.end()), std::move_iterator(m_rows.begin()),
        std::move_iterator(m_rows.end()), std::back_inserter(all), above);
    m_rows = std::move(all);
}

/// Those that stand side by side are told in one go.
void FilesModel::tellChanged(QList<int> rows)
{
    std::sort(rows.begin(), rows.end());
    for (qsizetype first = 0; first < rows.size();) {
        qsizetype end = first + 1;
        while (end < rows.size() && rows[end] == rows[end - 1] + 1) {
            ++end;
        }
        Q_EMIT dataChanged(index(rows[first], 0), index(rows[end - 1], columns - 1));
        first = end;
    }
}

void FilesModel::put(const JobView &job)
{
    const int row = rowOf(job.job);
    const int place = placeOf(job); // with the row still where it was
    const int target = place > row ? place - 1 : place;
    if (target != row) {
        beginMoveRows({}, row, row, {}, place);
        std::unique_ptr<JobView> moved = std::move(m_rows[static_cast<size_t>(row)]);
        m_rows.erase(m_rows.begin() + row);
        *moved = job;
        m_rows.insert(m_rows.begin() + target, std::move(moved));
        endMoveRows();
    } else {
        *m_rows[static_cast<size_t>(row)] = job;
    }
    Q_EMIT dataChanged(index(target, 0), index(target, columns - 1));
}

/// Those that stand side by side are told in one go.
void FilesModel::insertFresh(const QList<JobView> &jobs)
{
    for (qsizetype first = 0; first < jobs.size();) {
        const int place = placeOf(jobs[first]);
        const JobView *below = place < rowCount() ? m_rows[static_cast<size_t>(place)].get() : nullptr;
        qsizetype end = first + 1;
        while (end < jobs.size() && isBefore(jobs[end - 1], jobs[end]) && (!below || isBefore(jobs[end], *below))) {
            ++end;
        }
        beginInsertRows({}, place, place + static_cast<int>(end - first) - 1);
        for (qsizetype i = first; i < end; ++i) {
            const auto row = m_rows.insert(m_rows.begin() + place + (i - first), std::make_unique<JobView>(jobs[i]));
            m_here.insert(jobs[i].job, row->get());
        }
        endInsertRows();
        first = end;
    }
}

void FilesModel::removeRows(QList<int> rows)
{
    std::sort(rows.begin(), rows.end(), std::greater<>());
    for (qsizetype at = 0; at < rows.size();) { // from below: those above keep their numbers
        const int last = rows[at];
        int first = last;
        for (++at; at < rows.size() && rows[at] == first - 1; ++at) {
            first = rows[at];
        }
        beginRemoveRows({}, first, last);
        for (int row = first; row <= last; ++row) {
            m_here.remove(m_rows[static_cast<size_t>(row)]->job);
        }
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        endRemoveRows();
    }
}

/// Rows below `from` down to `to` that a page over just these does not have are gone.
void FilesModel::removeUnseen(const std::optional<JobView> &from, const std::optional<JobView> &to, const QSet<JobId> &seen)
{
    QList<int> gone;
    int row = to ? placeOf(*to) : rowCount() - 1;
    for (row = std::min(row, rowCount() - 1); row >= 0; --row) {
        const JobView &job = *m_rows[static_cast<size_t>(row)];
        if (from && !isBefore(*from, job)) {
            break;
        }
        if ((!to || !isBefore(*to, job)) && !seen.contains(job.job) && !m_touched.contains(job.job)) {
            gone.append(row);
        }
    }
    removeRows(std::move(gone));
}

void FilesModel::trim()
{
    if (rowCount() > mostRows) {
        beginRemoveRows({}, mostRows, rowCount() - 1);
        while (rowCount() > mostRows) {
            m_here.remove(m_rows.back()->job);
            m_rows.pop_back();
        }
        endRemoveRows();
        m_cut = true;
    }
    if (rowCount() == mostRows && !m_next.isEmpty()) {
        m_cut = true;
    }
    if (m_cut) {
        m_next.clear(); // it would leave out those in between
        m_end = *m_rows.back();
    }
}

} // namespace dtf
