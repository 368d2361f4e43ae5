// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/models/modelroles.h"

#include <QAbstractTableModel>
#include <QRegularExpression>
#include <QTimer>

#include <deque>

namespace dtf {

/// The newest lines of all nodes, filtered. New lines are shown in batches, and lines beyond the bound are let go from the front:
/// both as exact inserts and removals. Another filter empties the view and fills it again from the newest line backwards, some
/// thousand lines at a time, so that no filter stops the window. Remote text is escaped. Thread: main.
class LogModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Time, Node, Level, Text };
    static constexpr int columns = static_cast<int>(Column::Text) + 1;
    static constexpr qsizetype defaultCapacity = 100'000;
    static constexpr milliseconds batchEvery {50};
    static constexpr qsizetype linesAtOnce = 5'000; ///< of one batch or one step of filtering

    struct Filter
    {
        QString pattern; ///< regular expression, case-insensitive, on the text as it came; empty: every line
        NodeName node; ///< empty: all
        LogLevel level = LogLevel::Debug; ///< this and worse
    };

    explicit LogModel(qsizetype capacity = defaultCapacity, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void take(const LogLines &lines);
    /// A remark of the console's own between the lines; shown whatever the filter.
    void note(const QString &text, WallTime time);
    /// A pattern that is none: the reason in words, and the filter before it stays.
    [[nodiscard]] Result<void> setFilter(const Filter &filter);
    [[nodiscard]] const Filter &filter() const { return m_filter; }

    [[nodiscard]] qsizetype kept() const { return static_cast<qsizetype>(m_lines.size()); }
    [[nodiscard]] qint64 letGo() const { return m_first; } ///< lines that the bound pushed out
    [[nodiscard]] qint64 leftOut() const { return m_leftOut; } ///< lines that never came: too many at once
    [[nodiscard]] bool isFiltering() const { return m_scan > m_first; } ///< older lines are still being looked through

    // What the timers do.
    void flush();
    void scanSome();

private:
    struct Line
    {
        WallTime time;
        LogLevel level = LogLevel::Info;
        NodeName node;
        QString text;
        bool isNote = false;
    };
    [[nodiscard]] bool matches(const Line &line) const;
    void append(Line line);
    void letGoOf(qsizetype count);

    const qsizetype m_capacity;
    std::deque<Line> m_waiting; ///< for the next batch; bounded as m_lines
    std::deque<Line> m_lines;
    qint64 m_first = 0; ///< number of m_lines.front()
    qint64 m_scan = 0; ///< lines from m_first up to here are not looked through yet
    std::deque<qint64> m_shown; ///< numbers of the lines shown
    Filter m_filter;
    QRegularExpression m_pattern;
    qint64 m_leftOut = 0;
    QTimer m_batchTimer;
    QTimer m_scanTimer;
};

} // namespace dtf
