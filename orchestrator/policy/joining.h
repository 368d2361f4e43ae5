// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <QHash>
#include <QLatin1StringView>

#include <functional>

namespace dtf {

/// What a join code is worth at an instant.
enum class CodeState { Good, Expired, UsedUp, Revoked };
[[nodiscard]] QLatin1StringView toString(CodeState state); ///< "good", "expired", "used-up", "revoked"
/// Revoked before used up before expired. Pure.
[[nodiscard]] CodeState judgeCode(const JoinCodeRecord &code, WallTime now);
/// Why it does not let anybody in, and what to do: plain words for whoever set the machine up. Pure.
[[nodiscard]] QString refusalOf(CodeState state, const JoinCodeRecord &code);

/// `wanted` when it is free, else with the first free of -2, -3, … behind it, shortened to fit; empty when 9,999 are taken.
/// An empty wish is NODE. Pure.
[[nodiscard]] NodeName freeName(const NodeName &wanted, const std::function<bool(const NodeName &)> &isTaken);

} // namespace dtf
