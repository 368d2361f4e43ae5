// SPDX-License-Identifier: GPL-3.0-or-later
// Every text of a theme can be read on every ground it is drawn on (WCAG 2.1: 4.5 : 1, in high contrast 7 : 1).
#include "console/views/theme.h"

#include <QSet>
#include <QTest>

#include <cmath>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr ThemeKind kinds[] = {ThemeKind::Light, ThemeKind::Dark, ThemeKind::HighContrast};
constexpr Tone tones[] = {Tone::Plain, Tone::Good, Tone::Busy, Tone::Attention, Tone::Trouble, Tone::Muted};

/// https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
double luminance(const QColor &colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_measure_is_right()
    {
        QCOMPARE(qRound(contrast(Qt::black, Qt::white)), 21);
        QCOMPARE(qRound(contrast(Qt::white, Qt::white)), 1);
    }

    void text_can_be_read_data()
    {
        QTest::addColumn<QColor>("text");
        QTest::addColumn<QColor>("ground");
        QTest::addColumn<double>("least");
        for (const ThemeKind kind : kinds) {
            const Theme theme = makeTheme(kind);
            const QPalette &p = theme.palette;
            const double least = kind == ThemeKind::HighContrast ? 7.0 : 4.5;
            const auto row = [&](const char *what, const QColor &text, const QColor &ground) {
                QTest::addRow("%s %s", qPrintable(toString(kind)), what) << text << ground << least;
            };
            for (const Tone tone : tones) {
                const QByteArray name = "tone " + QByteArray::number(int(tone));
                row(name + " on its badge", theme.text(tone), theme.ground(tone));
                row(name + " on the base", theme.text(tone), p.color(QPalette::Base));
                row(name + " on every second row", theme.text(tone), p.color(QPalette::AlternateBase));
                row(name + " on the window", theme.text(tone), p.color(QPalette::Window));
            }
            row("chosen in a table without the focus", p.color(QPalette::Text), theme.chosenElsewhere);
            row("text", p.color(QPalette::Text), p.color(QPalette::Base));
            row("window text", p.color(QPalette::WindowText), p.color(QPalette::Window));
            row("button text", p.color(QPalette::ButtonText), p.color(QPalette::Button));
            row("tool tip", p.color(QPalette::ToolTipText), p.color(QPalette::ToolTipBase));
            row("link", p.color(QPalette::Link), p.color(QPalette::Base));
            row("placeholder", p.color(QPalette::PlaceholderText), p.color(QPalette::Base));
            row("disabled button", p.color(QPalette::Disabled, QPalette::ButtonText), p.color(QPalette::Button));
            row("selected", p.color(QPalette::HighlightedText), p.color(QPalette::Highlight));
        }
    }
    void text_can_be_read()
    {
        QFETCH(QColor, text);
        QFETCH(QColor, ground);
        QFETCH(double, least);
        const double measured = contrast(text, ground);
        QVERIFY2(measured >= least, qPrintable(u"%1 on %2: %3 : 1"_s.arg(text.name(), ground.name()).arg(measured, 0, 'f', 2)));
    }

    void no_meaning_hangs_on_colour_alone()
    {
        QSet<QString> signs;
        for (const Tone tone : tones) {
            signs.insert(Theme::sign(tone));
        }
        QCOMPARE(signs.size(), int(std::size(tones)));
        QVERIFY(Theme::sign(Tone::Plain).isEmpty());
    }

    void words_of_settings_come_back()
    {
        for (const ThemeKind kind : kinds) {
            QVERIFY(themeFromString(toString(kind)) == kind);
        }
        for (const Density density : {Density::Comfortable, Density::Normal, Density::Compact}) {
            QVERIFY(densityFromString(toString(density)) == density);
        }
        QVERIFY(!themeFromString(u"pink"_s));
        QVERIFY(!densityFromString(u"pink"_s));
    }
};

QTEST_GUILESS_MAIN(TestTheme)
#include "tst_theme.moc"
