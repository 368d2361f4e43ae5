// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/models/modelroles.h"

#include <QAbstractTableModel>
#include <QTimeZone>

#include <optional>

namespace dtf {

/// What a file does from this step on: "waiting for a node", "running". Empty: the step changes nothing about that. Pure.
[[nodiscard]] QString phaseAfter(AuditKind kind);
/// How a step wants to be seen. Pure.
[[nodiscard]] Tone toneOf(AuditKind kind);

/// One file's way as its audit has it, newest step first, so the newest attempt is on top; each step says what was before it and
/// how long that took. Steps that arrive are put on top, never a reset but for another file. Remote text is escaped. Thread:
/// main.
class TimelineModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Time, Step, Before, Attempt, Node, Who, Detail };
    static constexpr int columns = static_cast<int>(Column::Detail) + 1;
    static constexpr int mostRows = 2'000;

    explicit TimelineModel(QTimeZone zone, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void clear(); ///< another file
    /// Newest first or last, old and new: those that are here already are left out.
    void add(const QList<AuditRow> &rows, WallTime now);

    struct Phase
    {
        QString name; ///< words
        WallTime since;
    };
    /// What it does since its last step; empty: not known.
    [[nodiscard]] std::optional<Phase> phase() const;

private:
    [[nodiscard]] std::optional<Phase> phaseBefore(qsizetype row) const; ///< which this row ended
    [[nodiscard]] QString text(qsizetype row, Column column) const;

    const QTimeZone m_zone;
    QList<AuditRow> m_rows; ///< newest first
    WallTime m_now; ///< for the date: today's is left out
};

} // namespace dtf
