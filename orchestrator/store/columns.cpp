// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/columns.h"

#include "common/core/escape.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype sharedAtMost = 4'096; // keys beyond this many different ones are not worth sharing

constexpr const char *jobColumnNames =
    "id, name, state, place, intent_target, node, epoch, boot, attempts, priority, affinity, serial_key, size, "
    "mtime_ns, file_id, sha256, accepted, changed, cause, detail, want_node, stop_asked, rerun_allowed, "
    "side_effects, result_rows";

} // namespace

QVariant column::bytes(const QByteArray &value)
{
    return value.isNull() ? QVariant(QByteArray("")) : QVariant(value);
}

QVariant column::id(const JobId &value)
{
    return QByteArray(reinterpret_cast<const char *>(value.bytes().data()), qsizetype(value.bytes().size()));
}

QVariant column::idOrEmpty(const JobId &value)
{
    return value.isNull() ? QVariant(QByteArray("")) : id(value);
}

namespace {

const QString &placeholderName(int number)
{
    static const QStringList names = [] {
        QStringList list;
        for (int i = 0; i < 64; ++i) {
            list.append(u":v%1"_s.arg(i));
        }
        return list;
    }();
    return names[number];
}

} // namespace

QString placeholder::numbered(const QString &sql)
{
    const QStringList parts = sql.split(u'?');
    QString out = parts.first();
    for (int i = 1; i < parts.size(); ++i) {
        out += placeholderName(i - 1) + parts[i];
    }
    return out;
}

void placeholder::bind(QSqlQuery &query, int number, const QVariant &value)
{
    query.bindValue(placeholderName(number), value);
}

void RowReader::start(const QSqlQuery &query)
{
    m_query = &query;
    m_column = 0;
}

qint64 RowReader::number()
{
    return m_query->value(m_column++).toLongLong();
}

QByteArray RowReader::bytes()
{
    return m_query->value(m_column++).toByteArray();
}

QByteArray RowReader::sharedBytes()
{
    const QByteArray value = bytes();
    if (value.isEmpty()) {
        return {};
    }
    if (const auto known = m_shared.constFind(value); known != m_shared.cend()) {
        return *known;
    }
    if (m_shared.size() < sharedAtMost) {
        m_shared.insert(value, value);
    }
    return value;
}

QString RowReader::text()
{
    return m_query->value(m_column++).toString();
}

JobId RowReader::id()
{
    const QByteArray value = bytes();
    std::array<std::uint8_t, 16> raw {};
    if (value.size() == qsizetype(raw.size())) {
        std::copy(value.begin(), value.end(), reinterpret_cast<char *>(raw.data()));
    } else if (!value.isEmpty()) {
        complain(value);
    }
    return JobId::fromBytes(raw);
}

NodeName RowReader::node()
{
    const QByteArray value = bytes();
    if (value.isEmpty()) {
        return {};
    }
    if (const auto known = m_nodes.constFind(value); known != m_nodes.cend()) {
        return *known;
    }
    const auto name = NodeName::parse(value);
    if (!name) {
        complain(value);
        return {};
    }
    m_nodes.insert(value, *name);
    return *name;
}

BootId RowReader::boot()
{
    const QByteArray value = bytes();
    if (value.isEmpty()) {
        return {};
    }
    if (const auto known = m_boots.constFind(value); known != m_boots.cend()) {
        return *known;
    }
    const auto boot = BootId::parse(value);
    if (!boot) {
        complain(value);
        return {};
    }
    if (m_boots.size() < sharedAtMost) {
        m_boots.insert(value, *boot);
    }
    return *boot;
}

void RowReader::complain(const QByteArray &what)
{
    if (m_problem.isEmpty()) {
        m_problem = u"the orchestrator's database is damaged: \"%1\" is no known value of column %2"_s
                        .arg(escapedForLog(QByteArrayView(what), 64))
                        .arg(m_column);
    }
}

QString jobColumns()
{
    return QString::fromLatin1(jobColumnNames);
}

JobRecord readJob(RowReader &row)
{
    JobRecord job;
    job.id = row.id();
    job.name = row.bytes();
    job.state = row.word(jobStateFromString);
    job.place = row.bytes();
    job.intentTarget = row.bytes();
    job.node = row.node();
    job.epoch = static_cast<Epoch>(row.number());
    job.boot = row.boot();
    job.attempts = static_cast<int>(row.number());
    job.priority = static_cast<int>(row.number());
    job.affinity = row.sharedBytes();
    job.serialKey = row.sharedBytes();
    job.size = row.number();
    job.mtimeNs = row.number();
    job.fileId = row.bytes();
    job.sha256 = row.bytes();
    job.accepted = row.time();
    job.changed = row.time();
    job.cause = row.word(causeFromString);
    job.detail = row.sharedBytes();
    job.wantNode = row.node();
    job.stopAsked = row.flag();
    job.rerunAllowed = row.flag();
    job.sideEffects = row.flag();
    job.rows = row.number();
    return job;
}

QByteArray foldedForSearch(const QByteArray &utf8)
{
    const bool ascii = std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    return ascii ? utf8.toLower() : QString::fromUtf8(utf8).toCaseFolded().toUtf8();
}

} // namespace dtf
