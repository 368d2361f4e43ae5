// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/auditmodel.h"

#include "common/core/escape.h"
#include "console/text/csv.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <QDateTime>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostLater = 5'000;

Tone toneOf(AuditKind kind)
{
    switch (kind) {
    case AuditKind::JobDone:
        return Tone::Good;
    case AuditKind::JobFailed:
    case AuditKind::JobInDoubt:
    case AuditKind::Gap:
        return Tone::Trouble;
    case AuditKind::JobHeld:
    case AuditKind::JobRejected:
    case AuditKind::JobFenced:
    case AuditKind::LateResult:
    case AuditKind::CommandRefused:
    case AuditKind::AlertRaised:
        return Tone::Attention;
    default:
        return Tone::Plain;
    }
}

WallTime localNow()
{
    return {QDateTime::currentMSecsSinceEpoch()};
}

} // namespace

bool matches(const AuditWish &wish, const AuditRow &row)
{
    const AuditFilter &rows = wish.rows;
    const AuditEvent &event = row.event;
    return (rows.job.isNull() || event.job == rows.job) && (rows.node.isEmpty() || event.node == rows.node)
        && event.actor.startsWith(rows.actor.toUtf8()) && event.time >= rows.from
        && (rows.to.msecsSinceEpoch == 0 || event.time < rows.to) && (wish.kinds.isEmpty() || wish.kinds.contains(event.kind));
}

AuditModel::AuditModel(QObject *parent)
    : QAbstractTableModel(parent)
{ }

int AuditModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AuditModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant AuditModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size()) {
        return {};
    }
    const AuditRow &row = m_rows[index.row()];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(row, column);
    case Qt::ToolTipRole:
        return text(row, column).toHtmlEscaped();
    case Qt::TextAlignmentRole:
        return int((column == Column::Number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ToneRole:
        return int(column == Column::What ? toneOf(row.event.kind) : Tone::Plain);
    case SortRole:
        return row.seq;
    case IdRole:
        return row.event.job.isNull() ? QString() : row.event.job.toString();
    default:
        return {};
    }
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Time:
        return tr("Time");
    case Column::Who:
        return tr("Who");
    case Column::What:
        return tr("What");
    case Column::Node:
        return tr("Node");
    case Column::File:
        return tr("File");
    case Column::Detail:
        return tr("Detail");
    case Column::Number:
        return tr("Row");
    }
    return {};
}

QString AuditModel::text(const AuditRow &row, Column column) const
{
    const AuditEvent &event = row.event;
    switch (column) {
    case Column::Time:
        return timeText(event.time, localNow(), QTimeZone::systemTimeZone());
    case Column::Who:
        return escapedForLog(event.actor);
    case Column::What:
        return textOf(event.kind);
    case Column::Node:
        return event.node.toString();
    case Column::File:
        return event.job.isNull() ? QString() : event.job.toString();
    case Column::Detail:
        return escapedForLog(event.detail);
    case Column::Number:
        return QString::number(row.seq);
    }
    return {};
}

bool AuditModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_ticket > 0 && !m_asking && !m_end && !m_paused && !m_error && m_rows.size() < mostRows;
}

void AuditModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent)) {
        askOlder();
    }
}

void AuditModel::setWish(const AuditWish &wish)
{
    beginResetModel();
    m_wish = wish;
    m_rows.clear();
    m_later.clear();
    m_lowest = 0;
    m_highest = -1;
    m_empty = 0;
    m_end = m_paused = m_catching = m_laterLost = false;
    m_error.reset();
    ++m_ticket;
    m_asking = true; // else a view asks by itself at once, too
    endResetModel();
    askOlder();
}

void AuditModel::askOlder()
{
    m_asking = true;
    AuditFilter filter = m_wish.rows;
    filter.after = 0;
    filter.before = m_lowest;
    filter.newestFirst = true;
    filter.limit = pageRows;
    Q_EMIT stateChanged();
    Q_EMIT olderWanted(filter, m_ticket);
}

void AuditModel::takeOlder(quint64 ticket, const Result<AuditPage> &page)
{
    if (ticket != m_ticket) {
        return;
    }
    m_asking = false;
    if (!page) {
        m_error = page.error();
        Q_EMIT stateChanged();
        return;
    }
    if (m_highest < 0) {
        m_highest = page->last;
        const QList<AuditRow> waited = std::exchange(m_later, {});
        putOnTop(waited);
    }
    m_end = page->rows.size() < pageRows;
    QList<AuditRow> wanted;
    for (const AuditRow &row : page->rows) {
        if (matches(m_wish, row) && (m_lowest == 0 || row.seq < m_lowest)) {
            wanted.append(row);
        }
    }
    if (!page->rows.isEmpty()) {
        m_lowest = page->rows.last().seq;
    }
    if (!wanted.isEmpty()) {
        const int first = static_cast<int>(m_rows.size());
        beginInsertRows({}, first, first + static_cast<int>(wanted.size()) - 1);
        m_rows += wanted;
        endInsertRows();
        m_empty = 0;
    } else if (!m_end && ++m_empty < emptyPages) {
        askOlder();
        return;
    } else {
        m_paused = !m_end;
    }
    Q_EMIT stateChanged();
}

void AuditModel::searchOn()
{
    if (m_catching && m_error) {
        catchUp();
        return;
    }
    if (m_asking || m_end || m_ticket == 0) {
        return;
    }
    m_empty = 0;
    m_paused = false;
    m_error.reset();
    askOlder();
}

void AuditModel::arrived(const QList<AuditRow> &rows)
{
    if (m_ticket == 0) {
        return; // nobody has looked yet
    }
    if (m_catching || m_highest < 0) {
        m_later += rows;
        if (m_later.size() > mostLater) {
            m_later.clear();
            m_laterLost = true;
        }
        return;
    }
    putOnTop(rows);
}

void AuditModel::catchUp()
{
    if (m_ticket == 0 || (m_catching && !m_error)) {
        return;
    }
    if (m_highest < 0) { // not even a first page
        if (!m_asking) {
            searchOn();
        }
        return;
    }
    m_catching = true;
    m_error.reset();
    askNewer();
}

void AuditModel::askNewer()
{
    AuditFilter filter = m_wish.rows;
    filter.after = m_highest;
    filter.before = 0;
    filter.newestFirst = false;
    filter.limit = pageRows;
    Q_EMIT newerWanted(filter, m_ticket);
}

void AuditModel::takeNewer(quint64 ticket, const Result<AuditPage> &page)
{
    if (ticket != m_ticket || !m_catching) {
        return;
    }
    if (!page) {
        m_error = page.error(); // it stays behind, and says so, until the next snapshot or searchOn()
        Q_EMIT stateChanged();
        return;
    }
    putOnTop(page->rows);
    if (page->rows.size() == pageRows || std::exchange(m_laterLost, false)) {
        askNewer();
        return;
    }
    m_catching = false;
    putOnTop(std::exchange(m_later, {}));
    m_highest = std::max(m_highest, page->last);
    Q_EMIT stateChanged();
}

void AuditModel::putOnTop(const QList<AuditRow> &rows)
{
    QList<const AuditRow *> wanted;
    for (const AuditRow &row : rows) {
        if (row.seq <= m_highest) {
            continue;
        }
        m_highest = row.seq;
        if (matches(m_wish, row)) {
            wanted.append(&row);
        }
    }
    if (wanted.isEmpty()) {
        return;
    }
    beginInsertRows({}, 0, static_cast<int>(wanted.size()) - 1);
    for (const AuditRow *row : std::as_const(wanted)) {
        m_rows.prepend(*row); // keeps room in front: the rows below are not copied
    }
    endInsertRows();
    if (m_rows.size() > mostRows) {
        beginRemoveRows({}, static_cast<int>(mostRows), static_cast<int>(m_rows.size()) - 1);
        m_rows.resize(mostRows);
        m_lowest = m_rows.last().seq;
        m_end = false;
        endRemoveRows();
    }
    Q_EMIT stateChanged();
}

QByteArray AuditModel::csv() const
{
    QByteArray out =
        csvLine({u"row"_s, u"time (UTC)"_s, u"who"_s, u"what"_s, u"node"_s, u"file"_s, u"attempt"_s, u"detail"_s, u"hash"_s});
    for (const AuditRow &row : m_rows) {
        const AuditEvent &event = row.event;
        out += csvLine({QString::number(row.seq),
            QDateTime::fromMSecsSinceEpoch(event.time.msecsSinceEpoch).toUTC().toString(Qt::ISODateWithMs),
            escapedForLog(event.actor), textOf(event.kind), event.node.toString(),
            event.job.isNull() ? QString() : event.job.toString(), event.epoch ? QString::number(event.epoch) : QString(),
            escapedForLog(event.detail), QString::fromLatin1(row.hash.toHex())});
    }
    return out;
}

} // namespace dtf
