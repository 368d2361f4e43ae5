// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/ctl/arguments.h"

#include <optional>

namespace dtf {

enum class OptionKind { Switch, Value };

/// nullopt: there is no such option. `name`: without the dashes.
[[nodiscard]] std::optional<OptionKind> optionKind(const QString &name);
/// Good with every command.
[[nodiscard]] bool isGlobalOption(const QString &name);
/// Reads one option's value into its place; of an option given twice the last counts. InvalidArgument with a sentence.
[[nodiscard]] Result<void> takeOption(const QString &name, const QString &value, Arguments &arguments);
[[nodiscard]] Result<NodeName> readNode(const QString &text);
[[nodiscard]] Result<AlertKind> readAlertKind(const QString &text);

} // namespace dtf
