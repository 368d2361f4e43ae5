// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/runlog.h"

#include "common/core/escape.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype keptLines = 20;
constexpr qsizetype maxLiveLines = 1'000;

} // namespace

RunLog::RunLog(const QString &path, const Where &where, qint64 maxBytes)
    : m_where(where)
    , m_maxBytes(maxBytes)
    , m_file(path)
{
    m_live.node = where.node;
    m_live.job = where.attempt.job;
    m_live.epoch = where.attempt.epoch;
    (void)m_file.open(QIODevice::WriteOnly | QIODevice::Append); // without a log the run goes on; its raw output is kept
}

void RunLog::append(Now now, LogLevel level, const QString &text)
{
    LogEntry entry;
    entry.time = now.wall;
    entry.level = level;
    entry.where = m_where.node.toString();
    entry.browserPort = m_where.browserPort;
    entry.text = text;
    entry.fields = {{u"job"_s, m_where.attempt.job.toString()}, {u"attempt"_s, QString::number(m_where.attempt.epoch)},
        {u"file"_s, m_where.name}};
    add(entry, now.mono);
}

void RunLog::appendOutput(Now now, const QByteArray &raw)
{
    // Invalid bytes become visible here; the renderer escapes what is left.
    const QString text = QString::fromUtf8(raw);
    append(now, LogLevel::Info, text.contains(QChar::ReplacementCharacter) ? QString::fromLatin1(raw) : text);
    if (!raw.trimmed().isEmpty()) {
        m_lastLine = escapedForLog(QByteArrayView(raw), 300);
        m_lastLines.append(m_lastLine);
        if (m_lastLines.size() > keptLines) {
            m_lastLines.removeFirst();
        }
    }
}

void RunLog::add(const LogEntry &entry, MonoTime mono)
{
    if (m_written >= m_maxBytes) {
        ++m_dropped;
    } else {
        const QByteArray line = renderText(entry) + '\n';
        m_written += qMax(qint64 {0}, m_file.write(line));
    }
    if (mono - m_second >= milliseconds(1000)) {
        m_second = mono;
        m_inSecond = 0;
    }
    const qint64 cost = entry.text.size() + 100;
    if (m_inSecond + cost > liveBytesPerSecond || m_live.lines.size() >= maxLiveLines) {
        ++m_live.dropped;
        return;
    }
    m_inSecond += cost;
    m_live.lines.append(entry);
}

void RunLog::close(Now now)
{
    if (m_dropped > 0) {
        m_maxBytes += 4096;
        append(now, LogLevel::Warn, u"%1 more lines were left out: the log reached its limit"_s.arg(m_dropped));
    }
    m_file.close();
}

LogLines RunLog::takeLive()
{
    m_file.flush();
    LogLines out = m_live;
    m_live.lines.clear();
    m_live.dropped = 0;
    return out;
}

QString RunLog::lastLines() const
{
    return m_lastLines.join(u'\n').right(2'000);
}

} // namespace dtf
