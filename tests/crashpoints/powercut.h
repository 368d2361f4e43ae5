// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace dtf::crash {

/// What the shim has noted in `images` is put back, as after a power cut of the worst kind: files below `folders` have the
/// content of their last fsync (never synced: empty), renames and removals in local folders whose folder was not synced did not
/// happen. Below `foreign` everything was written by programs without the shim: what nobody synced is empty.
void cutPower(const QString &images, const QStringList &folders, const QStringList &foreign);

} // namespace dtf::crash
