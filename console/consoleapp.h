// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "console/actions/fleetcommands.h"
#include "console/connector.h"
#include "console/net/session.h"
#include "console/store/fleetstore.h"
#include "console/views/desk.h"
#include "console/views/mainwindow.h"
#include "console/views/notices.h"

#include <QSettings>

#include <QTimer>

#include <memory>

namespace dtf {

/// The composition root: who knows whom in the console. Thread: main.
class ConsoleApp final : public QObject
{
    Q_OBJECT

public:
    ConsoleApp();
    ~ConsoleApp() override;

    /// Connects, now and again until the end. A session before is given up, and nothing of it stays in sight.
    void connectTo(const Session::Server &server);
    /// A saved state instead of a connection.
    [[nodiscard]] Result<void> openSaved(const QString &path);
    [[nodiscard]] Connector &connector() { return *m_connector; }
    [[nodiscard]] MainWindow &window() { return *m_window; }
    [[nodiscard]] FleetStore &store() { return m_store; }

private:
    void askSave();
    void save(const QString &path);

    SystemClock m_clock;
    QTimer m_second;
    QSettings m_settings;
    FleetStore m_store;
    FleetCommands m_commands;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Connector> m_connector;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<Notices> m_notices;
    std::unique_ptr<Session> m_session;
};

} // namespace dtf
