// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/jobpages.h"

#include "common/protocol/joborder.h"
#include "orchestrator/store/columns.h"

namespace dtf::jobpages {

using namespace Qt::StringLiterals;

namespace {

enum class KeyType { Number, Bytes, Text };

KeyType typeOf(JobSort sort)
{
    switch (sort) {
    case JobSort::Changed:
    case JobSort::Accepted:
    case JobSort::State:
    case JobSort::Attempts:
    case JobSort::Size:
    case JobSort::Priority:
    case JobSort::Cause:
        return KeyType::Number;
    case JobSort::Name:
    case JobSort::Node:
        return KeyType::Bytes;
    case JobSort::Agency:
        return KeyType::Text;
    }
    return KeyType::Number;
}

/// SQLite seeks with row values in columns' indexes, but not in those of expressions.
bool isColumn(JobSort sort)
{
    return sort != JobSort::Name && sort != JobSort::Agency && sort != JobSort::State && sort != JobSort::Cause;
}

/// The words of an enum as numbers in its order.
template <typename E> QString ranked(QLatin1StringView column, E last)
{
    QString sql = u"CASE "_s + column;
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        sql += u" WHEN '%1' THEN %2"_s.arg(toString(static_cast<E>(i))).arg(i);
    }
    return sql + u" ELSE -1 END"_s;
}

QVariant keyIn(const JobView &job, JobSort sort)
{
    switch (sort) {
    case JobSort::Changed:
        return qint64(job.changed.msecsSinceEpoch);
    case JobSort::Accepted:
        return qint64(job.accepted.msecsSinceEpoch);
    case JobSort::Name:
        return column::bytes(nameOrderKey(job));
    case JobSort::Agency:
        return QString::fromUtf8(agencyOrderKey(job));
    case JobSort::State:
        return static_cast<int>(job.state);
    case JobSort::Node:
        return column::bytes(job.node.bytes());
    case JobSort::Attempts:
        return job.attempts;
    case JobSort::Size:
        return job.size;
    case JobSort::Priority:
        return job.priority;
    case JobSort::Cause:
        return static_cast<int>(job.cause);
    }
    return {};
}

QString keyFor(JobSort sort, Way way)
{
    return way == Way::Any ? keyOf(sort) : u'+' + keyOf(sort);
}

QString wordOf(bool ascending)
{
    return ascending ? u"asc"_s : u"desc"_s;
}

constexpr QByteArray::Base64Options urlSafe = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

} // namespace

QString keyOf(JobSort sort)
{
    switch (sort) {
    case JobSort::Changed:
        return u"changed"_s;
    case JobSort::Accepted:
        return u"accepted"_s;
    case JobSort::Name:
        return u"substr(search, 28)"_s; // behind the id and its line feed: nameOrderKey()
    case JobSort::Agency:
        return u"lower(CAST(affinity AS TEXT))"_s; // SQLite's lower() is ASCII only: agencyOrderKey()
    case JobSort::State:
        return ranked("state"_L1, JobState::Withdrawn);
    case JobSort::Node:
        return u"node"_s;
    case JobSort::Attempts:
        return u"attempts"_s;
    case JobSort::Size:
        return u"size"_s;
    case JobSort::Priority:
        return u"priority"_s;
    case JobSort::Cause:
        return ranked("cause"_L1, Cause::MarkedByOperator);
    }
    return u"changed"_s;
}

QString orderBy(JobSort sort, bool ascending, Way way)
{
    const QString direction = ascending ? u"ASC"_s : u"DESC"_s;
    return u"%1 %2, id %2"_s.arg(keyFor(sort, way), direction);
}

QString termBehind(JobSort sort, bool ascending, Way way)
{
    const QString beyond = ascending ? u">"_s : u"<"_s;
    return isColumn(sort) ? u"(%1, id) %2 (?, ?)"_s.arg(keyFor(sort, way), beyond)
                          : u"%1 %2= ? AND (%1 %2 ? OR id %2 ?)"_s.arg(keyFor(sort, way), beyond);
}

QVariantList valuesBehind(const Cursor &cursor)
{
    return isColumn(cursor.sort) ? QVariantList {cursor.key, column::id(cursor.id)}
                                 : QVariantList {cursor.key, cursor.key, column::id(cursor.id)};
}

Cursor cursorBehind(const JobView &last, JobSort sort, bool ascending)
{
    return {sort, ascending, keyIn(last, sort), last.job};
}

QString toText(const Cursor &cursor)
{
    const QString key = typeOf(cursor.sort) == KeyType::Number
        ? QString::number(cursor.key.toLongLong())
        : QString::fromLatin1(cursor.key.toByteArray().toBase64(urlSafe)); // of a text its UTF-8
    return u"%1.%2.%3.%4"_s.arg(toString(cursor.sort), wordOf(cursor.ascending), key, cursor.id.toString());
}

Result<Cursor> cursorFrom(const QByteArray &text, JobSort sort, bool ascending)
{
    const QByteArrayList parts = text.split('.');
    const auto ofSort = parts.size() == 4 ? jobSortFromString(QLatin1StringView(parts[0])) : std::nullopt;
    const auto id = parts.size() == 4 ? JobId::parse(parts[3]) : std::nullopt;
    if (!ofSort || !id || (parts[1] != "asc" && parts[1] != "desc")) {
        return fail(ErrorCode::InvalidArgument, u"the page's cursor is not one of ours"_s);
    }
    if (*ofSort != sort || (parts[1] == "asc") != ascending) {
        return fail(ErrorCode::InvalidArgument,
            u"the page's cursor belongs to the order %1 %2, not %3 %4: begin with the first page"_s.arg(
                QString::fromLatin1(parts[0]), QString::fromLatin1(parts[1]), toString(sort), wordOf(ascending)));
    }
    Cursor cursor {sort, ascending, {}, *id};
    bool good = true;
    if (typeOf(sort) == KeyType::Number) {
        cursor.key = parts[2].toLongLong(&good);
    } else {
        const auto decoded = QByteArray::fromBase64Encoding(parts[2], urlSafe | QByteArray::AbortOnBase64DecodingErrors);
        good = bool(decoded);
        cursor.key = typeOf(sort) == KeyType::Text ? QVariant(QString::fromUtf8(*decoded)) : column::bytes(*decoded);
    }
    if (!good) {
        return fail(ErrorCode::InvalidArgument, u"the page's cursor is not one of ours"_s);
    }
    return cursor;
}

} // namespace dtf::jobpages
