// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace dtf {

/// `dtf-orchestrator setup`: asks, or takes from options, what the orchestrator needs; proves the share and lays it out, makes
/// tokens, writes the commented configuration, has the service started. The exit code (SetupEnd). Blocks; before any event loop.
[[nodiscard]] int setUpOrchestrator(const QStringList &arguments);

} // namespace dtf
