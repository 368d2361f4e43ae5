// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/modelroles.h"
#include "console/store/fleetstore.h"

#include <QAbstractTableModel>
#include <QHash>

#include <optional>

namespace dtf {

class Snoozes;

/// One row per open alert, in the store's order (what nobody acknowledged first, critical first, the oldest first); exactly what
/// changed is told, an alert that changes its place is moved. Remote text is escaped. Thread: main.
class AlertsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column {
        Severity,
        What, ///< textOf(kind)
        Subject, ///< node, file name, or the short id of a file whose name is not known
        Detail,
        Since, ///< age
        Acknowledged, ///< by whom; or how long this user has it snoozed
        Advice,
    };
    static constexpr int columns = static_cast<int>(Column::Advice) + 1;
    static constexpr qsizetype mostNames = 20'000;

    /// `snoozes`: outlives the model; null: there are none.
    explicit AlertsModel(const FleetStore &store, const Snoozes *snoozes = nullptr, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    [[nodiscard]] std::optional<Alert> alertAt(int row) const;
    /// -1: no such alert is open. `kind` empty: the first of this subject.
    [[nodiscard]] int rowOf(std::optional<AlertKind> kind, const QByteArray &subject) const;
    /// A file whose name was asked for elsewhere.
    void learnNames(const QList<JobView> &jobs);
    /// Files of alerts whose names are not known.
    [[nodiscard]] QList<JobId> unnamed() const;
    /// "AgencyA.csv", "DTF-01", or empty where the alert has no subject. Escaped.
    [[nodiscard]] QString subjectText(const Alert &alert) const;
    /// The ages have moved on: call about once a second.
    void tick();

private:
    void take();
    [[nodiscard]] QString seenText(const Alert &alert) const;
    [[nodiscard]] QString text(const Alert &alert, Column column) const;

    const FleetStore &m_store;
    const Snoozes *m_snoozes;
    QList<Alert> m_alerts;
    QHash<JobId, QString> m_names; ///< of files that an alert may come for
};

[[nodiscard]] Tone toneOf(AlertSeverity severity);

} // namespace dtf
