// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/mainwindow.h"

#include "common/core/escape.h"
#include "console/views/alertsview.h"
#include "console/views/auditview.h"
#include "console/views/detailview.h"
#include "console/views/evidencepage.h"
#include "console/views/evidencesaver.h"
#include "console/views/filesview.h"
#ifdef DTF_CHARTS
#include "console/views/chartsview.h"
#endif
#include "console/views/healthline.h"
#include "console/views/logview.h"
#include "console/views/nodesview.h"
#include "console/views/pictureview.h"
#include "console/views/reasondialog.h"
#include "console/views/selfcheckview.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QStatusBar>
#include <QTableView>
#include <QTimer>
#include <QToolBar>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int answerShownMs = 15'000;
constexpr int historyEveryMs = 60'000;
constexpr int historyHours = 3; ///< the one that runs, and two whole ones
constexpr int roomyWidth = 1'700;
constexpr int roomyHeight = 950;

} // namespace

MainWindow::MainWindow(const FleetStore &store, FleetCommands &commands, QWidget *parent)
    : QMainWindow(parent)
    , m_store(store)
    , m_commands(commands)
    , m_queries(commands)
{
    setWindowTitle(tr("DTF Console"));
    setDockNestingEnabled(true);
    m_health = new HealthLine(store, this);
    auto *top = new QToolBar(tr("State of the fleet"), this);
    top->setObjectName(u"health"_s);
    top->setMovable(false);
    top->toggleViewAction()->setEnabled(false); // the state is always in sight
    top->addWidget(m_health);
    addToolBar(top);
    m_nodes = new NodesView(store, commands, this);
    addDock(u"nodes"_s, tr("Nodes"), m_nodes, Qt::LeftDockWidgetArea);
    m_files = new FilesView(store, commands, m_queries, this);
    setCentralWidget(m_files);
    connect(m_health, &HealthLine::stateClicked, m_files->bar(), &FilterBar::showStates);
    connect(m_files, &FilesView::said, this, &MainWindow::say);
    buildDetail();
    addAlerts();
    addLog();
    addPicture();
    addSelfCheck();
    m_audit = new AuditView(store, this);
    QDockWidget *audit = addDock(u"audit"_s, tr("Audit"), m_audit, Qt::BottomDockWidgetArea);
    tabifyDockWidget(m_alertsDock, audit);
    connect(m_audit, &AuditView::jobChosen, this, &MainWindow::jobWanted);
    connect(m_files, &FilesView::auditWanted, this, [this, audit](const JobView &job) {
        audit->show();
        audit->raise();
        m_audit->showJob(job.job);
    });
#ifdef DTF_CHARTS
    auto *charts = new ChartsView(store, this);
    tabifyDockWidget(audit, addDock(u"charts"_s, tr("Throughput"), charts, Qt::BottomDockWidgetArea));
    connect(this, &MainWindow::sessionChanged, charts, &ChartsView::setSession);
    connect(this, &MainWindow::lookChanged, charts, &ChartsView::setTheme);
#endif
    m_alertsDock->raise();
    connect(m_health, &HealthLine::dispatchClicked, this, &MainWindow::askDispatch);
    connect(&commands, &FleetCommands::answered, this, &MainWindow::tell);
    auto *minute = new QTimer(this);
    minute->setInterval(historyEveryMs);
    connect(minute, &QTimer::timeout, this, &MainWindow::askHistory);
    minute->start();
    connect(&store, &FleetStore::snapshotTaken, this, &MainWindow::askHistory);
    connect(&store, &FleetStore::forgotten, this, [this] { m_health->takeHistory({}); });
    buildMenus();
    statusBar()->setSizeGripEnabled(false);
    auto *hint = new QLabel(tr("Ctrl+K finds anything · F8 next problem · F1 keys"), this);
    hint->setContentsMargins(0, 0, 8, 0);
    statusBar()->addPermanentWidget(hint);
    resize(1280, 720);
}

void MainWindow::setDefaultSizes()
{
    const bool isRoomy = width() >= roomyWidth && height() >= roomyHeight;
    if (isRoomy) {
        spreadBottom();
    }
    resizeDocks({m_docks.constFirst(), m_detailDock}, {width() * 26 / 100, width() * 26 / 100}, Qt::Horizontal);
    if (!isRoomy) {
        resizeDocks({m_alertsDock}, {height() * 30 / 100}, Qt::Vertical);
    }
}

/// Log and throughput beside each other, the alerts below: on a large screen nothing need hide behind a tab.
void MainWindow::spreadBottom()
{
    auto *log = findChild<QDockWidget *>(u"log"_s);
    auto *audit = findChild<QDockWidget *>(u"audit"_s);
    auto *charts = findChild<QDockWidget *>(u"charts"_s);
    for (QDockWidget *dock : {log, audit, charts, m_alertsDock}) {
        if (dock) {
            removeDockWidget(dock);
        }
    }
    addDockWidget(Qt::BottomDockWidgetArea, log);
    splitDockWidget(log, m_alertsDock, Qt::Vertical);
    if (charts) {
        splitDockWidget(log, charts, Qt::Horizontal);
    }
    tabifyDockWidget(log, audit);
    for (QDockWidget *dock : {log, audit, charts, m_alertsDock}) {
        if (dock) {
            dock->show();
        }
    }
    log->raise();
    if (charts) {
        resizeDocks({log, charts}, {width() * 52 / 100, width() * 48 / 100}, Qt::Horizontal);
    }
    m_files->widenColumns();
    resizeDocks({log, m_alertsDock}, {height() * 30 / 100, height() * 16 / 100}, Qt::Vertical);
}

void MainWindow::setSession(Session *session)
{
    m_session = session;
    m_audit->setSession(session);
    Q_EMIT sessionChanged(session);
    const auto show = [this, session] {
        m_health->setConnection(session->server().name, session->user(), session->mayCommand());
        setWindowTitle(tr("DTF Console – %1").arg(escapedForLog(session->server().name, 40)));
    };
    connect(session, &Session::welcomed, this, show);
    m_log->setSession(session);
    show();
}

void MainWindow::showSaved(const QString &name, const QList<JobView> &jobs)
{
    m_queries.setSaved(jobs);
    m_health->setConnection(name, {}, false);
    setWindowTitle(tr("DTF Console – saved state %1").arg(escapedForLog(name, 80)));
}

void MainWindow::say(const QString &text)
{
    statusBar()->showMessage(text, answerShownMs);
}

void MainWindow::showAlert(AlertKind kind, const QByteArray &subject)
{
    m_alertsDock->show();
    m_alertsDock->raise();
    m_alerts->select(kind, subject);
    m_alerts->table()->setFocus();
}

void MainWindow::setLook(const Theme &theme, Density density)
{
    m_theme = theme;
    m_density = density;
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), theme);
    m_health->setTheme(theme);
    m_nodes->setTheme(theme, density);
    m_files->setTheme(theme, density);
    m_detail->setTheme(theme, density);
    m_alerts->setTheme(theme, density);
    m_log->setTheme(theme, density);
    for (const auto &[group, chosen] : {std::pair {m_themes, int(theme.kind)}, std::pair {m_densities, int(density)}}) {
        const QList<QAction *> actions = group->actions();
        for (QAction *action : actions) {
            action->setChecked(action->data().toInt() == chosen);
        }
    }
    m_audit->setTheme(theme, density);
    m_selfCheck->setTheme(theme, density);
    Q_EMIT lookChanged(theme, density);
}

QDockWidget *MainWindow::addDock(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks.append(dock);
    return dock;
}

void MainWindow::buildDetail()
{
    m_detail = new DetailView(m_store, m_queries, this);
    QDockWidget *dock = m_detailDock = addDock(u"detail"_s, tr("Detail"), m_detail, Qt::RightDockWidgetArea);
    connect(m_files, &FilesView::fileChosen, m_detail, &DetailView::setFile);
    const auto open = [this, dock](const JobView &job, DetailView::Page page) {
        dock->show();
        dock->raise();
        m_detail->setFile(job);
        m_detail->showPage(page);
    };
    using Page = DetailView::Page;
    connect(m_files, &FilesView::detailWanted, this, [open](const JobView &job) { open(job, Page::Timeline); });
    connect(m_files, &FilesView::logWanted, this, [open](const JobView &job) { open(job, Page::Log); });
    m_evidence = new EvidenceSaver(m_commands, *this);
    connect(m_evidence, &EvidenceSaver::said, this, &MainWindow::say);
    connect(m_detail->evidence(), &EvidencePage::archiveWanted, m_evidence, &EvidenceSaver::ask);
    connect(m_files, &FilesView::evidenceWanted, m_evidence, &EvidenceSaver::ask);
    connect(m_files, &FilesView::whyWanted, this, [open](const JobView &job) { open(job, Page::Why); });
    connect(this, &MainWindow::jobWanted, this, [this, open](const JobId &id) {
        if (Session *session = m_commands.session()) {
            session->client().job(id, this, [this, open](const Answer<JobView> &answer) {
                if (answer.result) {
                    open(*answer.result, Page::Timeline);
                } else {
                    say(tr("This file can't be shown: %1").arg(escapedForLog(answer.result.error().detail)));
                }
            });
        }
    });
}

void MainWindow::addAlerts()
{
    m_alerts = new AlertsView(m_store, m_commands, this);
    m_alertsDock = addDock(u"alerts"_s, tr("Alerts"), m_alerts, Qt::BottomDockWidgetArea);
    connect(m_alerts, &AlertsView::showNode, this, [this](const NodeName &node) {
        m_docks.constFirst()->show();
        m_docks.constFirst()->raise();
        m_nodes->select(node);
        m_nodes->table()->setFocus();
    });
    connect(&m_store, &FleetStore::alertsChanged, this, [this] {
        const qsizetype open = m_store.alerts().size();
        m_alertsDock->setWindowTitle(open == 0 ? tr("Alerts") : tr("Alerts (%1)").arg(open));
    });
    connect(m_alerts, &AlertsView::showJob, this, &MainWindow::jobWanted);
    connect(m_alerts, &AlertsView::said, this, &MainWindow::say);
}

void MainWindow::addLog()
{
    m_log = new LogView(m_store, this);
    QDockWidget *dock = addDock(u"log"_s, tr("Live log"), m_log, Qt::BottomDockWidgetArea);
    tabifyDockWidget(m_alertsDock, dock);
    m_alertsDock->raise();
}

void MainWindow::addPicture()
{
    m_picture = new PictureView(m_store, m_commands, this);
    m_pictureDock = addDock(u"picture"_s, tr("Browser picture"), m_picture, Qt::RightDockWidgetArea);
    tabifyDockWidget(m_detailDock, m_pictureDock); // both want the whole height
    m_pictureDock->hide(); // until one is asked for
    connect(m_nodes, &NodesView::pictureWanted, this, [this](const NodeName &node) {
        m_pictureDock->show();
        m_pictureDock->raise();
        m_picture->setNode(node);
    });
}

void MainWindow::addSelfCheck()
{
    m_selfCheck = new SelfCheckView(m_store, m_commands, this);
    QDockWidget *dock = addDock(u"selfcheck"_s, tr("Self-check"), m_selfCheck, Qt::RightDockWidgetArea);
    tabifyDockWidget(m_detailDock, dock);
    dock->hide(); // until one is asked for
    connect(m_nodes, &NodesView::selfCheckWanted, this, [this, dock](const NodeName &node) {
        dock->show();
        dock->raise();
        m_selfCheck->check(node);
    });
}

void MainWindow::buildMenus()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("&Save snapshot…"), QKeySequence::Save, this, &MainWindow::saveStateWanted);
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
    m_serversMenu = menuBar()->addMenu(tr("&Orchestrator"));
    m_goMenu = menuBar()->addMenu(tr("&Go"));
    m_goMenu->addAction(tr("&Next problem"), Qt::Key_F8, m_alerts, &AlertsView::goToNextProblem);
    QMenu *view = m_viewMenu = menuBar()->addMenu(tr("&View"));
    for (QDockWidget *dock : std::as_const(m_docks)) {
        view->addAction(dock->toggleViewAction());
    }
    view->addSeparator();
    QMenu *look = view->addMenu(tr("&Theme"));
    m_themes = new QActionGroup(this);
    for (const auto &[kind, name] : {std::pair {ThemeKind::Light, tr("&Light")}, std::pair {ThemeKind::Dark, tr("&Dark")},
             std::pair {ThemeKind::HighContrast, tr("&High contrast")}}) {
        QAction *action = look->addAction(name, this, [this, kind = kind] { setLook(makeTheme(kind), m_density); });
        action->setCheckable(true);
        action->setChecked(kind == m_theme.kind);
        action->setData(int(kind));
        m_themes->addAction(action);
    }
    QMenu *rows = view->addMenu(tr("&Rows"));
    m_densities = new QActionGroup(this);
    for (const auto &[density, name] : {std::pair {Density::Comfortable, tr("&Comfortable")},
             std::pair {Density::Normal, tr("&Normal")}, std::pair {Density::Compact, tr("Com&pact")}}) {
        QAction *action = rows->addAction(name, this, [this, density = density] { setLook(m_theme, density); });
        action->setCheckable(true);
        action->setChecked(density == m_density);
        action->setData(int(density));
        m_densities->addAction(action);
    }
    m_notifyMenu = menuBar()->addMenu(tr("No&tices"));
    m_helpMenu = menuBar()->addMenu(tr("&Help"));
}

void MainWindow::askDispatch(bool pause)
{
    const QString title = pause ? tr("Pause dispatch") : tr("Resume dispatch");
    const QString effect = pause ? tr("No file is given to any node until somebody resumes dispatch. Running files finish; new "
                                      "files wait in incoming, nothing is lost.")
                                 : tr("Waiting files are given to nodes again.");
    auto *dialog = new ReasonDialog({title, effect, {}, {}, false}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, pause] { m_commands.sendDispatch(pause, dialog->reason()); });
    dialog->open();
}

void MainWindow::askHistory()
{
    if (Session *session = m_commands.session(); session && m_store.freshness() == Freshness::Current) {
        session->client().history(historyHours, this, [this](const Answer<HistoryView> &answer) {
            if (answer.result) {
                m_health->takeHistory(*answer.result);
            }
        });
    }
}

void MainWindow::tell(const CommandAnswer &answer)
{
    const QString what = answer.subject.isEmpty() ? answer.action : answer.action + u' ' + answer.subject;
    say(answer.accepted      ? tr("%1: %2").arg(what, answer.words)
            : answer.unknown ? tr("%1 was not answered: %2").arg(what, answer.words)
                             : tr("%1 was refused: %2").arg(what, answer.words));
}

} // namespace dtf
