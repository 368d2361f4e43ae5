// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/filesmodel.h"

#include "common/core/escape.h"
#include "common/protocol/joborder.h"
#include "console/models/filetext.h"
#include "console/text/texts.h"

#include <QSet>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostPerPage = 1000; ///< the API's bound: for asking anew for what is here
constexpr int ticksBetweenCounts = 5;
constexpr int firstRetryTicks = 5;
constexpr int lastRetryTicks = 60;

bool isNumber(FilesModel::Column column)
{
    using Column = FilesModel::Column;
    return column == Column::Attempt || column == Column::Age || column == Column::Changed || column == Column::Size
        || column == Column::Priority;
}

/// A tip is shown as rich text when it looks like it: what came from outside never may.
QString plainTip(const QString &text)
{
    return text.isEmpty() ? QString() : u"<span>"_s + text.toHtmlEscaped() + u"</span>"_s;
}

} // namespace

bool matches(const JobFilter &filter, const JobView &job)
{
    if (!filter.states.isEmpty() && !filter.states.contains(job.state)) {
        return false;
    }
    if ((!filter.node.isEmpty() && filter.node != job.node) || (filter.cause != Cause::None && filter.cause != job.cause)) {
        return false;
    }
    if (filter.text.isEmpty()) {
        return true;
    }
    const QString searched = job.job.toString() + u'\n' + job.name + u'\n' + job.affinity;
    return searched.toCaseFolded().contains(filter.text.toCaseFolded());
}

std::pair<JobSort, bool> sortOf(FilesModel::Column column)
{
    switch (column) {
    case FilesModel::Column::Name:
        return {JobSort::Name, false};
    case FilesModel::Column::Agency:
        return {JobSort::Agency, false};
    case FilesModel::Column::State:
        return {JobSort::State, false};
    case FilesModel::Column::Node:
        return {JobSort::Node, false};
    case FilesModel::Column::Attempt:
        return {JobSort::Attempts, false};
    case FilesModel::Column::Age:
        return {JobSort::Accepted, true}; // a small age is a late time
    case FilesModel::Column::Changed:
        return {JobSort::Changed, true};
    case FilesModel::Column::Why:
        return {JobSort::Cause, false}; // the files of one cause stand together
    case FilesModel::Column::Size:
        return {JobSort::Size, false};
    case FilesModel::Column::Priority:
        return {JobSort::Priority, false};
    }
    return {JobSort::Changed, true};
}

FilesModel::FilesModel(const FleetStore &store, JobSource &source, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(store)
    , m_source(source)
{
    connect(&store, &FleetStore::jobsChanged, this, &FilesModel::take);
    connect(&store, &FleetStore::snapshotTaken, this, &FilesModel::refresh);
    connect(&store, &FleetStore::forgotten, this, &FilesModel::forget);
}

int FilesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FilesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant FilesModel::data(const QModelIndex &index, int role) const
{
    const JobView *job = index.isValid() ? jobAt(index.row()) : nullptr;
    if (!job) {
        return {};
    }
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(*job, column);
    case Qt::ToolTipRole:
        return plainTip(column == Column::State ? sentenceOf(job->state) : text(*job, column));
    case Qt::TextAlignmentRole:
        return int((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ToneRole:
        // What is only remembered is never green.
        return int(column != Column::State ? Tone::Plain : m_store.isCurrent() ? toneOf(job->state) : Tone::Muted);
    case IdRole:
        return job->job.toString();
    default:
        return {};
    }
}

QVariant FilesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && section >= 0 && section < columns) {
        return int((isNumber(static_cast<Column>(section)) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Name:
        return tr("File");
    case Column::Agency:
        return tr("Agency");
    case Column::State:
        return tr("State");
    case Column::Node:
        return tr("Node");
    case Column::Attempt:
        return tr("Attempt");
    case Column::Age:
        return tr("Age");
    case Column::Changed:
        return tr("Changed");
    case Column::Why:
        return tr("Why / last line");
    case Column::Size:
        return tr("Size");
    case Column::Priority:
        return tr("Priority");
    }
    return {};
}

bool FilesModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_known && !m_pending && m_untilRetry == 0 && !m_next.isEmpty();
}

void FilesModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent)) {
        const int room = mostRows - static_cast<int>(m_rows.size());
        ask(m_next, std::clamp(room, 1, pageSize), m_end);
    }
}

void FilesModel::setFilter(JobFilter filter)
{
    filter.limit = pageSize;
    filter.cursor.clear();
    filter.sort = m_filter.sort;
    filter.ascending = m_filter.ascending;
    if (m_known
        && std::tie(filter.states, filter.node, filter.text, filter.cause)
            == std::tie(m_filter.states, m_filter.node, m_filter.text, m_filter.cause)) {
        return;
    }
    beginResetModel();
    m_filter = std::move(filter);
    clear();
    endResetModel();
    refresh();
}

void FilesModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= columns) {
        return;
    }
    const auto [by, backwards] = sortOf(static_cast<Column>(column));
    const bool ascending = (order == Qt::AscendingOrder) != backwards;
    if (m_filter.sort == by && m_filter.ascending == ascending) {
        return;
    }
    beginResetModel();
    m_filter.sort = by;
    m_filter.ascending = ascending;
    const bool begun = m_known || m_pending;
    clear();
    endResetModel();
    if (begun) {
        refresh();
    }
}

void FilesModel::clear()
{
    m_here.clear();
    m_rows.clear();
    m_touched.clear();
    m_missed = false;
    m_next.clear();
    m_end.reset();
    m_total = 0;
    m_totalExact = true;
    m_known = m_cut = m_totalUncertain = false;
}

void FilesModel::forget()
{
    beginResetModel();
    clear();
    endResetModel();
    ++m_generation; // what the one before still answers is void
    m_pending = false;
    m_error.reset();
    m_untilRetry = 0;
    Q_EMIT statusChanged();
}

void FilesModel::refresh()
{
    m_error.reset();
    m_untilRetry = 0;
    ask({}, pageSize, std::nullopt);
    Q_EMIT statusChanged();
}

void FilesModel::tick()
{
    if (!m_rows.empty()) {
        const int last = static_cast<int>(m_rows.size()) - 1;
        Q_EMIT dataChanged(index(0, static_cast<int>(Column::Age)), index(last, static_cast<int>(Column::Changed)),
            {Qt::DisplayRole, Qt::AccessibleTextRole});
        if (std::exchange(m_wasCurrent, m_store.isCurrent()) != m_store.isCurrent()) {
            const int state = static_cast<int>(Column::State); // greys with the age of what is known
            Q_EMIT dataChanged(index(0, state), index(last, state), {ToneRole});
        }
    }
    ++m_sinceCount;
    if (m_totalUncertain && m_known && m_sinceCount >= ticksBetweenCounts) {
        countAnew();
    }
    if (m_untilRetry > 0 && --m_untilRetry == 0) {
        ask({}, pageSize, std::nullopt);
    }
}

const JobView *FilesModel::jobAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_rows[static_cast<size_t>(row)].get() : nullptr;
}

int FilesModel::rowOf(const JobId &job) const
{
    const JobView *here = m_here.value(job);
    return here ? placeOf(*here) : -1;
}

qint64 FilesModel::total() const
{
    const qint64 here = static_cast<qint64>(m_rows.size());
    return m_known && m_next.isEmpty() && !m_cut ? here : std::max(m_total, here);
}

bool FilesModel::isTotalExact() const
{
    return m_totalExact || total() > m_total;
}

bool FilesModel::isBefore(const JobView &a, const JobView &b) const
{
    const std::strong_ordering order = compareJobs(a, b, m_filter.sort);
    return m_filter.ascending ? order < 0 : order > 0;
}

void FilesModel::ask(QString cursor, int limit, std::optional<JobView> from)
{
    JobFilter filter = m_filter;
    filter.cursor = std::move(cursor);
    filter.limit = limit;
    m_pending = true;
    m_touched.clear(); // the page will know all that was told before it was asked for
    m_source.jobs(filter, this, [this, from = std::move(from), generation = ++m_generation](const Result<JobPage> &page) {
        if (generation == m_generation) {
            m_pending = false;
            took(page, from);
        }
    });
}

void FilesModel::took(const Result<JobPage> &page, const std::optional<JobView> &from)
{
    if (!page) {
        failed(page.error());
        return;
    }
    m_retries = 0;
    m_error.reset();
    QHash<JobId, JobView> told = std::exchange(m_touched, {});
    QList<JobView> fresh;
    QList<const JobView *> known;
    QSet<JobId> seen;
    for (const JobView &job : page->jobs) {
        if (seen.contains(job.job)) {
            continue;
        }
        seen.insert(job.job);
        if (const auto newer = told.constFind(job.job); newer != told.cend()) {
            if (newer->changed >= job.changed) {
                continue; // the page is older than what the feed has said
            }
            told.erase(newer);
        }
        const JobView *here = m_here.value(job.job);
        if (!here) {
            fresh.append(job);
        } else if (job.changed >= here->changed) {
            known.append(&job);
        }
    }
    putAll(known);
    const bool more = !page->next.isEmpty();
    const std::optional<JobView> to = more && !page->jobs.isEmpty() ? std::optional(page->jobs.last()) : std::nullopt;
    const QList<JobId> spared = told.keys(); // the feed decides about them, below
    seen.unite(QSet<JobId>(spared.cbegin(), spared.cend()));
    removeUnseen(from, to, seen);
    insertFresh(fresh);
    m_known = true;
    m_total = page->total;
    m_totalExact = page->totalExact;
    m_totalUncertain = false;
    m_sinceCount = 0;
    const bool goesOn = to && !m_rows.empty() && isBefore(*to, *m_rows.back());
    if (goesOn) {
        ask(page->next, mostPerPage, to); // after a snapshot: all that is here is looked at again
    } else {
        m_next = page->next;
        m_end = to;
        m_cut = false;
        trim();
    }
    take(told.values());
    if (!goesOn && std::exchange(m_missed, false)) {
        refresh();
    }
    Q_EMIT statusChanged();
}

void FilesModel::failed(const Error &error)
{
    m_error = error;
    m_untilRetry = std::min(firstRetryTicks << std::min(m_retries, 8), lastRetryTicks);
    ++m_retries;
    Q_EMIT statusChanged();
}

void FilesModel::countAnew()
{
    JobFilter filter = m_filter;
    filter.limit = 1;
    m_sinceCount = 0;
    m_totalUncertain = false;
    m_source.jobs(filter, this, [this, generation = m_generation](const Result<JobPage> &page) {
        if (generation == m_generation && page && (page->total != m_total || page->totalExact != m_totalExact)) {
            m_total = page->total;
            m_totalExact = page->totalExact;
            Q_EMIT statusChanged();
        }
    });
}

QString FilesModel::text(const JobView &job, Column column) const
{
    switch (column) {
    case Column::Name:
        return escapedForLog(job.name);
    case Column::Agency:
        return escapedForLog(job.affinity);
    case Column::State:
        return job.stopAsked && job.state == JobState::Running ? tr("stopping") : textOf(job.state);
    case Column::Node:
        return job.node.toString();
    case Column::Attempt:
        return job.attempts > 0 ? QString::number(job.attempts) : QString();
    case Column::Age:
        return agoText(m_store, job.accepted);
    case Column::Changed:
        return agoText(m_store, job.changed);
    case Column::Why:
        return whyText(job);
    case Column::Size:
        return sizeText(job.size);
    case Column::Priority:
        return QString::number(job.priority);
    }
    return {};
}

} // namespace dtf
