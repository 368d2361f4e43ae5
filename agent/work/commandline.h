// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <utility>

namespace dtf {

/// What stands for {file}, {name} … in a pipeline's command.
using Placeholders = QList<std::pair<QString, QString>>;

struct CommandLine
{
    QString program;
    QStringList arguments;
    bool operator==(const CommandLine &) const = default;
};

/// Pure. Replaces placeholders within each argument, once (a value is never searched again); no shell, no splitting.
/// InvalidArgument for an empty command, and for a batch file on Windows whose arguments hold characters that cmd.exe would
/// interpret, whatever the quoting (CVE-2024-24576, "BatBadBut": cmd.exe parses the line a second time by its own rules).
[[nodiscard]] Result<CommandLine> expandCommand(const QStringList &command, const Placeholders &values, bool windows);

} // namespace dtf
