// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/setup/account.h"
#include "orchestrator/orchestratorconfig.h"

namespace dtf {

/// Every precondition of this machine and configuration, tried for real; of the share with `account`'s rights, when it is given.
/// Blocks, on a hanging share for some seconds; for --check and set-up.
[[nodiscard]] QList<CheckRow> checkOrchestrator(const OrchestratorConfig &config, const std::optional<Account> &account = {});

/// What the service must be able to change.
[[nodiscard]] QStringList changedFolders(const OrchestratorConfig &config);

// its parts, for set-up
[[nodiscard]] CheckRow checkPort(const QString &address, quint16 port);
[[nodiscard]] CheckRow checkCertificate(const QString &certificate, const QString &key);

} // namespace dtf
