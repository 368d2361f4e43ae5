// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/noticepolicy.h"
#include "console/store/fleetstore.h"

#include <QObject>
#include <QTimer>

class QAction;
class QSettings;
class QSystemTrayIcon;

namespace dtf {

class MainWindow;

/// Calls the user when something critical happens: one notification per cause from the tray, with a sound if wanted. Thread:
/// main.
class Notices final : public QObject
{
    Q_OBJECT

public:
    Notices(MainWindow &window, const FleetStore &store, QSettings &settings);

private:
    void buildTray();
    void buildMenu();
    void take(const Alert &alert);
    void tell();
    void refreshTip();
    void bringUp();

    MainWindow &m_window;
    const FleetStore &m_store;
    QSettings &m_settings;
    SystemClock m_clock;
    NoticePolicy m_policy;
    QSystemTrayIcon *m_tray = nullptr; ///< null: the system has none
    QAction *m_notify = nullptr;
    QAction *m_sound = nullptr;
    QList<Alert> m_pending; ///< told together: what breaks at once is one notice
    QTimer m_soon;
    Alert m_lastTold;
};

} // namespace dtf
