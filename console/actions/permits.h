// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/store/fleetstore.h"

#include <QString>

/// Why an action can't be offered now, as a sentence for the button's tip; empty: it can. The orchestrator decides anew and for
/// good: this only keeps people from clicking in vain. Pure.
namespace dtf {

/// Of any command: what is shown is old, or the user may only read.
[[nodiscard]] QString whyNoCommand(Freshness freshness, bool mayCommand);
[[nodiscard]] QString whyNot(JobAction action, const JobView &job);
[[nodiscard]] QString whyNot(NodeAction action, const NodeView &node);
[[nodiscard]] QString whyNotDispatch(bool pause, const FleetSummary &summary);

/// What the action will do, for the confirmation; a possible second upload is said here.
[[nodiscard]] QString effectOf(JobAction action, const JobView &job);
[[nodiscard]] QString effectOf(NodeAction action, const NodeView &node, bool now);

/// The action's name on buttons and in menus: "Requeue…". With three dots: a question follows.
[[nodiscard]] QString nameOf(JobAction action);
[[nodiscard]] QString nameOf(NodeAction action);

} // namespace dtf
