// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

#include <optional>

namespace dtf {

/// What a node says of its one browser. Only Ready takes files.
enum class BrowserState {
    Disconnected, ///< no process, not our listener, or no answer
    Starting, ///< launched, the ladder is not through yet
    LoginRequired, ///< answers, but shows the login page: a person must log in
    Ready,
    Paused, ///< crash loop: five restarts in five minutes; an operator's restart-browser goes on
};

[[nodiscard]] QLatin1StringView toString(BrowserState state); ///< "disconnected", "starting", "login_required", "ready", "paused"
[[nodiscard]] std::optional<BrowserState> browserStateFromString(QLatin1StringView text);

} // namespace dtf
