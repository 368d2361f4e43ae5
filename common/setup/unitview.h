// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/core/error.h"

#include <QStringList>

#include <optional>

namespace dtf {

/// What systemd's unit leaves its service of the file system, whatever the account's rights are (systemd.exec(5), Sandboxing).
struct UnitView
{
    QByteArray protectSystem = "no"; ///< "yes", "full", "strict"
    QByteArray protectHome = "no"; ///< "yes", "read-only", "tmpfs"
    bool privateTmp = false;
    QStringList writable; ///< whole paths, the unit's own folders with them
    bool isWhole = true; ///< false: systemctl does not print a path with a blank, so there are more
};

/// Of `systemctl show`, a property each line.
[[nodiscard]] UnitView parseUnitView(const QByteArray &shown);

enum class UnitAccess {
    Full,
    ReadOnly,
    Hidden, ///< it sees another folder there, or none
};
/// By the path's words: what a symbolic link leads to is not asked. Where `view` is not whole: Full. Pure.
[[nodiscard]] UnitAccess accessTo(const UnitView &view, const QString &folder);

/// The system's dtf-<part>.service as systemd knows it now. Nothing: no systemd runs here (Windows), or there is no such unit.
[[nodiscard]] std::optional<UnitView> unitView(QLatin1StringView part);

/// May the service change all of `folders`, which it must?
[[nodiscard]] CheckRow checkUnitView(QLatin1StringView part, const UnitView &view, const QStringList &folders);

/// The same of this system, for the program whose configuration is `configFile`. Nothing: no service of systemd's reads that.
[[nodiscard]] std::optional<CheckRow> checkService(QLatin1StringView part, const QString &configFile, const QStringList &folders);

/// A drop-in of the unit, /etc/systemd/system/dtf-<part>.service.d/setup.conf, that lets it change those of `folders` that it
/// could only read; for the unit's next start. The folders it is about: none, nothing was written. As root.
[[nodiscard]] Result<QStringList> widenUnit(QLatin1StringView part, const UnitView &view, const QStringList &folders);

} // namespace dtf
