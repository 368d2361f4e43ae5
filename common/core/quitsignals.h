// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace dtf {

/// Calls `quit` from the event loop when the system asks this process to end: SIGTERM, SIGINT, SIGHUP; on Windows Ctrl+C,
/// Ctrl+Break, console close, or the event of quitevent_win.h. One at a time per process. Thread: main.
class QuitSignals
{
public:
    explicit QuitSignals(std::function<void()> quit);
    QuitSignals(const QuitSignals &) = delete;
    QuitSignals &operator=(const QuitSignals &) = delete;
    ~QuitSignals();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dtf
