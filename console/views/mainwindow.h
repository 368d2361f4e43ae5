// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"
#include "console/actions/sessionqueries.h"
#include "console/views/theme.h"

#include <QMainWindow>

class QActionGroup;
class QDockWidget;
class QMenu;

namespace dtf {

class DetailView;
class EvidenceSaver;
class FilesView;
class AlertsView;
class AuditView;
class HealthLine;
class LogView;
class NodesView;
class PictureView;
class SelfCheckView;

/// The console's window: the health line on top, everything else in docks that can be moved, closed and brought back. Thread:
/// main.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(const FleetStore &store, FleetCommands &commands, QWidget *parent = nullptr);

    void setSession(Session *session); ///< whose server and user are shown; not owned
    void showSaved(const QString &name, const QList<JobView> &jobs); ///< instead of a session, before the store takes it
    void setLook(const Theme &theme, Density density);
    /// The docks as they are made, in shares of the window's present size. The window must be on the screen.
    void setDefaultSizes();
    void say(const QString &text); ///< in the status line
    void showAlert(AlertKind kind, const QByteArray &subject);
    [[nodiscard]] const Theme &theme() const { return m_theme; }
    [[nodiscard]] Density density() const { return m_density; }
    // To be filled by those who know what belongs into them.
    [[nodiscard]] QMenu *serversMenu() const { return m_serversMenu; }
    [[nodiscard]] QMenu *goMenu() const { return m_goMenu; }
    [[nodiscard]] QMenu *viewMenu() const { return m_viewMenu; }
    [[nodiscard]] QMenu *notifyMenu() const { return m_notifyMenu; }
    [[nodiscard]] QMenu *helpMenu() const { return m_helpMenu; }
    [[nodiscard]] NodesView *nodes() const { return m_nodes; }
    [[nodiscard]] FilesView *files() const { return m_files; }
    [[nodiscard]] DetailView *detail() const { return m_detail; }
    [[nodiscard]] AlertsView *alerts() const { return m_alerts; }
    [[nodiscard]] LogView *log() const { return m_log; }

Q_SIGNALS:
    void jobWanted(const dtf::JobId &job); ///< to be shown among the files
    void saveStateWanted();
    void sessionChanged(dtf::Session *session);
    void lookChanged(const dtf::Theme &theme, dtf::Density density);

private:
    QDockWidget *addDock(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area);
    void buildDetail();
    void spreadBottom();
    void addAlerts();
    void addLog();
    void addPicture();
    void addSelfCheck();
    void buildMenus();
    void askDispatch(bool pause);
    void askHistory(); ///< for the figures in the health line
    void tell(const CommandAnswer &answer);

    const FleetStore &m_store;
    FleetCommands &m_commands;
    Session *m_session = nullptr;
    HealthLine *m_health = nullptr;
    NodesView *m_nodes = nullptr;
    SessionQueries m_queries;
    FilesView *m_files = nullptr;
    DetailView *m_detail = nullptr;
    EvidenceSaver *m_evidence = nullptr;
    QDockWidget *m_detailDock = nullptr;
    AlertsView *m_alerts = nullptr;
    QDockWidget *m_alertsDock = nullptr;
    LogView *m_log = nullptr;
    PictureView *m_picture = nullptr;
    QDockWidget *m_pictureDock = nullptr;
    SelfCheckView *m_selfCheck = nullptr;
    QMenu *m_serversMenu = nullptr;
    QMenu *m_goMenu = nullptr;
    QMenu *m_viewMenu = nullptr;
    QMenu *m_notifyMenu = nullptr;
    QMenu *m_helpMenu = nullptr;
    QActionGroup *m_themes = nullptr;
    QActionGroup *m_densities = nullptr;
    AuditView *m_audit = nullptr;
    QList<QDockWidget *> m_docks;
    Theme m_theme = makeTheme(ThemeKind::Light);
    Density m_density = Density::Normal;
};

} // namespace dtf
