// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/logging.h"

#include "common/core/escape.h"

#include <QDateTime>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMutex>
#include <QTimeZone>

#include <cstdio>

#ifndef Q_OS_WIN
#include <sys/stat.h>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// The process-wide sink of Qt's message handler, which has no user pointer.
struct LogSink
{
    QMutex mutex;
    QString where;
    QString jsonPath;
    QFile json;
    bool journal = false; ///< stderr is systemd's journal: it takes a line's importance from a prefix, and shows it without
};

LogSink &sink()
{
    static LogSink instance;
    return instance;
}

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warn;
    case QtCriticalMsg:
    case QtFatalMsg:
        return LogLevel::Error;
    }
    return LogLevel::Error;
}

/// One old generation under another name; a log that can't rotate goes on growing rather than losing lines.
void rotateIfLarge(LogSink &s)
{
    constexpr qint64 limit = qint64 {64} * 1024 * 1024;
    if (s.json.size() < limit) {
        return;
    }
    s.json.close();
    const QByteArray path = QFile::encodeName(s.jsonPath);
    const QByteArray old = path + ".1";
    std::remove(old.constData());
    (void)std::rename(path.constData(), old.constData());
    (void)s.json.open(QIODevice::WriteOnly | QIODevice::Append);
}

/// systemd says by this variable which file its journal is; a child whose stderr was led elsewhere inherits it all the same.
bool stderrIsJournal()
{
#ifndef Q_OS_WIN
    struct stat status
    { };
    return ::fstat(2, &status) == 0
        && qgetenv("JOURNAL_STREAM") == QByteArray::number(status.st_dev) + ':' + QByteArray::number(status.st_ino);
#else
    return false;
#endif
}

/// syslog's number
QByteArray journalPrefix(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "<7>";
    case LogLevel::Info:
        return "<6>";
    case LogLevel::Warn:
        return "<4>";
    case LogLevel::Error:
        return "<3>";
    }
    return "<3>";
}

void handle(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    LogEntry entry;
    entry.time = SystemClock().now().wall;
    entry.level = levelOf(type);
    entry.text = text;
    if (context.category && qstrcmp(context.category, "default") != 0) {
        entry.fields.append({u"category"_s, QString::fromUtf8(context.category)});
    }
    LogSink &s = sink();
    const QMutexLocker lock(&s.mutex);
    entry.where = s.where;
    const QByteArray line = (s.journal ? journalPrefix(entry.level) : QByteArray()) + renderText(entry) + '\n';
    (void)std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stderr);
    (void)std::fflush(stderr);
    if (s.json.isOpen()) {
        s.json.write(renderJson(entry) + '\n');
        s.json.flush();
        rotateIfLarge(s);
    }
}

} // namespace

QLatin1StringView toString(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "DEBUG"_L1;
    case LogLevel::Info:
        return "INFO"_L1;
    case LogLevel::Warn:
        return "WARN"_L1;
    case LogLevel::Error:
        return "ERROR"_L1;
    }
    return "ERROR"_L1;
}

QString utcTimestamp(WallTime time)
{
    return QDateTime::fromMSecsSinceEpoch(time.msecsSinceEpoch).toUTC().toString(Qt::ISODateWithMs);
}

QByteArray renderText(const LogEntry &entry)
{
    QString line = utcTimestamp(entry.time) + u' ' + toString(entry.level) + u' ' + escapedForLog(entry.where) + u" – "_s
        + escapedForLog(entry.text, 16384);
    if (entry.browserPort > 0) {
        line += u" (Browser %1)"_s.arg(entry.browserPort);
    }
    for (const auto &[key, value] : entry.fields) {
        line += u' ' + key + u'=' + escapedForLog(value);
    }
    return line.toUtf8();
}

QByteArray renderJson(const LogEntry &entry)
{
    QJsonObject object {{u"time"_s, utcTimestamp(entry.time)}, {u"level"_s, QString(toString(entry.level))},
        {u"where"_s, entry.where}, {u"text"_s, escapedForLog(entry.text, 16384)}};
    if (entry.browserPort > 0) {
        object.insert(u"browser_port"_s, entry.browserPort);
    }
    for (const auto &[key, value] : entry.fields) {
        object.insert(key, value);
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

void installLogHandler(const QString &where, const QString &jsonFile)
{
    LogSink &s = sink();
    {
        const QMutexLocker lock(&s.mutex);
        s.where = where;
        s.jsonPath = jsonFile;
        s.json.close(); // of an earlier call
        s.journal = stderrIsJournal();
        if (!jsonFile.isEmpty()) {
            s.json.setFileName(jsonFile);
            if (!s.json.open(QIODevice::WriteOnly | QIODevice::Append)) {
                std::fprintf(stderr, "can't write the log file %s: %s; logging to standard error only\n",
                    qUtf8Printable(jsonFile), qUtf8Printable(s.json.errorString()));
            }
        }
    }
    qInstallMessageHandler(handle);
}

} // namespace dtf
