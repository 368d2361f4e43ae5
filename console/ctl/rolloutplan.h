// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/protocol/messages.h"

#include <QList>
#include <QStringList>

namespace dtf {

/// What dtf-ctl rollout was asked for.
struct RolloutWish
{
    QString command; ///< program and arguments; {node} and {host} are replaced in each
    QList<NodeName> nodes; ///< in this order; empty: all, by name
    QString version; ///< the agent must report it afterwards; empty: only be another life
    bool dryRun = false;
    bool goOn = false; ///< --continue: those that an earlier rollout left draining are taken up again
    bool evenTheLast = false; ///< also when no other node could take files meanwhile
    milliseconds drainTimeout {std::chrono::hours(1)};
    milliseconds commandTimeout {std::chrono::minutes(30)};
    milliseconds backTimeout {std::chrono::minutes(10)};
};

/// Begins the reason of every drain of a rollout: by it --continue knows its own.
inline constexpr QLatin1StringView rolloutReason("rollout: ");

enum class RolloutTurn {
    Do,
    TakeUp, ///< an earlier rollout left it draining
    Skip, ///< it is as wished already
    Blocked, ///< a person must do something first
};
struct RolloutStep
{
    NodeName node;
    RolloutTurn turn = RolloutTurn::Do;
    QString why; ///< Skip, Blocked: plain words
    QString versionNow;
};

/// What would happen to each node, in order. NotFound: a wished node is not there. Pure.
[[nodiscard]] Result<QList<RolloutStep>> planRollout(const RolloutWish &wish, const QList<NodeView> &nodes);
/// Why this node would not come back from an upgrade as one that takes files, and what to do; empty: it would. Its browser has to
/// be ready before, as nobody logs in for it afterwards. Pure.
[[nodiscard]] QString whatIsInTheWay(const NodeView &node);
/// Whether another node could take files while this one is out. Pure.
[[nodiscard]] bool anotherIsAtWork(const NodeName &but, const QList<NodeView> &nodes);

/// The program and its arguments for one node: parted at blanks, single and double quotes keep a word together, nothing else
/// means anything; then replaced, so that no value can become two words or a command. {host}: the node's name in lower case.
/// InvalidArgument: nothing to run, or a quote without its end. Pure.
[[nodiscard]] Result<QStringList> rolloutCommand(const QString &command, const NodeName &node);

} // namespace dtf
