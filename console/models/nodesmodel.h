// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/modelroles.h"
#include "console/store/fleetstore.h"

#include <QAbstractTableModel>
#include <QHash>

namespace dtf {

/// One row per node, by name; exactly what changed is told, never a reset. Remote text is escaped. Thread: main.
class NodesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column {
        Node,
        State,
        Since,
        Browser,
        Port,
        File, ///< running now
        Progress,
        LastLine,
        Queue, ///< files in its folder, the running one included
        Cpu,
        LastHour, ///< drawn from FiguresRole
        Memory, ///< free
        Disk, ///< free
        BrowserMemory,
        Heartbeat, ///< age
        DoneToday,
        Version,
    };
    static constexpr int columns = static_cast<int>(Column::Version) + 1;

    explicit NodesModel(const FleetStore &store, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    [[nodiscard]] NodeName nodeAt(int row) const { return m_names.value(row); }
    [[nodiscard]] int rowOf(const NodeName &node) const { return static_cast<int>(m_names.indexOf(node)); } ///< -1: none
    /// The ages have moved on: call about once a second.
    void tick();
    void takeFigures(const FiguresView &figures); ///< of the last hour; nodes that are not in it have none

private:
    void take(const QList<NodeName> &changed, const QList<NodeName> &removed);
    [[nodiscard]] QString text(const NodeView &node, Column column) const;
    [[nodiscard]] QVariant sortKey(const NodeView &node, Column column) const;

    const FleetStore &m_store;
    QList<NodeName> m_names; ///< sorted
    QHash<NodeName, NodeFigures> m_figures;
    WallTime m_figuresTo;
};

/// How a node in this state (NodeView::state) wants to be seen. Pure.
[[nodiscard]] Tone toneOf(const NodeView &node);

} // namespace dtf
