// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/album.h"

#include "tests/console/screenshots/clipped.h"

#include <QApplication>
#include <QMainWindow>
#include <QMenu>
#include <QPainter>
#include <QSet>
#include <QTest>

#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int titleHeight = 26;
constexpr int leastColours = 12; ///< letters are drawn with soft edges: a page with words has more
constexpr int equalsInARow = 4; ///< then it stands still; what comes of the next second is no matter
constexpr int patienceMs = 10'000;

QList<QWidget *> openOver(const QWidget &window)
{
    QList<QWidget *> list;
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *widget : all) {
        if (widget != &window && widget->isVisible() && widget->windowType() != Qt::ToolTip) {
            list.append(widget);
        }
    }
    return list;
}

int coloursOf(const QImage &image)
{
    QSet<QRgb> seen;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) {
            seen.insert(image.pixel(x, y));
        }
    }
    return static_cast<int>(seen.size());
}

} // namespace

QImage pictureOf(QWidget &window)
{
    QPixmap picture = window.grab();
    QPainter painter(&picture);
    const QList<QWidget *> others = openOver(window);
    for (QWidget *widget : others) {
        const QPoint at = widget->mapToGlobal(QPoint()) - window.mapToGlobal(QPoint());
        const bool isMenu = qobject_cast<QMenu *>(widget) != nullptr;
        if (!isMenu) { // what a window manager adds
            const QRect title(at.x() - 1, at.y() - titleHeight, widget->width() + 2, titleHeight + widget->height() + 1);
            painter.setPen(widget->palette().color(QPalette::WindowText));
            painter.setBrush(widget->palette().button());
            painter.drawRect(title.adjusted(0, 0, -1, 0));
            painter.drawText(
                QRect(title.left() + 10, title.top(), title.width() - 20, titleHeight), Qt::AlignVCenter, widget->windowTitle());
        }
        painter.drawPixmap(at, widget->grab());
    }
    return picture.toImage();
}

void Album::complain(const QString &text)
{
    std::fprintf(stderr, "%s\n", qUtf8Printable(text));
    m_faults.append(text);
}

/// Once layouts and the timers of a moment have done their work.
static QImage settledPictureOf(QWidget &window)
{
    QImage image;
    int equal = 0;
    (void)QTest::qWaitFor(
        [&] {
            const QImage next = pictureOf(window);
            equal = next == image ? equal + 1 : 0;
            image = next;
            return equal >= equalsInARow;
        },
        patienceMs);
    return image;
}

void Album::add(const QString &name, QWidget &window)
{
    const QImage image = settledPictureOf(window);
    ++m_size;
    if (const int colours = coloursOf(image); colours < leastColours) {
        complain(u"%1: there is nothing on it (%2 colours)"_s.arg(name).arg(colours));
    }
    for (QWidget *widget : openOver(window) + QList<QWidget *> {&window}) {
        for (const QString &clipped : clippedTexts(*widget)) {
            complain(name + u": "_s + clipped);
        }
    }
    if (!image.save(m_folder + u'/' + name + u".png"_s)) {
        complain(u"%1 can't be written into %2"_s.arg(name, m_folder));
    }
}

} // namespace dtf
