// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/configtable.h"

namespace dtf::config {

using namespace Qt::StringLiterals;

QString unknownKey(const QString &name, const QStringList &known, const QString &elsewhere)
{
    if (!elsewhere.isEmpty()) {
        return u"is unknown here; it belongs to [%1]"_s.arg(elsewhere);
    }
    const QString nearest = nearestName(name, known);
    return nearest.isEmpty() ? u"is unknown; known are %1"_s.arg(known.join(u", "_s))
                             : u"is unknown; did you mean %1?"_s.arg(nearest);
}

QString missingKey(const Sample &sample)
{
    const QString first = QString::fromUtf8(sample.toml).section(u"\n\n"_s, 0, 0);
    return u"is missing; write e.g. "_s + QString(first).replace(u"\n"_s, u" and below it "_s);
}

QString commented(const QString &text)
{
    QString out;
    const QStringList lines = (text.endsWith(u'\n') ? text.chopped(1) : text).split(u'\n');
    for (const QString &line : lines) {
        out += line.isEmpty() ? u"#\n"_s : u"# "_s + line + u'\n';
    }
    return out;
}

QString referenceRow(const QString &name, const QString &type, const QString &meaning, const Sample &sample, const QString &value)
{
    const QString origin = sample.needed ? u"needed"_s : u"default "_s + value;
    QString text = u'\n' + commented(meaning) + commented(u"Value: %1; %2."_s.arg(type, origin));
    text += sample.toml ? QString::fromUtf8(sample.toml) + u'\n' : u"#%1 = %2\n"_s.arg(name, value);
    return text;
}

} // namespace dtf::config
