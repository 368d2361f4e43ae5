// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/consoleapp.h"
#include "console/models/filesmodel.h"
#include "console/models/nodesmodel.h"

#include <functional>

class QAction;
class QTableView;

namespace dtf {

class ReasonDialog;

/// Somebody at a console: the whole window as dtf-console makes it, used by mouse and keyboard alone. What can't be done within
/// its time fails the test that runs and gives false.
class Person
{
public:
    Person(const char *name, quint16 port);

    [[nodiscard]] bool connect(); ///< until the fleet is in sight
    [[nodiscard]] MainWindow &window() { return m_console.window(); }
    [[nodiscard]] FleetStore &store() { return m_console.store(); }

    // What is seen.
    [[nodiscard]] QString cell(const QString &file, FilesModel::Column column);
    [[nodiscard]] QString cell(const char *node, NodesModel::Column column);
    [[nodiscard]] QString tip(const char *node); ///< of its state
    [[nodiscard]] QString said(); ///< in the status line
    [[nodiscard]] bool badge(const QString &words); ///< some visible label of the health line has them
    [[nodiscard]] bool badgeTip(const QString &words);

    // What is done.
    [[nodiscard]] bool clickFile(const QString &file);
    [[nodiscard]] bool clickNode(const char *node);
    [[nodiscard]] bool clickAlert(AlertKind kind, const QByteArray &subject);
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier); ///< where the focus is
    [[nodiscard]] bool clickButton(const QString &beginning); ///< a button of the window
    /// The open dialog of reasons: types, ticks its box if wanted, and clicks its first button.
    [[nodiscard]] bool confirm(const QString &reason, const QString &number = {}, bool tick = false);
    [[nodiscard]] ReasonDialog *dialog();
    /// Ctrl+K, the words, Enter.
    [[nodiscard]] bool find(const QString &words);
    /// Enabled actions of the window that would command the fleet.
    [[nodiscard]] QStringList commandsOffered();

private:
    void goThere();
    [[nodiscard]] bool clickRow(QTableView *table, const std::function<int()> &row);

    Session::Server m_server;
    ConsoleApp m_console;
};

} // namespace dtf
