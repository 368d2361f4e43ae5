// SPDX-License-Identifier: GPL-3.0-or-later
// The charts show what the orchestrator tells, say when there is nothing, and follow theme, wheel and keys.
#include "console/views/chartsview.h"
#include "console/views/laneplot.h"
#include "tests/console/consoledesk.h"

#include <QImage>
#include <QLabel>
#include <QSet>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 hour = 3'600'000;
constexpr qint64 start = 1'794'999'600'000;

HistoryView sample()
{
    HistoryView view;
    view.from = {start};
    view.to = {start + 24 * hour};
    for (int i = 0; i < 24; ++i) {
        view.hours.append({{start + i * hour}, 40 + i, i % 5, i % 3, 0, i * 60'000, i * 20'000});
    }
    for (int n = 1; n <= 3; ++n) {
        HistoryLane lane {*NodeName::parse("DTF-0" + QByteArray::number(n)), {}};
        for (int i = 0; i < 12; ++i) {
            lane.parts.append({i % 2 ? u"busy"_s : u"ready"_s, {start + 2 * i * hour}, {start + 2 * (i + 1) * hour}});
        }
        view.lanes.append(lane);
    }
    return view;
}

struct Shown : ConsoleDesk
{
    ChartsView view {store};

    Shown()
    {
        fleet.past = sample();
        view.resize(900, 600);
        view.setSession(session.get());
        view.show();
    }
    [[nodiscard]] bool says(const QString &words) const
    {
        const QList<QLabel *> labels = view.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
            [&](const QLabel *label) { return label->isVisible() && label->text().contains(words); });
    }
    [[nodiscard]] QCPRange range() const { return view.plot()->axisRect(0)->axis(QCPAxis::atBottom)->range(); }
    [[nodiscard]] QPoint at(int rect, double key, double value) const
    {
        const QCPAxisRect *place = view.plot()->axisRect(rect);
        return {int(place->axis(QCPAxis::atBottom)->coordToPixel(key)), int(place->axis(QCPAxis::atLeft)->coordToPixel(value))};
    }
};

} // namespace

class TestChartsView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_the_orchestrator_tells_is_drawn()
    {
        Shown shown;
        QVERIFY(shown.says(u"Not connected"_s));
        QVERIFY(shown.welcomed());
        QTRY_VERIFY(shown.view.plot()->isVisible());
        QCOMPARE(shown.range().lower, double(start) / 1000);
        QCOMPARE(shown.range().size(), 24.0 * 3'600);
        const double middle = double(start + 5 * hour / 2) / 1000; // in the third hour, and in the second part of a lane
        QVERIFY(shown.view.tipAt(shown.at(0, middle, 10)).contains(u"42 done, 2 failed"_s));
        QVERIFY(shown.view.tipAt(shown.at(1, middle, 1)).contains(u"longest wait 2m00"_s));
        QVERIFY(shown.view.tipAt(shown.at(2, middle, 1)).startsWith(u"DTF-02: running a file"_s));
        QVERIFY(shown.view.tipAt({0, 0}).isEmpty());
        QVERIFY(shown.says(u"running&nbsp;a&nbsp;file"_s)); // in the legend
        QVERIFY(!shown.says(u"lost"_s)); // only what is there
    }

    void nothing_and_trouble_are_said_in_words()
    {
        Shown shown;
        shown.fleet.past = HistoryView {{start}, {start + hour}, true, {HistoryHour {}}, {}};
        QVERIFY(shown.welcomed());
        QTRY_VERIFY(shown.says(u"Nothing has happened"_s));
        Shown broken;
        broken.fleet.error = Error {ErrorCode::StoreFailed, {}};
        QVERIFY(broken.welcomed());
        QTRY_VERIFY(broken.says(u"could not be read"_s));
        HistoryView part = sample();
        part.complete = false;
        broken.view.setHistory(part);
        QVERIFY(broken.says(u"too much to read"_s));
    }

    void keys_move_and_zoom_all_rows_within_what_is_known()
    {
        Shown shown;
        shown.view.setHistory(sample());
        QTest::keyClick(&shown.view, Qt::Key_Plus);
        QCOMPARE(shown.range().size(), 12.0 * 3'600);
        QTest::keyClick(&shown.view, Qt::Key_Left);
        QTest::keyClick(&shown.view, Qt::Key_Left);
        QTest::keyClick(&shown.view, Qt::Key_Left);
        QTest::keyClick(&shown.view, Qt::Key_Left);
        QCOMPARE(shown.range().lower, double(start) / 1000); // no further
        for (int rect = 1; rect < 3; ++rect) {
            QCOMPARE(shown.view.plot()->axisRect(rect)->axis(QCPAxis::atBottom)->range().lower, shown.range().lower);
        }
        QTest::keyClick(&shown.view, Qt::Key_Minus);
        QTest::keyClick(&shown.view, Qt::Key_Minus);
        QCOMPARE(shown.range().size(), 24.0 * 3'600);
        for (int i = 0; i < 20; ++i) {
            QTest::keyClick(&shown.view, Qt::Key_Plus);
        }
        QCOMPARE(shown.range().size(), 60.0);
        shown.view.setHistory(sample()); // a refresh does not move it
        QCOMPARE(shown.range().size(), 60.0);
        QTest::keyClick(&shown.view, Qt::Key_0);
        QCOMPARE(shown.range().size(), 24.0 * 3'600);
    }

    void the_theme_colours_it()
    {
        Shown shown;
        shown.view.setHistory(sample());
        for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::HighContrast, ThemeKind::Light}) {
            const Theme theme = makeTheme(kind);
            shown.view.setTheme(theme, Density::Normal);
            const QImage image = QImage::fromData(shown.view.png());
            QVERIFY(!image.isNull());
            QCOMPARE(image.pixelColor(1, 1), theme.palette.color(QPalette::Base));
        }
    }

    void states_differ_without_colour()
    {
        const Theme theme = makeTheme(ThemeKind::HighContrast);
        QSet<QPair<int, QRgb>> looks;
        const QStringList states {u"ready"_s, u"busy"_s, u"failed"_s, u"lost"_s, u"paused"_s, u"unknown"_s};
        for (const QString &state : states) {
            const QBrush brush = laneBrush(theme, state);
            looks.insert({int(brush.style()), brush.style() == Qt::NoBrush ? 0 : brush.color().rgb()});
        }
        QCOMPARE(looks.size(), states.size());
        QVERIFY(laneBrush(theme, u"lost"_s).style() != laneBrush(theme, u"failed"_s).style());
    }
};

QTEST_MAIN(TestChartsView)
#include "tst_chartsview.moc"
