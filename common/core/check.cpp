// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/check.h"

#include "common/core/escape.h"

#include <algorithm>
#include <cstdio>

namespace dtf {

bool printChecks(const QList<CheckRow> &rows)
{
    qsizetype width = 0;
    for (const CheckRow &row : rows) {
        width = std::max(width, row.what.size());
    }
    bool all = true;
    for (const CheckRow &row : rows) {
        all = all && row.ok;
        const QByteArray line = (row.ok ? QByteArray("ok      ") : QByteArray("NOT OK  "))
            + row.what.leftJustified(width + 2).toUtf8() + escapedForLog(row.detail).toUtf8() + '\n';
        (void)std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stdout);
    }
    (void)std::fflush(stdout);
    return all;
}

} // namespace dtf
