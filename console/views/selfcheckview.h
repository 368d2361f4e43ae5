// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"
#include "console/views/theme.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;
class QTableWidget;

namespace dtf {

class ToneDelegate;

/// What one node's agent found when it checked itself: every precondition, ok, with a warning or not ok, with what to do. Asked
/// for by a click, never by itself. Thread: main.
class SelfCheckView final : public QWidget
{
    Q_OBJECT

public:
    SelfCheckView(const FleetStore &store, FleetCommands &commands, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    void check(const NodeName &node); ///< shows the node and asks its agent
    void take(const NodeName &node, const Result<CheckData> &found); ///< an answer
    [[nodiscard]] QTableWidget *table() const { return m_table; }
    [[nodiscard]] QLabel *stateLabel() const { return m_state; }
    [[nodiscard]] QPushButton *againButton() const { return m_again; }

private:
    void refresh();

    const FleetStore &m_store;
    FleetCommands &m_commands;
    NodeName m_node;
    QPointer<Session> m_asking; ///< whose answer is waited for
    QLabel *m_state = nullptr;
    QPushButton *m_again = nullptr;
    QTableWidget *m_table = nullptr;
    ToneDelegate *m_delegate = nullptr;
};

} // namespace dtf
