// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <QList>
#include <QMap>

#include <optional>

namespace dtf {

/// Something that wants a person: what F8 goes to.
struct Problem
{
    enum class Harm { OnHold, InDoubt, Failed, Node, Alert }; ///< the worst first
    Harm harm = Harm::Alert;
    JobId job; ///< null: not about one file
    NodeName node; ///< empty: not about one node
    std::optional<AlertKind> alert; ///< which alert of that subject tells of it; empty: none does

    bool operator==(const Problem &) const = default;
};

/// All that is wrong, in the order of harm; within it what nobody has acknowledged first, then as the alerts come (the oldest
/// first) and nodes by name. A node is one problem, however many alerts it has. Files are known through alerts, and those in
/// doubt through their lost nodes. Pure.
[[nodiscard]] QList<Problem> problemsOf(const QMap<NodeName, NodeView> &nodes, const QList<Alert> &alerts);

/// The one after `last`, round and round; the first when `last` is over or empty. Empty: there is none. Pure.
[[nodiscard]] std::optional<Problem> nextProblem(const QList<Problem> &problems, const std::optional<Problem> &last);

} // namespace dtf
