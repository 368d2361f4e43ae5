// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/link/hostfigures.h"

#include <windows.h>

namespace dtf {

namespace {

quint64 ticks(const FILETIME &time)
{
    return (quint64 {time.dwHighDateTime} << 32) | time.dwLowDateTime;
}

} // namespace

HostMeter::CpuTimes HostMeter::cpuTimes()
{
    FILETIME idle {};
    FILETIME kernel {}; // contains idle
    FILETIME user {};
    CpuTimes times;
    if (GetSystemTimes(&idle, &kernel, &user)) {
        times.total = ticks(kernel) + ticks(user);
        times.busy = times.total - ticks(idle);
    }
    return times;
}

qint64 HostMeter::memoryFree()
{
    MEMORYSTATUSEX status {};
    status.dwLength = sizeof status;
    return GlobalMemoryStatusEx(&status) ? static_cast<qint64>(status.ullAvailPhys) : -1;
}

} // namespace dtf
