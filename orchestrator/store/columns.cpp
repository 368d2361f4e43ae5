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

QString jobUpsert()
{
    const QStringList names = (jobColumns() + ", search"_L1).split(u", "_s);
    QStringList updates;
    for (const QString &name : names.mid(1)) {
        updates.append(name + " = excluded."_L1 + name);
    }
    return u"INSERT INTO job (%1) VALUES (%2) ON CONFLICT (id) DO UPDATE SET %3"_s.arg(
        names.join(u", "_s), QStringList(names.size(), u"?"_s).join(u", "_s), updates.join(u", "_s));
}

void bindJob(QSqlQuery &query, const JobRecord &job)
{
    int at = 0;
    const auto bind = [&](const QVariant &value) { query.bindValue(at++, value); };
    bind(column::id(job.id));
    bind(column::bytes(job.name));
    bind(column::word(job.state));
    bind(column::bytes(job.place));
    bind(column::bytes(job.intentTarget));
    bind(column::bytes(job.node.bytes()));
    bind(qint64(job.epoch));
    bind(column::bytes(job.boot.bytes()));
    bind(job.attempts);
    bind(job.priority);
    bind(column::bytes(job.affinity));
    bind(column::bytes(job.serialKey));
    bind(job.size);
    bind(job.mtimeNs);
    bind(column::bytes(job.fileId));
    bind(column::bytes(job.sha256));
    bind(qint64(job.accepted.msecsSinceEpoch));
    bind(qint64(job.changed.msecsSinceEpoch));
    bind(column::word(job.cause));
    bind(column::bytes(job.detail));
    bind(column::bytes(job.wantNode.bytes()));
    bind(int(job.stopAsked));
    bind(int(job.rerunAllowed));
    bind(int(job.sideEffects));
    bind(job.rows);
    bind(column::bytes(foldedForSearch(job.id.toBytes26() + '\n' + job.name + '\n' + job.affinity)));
}

QByteArray foldedForSearch(const QByteArray &utf8)
{
    const bool ascii = std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    return ascii ? utf8.toLower() : QString::fromUtf8(utf8).toCaseFolded().toUtf8();
}

} // namespace dtf
