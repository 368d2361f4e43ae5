// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/link/hostfigures.h"

#include "common/core/diskspace.h"

namespace dtf {

HostMeter::HostMeter(QStringList folders)
    : m_folders(std::move(folders))
    , m_last(cpuTimes())
{ }

HostFigures HostMeter::read()
{
    HostFigures figures;
    const CpuTimes now = cpuTimes();
    if (now.total > m_last.total) {
        figures.cpuPercent = 100.0 * static_cast<double>(now.busy - m_last.busy) / static_cast<double>(now.total - m_last.total);
    }
    m_last = now;
    figures.memoryFree = memoryFree();
    figures.diskFree = freeBytes(m_folders);
    return figures;
}

} // namespace dtf
