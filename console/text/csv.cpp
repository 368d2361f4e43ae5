// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/csv.h"

namespace dtf {

using namespace Qt::StringLiterals;

QString csvCell(const QString &text)
{
    QString cell = text;
    if (!cell.isEmpty() && u"=+-@\t\r"_s.contains(cell.front())) {
        cell.prepend(u'\'');
    }
    const bool quoted = std::any_of(
        cell.cbegin(), cell.cend(), [](QChar c) { return c == u',' || c == u'"' || c == u'\n' || c == u'\r' || c == u'\t'; });
    return quoted ? u'"' + cell.replace(u'"', u"\"\""_s) + u'"' : cell;
}

QByteArray csvLine(const QStringList &cells)
{
    QStringList safe;
    for (const QString &cell : cells) {
        safe.append(csvCell(cell));
    }
    return safe.join(u',').toUtf8() + "\r\n";
}

} // namespace dtf
