// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QString>

namespace dtf {

/// The name of a remote file inside an archive: one that unpacks everywhere and stays in its folder. Separators, control
/// characters, bidi marks, and what Windows refuses become '_', a reserved or dotted name gets one in front, the length is
/// bounded. `taken`: names (case-folded) that are in use; gets this one too, "a (2).csv" where it was. Pure but for that.
[[nodiscard]] QString entryName(const QString &remote, QSet<QString> &taken);

} // namespace dtf
