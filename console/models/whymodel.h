// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/models/modelroles.h"

#include <QAbstractTableModel>

namespace dtf {

/// Why a file is not running: a row for each node with the first gate that is closed in words, then a column for each gate, open
/// or closed. A refresh with the same nodes and gates only tells changes. Remote text is escaped. Thread: main.
class WhyModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Node, Reason, FirstGate };

    explicit WhyModel(QObject *parent = nullptr)
        : QAbstractTableModel(parent)
    { }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Only differences are told, never a reset: a selection and the columns' widths stay. A node told twice counts once.
    void take(const QList<WhyNode> &told);

private:
    void takeRows(const QList<WhyNode> &nodes);
    void takeColumns(const QStringList &gates);
    [[nodiscard]] static const GateView *closed(const WhyNode &node); ///< null: none
    [[nodiscard]] const GateView *gateOf(const WhyNode &node, int column) const; ///< null: not looked at
    [[nodiscard]] QString text(const WhyNode &node, int column) const;
    [[nodiscard]] Tone tone(const WhyNode &node, int column) const;

    QList<WhyNode> m_nodes;
    QStringList m_gates; ///< in checking order
};

} // namespace dtf
