// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"
#include "console/models/nodesmodel.h"
#include "console/views/theme.h"

#include <QMap>
#include <QWidget>

class QAction;
class QSortFilterProxyModel;
class QTableView;

namespace dtf {

class SparkDelegate;
class ToneDelegate;

/// The nodes and what can be done to one: from its row, by key, by menu. A disabled action says why. Thread: main.
class NodesView final : public QWidget
{
    Q_OBJECT

public:
    NodesView(const FleetStore &store, FleetCommands &commands, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    /// Null: none is chosen.
    [[nodiscard]] NodeName current() const;
    void select(const NodeName &node);
    [[nodiscard]] NodesModel *model() const { return m_model; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] QAction *desktopAction() const { return m_desktop; }
    [[nodiscard]] QAction *action(NodeAction action) const { return m_actions.value(action); }

Q_SIGNALS:
    void nodeChosen(const dtf::NodeName &node);
    void pictureWanted(const dtf::NodeName &node);
    void selfCheckWanted(const dtf::NodeName &node);
    void desktopWanted(const dtf::NodeName &node);

private:
    void addAction(NodeAction action, const QKeySequence &key);
    void refreshActions();
    void ask(NodeAction action);
    void addDesktop();
    void askFigures();

    const FleetStore &m_store;
    FleetCommands &m_commands;
    NodesModel *m_model = nullptr;
    QSortFilterProxyModel *m_sorted = nullptr;
    QTableView *m_table = nullptr;
    ToneDelegate *m_delegate = nullptr;
    SparkDelegate *m_spark = nullptr;
    QAction *m_desktop = nullptr;
    QMap<NodeAction, QAction *> m_actions;
};

} // namespace dtf
