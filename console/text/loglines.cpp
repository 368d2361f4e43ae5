// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/loglines.h"

#include "common/core/escape.h"

namespace dtf {

namespace {

constexpr qsizetype longestLine = qsizetype {64} * 1024;

QString safeLine(QByteArrayView line)
{
    QByteArray plain = line.toByteArray();
    if (plain.endsWith('\r')) {
        plain.chop(1);
    }
    plain.replace('\t', "    ");
    return escapedForLog(QByteArrayView(plain), 4 * longestLine) + QChar(u'\n');
}

} // namespace

QString LogText::add(QByteArrayView bytes)
{
    m_rest.append(bytes);
    QString text;
    qsizetype from = 0;
    while (from < m_rest.size()) {
        const qsizetype feed = m_rest.indexOf('\n', from);
        const qsizetype length = (feed < 0 ? m_rest.size() : feed) - from;
        if (length <= longestLine && feed < 0) {
            break;
        }
        const qsizetype taken = qMin(length, longestLine);
        text += safeLine(QByteArrayView(m_rest).sliced(from, taken));
        from += taken + (taken == length && feed >= 0 ? 1 : 0);
    }
    m_rest.remove(0, from);
    return text;
}

QString LogText::flush()
{
    const QByteArray rest = std::exchange(m_rest, {});
    return rest.isEmpty() ? QString() : safeLine(rest);
}

} // namespace dtf
