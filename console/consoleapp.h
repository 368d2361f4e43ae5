// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "console/actions/fleetcommands.h"
#include "console/net/session.h"
#include "console/store/fleetstore.h"
#include "console/views/mainwindow.h"

#include <memory>

namespace dtf {

/// The composition root: who knows whom in the console. Thread: main.
class ConsoleApp final : public QObject
{
public:
    ConsoleApp();
    ~ConsoleApp() override;

    /// Connects, now and again until the end. A session before is given up.
    void connectTo(const Session::Server &server);
    [[nodiscard]] MainWindow &window() { return *m_window; }
    [[nodiscard]] FleetStore &store() { return m_store; }

private:
    SystemClock m_clock;
    FleetStore m_store;
    FleetCommands m_commands;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Session> m_session;
};

} // namespace dtf
