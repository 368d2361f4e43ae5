// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/consoleapp.h"
#include "orchestrator/api/apiserver.h"
#include "tests/console/screenshots/scriptedfleet.h"

#include <QTemporaryDir>

#include <functional>

class QTableView;

namespace dtf {

/// The whole console against the real control plane on a free port, with a store of its own and settings of its own.
class Stage
{
public:
    Stage(Scenery scenery, ThemeKind theme, QSize size);

    /// Connected, the first files in sight.
    [[nodiscard]] bool begin();
    /// The orchestrator goes away; returns when the window says so.
    [[nodiscard]] bool breakOff();
    /// The pipelines write their lines, as far as somebody listens.
    [[nodiscard]] bool playLog();

    [[nodiscard]] MainWindow &window() { return m_console->window(); }
    [[nodiscard]] ConsoleApp &console() { return *m_console; }
    [[nodiscard]] const Scenery &scenery() const { return m_fleet->scenery(); }
    [[nodiscard]] QTableView *files();
    /// Makes it the current row and the only selected one; a page that is not here yet is not looked at.
    [[nodiscard]] bool chooseFile(const std::function<bool(const JobView &)> &wanted);
    void raise(const char *dock);
    [[nodiscard]] static bool waitFor(const std::function<bool()> &what);

private:
    QTemporaryDir m_folder;
    SystemClock m_clock;
    AccessList m_access;
    std::unique_ptr<SqliteStore> m_store;
    std::unique_ptr<ScriptedFleet> m_fleet;
    std::unique_ptr<ApiServer> m_server;
    std::unique_ptr<ConsoleApp> m_console;
    quint16 m_port = 0;
};

} // namespace dtf
