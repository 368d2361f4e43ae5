// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/alertsmodel.h"

#include "common/core/escape.h"
#include "console/models/snoozes.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype shortId = 8; ///< the last characters: the first ones are the time, alike for files of one minute

bool sameCause(const Alert &a, const Alert &b)
{
    return a.kind == b.kind && a.subject == b.subject;
}

bool sameAcknowledgement(const Alert &a, const Alert &b)
{
    if (!a.acknowledged || !b.acknowledged) {
        return a.acknowledged.has_value() == b.acknowledged.has_value();
    }
    return a.acknowledged->time == b.acknowledged->time && a.acknowledged->by == b.acknowledged->by
        && a.acknowledged->reason == b.acknowledged->reason;
}

bool sameShown(const Alert &a, const Alert &b)
{
    return sameCause(a, b) && a.severity == b.severity && a.since == b.since && a.detail == b.detail && sameAcknowledgement(a, b);
}

std::optional<JobId> jobOf(const Alert &alert)
{
    return isAboutNode(alert.kind) ? std::nullopt : JobId::parse(alert.subject);
}

int placeOf(const QList<Alert> &alerts, const Alert &wanted, qsizetype from = 0)
{
    for (qsizetype i = from; i < alerts.size(); ++i) {
        if (sameCause(alerts[i], wanted)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

} // namespace

Tone toneOf(AlertSeverity severity)
{
    switch (severity) {
    case AlertSeverity::Info:
        return Tone::Busy;
    case AlertSeverity::Warning:
        return Tone::Attention;
    case AlertSeverity::Critical:
        return Tone::Trouble;
    }
    return Tone::Attention;
}

AlertsModel::AlertsModel(const FleetStore &store, const Snoozes *snoozes, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(store)
    , m_snoozes(snoozes)
    , m_alerts(store.alerts())
{
    connect(&store, &FleetStore::alertsChanged, this, &AlertsModel::take);
    connect(&store, &FleetStore::jobsChanged, this, &AlertsModel::learnNames);
    if (snoozes) {
        connect(snoozes, &Snoozes::changed, this, &AlertsModel::tick);
    }
}

int AlertsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_alerts.size());
}

int AlertsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant AlertsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_alerts.size()) {
        return {};
    }
    const Alert &alert = m_alerts[index.row()];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(alert, column);
    case Qt::ToolTipRole:
        return text(alert, column).toHtmlEscaped();
    case ToneRole:
        // What is only remembered keeps its colour here: an alert that may be over is no less alarming.
        return int(column != Column::Severity                                      ? Tone::Plain
                : alert.acknowledged || (m_snoozes && m_snoozes->isSnoozed(alert)) ? Tone::Muted
                                                                                   : toneOf(alert.severity));
    case IdRole:
        return QString::fromLatin1(alert.subject);
    default:
        return {};
    }
}

QVariant AlertsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Severity:
        return tr("Severity");
    case Column::What:
        return tr("What");
    case Column::Subject:
        return tr("Node or file");
    case Column::Detail:
        return tr("Detail");
    case Column::Since:
        return tr("Since");
    case Column::Acknowledged:
        return tr("Acknowledged");
    case Column::Advice:
        return tr("What to do");
    }
    return {};
}

std::optional<Alert> AlertsModel::alertAt(int row) const
{
    return row >= 0 && row < m_alerts.size() ? std::optional(m_alerts[row]) : std::nullopt;
}

int AlertsModel::rowOf(std::optional<AlertKind> kind, const QByteArray &subject) const
{
    for (qsizetype i = 0; i < m_alerts.size(); ++i) {
        if (m_alerts[i].subject == subject && (!kind || m_alerts[i].kind == *kind)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

void AlertsModel::learnNames(const QList<JobView> &jobs)
{
    for (const JobView &job : jobs) {
        m_names.insert(job.job, job.name);
        if (const int row = rowOf(std::nullopt, job.job.toBytes26()); row >= 0) { // the name of a file does not change
            Q_EMIT dataChanged(index(row, static_cast<int>(Column::Subject)), index(row, static_cast<int>(Column::Subject)));
        }
    }
    if (m_names.size() > mostNames) {
        m_names.removeIf([this](const auto &at) { return rowOf(std::nullopt, at.key().toBytes26()) < 0; });
    }
}

QList<JobId> AlertsModel::unnamed() const
{
    QList<JobId> jobs;
    for (const Alert &alert : m_alerts) {
        if (const auto job = jobOf(alert); job && !m_names.contains(*job) && !jobs.contains(*job)) {
            jobs.append(*job);
        }
    }
    return jobs;
}

QString AlertsModel::subjectText(const Alert &alert) const
{
    const auto job = jobOf(alert);
    if (!job) {
        return escapedForLog(alert.subject, 64);
    }
    const auto name = m_names.constFind(*job);
    return name == m_names.cend() ? u'…' + job->toString().last(shortId) : escapedForLog(*name, 300);
}

void AlertsModel::tick()
{
    if (!m_alerts.isEmpty()) {
        const int last = static_cast<int>(m_alerts.size()) - 1;
        for (const Column moving : {Column::Severity, Column::Since, Column::Acknowledged}) {
            const int column = static_cast<int>(moving);
            Q_EMIT dataChanged(index(0, column), index(last, column), {Qt::DisplayRole, ToneRole});
        }
    }
}

void AlertsModel::take()
{
    const QList<Alert> &wanted = m_store.alerts();
    for (int row = static_cast<int>(m_alerts.size()) - 1; row >= 0; --row) {
        if (placeOf(wanted, m_alerts[row]) < 0) {
            beginRemoveRows({}, row, row);
            m_alerts.removeAt(row);
            endRemoveRows();
        }
    }
    for (int row = 0; row < wanted.size(); ++row) {
        const Alert &alert = wanted[row];
        const int before = placeOf(m_alerts, alert, row); // all above are in place
        if (before < 0) {
            beginInsertRows({}, row, row);
            m_alerts.insert(row, alert);
            endInsertRows();
            continue;
        }
        if (before != row) {
            beginMoveRows({}, before, before, {}, row);
            m_alerts.insert(row, m_alerts.takeAt(before)); // not move(): GCC 12 takes its swap for a use of nothing
            endMoveRows();
        }
        if (!sameShown(m_alerts[row], alert)) {
            m_alerts[row] = alert;
            Q_EMIT dataChanged(index(row, 0), index(row, columns - 1));
        }
    }
}

QString AlertsModel::seenText(const Alert &alert) const
{
    if (alert.acknowledged) {
        const QString who = escapedForLog(alert.acknowledged->by, 64).remove(u"operator:"_s);
        return alert.acknowledged->reason.isEmpty() ? who : who + u": "_s + escapedForLog(alert.acknowledged->reason, 500);
    }
    return m_snoozes && m_snoozes->isSnoozed(alert) ? tr("snoozed here for %1").arg(ageText(m_snoozes->left(alert))) : QString();
}

QString AlertsModel::text(const Alert &alert, Column column) const
{
    switch (column) {
    case Column::Severity:
        return textOf(alert.severity);
    case Column::What:
        return textOf(alert.kind);
    case Column::Subject:
        return subjectText(alert);
    case Column::Detail:
        return escapedForLog(alert.detail, 1000);
    case Column::Since:
        return ageText(m_store.sinceOrchestratorTime(alert.since));
    case Column::Acknowledged:
        return seenText(alert);
    case Column::Advice:
        return adviceFor(alert.kind);
    }
    return {};
}

} // namespace dtf
