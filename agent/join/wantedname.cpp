// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/join/wantedname.h"

namespace dtf {

namespace {

constexpr qsizetype longest = 32;

QByteArray trimmedDashes(QByteArray text)
{
    while (text.startsWith('-')) {
        text.remove(0, 1);
    }
    text = text.left(longest);
    while (text.endsWith('-')) {
        text.chop(1);
    }
    return text;
}

} // namespace

NodeName nodeNameFrom(const QString &hostName)
{
    QByteArray text;
    for (const QChar c : hostName.section(QLatin1Char('.'), 0, 0).toUpper()) {
        const char latin = c.toLatin1();
        const bool good = (latin >= 'A' && latin <= 'Z') || (latin >= '0' && latin <= '9');
        if (good || !text.endsWith('-')) {
            text.append(good ? latin : '-');
        }
    }
    text = trimmedDashes(text);
    if (const auto name = NodeName::parse(text)) {
        return *name;
    }
    return NodeName::parse(trimmedDashes("NODE-" + text)).value_or(NodeName());
}

} // namespace dtf
