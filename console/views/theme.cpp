// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/theme.h"

#include <QApplication>
#include <QStyleFactory>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct Ground
{
    QRgb window, base, alternate, text, muted, button, highlight, highlighted, line, link, chosenElsewhere;
};

constexpr Ground grounds[] = {
    // Light
    {0xfff3f4f6, 0xffffffff, 0xfff8f9fb, 0xff1b1f24, 0xff5b6470, 0xffe9ebef, 0xff1f5fbf, 0xffffffff, 0xffd3d8de, 0xff1f5fbf,
        0xffd6e2f4},
    // Dark
    {0xff1d2126, 0xff15181c, 0xff1a1e23, 0xffe6e9ed, 0xff9aa4af, 0xff2a3037, 0xff2f66bd, 0xffffffff, 0xff343b44, 0xff7db0ff,
        0xff26364f},
    // HighContrast
    {0xff000000, 0xff000000, 0xff000000, 0xffffffff, 0xffffffff, 0xff000000, 0xffffff00, 0xff000000, 0xffffffff, 0xff00ffff,
        0xff4d4d00},
};

struct ToneColours
{
    QRgb text, ground;
};

constexpr int tones = static_cast<int>(Tone::Muted) + 1;
constexpr ToneColours toneColours[][tones] = {
    // Plain, Good, Busy, Attention, Trouble, Muted
    {{0xff1b1f24, 0xffe9ebef}, {0xff176534, 0xffdff3e5}, {0xff174f9c, 0xffdfeafa}, {0xff7a4a00, 0xfffdeecb},
        {0xffa11220, 0xfffbe1e3}, {0xff5b6470, 0xffe9ebef}},
    {{0xffe6e9ed, 0xff2a3037}, {0xff7fdca0, 0xff173a25}, {0xff8fbcff, 0xff1b3458}, {0xffffcc66, 0xff473510},
        {0xffff9aa2, 0xff511c22}, {0xff9aa4af, 0xff2a3037}},
    {{0xffffffff, 0xff000000}, {0xff00ff66, 0xff000000}, {0xff00ffff, 0xff000000}, {0xffffff00, 0xff000000},
        {0xffff8080, 0xff000000}, {0xffffffff, 0xff000000}},
};

constexpr const char *sheet = R"(
QToolTip { padding: 4px; border: 1px solid palette(mid); }
QDockWidget::title { padding: 5px 8px 3px; font-weight: 600; background: palette(window); border-bottom: 1px solid palette(mid); }
QHeaderView::section { padding: 4px 6px 4px 4px; border: none; border-right: 1px solid palette(mid); border-bottom: 1px solid palette(mid);
                       background: palette(button); }
QTableView { border: none; gridline-color: palette(mid); }
QMenu { border: 1px solid palette(mid); }
QToolBar { border: none; border-bottom: 1px solid palette(mid); background: palette(window); }
QStatusBar::item { border: none; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
)";

/// Fusion draws its frames a little darker than the window: on black there would be none.
constexpr const char *frames = R"(
QLineEdit, QPlainTextEdit, QDialog QListView, QDialog QTreeView { border: 1px solid palette(mid); padding: 2px; }
QLineEdit:focus, QPlainTextEdit:focus, QDialog QListView:focus, QDialog QTreeView:focus { border: 2px solid palette(highlight); padding: 1px; }
QComboBox { border: 1px solid palette(mid); border-radius: 3px; padding: 2px 6px; }
QComboBox:focus { border: 2px solid palette(highlight); padding: 1px 5px; }
QPushButton, QToolButton { border: 1px solid palette(mid); border-radius: 3px; padding: 3px 10px; }
QPushButton:flat { border-color: palette(window); }
QPushButton:focus, QToolButton:focus { border: 2px solid palette(highlight); padding: 2px 9px; }
QPushButton:disabled, QToolButton:disabled { border: 1px dotted palette(mid); }
QToolButton:checked, QPushButton:pressed, QToolButton:pressed { background: palette(highlight); color: palette(highlighted-text); }
QTabBar::tab { border: 1px solid palette(mid); padding: 3px 9px; }
QTabBar::tab:selected { background: palette(highlight); color: palette(highlighted-text); }
QDialog { border: 1px solid palette(mid); }
QMenu::item:selected { background: palette(highlight); color: palette(highlighted-text); }
QMenu::item { padding: 3px 24px 3px 24px; }
)";

} // namespace

QString toString(ThemeKind kind)
{
    switch (kind) {
    case ThemeKind::Light:
        return u"light"_s;
    case ThemeKind::Dark:
        return u"dark"_s;
    case ThemeKind::HighContrast:
        return u"high-contrast"_s;
    }
    return {};
}

std::optional<ThemeKind> themeFromString(const QString &text)
{
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::HighContrast}) {
        if (text == toString(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

QString toString(Density density)
{
    switch (density) {
    case Density::Comfortable:
        return u"comfortable"_s;
    case Density::Normal:
        return u"normal"_s;
    case Density::Compact:
        return u"compact"_s;
    }
    return {};
}

std::optional<Density> densityFromString(const QString &text)
{
    for (const Density density : {Density::Comfortable, Density::Normal, Density::Compact}) {
        if (text == toString(density)) {
            return density;
        }
    }
    return std::nullopt;
}

QColor Theme::text(Tone tone) const
{
    return toneColours[static_cast<int>(kind)][static_cast<int>(tone)].text;
}

QColor Theme::ground(Tone tone) const
{
    return toneColours[static_cast<int>(kind)][static_cast<int>(tone)].ground;
}

QString Theme::sign(Tone tone)
{
    switch (tone) {
    case Tone::Plain:
        return {};
    case Tone::Good:
        return u"●"_s;
    case Tone::Busy:
        return u"▶"_s;
    case Tone::Attention:
        return u"▲"_s;
    case Tone::Trouble:
        return u"■"_s;
    case Tone::Muted:
        return u"○"_s;
    }
    return {};
}

Theme makeTheme(ThemeKind kind)
{
    const Ground &g = grounds[static_cast<int>(kind)];
    Theme theme;
    theme.kind = kind;
    theme.line = g.line;
    theme.chosenElsewhere = g.chosenElsewhere;
    QPalette &p = theme.palette;
    p.setColor(QPalette::Window, g.window);
    p.setColor(QPalette::WindowText, g.text);
    p.setColor(QPalette::Base, g.base);
    p.setColor(QPalette::AlternateBase, g.alternate);
    p.setColor(QPalette::Text, g.text);
    p.setColor(QPalette::PlaceholderText, g.muted);
    p.setColor(QPalette::Button, g.button);
    p.setColor(QPalette::ButtonText, g.text);
    p.setColor(QPalette::BrightText, g.highlighted);
    p.setColor(QPalette::ToolTipBase, g.base);
    p.setColor(QPalette::ToolTipText, g.text);
    p.setColor(QPalette::Highlight, g.highlight);
    p.setColor(QPalette::HighlightedText, g.highlighted);
    p.setColor(QPalette::Link, g.link);
    p.setColor(QPalette::Mid, g.line);
    p.setColor(QPalette::Midlight, g.line);
    p.setColor(QPalette::Light, g.alternate);
    p.setColor(QPalette::Dark, g.line);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        p.setColor(QPalette::Disabled, role, g.muted);
    }
    return theme;
}

int rowHeight(Density density, int fontHeight)
{
    switch (density) {
    case Density::Comfortable:
        return fontHeight + 14;
    case Density::Normal:
        return fontHeight + 8;
    case Density::Compact:
        return fontHeight + 3;
    }
    return fontHeight + 8;
}

void applyTheme(QApplication &application, const Theme &theme)
{
    application.setStyle(QStyleFactory::create(u"Fusion"_s));
    QApplication::setPalette(theme.palette);
    const QString all = QString::fromLatin1(sheet);
    application.setStyleSheet(theme.kind == ThemeKind::HighContrast ? all + QString::fromLatin1(frames) : all);
}

} // namespace dtf
