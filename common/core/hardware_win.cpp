// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/hardware.h"
#include "common/core/machine.h"

#include <windows.h>

namespace dtf {

Hardware readHardware()
{
    constexpr DWORD provider = 0x52534D42; // 'RSMB'
    constexpr UINT most = 1024 * 1024;
    const UINT size = GetSystemFirmwareTable(provider, 0, nullptr, 0);
    QByteArray table(size <= most ? static_cast<qsizetype>(size) : 0, 0);
    if (!table.isEmpty() && GetSystemFirmwareTable(provider, 0, table.data(), size) != size) {
        table.clear();
    }
    return {boardInTable(table), machineIdentity(), {}};
}

} // namespace dtf
