// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/table.h"

#include "common/core/escape.h"
#include "console/text/displaywidth.h"

using namespace Qt::StringLiterals;

namespace dtf {

QString renderTable(const QList<TableColumn> &columns, const QList<QStringList> &rows)
{
    QList<QStringList> lines;
    QStringList header;
    for (const TableColumn &column : columns) {
        header.append(column.title);
    }
    lines.append(header);
    for (const QStringList &row : rows) {
        QStringList line;
        for (qsizetype i = 0; i < columns.size(); ++i) {
            QString cell = escapedForLog(row.value(i));
            if (cell.isEmpty() && i + 1 < columns.size()) {
                cell = u"-"_s;
            }
            const int widest = columns[i].widest > 0 ? columns[i].widest : displayWidth(cell);
            line.append(i + 1 < columns.size() ? elidedMiddle(cell, widest) : elidedRight(cell, widest));
        }
        lines.append(line);
    }
    QList<int> widths(columns.size(), 0);
    for (const QStringList &line : std::as_const(lines)) {
        for (qsizetype i = 0; i < columns.size(); ++i) {
            widths[i] = qMax(widths[i], displayWidth(line[i]));
        }
    }
    QString text;
    for (const QStringList &line : std::as_const(lines)) {
        QString out;
        for (qsizetype i = 0; i < columns.size(); ++i) {
            const QString space(widths[i] - displayWidth(line[i]), u' ');
            out += i > 0 ? u"  "_s : QString();
            out += columns[i].align == Align::Left ? line[i] + space : space + line[i];
        }
        while (out.endsWith(u' ')) {
            out.chop(1);
        }
        text += out + u'\n';
    }
    return text;
}

} // namespace dtf
