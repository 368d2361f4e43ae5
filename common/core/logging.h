// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QList>
#include <QLoggingCategory>
#include <QString>

#include <utility>

namespace dtf {

enum class LogLevel { Debug, Info, Warn, Error };
[[nodiscard]] QLatin1StringView toString(LogLevel level); ///< "INFO"

/// One line of a log. Rendered as
/// `2026-11-23T14:38:07.120Z INFO DTF-03 – Upload Success (Browser 9224) job=01J… attempt=1 file=AgencyA.csv`.
struct LogEntry
{
    WallTime time;
    LogLevel level = LogLevel::Info;
    QString where; ///< node name, or "orchestrator"
    int browserPort = 0; ///< 0: none
    QString text; ///< may hold remote text; escaped when rendered
    QList<std::pair<QString, QString>> fields; ///< key=value in this order
};

[[nodiscard]] QString utcTimestamp(WallTime time); ///< ISO 8601 with milliseconds and Z
[[nodiscard]] QByteArray renderText(const LogEntry &entry); ///< UTF-8, one line without line break
[[nodiscard]] QByteArray renderJson(const LogEntry &entry); ///< compact JSON object, one line without line break

/// Sends Qt's messages (qCInfo(category) << …) to stderr in our line format, and as JSON lines to `jsonFile` unless empty
/// (rotated at 64 MiB, one old file kept). Call once, from main, before any thread starts. `where` is this process's place.
void installLogHandler(const QString &where, const QString &jsonFile);

} // namespace dtf

/// In a room's .cpp: DTF_LOG_CATEGORY(lcDispatch, "orchestrator.dispatch")
#define DTF_LOG_CATEGORY(name, text)                                                                                             \
    namespace {                                                                                                                  \
    Q_LOGGING_CATEGORY(name, text, QtInfoMsg)                                                                                    \
    }
