// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <QByteArray>
#include <QHash>

namespace dtf {

/// key → value of a URL's query, decoded.
using QueryMap = QHash<QByteArray, QByteArray>;

/// ≤ 32 pairs, each key once and without escapes, values valid UTF-8 without NUL; else InvalidArgument.
[[nodiscard]] Result<QueryMap> parseQuery(const QByteArray &query);

/// Filters from the query. An unknown key is InvalidArgument: a filter that is silently ignored shows the wrong files.
/// Keys: state (words with commas), node, text, cause, sort (a JobSort), order (asc | desc, the default), cursor, limit.
[[nodiscard]] Result<JobQuery> jobQueryFrom(const QueryMap &query);
/// Keys: after, before (sequence numbers), from, to (ms since 1970 UTC), job, node, actor, order (newest | oldest), limit.
[[nodiscard]] Result<AuditQuery> auditQueryFrom(const QueryMap &query);
struct LogQuery
{
    Epoch attempt = 0; ///< 0: the newest
    qint64 offset = 0; ///< bytes
};
/// Keys: attempt (≥ 1), offset (≥ 0).
[[nodiscard]] Result<LogQuery> logQueryFrom(const QueryMap &query);
struct ResultQuery
{
    QByteArray name; ///< must be given
    qint64 offset = 0; ///< bytes
};
/// Keys: name (≤ 1,024 bytes), offset (≥ 0).
[[nodiscard]] Result<ResultQuery> resultQueryFrom(const QueryMap &query);
/// Key: hours (1–168; default 24).
[[nodiscard]] Result<int> hoursFrom(const QueryMap &query);
/// InvalidArgument when there is any key.
[[nodiscard]] Result<QueryMap> noQuery(const QueryMap &query);

} // namespace dtf
