// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/tablesetup.h"

#include <QApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QTableView>

namespace dtf {

namespace {

constexpr int padding = 6;

void offerColumns(QTableView &view, const QPoint &at)
{
    auto *menu = new QMenu(&view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QHeaderView *header = view.horizontalHeader();
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        QAction *action = menu->addAction(view.model()->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        action->setEnabled(column != 0); // what a row is about stays
        QObject::connect(action, &QAction::toggled, header, [header, column](bool on) { header->setSectionHidden(column, !on); });
    }
    menu->popup(header->mapToGlobal(at)); // exec() would be a nested loop
}

} // namespace

void ToneDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (option->widget && !option->widget->hasFocus()) {
        option->palette.setColor(QPalette::Highlight, m_theme.chosenElsewhere);
        option->palette.setColor(QPalette::HighlightedText, m_theme.palette.color(QPalette::Text));
    }
}

void ToneDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto tone = static_cast<Tone>(index.data(ToneRole).toInt());
    QStyleOptionViewItem plain = option;
    initStyleOption(&plain, index);
    plain.textElideMode = Qt::ElideRight;
    if (tone == Tone::Plain) {
        plain.widget->style()->drawControl(QStyle::CE_ItemViewItem, &plain, painter, plain.widget);
        return;
    }
    const QString text = Theme::sign(tone) + QChar(QChar::Nbsp) + plain.text;
    plain.text.clear();
    plain.widget->style()->drawControl(QStyle::CE_ItemViewItem, &plain, painter, plain.widget);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect cell = option.rect.adjusted(3, 2, -3, -2);
    const int width = std::min(
        cell.width(), option.fontMetrics.boundingRect(text).width() + 2 * padding + 4); // the sign may come from another font
    const QRect badge(cell.left(), cell.top(), width, cell.height());
    if (!selected) {
        painter->setPen(m_theme.kind == ThemeKind::HighContrast ? QPen(m_theme.text(tone)) : QPen(Qt::NoPen));
        painter->setBrush(m_theme.ground(tone));
        painter->drawRoundedRect(badge, 4, 4);
    }
    painter->setPen(selected ? plain.palette.highlightedText().color() : m_theme.text(tone));
    const QRect inside = badge.adjusted(padding, 0, -padding, 0);
    painter->drawText(
        inside, Qt::AlignLeft | Qt::AlignVCenter, option.fontMetrics.elidedText(text, Qt::ElideRight, inside.width()));
    painter->restore();
}

QSize ToneDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    if (index.data(ToneRole).toInt() != static_cast<int>(Tone::Plain)) {
        size.rwidth() += 2 * padding + 6 + option.fontMetrics.horizontalAdvance(Theme::sign(Tone::Good) + QChar(QChar::Nbsp));
    }
    return size;
}

ToneDelegate *setUpTable(QTableView &view, const QString &name)
{
    view.setObjectName(name);
    auto *delegate = new ToneDelegate(&view);
    view.setItemDelegate(delegate);
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setAlternatingRowColors(true);
    view.setShowGrid(false);
    view.setWordWrap(false);
    view.setTabKeyNavigation(false); // Tab leaves the table: everything is reached by keyboard
    view.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.verticalHeader()->hide();
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view.verticalHeader()->setMinimumSectionSize(1);
    view.verticalHeader()->setDefaultSectionSize(rowHeight(Density::Normal, view.fontMetrics().height()));
    QHeaderView *header = view.horizontalHeader();
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(header, &QWidget::customContextMenuRequested, &view, [&view](const QPoint &at) { offerColumns(view, at); });
    return delegate;
}

} // namespace dtf
