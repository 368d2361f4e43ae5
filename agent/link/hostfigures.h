// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

namespace dtf {

/// What the heartbeat says of the machine. Unknown figures are -1.
struct HostFigures
{
    double cpuPercent = -1; ///< of all cores, since the last reading
    qint64 memoryFree = -1; ///< bytes that programs could still get
    qint64 diskFree = -1; ///< bytes on the fuller of the disks of the given folders
};

/// Reads small files of the kernel (Linux) or asks the system (Windows): microseconds. Thread: one.
class HostMeter
{
public:
    explicit HostMeter(QStringList folders);
    [[nodiscard]] HostFigures read();

private:
    struct CpuTimes
    {
        quint64 busy = 0;
        quint64 total = 0;
    };
    [[nodiscard]] static CpuTimes cpuTimes();
    [[nodiscard]] static qint64 memoryFree();

    QStringList m_folders;
    CpuTimes m_last;
};

} // namespace dtf
