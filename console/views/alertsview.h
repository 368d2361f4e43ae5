// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"
#include "console/models/alertsmodel.h"
#include "console/models/problems.h"
#include "console/views/theme.h"

#include <QSet>
#include <QWidget>

class QAction;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace dtf {

class Snoozes;
class ToneDelegate;

/// The open alerts, what to do about the chosen one, and F8: the next problem. Thread: main.
class AlertsView final : public QWidget
{
    Q_OBJECT

public:
    AlertsView(const FleetStore &store, FleetCommands &commands, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    /// Goes to the next problem in the order of harm; tells it by showNode(), showJob() and by selecting its alert.
    void goToNextProblem();
    void select(AlertKind kind, const QByteArray &subject);
    [[nodiscard]] AlertsModel *model() const { return m_model; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] QAction *acknowledgeAction() const { return m_acknowledge; }
    [[nodiscard]] QAction *showAction() const { return m_show; }
    [[nodiscard]] Snoozes *snoozes() const { return m_snoozes; }
    [[nodiscard]] QMenu *snoozeMenu() const { return m_snoozeMenu; }

Q_SIGNALS:
    void showNode(const dtf::NodeName &node);
    void showJob(const dtf::JobId &job);
    void said(const QString &text); ///< for the status line

private:
    [[nodiscard]] std::optional<Alert> current() const;
    void refresh();
    void askNames();
    void showSubject(const Alert &alert);
    void askAcknowledge();
    void buildBelow(QVBoxLayout &all);
    void buildSnooze();
    [[nodiscard]] QList<Problem> problems() const; ///< but the snoozed ones

    const FleetStore &m_store;
    FleetCommands &m_commands;
    Snoozes *m_snoozes = nullptr;
    AlertsModel *m_model = nullptr;
    QStackedWidget *m_pages = nullptr;
    QTableView *m_table = nullptr;
    QLabel *m_none = nullptr;
    QLabel *m_advice = nullptr;
    QPushButton *m_showButton = nullptr;
    QPushButton *m_acknowledgeButton = nullptr;
    QPushButton *m_snoozeButton = nullptr;
    QMenu *m_snoozeMenu = nullptr;
    QAction *m_snooze = nullptr; ///< opens the menu
    QAction *m_wake = nullptr;
    QAction *m_show = nullptr;
    QAction *m_acknowledge = nullptr;
    ToneDelegate *m_delegate = nullptr;
    std::optional<Problem> m_last; ///< of goToNextProblem()
    QSet<JobId> m_asked; ///< whose names were asked for
};

} // namespace dtf
