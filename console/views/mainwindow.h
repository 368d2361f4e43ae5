// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"
#include "console/actions/sessionqueries.h"
#include "console/views/theme.h"

#include <QMainWindow>

class QDockWidget;

namespace dtf {

class DetailView;
class FilesView;
class HealthLine;
class NodesView;

/// The console's window: the health line on top, everything else in docks that can be moved, closed and brought back. Thread:
/// main.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(const FleetStore &store, FleetCommands &commands, QWidget *parent = nullptr);

    void setSession(Session *session); ///< whose server and user are shown; not owned
    void setLook(const Theme &theme, Density density);
    [[nodiscard]] NodesView *nodes() const { return m_nodes; }
    [[nodiscard]] FilesView *files() const { return m_files; }
    [[nodiscard]] DetailView *detail() const { return m_detail; }

private:
    QDockWidget *addDock(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area);
    void buildDetail();
    void buildMenus();
    void askDispatch(bool pause);
    void tell(const CommandAnswer &answer);
    void say(const QString &words);

    const FleetStore &m_store;
    FleetCommands &m_commands;
    Session *m_session = nullptr;
    HealthLine *m_health = nullptr;
    NodesView *m_nodes = nullptr;
    SessionQueries m_queries;
    FilesView *m_files = nullptr;
    DetailView *m_detail = nullptr;
    QList<QDockWidget *> m_docks;
    Theme m_theme = makeTheme(ThemeKind::Light);
    Density m_density = Density::Normal;
};

} // namespace dtf
