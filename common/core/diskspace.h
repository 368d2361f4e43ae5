// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace dtf {

/// Bytes that this account may still write below `folder`, which must be there; -1: not known. Asks the file system itself, so it
/// is right in a container or chroot, whose mount table names other places. May block where the folder is on a network.
[[nodiscard]] qint64 freeBytes(const QString &folder);

/// The least of them, those not known left out; -1: none is known.
[[nodiscard]] qint64 freeBytes(const QStringList &folders);

} // namespace dtf
