// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QLatin1StringView>
#include <QString>

/// Where this system keeps what DTF's programs need, when nobody names another place. Absolute, with '/'. `part` is
/// "orchestrator" or "agent". Nothing is made or looked for, but for configFileOf().
namespace dtf {

/// /etc/dtf; on Windows %ProgramData%\DTF.
[[nodiscard]] QString configFolder();
[[nodiscard]] QString defaultConfigFile(QLatin1StringView part); ///< /etc/dtf/agent.toml
[[nodiscard]] QString defaultStateFolder(QLatin1StringView part); ///< /var/lib/dtf/agent; on Windows %ProgramData%\DTF\agent

/// Where a desktop user has what the agent in that user's session needs: $XDG_CONFIG_HOME/dtf/agent.toml (~/.config) and
/// $XDG_STATE_HOME/dtf-agent (~/.local/state). On Windows both are the system's.
[[nodiscard]] QString userConfigFile(QLatin1StringView part);
[[nodiscard]] QString userStateFolder(QLatin1StringView part);

/// Where this system's set-up has the log written beside the standard error: empty where the system keeps that itself (systemd),
/// on Windows, whose Task Scheduler drops it, %ProgramData%\DTF\agent\log.jsonl.
[[nodiscard]] QString defaultLogFile(QLatin1StringView part);

/// The file a program reads: `named` (--config), else the system's, else the one of the user who runs it. NotFound, with what to
/// do, when neither exists; a named one is not looked at.
[[nodiscard]] Result<QString> configFileOf(QLatin1StringView part, const QString &named);

} // namespace dtf
