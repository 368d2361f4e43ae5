// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/theme.h"

#include <QStyledItemDelegate>

class QTableView;

namespace dtf {

/// Draws a cell as plain text, whatever it holds; a cell with a Tone as a badge with its sign. Thread: main.
class ToneDelegate : public QStyledItemDelegate
{
public:
    explicit ToneDelegate(QObject *parent = nullptr)
        : QStyledItemDelegate(parent)
    { }
    void setTheme(const Theme &theme) { m_theme = theme; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    [[nodiscard]] const Theme &theme() const { return m_theme; }
    /// What is chosen in a table without the focus is paler: one sees where the keys go.
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    Theme m_theme = makeTheme(ThemeKind::Light);
};

/// The house's table: whole rows, no edit, sortable by its header, columns that can be moved and hidden by the header's menu.
/// `name`: under which its columns are kept over restarts (tablecolumns.h); empty: they are not. Gives the delegate it uses
/// (owned by the view).
ToneDelegate *setUpTable(QTableView &view, const QString &name = {});

} // namespace dtf
