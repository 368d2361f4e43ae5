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

qint64 freeBytes(const QStringList &folders)
{
    qint64 least = -1;
    for (const QString &folder : folders) {
        const qint64 bytes = freeBytes(folder);
        least = least < 0 || (bytes >= 0 && bytes < least) ? bytes : least;
    }
    return least;
}

} // namespace dtf
