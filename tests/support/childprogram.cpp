// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/childprogram.h"

#include "tests/support/waiting.h"

#include <QFile>
#include <QFileInfo>

#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

ChildProgram::ChildProgram(QString program, QStringList arguments, QString logFile, QString mark)
    : m_logFile(std::move(logFile))
{
    m_process.setProgram(program);
    m_process.setArguments(arguments);
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(m_logFile, QIODevice::Append);
    setEnvironment(u"DTF_TEST_FLEET"_s, mark);
}

ChildProgram::~ChildProgram()
{
    kill();
}

void ChildProgram::setEnvironment(const QString &name, const QString &value)
{
    QProcessEnvironment environment = m_process.processEnvironment();
    if (environment.isEmpty()) {
        environment = QProcessEnvironment::systemEnvironment();
    }
    environment.insert(name, value);
    m_process.setProcessEnvironment(environment);
}

bool ChildProgram::start()
{
    m_logFrom = QFileInfo(m_logFile).size();
    m_process.start();
    return m_process.waitForStarted(10'000);
}

void ChildProgram::signal(int number) const
{
    if (pid() > 1) {
        ::kill(static_cast<pid_t>(pid()), number);
    }
}

void ChildProgram::kill()
{
    signal(SIGKILL);
    (void)waitForEnd();
}

bool ChildProgram::stop(milliseconds deadline)
{
    signal(SIGTERM);
    return waitForEnd(deadline) && m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0;
}

bool ChildProgram::waitForEnd(milliseconds deadline)
{
    return until([this] { return m_process.state() == QProcess::NotRunning; }, deadline);
}

QString ChildProgram::output() const
{
    QFile file(m_logFile);
    if (!file.open(QIODevice::ReadOnly) || !file.seek(m_logFrom)) {
        return {};
    }
    return QString::fromUtf8(file.readAll());
}

QRegularExpressionMatch ChildProgram::printed(const QRegularExpression &pattern, milliseconds deadline) const
{
    QRegularExpressionMatch match;
    (void)until(
        [&] {
            match = pattern.match(output());
            return match.hasMatch() || m_process.state() == QProcess::NotRunning;
        },
        deadline);
    return match.hasMatch() ? match : pattern.match(output());
}

} // namespace dtf
