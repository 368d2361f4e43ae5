// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/logmodel.h"

#include "common/core/escape.h"

#include <QDateTime>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestText = 2'000;
const QString patternGuard = u"(*LIMIT_MATCH=20000)"_s; ///< a pattern that would take minutes on one line gives up on it

Tone toneOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
    case LogLevel::Info:
        return Tone::Plain;
    case LogLevel::Warn:
        return Tone::Attention;
    case LogLevel::Error:
        return Tone::Trouble;
    }
    return Tone::Plain;
}

QString levelText(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return LogModel::tr("debug");
    case LogLevel::Info:
        return LogModel::tr("info");
    case LogLevel::Warn:
        return LogModel::tr("warning");
    case LogLevel::Error:
        return LogModel::tr("error");
    }
    return {};
}

QString textOfEntry(const LogEntry &entry)
{
    QString text = entry.text;
    for (const auto &[key, value] : entry.fields) {
        text += u' ' + key + u'=' + value;
    }
    return text.left(longestText);
}

} // namespace

LogModel::LogModel(qsizetype capacity, QObject *parent)
    : QAbstractTableModel(parent)
    , m_capacity(capacity)
{
    m_batchTimer.setSingleShot(true);
    m_batchTimer.setInterval(batchEvery);
    m_scanTimer.setInterval(0);
    connect(&m_batchTimer, &QTimer::timeout, this, &LogModel::flush);
    connect(&m_scanTimer, &QTimer::timeout, this, &LogModel::scanSome);
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Line &line = m_lines[static_cast<size_t>(m_shown[static_cast<size_t>(index.row())] - m_first)];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (column) {
        case Column::Time:
            return QDateTime::fromMSecsSinceEpoch(line.time.msecsSinceEpoch).toString(u"HH:mm:ss.zzz"_s);
        case Column::Node:
            return line.node.toString();
        case Column::Level:
            return line.isNote ? QString() : levelText(line.level);
        case Column::Text:
            return line.isNote ? line.text : escapedForLog(line.text, longestText);
        }
        return {};
    case Qt::ToolTipRole:
        return column == Column::Text ? escapedForLog(line.text, longestText).toHtmlEscaped() : QVariant();
    case ToneRole:
        return int(line.isNote && column == Column::Text  ? Tone::Muted
                : !line.isNote && column == Column::Level ? toneOf(line.level)
                                                          : Tone::Plain);
    default:
        return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Time:
        return tr("Time");
    case Column::Node:
        return tr("Node");
    case Column::Level:
        return tr("Level");
    case Column::Text:
        return tr("Line");
    }
    return {};
}

void LogModel::take(const LogLines &lines)
{
    for (const LogEntry &entry : lines.lines) {
        append({entry.time, entry.level, lines.node, textOfEntry(entry), false});
    }
    if (lines.dropped > 0) {
        m_leftOut += lines.dropped;
        const WallTime time = lines.lines.isEmpty() ? WallTime {QDateTime::currentMSecsSinceEpoch()} : lines.lines.last().time;
        append(
            {time, LogLevel::Warn, lines.node, tr("Left out here: %L1 lines, more than can be sent.").arg(lines.dropped), true});
    }
}

void LogModel::note(const QString &text, WallTime time)
{
    append({time, LogLevel::Info, {}, text, true});
}

void LogModel::append(Line line)
{
    if (static_cast<qsizetype>(m_waiting.size()) >= m_capacity) {
        m_waiting.pop_front();
        ++m_leftOut;
    }
    m_waiting.push_back(std::move(line));
    if (!m_batchTimer.isActive()) {
        m_batchTimer.start();
    }
}

void LogModel::flush()
{
    const qsizetype count = std::min({static_cast<qsizetype>(m_waiting.size()), linesAtOnce, m_capacity});
    letGoOf(kept() + count - m_capacity);
    std::deque<qint64> shown;
    for (qsizetype i = 0; i < count; ++i) {
        if (matches(m_waiting.front())) {
            shown.push_back(m_first + kept());
        }
        m_lines.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    if (!shown.empty()) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(shown.size()) - 1);
        m_shown.insert(m_shown.end(), shown.begin(), shown.end());
        endInsertRows();
    }
    if (!m_waiting.empty()) {
        m_batchTimer.start();
    }
}

void LogModel::letGoOf(qsizetype count)
{
    if (count <= 0) {
        return;
    }
    const auto end = std::lower_bound(m_shown.begin(), m_shown.end(), m_first + count);
    const int rows = static_cast<int>(end - m_shown.begin());
    if (rows > 0) {
        beginRemoveRows({}, 0, rows - 1);
        m_shown.erase(m_shown.begin(), end);
    }
    m_lines.erase(m_lines.begin(), m_lines.begin() + count);
    m_first += count;
    if (rows > 0) {
        endRemoveRows();
    }
}

Result<void> LogModel::setFilter(const Filter &filter)
{
    QRegularExpression pattern(
        filter.pattern.isEmpty() ? QString() : patternGuard + filter.pattern, QRegularExpression::CaseInsensitiveOption);
    if (!pattern.isValid()) {
        const qsizetype at = std::max<qsizetype>(0, pattern.patternErrorOffset() - patternGuard.size());
        return fail(ErrorCode::InvalidArgument, tr("%1 (at character %2)").arg(pattern.errorString()).arg(at + 1));
    }
    m_filter = filter;
    m_pattern = pattern;
    m_pattern.optimize();
    beginResetModel(); // the user asked for other rows: nothing of the view is to survive
    m_shown.clear();
    m_scan = m_first + kept();
    endResetModel();
    scanSome();
    if (isFiltering()) {
        m_scanTimer.start();
    }
    return {};
}

void LogModel::scanSome()
{
    const qint64 from = std::max(m_first, m_scan - linesAtOnce);
    std::deque<qint64> shown;
    for (qint64 number = from; number < m_scan; ++number) {
        if (matches(m_lines[static_cast<size_t>(number - m_first)])) {
            shown.push_back(number);
        }
    }
    m_scan = from;
    if (!shown.empty()) {
        beginInsertRows({}, 0, static_cast<int>(shown.size()) - 1);
        m_shown.insert(m_shown.begin(), shown.begin(), shown.end());
        endInsertRows();
    }
    if (!isFiltering()) {
        m_scanTimer.stop();
    }
}

bool LogModel::matches(const Line &line) const
{
    if (!m_filter.node.isEmpty() && !line.node.isEmpty() && line.node != m_filter.node) {
        return false;
    }
    return line.isNote || (line.level >= m_filter.level && (m_filter.pattern.isEmpty() || m_pattern.match(line.text).hasMatch()));
}

} // namespace dtf
