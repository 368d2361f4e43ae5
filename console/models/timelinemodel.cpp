// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/timelinemodel.h"

#include "common/core/escape.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

QString phaseAfter(AuditKind kind)
{
    switch (kind) {
    case AuditKind::JobAccepted:
        return TimelineModel::tr("waiting for a node");
    case AuditKind::JobRequeued:
    case AuditKind::JobReleased:
        return TimelineModel::tr("waiting again");
    case AuditKind::JobAssigned:
        return TimelineModel::tr("in its node's folder");
    case AuditKind::JobClaimed:
        return TimelineModel::tr("getting ready");
    case AuditKind::JobStarted:
        return TimelineModel::tr("running");
    case AuditKind::JobExited:
        return TimelineModel::tr("results looked at");
    case AuditKind::JobPublishing:
        return TimelineModel::tr("publishing");
    case AuditKind::JobDone:
        return TimelineModel::tr("done");
    case AuditKind::JobHeld:
        return TimelineModel::tr("on hold");
    case AuditKind::JobFailed:
        return TimelineModel::tr("failed, waiting for a person");
    case AuditKind::JobRejected:
        return TimelineModel::tr("rejected");
    case AuditKind::JobInDoubt:
        return TimelineModel::tr("in doubt");
    case AuditKind::JobWithdrawn:
        return TimelineModel::tr("withdrawn");
    case AuditKind::JobFenced:
    case AuditKind::JobRecovered:
    case AuditKind::JobStopAsked:
    case AuditKind::LateResult:
    case AuditKind::NodeState:
    case AuditKind::DispatchPaused:
    case AuditKind::DispatchResumed:
    case AuditKind::ShareState:
    case AuditKind::CommandRefused:
    case AuditKind::AlertRaised:
    case AuditKind::AlertCleared:
    case AuditKind::AlertAcknowledged:
    case AuditKind::JoinCode:
    case AuditKind::NodeJoined:
    case AuditKind::NodeForgotten:
    case AuditKind::OrchestratorStarted:
    case AuditKind::OrchestratorStopped:
    case AuditKind::Gap:
        break;
    }
    return {};
}

Tone toneOf(AuditKind kind)
{
    switch (kind) {
    case AuditKind::JobDone:
        return Tone::Good;
    case AuditKind::JobStarted:
        return Tone::Busy;
    case AuditKind::JobFailed:
    case AuditKind::JobRejected:
    case AuditKind::CommandRefused:
    case AuditKind::AlertRaised:
    case AuditKind::LateResult:
        return Tone::Attention;
    case AuditKind::JobHeld:
    case AuditKind::JobInDoubt:
    case AuditKind::JobFenced:
        return Tone::Trouble;
    default: // the others are just steps
        return Tone::Plain;
    }
}

TimelineModel::TimelineModel(QTimeZone zone, QObject *parent)
    : QAbstractTableModel(parent)
    , m_zone(std::move(zone))
{ }

int TimelineModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TimelineModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant TimelineModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size()) {
        return {};
    }
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(index.row(), column);
    case Qt::ToolTipRole: // what looks like rich text must not become it
        return u"<span>"_s + text(index.row(), column).toHtmlEscaped() + u"</span>"_s;
    case ToneRole:
        return int(column == Column::Step ? toneOf(m_rows[index.row()].event.kind) : Tone::Plain);
    case IdRole:
        return QString::number(m_rows[index.row()].seq);
    default:
        return {};
    }
}

QVariant TimelineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Time:
        return tr("Time");
    case Column::Step:
        return tr("Step");
    case Column::Before:
        return tr("Before it");
    case Column::Attempt:
        return tr("Attempt");
    case Column::Node:
        return tr("Node");
    case Column::Who:
        return tr("Who");
    case Column::Detail:
        return tr("Detail");
    }
    return {};
}

void TimelineModel::clear()
{
    beginResetModel();
    m_rows.clear();
    endResetModel();
}

void TimelineModel::add(const QList<AuditRow> &rows, WallTime now)
{
    m_now = now;
    const auto newer = [](const AuditRow &a, const AuditRow &b) { return a.seq > b.seq; };
    for (const AuditRow &row : rows) {
        const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), row, newer);
        if (at != m_rows.end() && at->seq == row.seq) {
            continue;
        }
        const int place = static_cast<int>(at - m_rows.begin());
        if (place >= mostRows) {
            continue;
        }
        beginInsertRows({}, place, place);
        m_rows.insert(place, row);
        endInsertRows();
        if (place > 0) { // what was before those above it is known better now
            Q_EMIT dataChanged(index(0, static_cast<int>(Column::Before)), index(place - 1, static_cast<int>(Column::Before)));
        }
    }
    if (m_rows.size() > mostRows) {
        beginRemoveRows({}, mostRows, rowCount() - 1);
        m_rows.resize(mostRows);
        endRemoveRows();
    }
}

std::optional<TimelineModel::Phase> TimelineModel::phase() const
{
    return phaseBefore(-1);
}

std::optional<TimelineModel::Phase> TimelineModel::phaseBefore(qsizetype row) const
{
    for (qsizetype i = row + 1; i < m_rows.size(); ++i) {
        const QString name = phaseAfter(m_rows[i].event.kind);
        if (!name.isEmpty()) {
            return Phase {name, m_rows[i].event.time};
        }
    }
    return std::nullopt;
}

QString TimelineModel::text(qsizetype row, Column column) const
{
    const AuditEvent &event = m_rows[row].event;
    switch (column) {
    case Column::Time:
        return timeText(event.time, m_now, m_zone);
    case Column::Step:
        return textOf(event.kind);
    case Column::Before: {
        const auto before = phaseAfter(event.kind).isEmpty() ? std::nullopt : phaseBefore(row);
        return before
            ? tr("%1 for %2").arg(before->name, ageText(milliseconds(event.time.msecsSinceEpoch - before->since.msecsSinceEpoch)))
            : QString();
    }
    case Column::Attempt:
        return event.epoch > 0 ? QString::number(event.epoch) : QString();
    case Column::Node:
        return event.node.toString();
    case Column::Who:
        return escapedForLog(QByteArrayView(event.actor), 80);
    case Column::Detail:
        return escapedForLog(QByteArrayView(event.detail));
    }
    return {};
}

} // namespace dtf
