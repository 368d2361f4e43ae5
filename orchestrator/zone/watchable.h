// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace dtf {

/// Whether a watcher on `folder` could tell of anything: on a network's file system others' changes give no events, and setting
/// the watch up would touch the share from the main thread, where a share that hangs must not be touched. Only this machine's
/// table of mounts is read. True where that can't tell.
[[nodiscard]] bool isWorthWatching(const QString &folder);

/// Pure: the same from the text of /proc/self/mountinfo.
[[nodiscard]] bool isWorthWatching(const QByteArray &folder, const QByteArray &mountInfo);

} // namespace dtf
