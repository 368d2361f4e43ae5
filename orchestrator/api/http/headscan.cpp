// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/headscan.h"

namespace dtf {

bool HeadScan::legal(QByteArrayView seen, qsizetype i) const
{
    const auto c = static_cast<unsigned char>(seen[i]);
    const auto before = [&](qsizetype n) { return i >= n ? seen[i - n] : '\0'; };
    if (i == 0) {
        return c >= 'A' && c <= 'Z';
    }
    if (c == '\n') {
        return before(1) == '\r';
    }
    if (before(1) == '\r') {
        return false; // CR without LF
    }
    if ((c == ' ' || c == '\t') && before(1) == '\n') {
        return false; // folded line
    }
    return c >= 0x20 ? c != 0x7f : (c == '\t' || c == '\r');
}

HeadScan::Step HeadScan::look(QByteArrayView seen, qsizetype limit)
{
    for (; m_pos < seen.size(); ++m_pos) {
        if (m_pos >= limit) {
            return Step::TooLarge;
        }
        if (!legal(seen, m_pos)) {
            return Step::Bad;
        }
        if (seen[m_pos] == '\n' && m_pos >= 3 && seen[m_pos - 2] == '\n') {
            ++m_pos;
            return Step::Complete;
        }
    }
    return m_pos >= limit ? Step::TooLarge : Step::NeedMore;
}

} // namespace dtf
