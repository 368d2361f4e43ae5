// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/tablecolumns.h"

#include <QHeaderView>
#include <QSettings>
#include <QTableView>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// The number of columns is part of the key: a header takes the state of another one without a word.
QString keyOf(const QTableView &table)
{
    return u"columns/%1-%2"_s.arg(table.objectName()).arg(table.horizontalHeader()->count());
}

QList<QTableView *> namedTables(const QWidget &window)
{
    QList<QTableView *> tables = window.findChildren<QTableView *>();
    tables.removeIf([](const QTableView *table) { return table->objectName().isEmpty(); });
    return tables;
}

} // namespace

void saveColumns(const QWidget &window, QSettings &settings)
{
    const QList<QTableView *> tables = namedTables(window);
    for (const QTableView *table : tables) {
        settings.setValue(keyOf(*table), table->horizontalHeader()->saveState());
    }
}

void restoreColumns(const QWidget &window, QSettings &settings)
{
    const QList<QTableView *> tables = namedTables(window);
    for (QTableView *table : tables) {
        table->horizontalHeader()->restoreState(settings.value(keyOf(*table)).toByteArray());
    }
}

} // namespace dtf
