// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/evidence/entryname.h"

#include <QRegularExpression>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longest = 120; ///< characters

bool isSafe(QChar c)
{
    static const QString refused = u"<>:\"/\\|?*"_s;
    return c.isPrint() && !refused.contains(c) && c.category() != QChar::Other_Format && !c.isSurrogate();
}

bool isReserved(const QString &name)
{
    static const QRegularExpression devices(
        u"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?$"_s, QRegularExpression::CaseInsensitiveOption);
    return name.isEmpty() || name.startsWith(u'.') || devices.match(name).hasMatch();
}

} // namespace

QString entryName(const QString &remote, QSet<QString> &taken)
{
    QString name;
    for (const QChar c : remote) {
        name.append(isSafe(c) ? c : u'_');
    }
    while (name.endsWith(u' ') || name.endsWith(u'.')) {
        name.chop(1);
    }
    const qsizetype dot = name.lastIndexOf(u'.');
    const QString suffix = dot > 0 && name.size() - dot <= 16 ? name.mid(dot) : QString();
    QString stem = name.left(name.size() - suffix.size()).left(longest - suffix.size());
    if (isReserved(stem + suffix)) {
        stem.prepend(u'_');
    }
    QString unique = stem + suffix;
    for (int n = 2; taken.contains(unique.toCaseFolded()); ++n) {
        unique = u"%1 (%2)%3"_s.arg(stem).arg(n).arg(suffix);
    }
    taken.insert(unique.toCaseFolded());
    return unique;
}

} // namespace dtf
