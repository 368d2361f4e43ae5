// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QStringList>

namespace dtf {

/// Runs a program of the system to its end, four minutes at most, and gives what it printed, both streams as one. An exit code
/// but 0 is Internal with those words; Timeout, also when it can't be run. Blocks: for set-up and --check.
[[nodiscard]] Result<QByteArray> runTool(const QString &program, const QStringList &arguments);

} // namespace dtf
