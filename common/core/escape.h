// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace dtf {

/// Remote text made safe for one line of a log or a terminal: control characters, line and paragraph separators, bidi marks,
/// zero-width and unassigned code points and bytes that are no UTF-8 become \xNN or \u{NNNN}; a backslash becomes two. At most
/// `maxChars`, then '…'.
[[nodiscard]] QString escapedForLog(QByteArrayView utf8, qsizetype maxChars = 4096);
[[nodiscard]] QString escapedForLog(QStringView text, qsizetype maxChars = 4096);

} // namespace dtf
