// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <QHash>
#include <QSqlQuery>
#include <QVariant>

namespace dtf {

/// How values become columns and columns values. Thread: the store's.
namespace column {

/// A BLOB that is never NULL.
[[nodiscard]] QVariant bytes(const QByteArray &value);
[[nodiscard]] QVariant id(const JobId &value); ///< 16 bytes
[[nodiscard]] QVariant idOrEmpty(const JobId &value); ///< 16 bytes, empty when null
template <typename E> [[nodiscard]] QVariant word(E value)
{
    return QVariant(QString(toString(value)));
}

} // namespace column

/// Placeholders with names of our own: for each '?' bound by number Qt's SQL makes its text anew, which costs more than SQLite's
/// part of the binding (Qt 6.4, measured).
namespace placeholder {

[[nodiscard]] QString numbered(const QString &sql); ///< each '?' becomes :v0, :v1, …
void bind(QSqlQuery &query, int number, const QVariant &value); ///< below 64

} // namespace placeholder

/// Reads the columns of one row in order. A word or name that can't be understood (a damaged or foreign row) is remembered as an
/// error instead of being taken for something else. Shares the memory of values that repeat in many rows.
class RowReader final
{
public:
    void start(const QSqlQuery &query); ///< at the query's current row
    [[nodiscard]] qint64 number();
    [[nodiscard]] bool flag() { return number() != 0; }
    [[nodiscard]] QByteArray bytes();
    [[nodiscard]] QByteArray sharedBytes();
    [[nodiscard]] QString text();
    [[nodiscard]] JobId id();
    [[nodiscard]] NodeName node();
    [[nodiscard]] BootId boot();
    [[nodiscard]] WallTime time() { return {number()}; }
    /// `parse` is the …FromString of the enum.
    template <typename E> [[nodiscard]] E word(std::optional<E> (*parse)(QLatin1StringView))
    {
        const QByteArray latin = text().toLatin1();
        const std::optional<E> value = parse(QLatin1StringView(latin));
        if (!value) {
            complain(latin);
        }
        return value.value_or(E {});
    }
    /// Empty while all was understood; what was not otherwise.
    [[nodiscard]] const QString &problem() const { return m_problem; }

private:
    void complain(const QByteArray &what);

    const QSqlQuery *m_query = nullptr;
    int m_column = 0;
    QHash<QByteArray, QByteArray> m_shared;
    QHash<QByteArray, NodeName> m_nodes;
    QHash<QByteArray, BootId> m_boots;
    QString m_problem;
};

/// The columns of `job` in the order of readJob().
[[nodiscard]] QString jobColumns();
[[nodiscard]] JobRecord readJob(RowReader &row);
/// What a search text is compared with and made into: case folded.
[[nodiscard]] QByteArray foldedForSearch(const QByteArray &utf8);

} // namespace dtf
