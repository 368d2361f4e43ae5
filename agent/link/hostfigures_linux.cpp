// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/link/hostfigures.h"

#include <QFile>
#include <QList>

namespace dtf {

namespace {

QByteArray smallFile(const char *path)
{
    QFile file(QString::fromLatin1(path));
    return file.open(QIODevice::ReadOnly) ? file.read(qint64 {64} * 1024) : QByteArray();
}

} // namespace

/// First line of /proc/stat: user nice system idle iowait irq softirq steal …, in ticks (proc(5)).
HostMeter::CpuTimes HostMeter::cpuTimes()
{
    const QByteArray stat = smallFile("/proc/stat");
    const QList<QByteArray> words = stat.left(stat.indexOf('\n')).simplified().split(' ');
    CpuTimes times;
    for (qsizetype i = 1; i < qMin<qsizetype>(words.size(), 9); ++i) {
        const quint64 ticks = words[i].toULongLong();
        times.total += ticks;
        times.busy += i == 4 || i == 5 ? 0 : ticks;
    }
    return times;
}

qint64 HostMeter::memoryFree()
{
    const QList<QByteArray> lines = smallFile("/proc/meminfo").split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith("MemAvailable:")) {
            return line.simplified().split(' ').value(1).toLongLong() * 1024;
        }
    }
    return -1;
}

} // namespace dtf
