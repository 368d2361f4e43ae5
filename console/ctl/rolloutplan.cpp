// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/rolloutplan.h"

#include "common/core/escape.h"
#include "console/ctl/nodewatch.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// As a shell splits: blanks part words, single and double quotes keep them together; nothing else means anything. Nothing where
/// a quote is left open.
std::optional<QStringList> wordsOf(const QString &command)
{
    QStringList words;
    QString word;
    bool inWord = false;
    QChar quote;
    for (const QChar c : command) {
        if (!quote.isNull()) {
            if (c == quote) {
                quote = QChar();
            } else {
                word += c;
            }
        } else if (c == u'\'' || c == u'"') {
            quote = c;
            inWord = true;
        } else if (c.isSpace()) {
            if (inWord) {
                words.append(word);
            }
            word.clear();
            inWord = false;
        } else {
            word += c;
            inWord = true;
        }
    }
    if (inWord) {
        words.append(word);
    }
    return quote.isNull() ? std::optional(words) : std::nullopt;
}

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
    } else if (step.why = whatIsInTheWay(node); !step.why.isEmpty()) {
        step.turn = RolloutTurn::Blocked;
    }
    return step;
}

} // namespace

QString whatIsInTheWay(const NodeView &node)
{
    const QString name = node.node.toString();
    if (isAtWork(node)) {
        return {};
    }
    if (node.beat.seq == 0 || node.state == "lost"_L1 || node.state == "unseen"_L1) {
        return u"%1 is not heard: switch it on, or leave it out with --nodes"_s.arg(name);
    }
    const bool ofBrowser = browserStateFromString(QLatin1StringView(node.state.toLatin1())).has_value();
    return (ofBrowser ? u"%1: its browser is not ready (%2): log in first, or leave it out with --nodes"_s
                      : u"%1 can't take files now (%2): see to that first, or leave it out with --nodes"_s)
        .arg(name, escapedForLog(node.state));
}

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
    auto words = wordsOf(command);
    if (!words) {
        return fail(ErrorCode::InvalidArgument, u"--command has a quote that does not end"_s);
    }
    if (words->isEmpty() || words->first().isEmpty()) {
        return fail(ErrorCode::InvalidArgument, u"--command must name a program, e.g. 'ssh {host} sudo apt-get install …'"_s);
    }
    for (QString &word : *words) {
        word.replace(u"{node}"_s, node.toString());
        word.replace(u"{host}"_s, node.toString().toLower());
    }
    return *words;
}

} // namespace dtf
