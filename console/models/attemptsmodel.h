// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/models/modelroles.h"

#include <QAbstractTableModel>
#include <QTimeZone>

namespace dtf {

/// A file's attempts, the newest first. What comes is compared with what is here: new ones are put on top, changed ones told, a
/// reset only for another file. Remote text is escaped. Thread: main.
class AttemptsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column {
        Attempt, ///< "#2"
        Node,
        Outcome,
        Started,
        Took, ///< from start to end; empty while it runs
        Why, ///< exit code, cause, detail
    };
    static constexpr int columns = static_cast<int>(Column::Why) + 1;

    explicit AttemptsModel(QTimeZone zone, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void clear();
    void take(const QList<AttemptView> &attempts, WallTime now); ///< newest first
    [[nodiscard]] const QList<AttemptView> &attempts() const { return m_attempts; }

private:
    [[nodiscard]] QString text(const AttemptView &attempt, Column column) const;

    const QTimeZone m_zone;
    QList<AttemptView> m_attempts;
    WallTime m_now; ///< for the date: today's is left out
};

/// "#2 on DTF-01, failed": an attempt in a list to choose from. Pure.
[[nodiscard]] QString attemptLabel(const AttemptView &attempt);

} // namespace dtf
