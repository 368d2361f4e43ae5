// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// How wide text is in a terminal. Pure, any thread. Escape remote text first: control characters have no width.
namespace dtf {

/// In columns: combining marks take none, East Asian wide characters and emoji two (Unicode Standard Annex #11, the W and F
/// blocks).
[[nodiscard]] int displayWidth(QStringView text);
/// At most `columns` wide; what is too long loses its middle: "Agency…2026.csv". `columns` ≥ 1.
[[nodiscard]] QString elidedMiddle(const QString &text, int columns);
/// At most `columns` wide; what is too long loses its end.
[[nodiscard]] QString elidedRight(const QString &text, int columns);

} // namespace dtf
