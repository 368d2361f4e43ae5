// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QWidget;

namespace dtf {

/// Every visible label, button, tab, header, box and placeholder below `root` that has less room than its text needs, in words
/// with both measures. A label that gives way on purpose has its whole text as tool tip and is no fault. Pure looking.
[[nodiscard]] QStringList clippedTexts(const QWidget &root);

} // namespace dtf
