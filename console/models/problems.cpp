// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/problems.h"

#include "console/models/nodesmodel.h"

#include <QSet>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

using Harm = Problem::Harm;

Harm harmOf(AlertKind kind)
{
    switch (kind) {
    case AlertKind::JobHeld:
    case AlertKind::ZeroRows: // its file is on hold or failed; money may be missing
        return Harm::OnHold;
    case AlertKind::LateResult:
        return Harm::InDoubt;
    case AlertKind::JobFailed:
        return Harm::Failed;
    case AlertKind::LoginNeeded:
    case AlertKind::BrowserDown:
    case AlertKind::BrowserCrashLoop:
    case AlertKind::NodeLost:
    case AlertKind::ClonedNode:
        return Harm::Node;
    case AlertKind::ManyNodesLost:
    case AlertKind::JobRejected:
    case AlertKind::JobStuck:
    case AlertKind::ShareDown:
    case AlertKind::StoreFailing:
        return Harm::Alert;
    }
    return Harm::Alert;
}

struct Found
{
    Problem problem;
    bool acknowledged = false;
};

Found foundBy(const Alert &alert)
{
    Found found {{harmOf(alert.kind), {}, {}, alert.kind}, alert.acknowledged.has_value()};
    if (isAboutNode(alert.kind)) {
        found.problem.node = NodeName::parse(alert.subject).value_or(NodeName {});
    } else {
        found.problem.job = JobId::parse(alert.subject).value_or(JobId {});
    }
    return found;
}

} // namespace

QList<Problem> problemsOf(const QMap<NodeName, NodeView> &nodes, const QList<Alert> &alerts)
{
    QList<Found> all;
    QSet<NodeName> told;
    for (const Alert &alert : alerts) { // what is not acknowledged comes first, so it is what stands for its node
        const Found found = foundBy(alert);
        if (found.problem.node.isEmpty() || !told.contains(found.problem.node)) {
            all.append(found);
            told.insert(found.problem.node);
        }
    }
    for (const NodeView &node : nodes) {
        if (node.state == u"lost"_s) {
            for (const RunningJob &running : node.beat.running) {
                if (std::any_of(all.cbegin(), all.cend(), [&](const Found &f) { return f.problem.job == running.job; })) {
                    continue; // decided already what becomes of it, and told by its alert
                }
                all.append({{Harm::InDoubt, running.job, node.node, std::nullopt}, false});
            }
        }
        const Tone tone = toneOf(node);
        if ((tone == Tone::Trouble || tone == Tone::Attention) && !told.contains(node.node)) {
            all.append({{Harm::Node, {}, node.node, std::nullopt}, false});
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const Found &a, const Found &b) {
        return a.problem.harm != b.problem.harm ? a.problem.harm < b.problem.harm : a.acknowledged < b.acknowledged;
    });
    QList<Problem> problems;
    for (const Found &found : std::as_const(all)) {
        problems.append(found.problem);
    }
    return problems;
}

std::optional<Problem> nextProblem(const QList<Problem> &problems, const std::optional<Problem> &last)
{
    if (problems.isEmpty()) {
        return std::nullopt;
    }
    const qsizetype at = last ? problems.indexOf(*last) : -1;
    return problems[(at + 1) % problems.size()];
}

} // namespace dtf
