// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/query.h"

#include <QStringDecoder>

#include <functional>
#include <limits>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

using KeyReader = std::function<bool(const QByteArray &value)>;

/// Every key must have a reader, and every reader must like its value.
Result<QueryMap> readAll(const QueryMap &query, const QHash<QByteArray, KeyReader> &readers)
{
    for (auto it = query.cbegin(); it != query.cend(); ++it) {
        const auto reader = readers.constFind(it.key());
        if (reader == readers.cend()) {
            return fail(ErrorCode::InvalidArgument, u"unknown query key '%1'"_s.arg(QString::fromUtf8(it.key())));
        }
        if (!(*reader)(it.value())) {
            return fail(ErrorCode::InvalidArgument, u"bad value of query key '%1'"_s.arg(QString::fromUtf8(it.key())));
        }
    }
    return query;
}

bool readNumber(const QByteArray &text, qint64 min, qint64 max, qint64 &out)
{
    bool ok = false;
    out = text.toLongLong(&ok);
    return ok && QByteArray::number(out) == text && out >= min && out <= max;
}

bool readOffset(const QByteArray &text, qint64 &out)
{
    return readNumber(text, 0, std::numeric_limits<qint64>::max(), out);
}

bool readTime(const QByteArray &text, WallTime &out)
{
    qint64 ms = 0;
    const bool ok = readNumber(text, 1, (1LL << 53) - 1, ms);
    out = {ms};
    return ok;
}

bool readLimit(const QByteArray &text, int &out)
{
    qint64 wide = 0;
    const bool ok = readNumber(text, 1, 1000, wide);
    out = static_cast<int>(wide);
    return ok;
}

bool readNode(const QByteArray &text, NodeName &out)
{
    const auto name = NodeName::parse(text);
    if (name) {
        out = *name;
    }
    return name.has_value();
}

bool readStates(const QByteArray &text, QList<JobState> &out)
{
    for (const QByteArray &word : text.split(',')) {
        const auto state = jobStateFromString(QLatin1StringView(word));
        if (!state) {
            return false;
        }
        out.append(*state);
    }
    return out.size() <= 16;
}

bool decode(const QByteArray &raw, QByteArray &out)
{
    out = raw;
    out.replace('+', ' ');
    out = QByteArray::fromPercentEncoding(out);
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(out);
    return !decoder.hasError() && !text.contains(QChar(u'\0'));
}

} // namespace

Result<QueryMap> parseQuery(const QByteArray &query)
{
    QueryMap map;
    if (query.isEmpty()) {
        return map;
    }
    const QList<QByteArray> pairs = query.split('&');
    if (pairs.size() > 32) {
        return fail(ErrorCode::InvalidArgument, u"too many query keys"_s);
    }
    for (const QByteArray &pair : pairs) {
        const qsizetype equals = pair.indexOf('=');
        const QByteArray key = pair.left(equals);
        QByteArray value;
        if (equals <= 0 || key.contains('%') || map.contains(key) || !decode(pair.mid(equals + 1), value)) {
            return fail(ErrorCode::InvalidArgument, u"malformed query"_s);
        }
        map.insert(key, value);
    }
    return map;
}

Result<JobQuery> jobQueryFrom(const QueryMap &query)
{
    JobQuery out;
    const QHash<QByteArray, KeyReader> readers {
        {"state", [&](const QByteArray &v) { return readStates(v, out.states); }},
        {"node", [&](const QByteArray &v) { return readNode(v, out.node); }},
        {"text", [&](const QByteArray &v) { return (out.text = v).size() <= 256; }},
        {"cause",
            [&](const QByteArray &v) {
                const auto cause = causeFromString(QLatin1StringView(v));
                out.cause = cause.value_or(Cause::None);
                return cause.has_value();
            }},
        {"sort",
            [&](const QByteArray &v) {
                const auto sort = jobSortFromString(QLatin1StringView(v));
                out.sort = sort.value_or(JobSort::Changed);
                return sort.has_value();
            }},
        {"order",
            [&](const QByteArray &v) {
                out.ascending = v == "asc";
                return v == "asc" || v == "desc";
            }},
        {"cursor", [&](const QByteArray &v) { return (out.cursor = v).size() <= 4'096; }},
        {"limit", [&](const QByteArray &v) { return readLimit(v, out.limit); }},
    };
    return readAll(query, readers).map([&](const QueryMap &) { return out; });
}

Result<AuditQuery> auditQueryFrom(const QueryMap &query)
{
    AuditQuery out;
    const QHash<QByteArray, KeyReader> readers {
        {"after", [&](const QByteArray &v) { return readNumber(v, 0, std::numeric_limits<qint64>::max(), out.after); }},
        {"before", [&](const QByteArray &v) { return readNumber(v, 1, std::numeric_limits<qint64>::max(), out.before); }},
        {"from", [&](const QByteArray &v) { return readTime(v, out.from); }},
        {"to", [&](const QByteArray &v) { return readTime(v, out.to); }},
        {"job",
            [&](const QByteArray &v) {
                const auto job = JobId::parse(v);
                out.job = job.value_or(JobId());
                return job.has_value();
            }},
        {"node", [&](const QByteArray &v) { return readNode(v, out.node); }},
        {"actor", [&](const QByteArray &v) { return (out.actor = v).size() <= 256; }},
        {"order",
            [&](const QByteArray &v) {
                out.newestFirst = v == "newest";
                return v == "newest" || v == "oldest";
            }},
        {"limit", [&](const QByteArray &v) { return readLimit(v, out.limit); }},
    };
    return readAll(query, readers).map([&](const QueryMap &) { return out; });
}

Result<LogQuery> logQueryFrom(const QueryMap &query)
{
    LogQuery out;
    const QHash<QByteArray, KeyReader> readers {
        {"attempt",
            [&](const QByteArray &v) {
                qint64 epoch = 0;
                const bool ok = readNumber(v, 1, std::numeric_limits<Epoch>::max(), epoch);
                out.attempt = static_cast<Epoch>(epoch);
                return ok;
            }},
        {"offset", [&](const QByteArray &v) { return readOffset(v, out.offset); }},
    };
    return readAll(query, readers).map([&](const QueryMap &) { return out; });
}

Result<ResultQuery> resultQueryFrom(const QueryMap &query)
{
    ResultQuery out;
    const QHash<QByteArray, KeyReader> readers {
        {"name", [&](const QByteArray &v) { return !(out.name = v).isEmpty() && v.size() <= 1024; }},
        {"offset", [&](const QByteArray &v) { return readOffset(v, out.offset); }},
    };
    if (!query.contains("name")) {
        return fail(ErrorCode::InvalidArgument, u"name= must say which of the listed results is wanted"_s);
    }
    return readAll(query, readers).map([&](const QueryMap &) { return out; });
}

Result<int> hoursFrom(const QueryMap &query)
{
    qint64 hours = 24;
    return readAll(query, {{"hours", [&](const QByteArray &v) { return readNumber(v, 1, 168, hours); }}})
        .map([&](const QueryMap &) { return static_cast<int>(hours); });
}

Result<QueryMap> noQuery(const QueryMap &query)
{
    return readAll(query, {});
}

} // namespace dtf
