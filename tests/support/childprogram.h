// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QProcess>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

namespace dtf {

/// A program started by a test, its output appended to a log file. Ended (-9) with the object.
class ChildProgram
{
public:
    /// `mark` goes into its environment as DTF_TEST_FLEET, so that every descendant can be found.
    ChildProgram(QString program, QStringList arguments, QString logFile, QString mark);
    ~ChildProgram();
    ChildProgram(const ChildProgram &) = delete;
    ChildProgram &operator=(const ChildProgram &) = delete;

    [[nodiscard]] bool start();
    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    [[nodiscard]] QString program() const { return m_process.program(); }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    [[nodiscard]] int exitCode() const { return m_process.exitCode(); }
    [[nodiscard]] bool crashed() const { return m_process.exitStatus() == QProcess::CrashExit; } ///< ended by a signal
    void setEnvironment(const QString &name, const QString &value);

    void signal(int number) const;
    /// SIGKILL; it is gone afterwards.
    void kill();
    /// SIGTERM. False: it did not end in time, or not with code 0.
    [[nodiscard]] bool stop(milliseconds deadline = seconds(15));
    [[nodiscard]] bool waitForEnd(milliseconds deadline = seconds(15));
    /// The first match in what this start has printed, now or within the deadline.
    [[nodiscard]] QRegularExpressionMatch printed(const QRegularExpression &pattern, milliseconds deadline = seconds(30)) const;
    [[nodiscard]] QString output() const; ///< of this start
    [[nodiscard]] const QString &logFile() const { return m_logFile; }

private:
    QProcess m_process;
    QString m_logFile;
    qint64 m_logFrom = 0;
};

} // namespace dtf
