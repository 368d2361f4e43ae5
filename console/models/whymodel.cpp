// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/whymodel.h"

#include "common/core/escape.h"
#include "console/text/texts.h"

#include <QSet>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int firstGate = static_cast<int>(WhyModel::Column::FirstGate);

/// All gates of all nodes: each node has the first few of the same order, so the longest list has the order of all.
QStringList gatesOf(const QList<WhyNode> &nodes)
{
    QStringList gates;
    for (const WhyNode &node : nodes) {
        qsizetype at = 0;
        for (const GateView &gate : node.gates) {
            const qsizetype known = gates.indexOf(gate.gate);
            if (known < 0) {
                gates.insert(at++, gate.gate);
            } else {
                at = known + 1;
            }
        }
    }
    return gates;
}

} // namespace

int WhyModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_nodes.size());
}

int WhyModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : firstGate + static_cast<int>(m_gates.size());
}

QVariant WhyModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_nodes.size()) {
        return {};
    }
    const WhyNode &node = m_nodes[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(node, index.column());
    case Qt::ToolTipRole: {
        const GateView *gate = index.column() < firstGate ? closed(node) : gateOf(node, index.column());
        const QString words =
            !gate || gate->pass ? text(node, index.column()) : gateText(gate->gate) + u' ' + escapedForLog(gate->detail);
        return u"<span>"_s + words.toHtmlEscaped() + u"</span>"_s;
    }
    case ToneRole:
        return int(tone(node, index.column()));
    case IdRole:
        return node.node.toString();
    default:
        return {};
    }
}

QVariant WhyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (section >= firstGate) {
        const QString gate = m_gates[section - firstGate];
        if (role == Qt::ToolTipRole) {
            return tr("Closed when: %1").arg(gateText(gate));
        }
        return role == Qt::DisplayRole ? escapedForLog(gateName(gate), 40) : QVariant();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    return section == static_cast<int>(Column::Node) ? tr("Node") : tr("What keeps it from there");
}

void WhyModel::take(const QList<WhyNode> &told)
{
    QList<WhyNode> nodes;
    QSet<NodeName> seen;
    for (const WhyNode &node : told) {
        if (!seen.contains(node.node)) {
            seen.insert(node.node);
            nodes.append(node);
        }
    }
    takeRows(nodes);
    takeColumns(gatesOf(nodes));
    if (!m_nodes.isEmpty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

/// Afterwards the rows are these, in this order, with what is known of them now.
void WhyModel::takeRows(const QList<WhyNode> &nodes)
{
    const auto placeIn = [](const QList<WhyNode> &list, const NodeName &name) {
        const auto at = std::find_if(list.begin(), list.end(), [&](const WhyNode &node) { return node.node == name; });
        return at == list.end() ? -1 : static_cast<int>(at - list.begin());
    };
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (placeIn(nodes, m_nodes[row].node) < 0) {
            beginRemoveRows({}, row, row);
            m_nodes.removeAt(row);
            endRemoveRows();
        }
    }
    for (int row = 0; row < nodes.size(); ++row) {
        const int from = placeIn(m_nodes, nodes[row].node);
        if (from > row) {
            beginMoveRows({}, from, from, {}, row);
            m_nodes.move(from, row);
            endMoveRows();
        } else if (from < 0) {
            beginInsertRows({}, row, row);
            m_nodes.insert(row, nodes[row]);
            endInsertRows();
        }
        m_nodes[row] = nodes[row];
    }
}

void WhyModel::takeColumns(const QStringList &gates)
{
    for (auto at = static_cast<int>(m_gates.size()) - 1; at >= 0; --at) {
        if (!gates.contains(m_gates[at])) {
            beginRemoveColumns({}, firstGate + at, firstGate + at);
            m_gates.removeAt(at);
            endRemoveColumns();
        }
    }
    for (int at = 0; at < gates.size(); ++at) {
        const auto from = static_cast<int>(m_gates.indexOf(gates[at]));
        if (from > at) {
            beginMoveColumns({}, firstGate + from, firstGate + from, {}, firstGate + at);
            m_gates.move(from, at);
            endMoveColumns();
        } else if (from < 0) {
            beginInsertColumns({}, firstGate + at, firstGate + at);
            m_gates.insert(at, gates[at]);
            endInsertColumns();
        }
    }
}

const GateView *WhyModel::closed(const WhyNode &node)
{
    const auto at = std::find_if(node.gates.cbegin(), node.gates.cend(), [](const GateView &gate) { return !gate.pass; });
    return at == node.gates.cend() ? nullptr : &*at;
}

const GateView *WhyModel::gateOf(const WhyNode &node, int column) const
{
    const QString wanted = m_gates.value(column - firstGate);
    const auto at =
        std::find_if(node.gates.cbegin(), node.gates.cend(), [&](const GateView &gate) { return gate.gate == wanted; });
    return at == node.gates.cend() ? nullptr : &*at;
}

QString WhyModel::text(const WhyNode &node, int column) const
{
    if (column == static_cast<int>(Column::Node)) {
        return node.node.toString();
    }
    if (column == static_cast<int>(Column::Reason)) {
        const GateView *gate = closed(node);
        if (!gate) {
            return tr("Nothing: it can run here.");
        }
        const QString words = gateText(gate->gate);
        const QString detail = escapedForLog(gate->detail);
        const QString first = words.isEmpty() ? escapedForLog(gate->gate) : words;
        return detail.isEmpty() ? first : first + u' ' + detail;
    }
    const GateView *gate = gateOf(node, column);
    return !gate ? QString() : gate->pass ? tr("open") : tr("closed");
}

Tone WhyModel::tone(const WhyNode &node, int column) const
{
    if (column == static_cast<int>(Column::Node)) {
        return closed(node) ? Tone::Plain : Tone::Good;
    }
    const GateView *gate = column < firstGate ? nullptr : gateOf(node, column);
    return !gate ? Tone::Plain : gate->pass ? Tone::Good : Tone::Trouble;
}

} // namespace dtf
