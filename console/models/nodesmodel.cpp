// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/nodesmodel.h"

#include "common/core/escape.h"
#include "console/models/fleetfigures.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <QHash>
#include <QLocale>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const QString dash = u"–"_s;

QString bytesText(qint64 bytes)
{
    return bytes < 0 ? dash : QLocale(QLocale::English).formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

QString percentText(double percent)
{
    return percent < 0 ? dash : QString::number(qRound(percent)) + u" %"_s;
}

const RunningJob *runningOf(const NodeView &node)
{
    return node.beat.running.isEmpty() ? nullptr : &node.beat.running.first();
}

bool isNumber(NodesModel::Column column)
{
    using Column = NodesModel::Column;
    return column == Column::Port || column == Column::Progress || column == Column::Queue || column == Column::Cpu
        || column == Column::Memory || column == Column::Disk || column == Column::BrowserMemory || column == Column::Heartbeat
        || column == Column::DoneToday;
}

/// DTF-2 comes before DTF-10.
QString countedKey(const QString &name)
{
    QString key;
    QString digits;
    const auto flush = [&] {
        key += digits.isEmpty() ? digits : digits.rightJustified(32, u'0');
        digits.clear();
    };
    for (const QChar c : name) {
        if (c.isDigit()) {
            digits += c;
        } else {
            flush();
            key += c;
        }
    }
    flush();
    return key;
}

/// Of the steps that are known; -1: none is.
int meanOf(const QList<int> &percent)
{
    qint64 sum = 0;
    int known = 0;
    for (const int value : percent) {
        if (value >= 0) {
            sum += value;
            ++known;
        }
    }
    return known == 0 ? -1 : static_cast<int>(sum / known);
}

/// What the drawing says, for a reader who can't see it.
QString figuresText(const NodeFigures &figures)
{
    const int cpu = meanOf(figures.cpuPercent);
    const int busy = meanOf(figures.busyPercent);
    return cpu < 0 && busy < 0
        ? dash
        : NodesModel::tr("busy %1, CPU %2 on average").arg(percentText(busy), cpu < 0 ? dash : percentText(cpu));
}

/// Why the node is in this state, who wanted it.
QString stateTip(const NodeView &node)
{
    if (node.paused || node.draining) {
        return NodesModel::tr("by %1: %2").arg(escapedForLog(node.pausedBy), escapedForLog(node.pausedReason));
    }
    return escapedForLog(node.stateDetail.isEmpty() ? node.beat.browserDetail : node.stateDetail);
}

} // namespace

Tone toneOf(const NodeView &node)
{
    static const QHash<QString, Tone> tones {
        {u"ready"_s, Tone::Good},
        {u"busy"_s, Tone::Busy},
        {u"starting"_s, Tone::Busy},
        {u"paused"_s, Tone::Muted},
        {u"draining"_s, Tone::Muted},
        {u"unseen"_s, Tone::Muted},
        {u"suspect"_s, Tone::Attention},
        {u"agent-ready"_s, Tone::Attention},
        {u"disk"_s, Tone::Attention},
        {u"node-share"_s, Tone::Trouble},
        {u"login_required"_s, Tone::Trouble},
        {u"disconnected"_s, Tone::Trouble},
        {u"refused"_s, Tone::Trouble},
        {u"version"_s, Tone::Trouble},
        {u"lost"_s, Tone::Trouble},
    };
    return tones.value(node.state, Tone::Attention); // a word of a newer orchestrator is nothing to be calm about
}

NodesModel::NodesModel(const FleetStore &store, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(store)
    , m_names(store.nodes().keys())
{
    connect(&store, &FleetStore::nodesChanged, this, &NodesModel::take);
}

int NodesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_names.size());
}

int NodesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant NodesModel::data(const QModelIndex &index, int role) const
{
    const auto at = index.isValid() ? m_store.nodes().constFind(nodeAt(index.row())) : m_store.nodes().cend();
    if (at == m_store.nodes().cend()) {
        return {};
    }
    const NodeView &node = *at;
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(node, column);
    case Qt::ToolTipRole:
        return column == Column::State ? stateTip(node) : text(node, column);
    case Qt::TextAlignmentRole:
        return int((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ToneRole:
        // What is only remembered is never green.
        return int(column != Column::State ? Tone::Plain : m_store.isCurrent() ? toneOf(node) : Tone::Muted);
    case SortRole:
        return sortKey(node, column);
    case IdRole:
        return node.node.toString();
    case FiguresRole: {
        const auto figures = m_figures.constFind(node.node);
        return column != Column::LastHour || figures == m_figures.cend() ? QVariant() : QVariant::fromValue(*figures);
    }
    case FiguresToneRole:
        return int(m_store.isCurrent() && isRecent(m_figuresTo, m_store.summary()) ? Tone::Busy : Tone::Muted);
    default:
        return {};
    }
}

QVariant NodesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && section >= 0 && section < columns) {
        return int((isNumber(static_cast<Column>(section)) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Node:
        return tr("Node");
    case Column::State:
        return tr("State");
    case Column::Since:
        return tr("Since");
    case Column::Browser:
        return tr("Browser");
    case Column::Port:
        return tr("Port");
    case Column::File:
        return tr("File");
    case Column::Progress:
        return tr("Progress");
    case Column::LastLine:
        return tr("Last line");
    case Column::Queue:
        return tr("Files");
    case Column::Cpu:
        return tr("CPU");
    case Column::LastHour:
        return tr("Last hour");
    case Column::Memory:
        return tr("RAM free");
    case Column::Disk:
        return tr("Disk free");
    case Column::BrowserMemory:
        return tr("Browser RAM");
    case Column::Heartbeat:
        return tr("Heard");
    case Column::DoneToday:
        return tr("Done today");
    case Column::Version:
        return tr("Version");
    }
    return {};
}

void NodesModel::tick()
{
    if (m_names.isEmpty()) {
        return;
    }
    for (const Column column : {Column::State, Column::Since, Column::Heartbeat}) {
        Q_EMIT dataChanged(index(0, static_cast<int>(column)),
            index(static_cast<int>(m_names.size()) - 1, static_cast<int>(column)), {Qt::DisplayRole, SortRole, ToneRole});
    }
}

void NodesModel::takeFigures(const FiguresView &figures)
{
    m_figures.clear();
    m_figuresTo = figures.to;
    for (const NodeFigures &one : figures.nodes) {
        m_figures.insert(one.node, one);
    }
    if (!m_names.isEmpty()) {
        const int column = static_cast<int>(Column::LastHour);
        Q_EMIT dataChanged(index(0, column), index(static_cast<int>(m_names.size()) - 1, column));
    }
}

void NodesModel::take(const QList<NodeName> &changed, const QList<NodeName> &removed)
{
    for (const NodeName &name : removed) {
        if (const int row = rowOf(name); row >= 0) {
            beginRemoveRows({}, row, row);
            m_names.removeAt(row);
            endRemoveRows();
        }
    }
    for (qsizetype i = 0; i < changed.size();) {
        const auto at = std::lower_bound(m_names.cbegin(), m_names.cend(), changed[i]);
        const auto row = static_cast<int>(at - m_names.cbegin());
        qsizetype end = i + 1;
        if (at != m_names.cend() && *at == changed[i]) { // neighbours are told in one go
            while (end < changed.size() && m_names.value(row + (end - i)) == changed[end]) {
                ++end;
            }
            Q_EMIT dataChanged(index(row, 0), index(row + static_cast<int>(end - i) - 1, columns - 1));
        } else {
            const auto fits = [&](const NodeName &name) {
                return changed[end - 1] < name && (at == m_names.cend() || name < *at);
            };
            while (end < changed.size() && fits(changed[end])) {
                ++end;
            }
            beginInsertRows({}, row, row + static_cast<int>(end - i) - 1);
            m_names = m_names.mid(0, row) + changed.mid(i, end - i) + m_names.mid(row);
            endInsertRows();
        }
        i = end;
    }
}

QString NodesModel::text(const NodeView &node, Column column) const
{
    const bool seen = node.beat.seq > 0;
    const RunningJob *running = runningOf(node);
    switch (column) {
    case Column::Node:
        return node.node.toString();
    case Column::State:
        return escapedForLog(nodeStateText(node.state));
    case Column::Since:
        return node.since.msecsSinceEpoch == 0 ? dash : ageText(m_store.sinceOrchestratorTime(node.since));
    case Column::Browser:
        return seen ? textOf(node.beat.browserState) : dash;
    case Column::Port:
        return node.beat.browserPort == 0 ? dash : QString::number(node.beat.browserPort);
    case Column::File:
        return running ? escapedForLog(running->name) : QString();
    case Column::Progress:
        return running && running->progress >= 0 ? percentText(running->progress) : QString();
    case Column::LastLine:
        return running ? escapedForLog(running->lastLine) : QString();
    case Column::Queue:
        return QString::number(node.assigned);
    case Column::Cpu:
        return seen ? percentText(node.beat.cpuPercent) : dash;
    case Column::LastHour:
        return figuresText(m_figures.value(node.node));
    case Column::Memory:
        return seen ? bytesText(node.beat.memoryFree) : dash;
    case Column::Disk:
        return seen ? bytesText(node.beat.diskFree) : dash;
    case Column::BrowserMemory:
        return seen ? bytesText(node.beat.browserMemory) : dash;
    case Column::Heartbeat:
        return seen ? ageText(m_store.nodeSilence(node.node)) : dash;
    case Column::DoneToday:
        return QString::number(node.doneToday);
    case Column::Version:
        return seen ? escapedForLog(node.beat.version) : dash;
    }
    return {};
}

QVariant NodesModel::sortKey(const NodeView &node, Column column) const
{
    const RunningJob *running = runningOf(node);
    switch (column) {
    case Column::State:
        return int(toneOf(node));
    case Column::Since:
        return -qint64(node.since.msecsSinceEpoch);
    case Column::Port:
        return node.beat.browserPort;
    case Column::Progress:
        return running ? running->progress : -2;
    case Column::Queue:
        return node.assigned;
    case Column::Cpu:
        return node.beat.cpuPercent;
    case Column::LastHour:
        return meanOf(m_figures.value(node.node).busyPercent);
    case Column::Memory:
        return node.beat.memoryFree;
    case Column::Disk:
        return node.beat.diskFree;
    case Column::BrowserMemory:
        return node.beat.browserMemory;
    case Column::Heartbeat:
        return qint64(m_store.nodeSilence(node.node).count());
    case Column::DoneToday:
        return node.doneToday;
    case Column::Node:
        return countedKey(node.node.toString());
    case Column::Browser:
    case Column::File:
    case Column::LastLine:
    case Column::Version:
        break;
    }
    return text(node, column).toCaseFolded();
}

} // namespace dtf
