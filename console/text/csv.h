// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringList>

/// Tables for spreadsheets (RFC 4180). Pure, any thread.
namespace dtf {

/// One cell: quoted where needed. A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage
/// return) gets a ' in front, so that a file's name can't make a colleague's spreadsheet do something.
[[nodiscard]] QString csvCell(const QString &text);
/// The cells joined by commas, with CR LF, UTF-8.
[[nodiscard]] QByteArray csvLine(const QStringList &cells);

} // namespace dtf
