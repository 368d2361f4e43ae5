// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/columns.h"
#include "orchestrator/store/connection.h"

namespace dtf {

/// Conditions joined by AND, and what their '?' stand for.
struct Where
{
    QStringList terms;
    QVariantList values;
    void add(const QString &term, const QVariantList &more = {})
    {
        terms.append(term);
        values += more;
    }
    [[nodiscard]] QString sql() const
    {
        return terms.isEmpty() ? QString() : QStringLiteral(" WHERE ") + terms.join(QStringLiteral(" AND "));
    }
};

/// Every row of a SELECT through `take`. A row that can't be understood is StoreFailed. `expected`: how many rows there will be,
/// if known.
template <typename T>
[[nodiscard]] Result<QList<T>> selectAll(
    Connection &connection, const QString &sql, const QVariantList &values, T (*take)(RowReader &), qsizetype expected = 0)
{
    auto query = connection.prepare(sql);
    if (!query) {
        return tl::unexpected(query.error());
    }
    for (int i = 0; i < values.size(); ++i) {
        query->bindValue(i, values[i]);
    }
    if (!query->exec()) {
        return tl::unexpected(connection.failed(query->lastError()));
    }
    QList<T> rows;
    rows.reserve(expected);
    RowReader reader;
    while (query->next()) {
        reader.start(*query);
        rows.append(take(reader));
    }
    if (query->lastError().isValid()) {
        return tl::unexpected(connection.failed(query->lastError()));
    }
    if (!reader.problem().isEmpty()) {
        return fail(ErrorCode::StoreFailed, reader.problem());
    }
    return rows;
}

} // namespace dtf
