// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/machine.h"

#include <QSysInfo>

#ifdef Q_OS_WIN
#include <windows.h>
#else
#include <QFile>
#endif

namespace dtf {

QByteArray machineIdentity()
{
    return QSysInfo::machineUniqueId();
}

#ifdef Q_OS_WIN

/// Start time of the machine in 10 s steps: the tick count and the clock are not read at one instant.
QByteArray machineBootIdentity()
{
    FILETIME now {};
    GetSystemTimeAsFileTime(&now);
    const quint64 hundredNs = (quint64 {now.dwHighDateTime} << 32) | now.dwLowDateTime;
    return "win-" + QByteArray::number((hundredNs / 10'000 - GetTickCount64()) / 10'000);
}

#else

QByteArray machineBootIdentity()
{
    QFile file(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    return file.open(QIODevice::ReadOnly) ? file.read(128).trimmed() : QByteArray();
}

#endif

} // namespace dtf
