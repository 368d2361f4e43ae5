// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace dtf {

/// The name of the event that asks the process `pid` to end in order: what SIGTERM is elsewhere. QuitSignals makes it; installers
/// set it (dtf-stop), for a program that a scheduled task has started has no console that Ctrl+C could reach.
[[nodiscard]] inline std::wstring quitEventName(unsigned long pid)
{
    return L"Global\\dtf-quit-" + std::to_wstring(pid);
}

} // namespace dtf
