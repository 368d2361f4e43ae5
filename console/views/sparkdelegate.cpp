// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/sparkdelegate.h"

#include "common/protocol/messages.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>

namespace dtf {

namespace {

constexpr int margin = 3;

/// One step's part of the cell.
QRectF slotOf(const QRectF &cell, qsizetype step, qsizetype steps)
{
    const double width = cell.width() / double(steps);
    return {cell.left() + double(step) * width, cell.top(), width, cell.height()};
}

void drawBusy(QPainter &painter, const QRectF &cell, const QList<int> &percent, const QColor &colour)
{
    for (qsizetype i = 0; i < percent.size(); ++i) {
        if (percent[i] > 0) {
            QRectF slot = slotOf(cell, i, percent.size());
            slot.setTop(slot.bottom() - slot.height() * percent[i] / 100.0);
            painter.fillRect(slot, colour);
        }
    }
}

void drawLine(QPainter &painter, const QRectF &cell, const QList<int> &percent, const QColor &colour)
{
    QPainterPath path;
    bool open = false;
    for (qsizetype i = 0; i < percent.size(); ++i) {
        if (percent[i] < 0) {
            open = false;
            continue;
        }
        const QRectF slot = slotOf(cell, i, percent.size());
        const QPointF point(slot.center().x(), cell.bottom() - cell.height() * std::min(percent[i], 100) / 100.0);
        open ? path.lineTo(point) : path.moveTo(point);
        open = true;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

} // namespace

void SparkDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QVariant data = index.data(FiguresRole);
    if (!data.canConvert<NodeFigures>()) {
        ToneDelegate::paint(painter, option, index);
        return;
    }
    const auto figures = data.value<NodeFigures>();
    const auto tone = static_cast<Tone>(index.data(FiguresToneRole).toInt());
    QStyleOptionViewItem plain = option;
    initStyleOption(&plain, index);
    plain.text.clear();
    plain.widget->style()->drawControl(QStyle::CE_ItemViewItem, &plain, painter, plain.widget);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRectF cell = QRectF(option.rect).adjusted(margin, margin, -margin, -margin);
    painter->save();
    painter->setClipRect(option.rect);
    QColor ground = theme().text(tone);
    ground.setAlpha(70);
    drawBusy(*painter, cell, figures.busyPercent, ground);
    drawLine(
        *painter, cell, figures.cpuPercent, selected ? plain.palette.highlightedText().color() : plain.palette.text().color());
    painter->restore();
}

} // namespace dtf
