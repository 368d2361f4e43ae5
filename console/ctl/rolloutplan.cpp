// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/rolloutplan.h"

#include "common/core/escape.h"
#include "console/ctl/nodewatch.h"

#include <QProcess>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

RolloutStep stepFor(const RolloutWish &wish, const NodeView &node)
{
    const QString name = node.node.toString();
    const QString version = node.beat.version;
    const bool has = !wish.version.isEmpty() && version == wish.version;
    const bool ours = node.draining && node.pausedReason.startsWith(rolloutReason);
    RolloutStep step {node.node, RolloutTurn::Do, {}, version};
    if (ours && wish.goOn) {
        step.turn = RolloutTurn::TakeUp;
    } else if (ours) {
        step.turn = RolloutTurn::Blocked;
        step.why =
            u"an earlier rollout has left %1 draining: go on with --continue, or put it back first (dtf-ctl put-back %1)"_s.arg(
                name);
    } else if (node.paused || node.draining) {
        step.turn = RolloutTurn::Blocked;
        step.why = u"%1 was taken out by %2 (%3): put it back first, or leave it out with --nodes"_s.arg(
            name, escapedForLog(node.pausedBy), escapedForLog(node.pausedReason));
    } else if (has && isAtWork(node)) {
        step.turn = RolloutTurn::Skip;
        step.why = u"it has version %1 already"_s.arg(escapedForLog(version));
    } else if (node.beat.seq == 0 || node.state == "lost"_L1 || node.state == "unseen"_L1) {
        step.turn = RolloutTurn::Blocked;
        step.why = u"%1 is not heard: switch it on, or leave it out with --nodes"_s.arg(name);
    }
    return step;
}

} // namespace

Result<QList<RolloutStep>> planRollout(const RolloutWish &wish, const QList<NodeView> &nodes)
{
    QList<RolloutStep> steps;
    if (wish.nodes.isEmpty()) {
        QList<NodeView> sorted = nodes;
        std::sort(sorted.begin(), sorted.end(), [](const NodeView &a, const NodeView &b) { return a.node < b.node; });
        for (const NodeView &node : std::as_const(sorted)) {
            steps.append(stepFor(wish, node));
        }
        return steps;
    }
    for (const NodeName &name : wish.nodes) {
        const auto found = std::find_if(nodes.cbegin(), nodes.cend(), [&](const NodeView &node) { return node.node == name; });
        if (found == nodes.cend()) {
            return fail(ErrorCode::NotFound, u"there is no node %1"_s.arg(name.toString()));
        }
        steps.append(stepFor(wish, *found));
    }
    return steps;
}

bool anotherIsAtWork(const NodeName &but, const QList<NodeView> &nodes)
{
    return std::any_of(nodes.cbegin(), nodes.cend(), [&](const NodeView &node) { return node.node != but && isAtWork(node); });
}

Result<QStringList> rolloutCommand(const QString &command, const NodeName &node)
{
    QStringList words = QProcess::splitCommand(command);
    if (words.isEmpty() || words.first().isEmpty()) {
        return fail(ErrorCode::InvalidArgument, u"--command must name a program, e.g. 'ssh {host} sudo apt-get install …'"_s);
    }
    for (QString &word : words) {
        word.replace(u"{node}"_s, node.toString());
        word.replace(u"{host}"_s, node.toString().toLower());
    }
    return words;
}

} // namespace dtf
