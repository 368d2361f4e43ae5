// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace dtf {

/// `dtf-agent setup`: asks, or takes from options, what this worker machine needs; proves the share, the way to the orchestrator
/// and the browser, writes the commented configuration, has the service started. The exit code (SetupEnd). Blocks; before any
/// event loop.
[[nodiscard]] int setUpAgent(const QStringList &arguments);

} // namespace dtf
