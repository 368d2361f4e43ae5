// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/attemptsmodel.h"

#include "common/core/escape.h"
#include "console/models/filetext.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

bool same(const AttemptView &a, const AttemptView &b)
{
    return a.epoch == b.epoch && a.node == b.node && a.started == b.started && a.ended == b.ended && a.outcome == b.outcome
        && a.cause == b.cause && a.detail == b.detail && a.exitCode == b.exitCode && a.ran == b.ran;
}

Tone toneOf(const AttemptView &attempt)
{
    const auto state = jobStateFromString(QLatin1StringView(attempt.outcome.toLatin1()));
    return state ? dtf::toneOf(*state) : attempt.outcome == u"fenced"_s ? Tone::Trouble : Tone::Muted;
}

QString whyOf(const AttemptView &attempt)
{
    QStringList words;
    if (attempt.exitCode) {
        words.append(AttemptsModel::tr("Exit code %1.").arg(*attempt.exitCode));
    }
    words.append(textOf(attempt.cause));
    words.append(escapedForLog(attempt.detail));
    words.removeAll(QString());
    return words.join(u' ');
}

} // namespace

QString attemptLabel(const AttemptView &attempt)
{
    return AttemptsModel::tr("#%1 on %2, %3").arg(attempt.epoch).arg(attempt.node.toString(), attemptText(attempt.outcome));
}

AttemptsModel::AttemptsModel(QTimeZone zone, QObject *parent)
    : QAbstractTableModel(parent)
    , m_zone(std::move(zone))
{ }

int AttemptsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_attempts.size());
}

int AttemptsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant AttemptsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_attempts.size()) {
        return {};
    }
    const AttemptView &attempt = m_attempts[index.row()];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(attempt, column);
    case Qt::ToolTipRole:
        return text(attempt, column).toHtmlEscaped();
    case ToneRole:
        return int(column == Column::Outcome ? toneOf(attempt) : Tone::Plain);
    case IdRole:
        return QString::number(attempt.epoch);
    default:
        return {};
    }
}

QVariant AttemptsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Attempt:
        return tr("Attempt");
    case Column::Node:
        return tr("Node");
    case Column::Outcome:
        return tr("Outcome");
    case Column::Started:
        return tr("Started");
    case Column::Took:
        return tr("Took");
    case Column::Why:
        return tr("Why");
    }
    return {};
}

void AttemptsModel::clear()
{
    beginResetModel();
    m_attempts.clear();
    endResetModel();
}

void AttemptsModel::take(const QList<AttemptView> &attempts, WallTime now)
{
    m_now = now;
    const qsizetype fresh = attempts.size() - m_attempts.size();
    const bool goesOn = fresh >= 0
        && std::equal(m_attempts.cbegin(), m_attempts.cend(), attempts.cbegin() + fresh,
            [](const AttemptView &a, const AttemptView &b) { return a.epoch == b.epoch; });
    if (!goesOn) { // nothing that an orchestrator says of one file: another store, perhaps
        beginResetModel();
        m_attempts = attempts;
        endResetModel();
        return;
    }
    if (fresh > 0) {
        beginInsertRows({}, 0, static_cast<int>(fresh) - 1);
        m_attempts = attempts.first(fresh) + m_attempts;
        endInsertRows();
    }
    for (qsizetype row = fresh; row < attempts.size(); ++row) {
        if (!same(m_attempts[row], attempts[row])) {
            m_attempts[row] = attempts[row];
            Q_EMIT dataChanged(index(static_cast<int>(row), 0), index(static_cast<int>(row), columns - 1));
        }
    }
}

QString AttemptsModel::text(const AttemptView &attempt, Column column) const
{
    switch (column) {
    case Column::Attempt:
        return u"#%1"_s.arg(attempt.epoch);
    case Column::Node:
        return attempt.node.toString();
    case Column::Outcome:
        return attemptText(attempt.outcome);
    case Column::Started:
        return attempt.ran ? timeText(attempt.started, m_now, m_zone) : tr("never ran");
    case Column::Took:
        return attempt.ran && attempt.ended.msecsSinceEpoch > 0
            ? ageText(milliseconds(attempt.ended.msecsSinceEpoch - attempt.started.msecsSinceEpoch))
            : QString();
    case Column::Why:
        return whyOf(attempt);
    }
    return {};
}

} // namespace dtf
