// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <QVariant>

namespace dtf {

/// How the orders of joborder.h are said in SQL, and the cursors that go on behind a row of such an order. Pure.
namespace jobpages {

/// What is sorted by, of table job: text, number or bytes.
[[nodiscard]] QString keyOf(JobSort sort);
/// How SQLite shall find a page's rows. (NOT INDEXED says nothing to it of a table without rowids; a '+' before the key does.)
enum class Way {
    Any, ///< an index of the order may be walked
    ThroughTable, ///< it may not: all rows are read and sorted
};
/// "<key> DESC, id DESC".
[[nodiscard]] QString orderBy(JobSort sort, bool ascending, Way way = Way::Any);

/// The place behind one row.
struct Cursor
{
    JobSort sort = JobSort::Changed;
    bool ascending = false;
    QVariant key; ///< the row's, as the database compares it
    JobId id;
};
/// What lies behind it, so that an index of the order is sought in, not read from its begin; each '?' is key or id, see
/// valuesBehind().
[[nodiscard]] QString termBehind(JobSort sort, bool ascending, Way way = Way::Any);
[[nodiscard]] QVariantList valuesBehind(const Cursor &cursor);
[[nodiscard]] Cursor cursorBehind(const JobView &last, JobSort sort, bool ascending);
/// "name.asc.<key>.<id>"; bytes in base64url.
[[nodiscard]] QString toText(const Cursor &cursor);
/// InvalidArgument in plain words: not one of ours, or of another order than the query asks for.
[[nodiscard]] Result<Cursor> cursorFrom(const QByteArray &text, JobSort sort, bool ascending);

} // namespace jobpages

} // namespace dtf
