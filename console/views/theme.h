// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/modelroles.h"

#include <QColor>
#include <QPalette>
#include <QString>

#include <optional>

class QApplication;

namespace dtf {

enum class ThemeKind { Light, Dark, HighContrast };
enum class Density { Comfortable, Normal, Compact };

[[nodiscard]] QString toString(ThemeKind kind); ///< "light", for settings
[[nodiscard]] std::optional<ThemeKind> themeFromString(const QString &text);
[[nodiscard]] QString toString(Density density);
[[nodiscard]] std::optional<Density> densityFromString(const QString &text);

/// Colours and measures of one theme. Text on its ground keeps a contrast of 4.5 : 1 or more (7 : 1 in high contrast).
struct Theme
{
    ThemeKind kind = ThemeKind::Light;
    QPalette palette;
    QColor line; ///< between panels and rows
    QColor chosenElsewhere; ///< ground of chosen rows in a table without the focus; text has its usual colour

    [[nodiscard]] QColor text(Tone tone) const; ///< on palette base
    [[nodiscard]] QColor ground(Tone tone) const; ///< behind a badge with text(tone) on it
    [[nodiscard]] static QString sign(Tone tone); ///< "●", "▲", "■" …: the meaning without the colour; empty for Plain
};

[[nodiscard]] Theme makeTheme(ThemeKind kind);
/// Height of a table row in pixels for the application's font.
[[nodiscard]] int rowHeight(Density density, int fontHeight);

/// Fusion style, the theme's palette and the small style sheet that goes with it.
void applyTheme(QApplication &application, const Theme &theme);

} // namespace dtf
