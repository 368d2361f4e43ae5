// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/outputtail.h"

namespace dtf {

namespace {

constexpr qsizetype carryBytes = 512;

} // namespace

OutputTail::OutputTail(const QString &path, const QRegularExpression &marker)
    : m_file(path)
    , m_marker(marker)
    , m_hasMarker(!marker.pattern().isEmpty() && marker.isValid())
{ }

qint64 OutputTail::backlog() const
{
    return qMax(qint64 {0}, m_file.size() - m_position);
}

qint64 OutputTail::read(qint64 budget, const OnLine &onLine)
{
    if (!m_file.isOpen() && !m_file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return 0;
    }
    constexpr qint64 chunk = 65'536;
    qint64 total = 0;
    QByteArray buffer(chunk, Qt::Uninitialized);
    while (total < budget) {
        const qint64 got = m_file.read(buffer.data(), qMin(chunk, budget - total));
        if (got <= 0) {
            break;
        }
        total += got;
        m_position += got;
        take(QByteArrayView(buffer.constData(), got), onLine);
    }
    return total;
}

void OutputTail::take(QByteArrayView bytes, const OnLine &onLine)
{
    qsizetype from = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        const bool returnFeed = c == '\n' && m_afterReturn && from == i && m_partial.isEmpty();
        m_afterReturn = c == '\r';
        if (c == '\n' || c == '\r') {
            m_partial.append(bytes.sliced(from, i - from));
            from = i + 1;
            if (!returnFeed) {
                line(onLine);
                m_carry.clear();
            }
        } else if (m_partial.size() + i - from >= maxLine) {
            m_partial.append(bytes.sliced(from, i - from));
            from = i;
            line(onLine);
        }
    }
    m_partial.append(bytes.sliced(from));
}

void OutputTail::line(const OnLine &onLine)
{
    if (m_hasMarker && !m_markerSeen) {
        m_markerSeen = m_marker.match(QString::fromUtf8(m_carry + m_partial)).hasMatch();
        m_carry = m_partial.right(carryBytes);
    }
    onLine(m_partial);
    m_partial.clear();
}

void OutputTail::finish(const OnLine &onLine)
{
    if (!m_partial.isEmpty()) {
        line(onLine);
    }
}

} // namespace dtf
