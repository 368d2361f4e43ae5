// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/systemtool.h"

#include <QProcess>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int deadlineMs = 240'000; // the units may take 180 s to be ready (TimeoutStartSec)

} // namespace

Result<QByteArray> runTool(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(deadlineMs)) {
        process.kill();
        process.waitForFinished(1'000);
        return fail(ErrorCode::Timeout,
            process.error() == QProcess::FailedToStart ? u"%1 can't be run"_s.arg(program) : u"%1 did not end"_s.arg(program));
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        return fail(ErrorCode::Internal, QString::fromLocal8Bit(process.readAll().left(2000)).simplified());
    }
    return process.readAll();
}

} // namespace dtf
