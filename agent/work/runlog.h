// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/journalrecord.h"
#include "common/core/logging.h"
#include "common/protocol/messages.h"

#include <QFile>

namespace dtf {

/// The log of one run: every line with node and browser port into a local file of bounded size, and the newest, bounded per
/// second, for whoever watches live. Thread: main.
class RunLog
{
public:
    struct Where
    {
        NodeName node;
        Attempt attempt;
        QString name;
        int browserPort = 0;
    };
    static constexpr qint64 liveBytesPerSecond = qint64 {64} * 1024;

    RunLog(const QString &path, const Where &where, qint64 maxBytes);
    void append(Now now, LogLevel level, const QString &text);
    void appendOutput(Now now, const QByteArray &raw); ///< a line of the pipeline; any bytes
    void close(Now now); ///< says how many lines were left out

    /// What is new since the last call, within the bound.
    [[nodiscard]] LogLines takeLive();
    [[nodiscard]] bool hasLive() const { return !m_live.lines.isEmpty() || m_live.dropped > 0; }
    [[nodiscard]] const QString &lastLine() const { return m_lastLine; } ///< ≤ 300 characters, escaped
    [[nodiscard]] QString lastLines() const; ///< ≤ 2,000 characters
    [[nodiscard]] QString path() const { return m_file.fileName(); }

private:
    void add(const LogEntry &entry, MonoTime mono);

    Where m_where;
    qint64 m_maxBytes;
    QFile m_file;
    qint64 m_written = 0;
    qint64 m_dropped = 0; ///< lines left out of the file
    LogLines m_live;
    MonoTime m_second; ///< start of the present second of the live bound
    qint64 m_inSecond = 0;
    QString m_lastLine;
    QStringList m_lastLines;
};

} // namespace dtf
