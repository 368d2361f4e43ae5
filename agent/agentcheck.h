// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "common/core/check.h"
#include "common/setup/account.h"

#include <QSslCertificate>

namespace dtf {

/// What whoever asks for a check knows beside the configuration.
struct AgentCheckHints
{
    std::optional<Account> account = {}; ///< whose rights count; none: this process's own
    bool shareHangs = false; ///< known already: the share is not tried
};

/// Every precondition of this machine and configuration, tried for real. Blocks, a second at least and on a hanging share or
/// network some more: for --check, set-up, or on a thread of its own.
[[nodiscard]] QList<CheckRow> checkAgent(const AgentConfig &config, const AgentCheckHints &hints = {});

/// What the service must be able to change.
[[nodiscard]] QStringList changedFolders(const AgentConfig &config);

// Its parts, for set-up.

/// Program, version, policies, port, profile. `stateDir`: where the agent remembers which browser is its own. Beforehand nothing
/// is made: set-up makes the folders.
enum class When { Beforehand, Set };
[[nodiscard]] QList<CheckRow> checkBrowser(
    const BrowserConfig &browser, const QString &stateDir, const std::optional<Account> &account, When when = When::Set);
[[nodiscard]] QList<CheckRow> checkPipeline(const PipelineConfig &pipeline, const std::optional<Account> &account);
/// Connects, shakes hands where it speaks TLS, and, unless `token` is empty, asks whom the orchestrator takes us for. Rows end
/// with the first that fails.
[[nodiscard]] QList<CheckRow> checkLink(const QUrl &url, const Fingerprint &pin, const QByteArray &token, const NodeName &node);
/// The certificate that an https server shows, believed or not; nothing is said to it.
[[nodiscard]] Result<QSslCertificate> shownCertificate(const QUrl &url);

} // namespace dtf
