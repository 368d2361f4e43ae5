// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace dtf {

/// One precondition of --check.
struct CheckRow
{
    QString what; ///< "share", "store", …
    bool ok = false;
    QString detail; ///< what was found; when not ok, what to do
};

/// A table for people on standard output, ok or not per line. True when every row is ok.
bool printChecks(const QList<CheckRow> &rows);

} // namespace dtf
