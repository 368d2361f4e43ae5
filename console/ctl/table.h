// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>

namespace dtf {

enum class Align { Left, Right };

struct TableColumn
{
    QString title;
    Align align = Align::Left;
    int widest = 0; ///< longer cells lose their middle, in the last column their end; 0: never
};

/// A header line and one line for each row, columns two spaces apart and aligned by display width; every line ends with a line
/// feed and none with a space. Cells are remote text until proven otherwise: all are escaped here, and an empty one shows as "-"
/// unless its column is the last. Pure.
[[nodiscard]] QString renderTable(const QList<TableColumn> &columns, const QList<QStringList> &rows);

} // namespace dtf
