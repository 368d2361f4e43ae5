// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/diskspace.h"

#include <filesystem>

namespace dtf {

qint64 freeBytes(const QString &folder)
{
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(folder.toStdU16String(), error);
    return error || space.available == static_cast<std::uintmax_t>(-1) ? -1 : static_cast<qint64>(space.available);
}

} // namespace dtf
