// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/jobrows.h"

#include "orchestrator/store/columns.h"

namespace dtf::jobrows {

using namespace Qt::StringLiterals;

namespace {

/// In the order of bind(). "search" is made of three others.
const QStringList &fixedColumns()
{
    static const QStringList names {u"name"_s, u"search"_s, u"priority"_s, u"affinity"_s, u"serial_key"_s, u"size"_s,
        u"mtime_ns"_s, u"file_id"_s, u"accepted"_s};
    return names;
}

const QStringList &stepColumns()
{
    static const QStringList names {
        u"state"_s, u"place"_s, u"intent_target"_s, u"node"_s, u"epoch"_s, u"changed"_s, u"cause"_s, u"rerun_allowed"_s};
    return names;
}

struct RareColumn
{
    QString name;
    QString plain; ///< SQL literal
};

const QList<RareColumn> &rareColumns()
{
    static const QList<RareColumn> columns {{u"boot"_s, u"x''"_s}, {u"attempts"_s, u"0"_s}, {u"sha256"_s, u"x''"_s},
        {u"detail"_s, u"x''"_s}, {u"want_node"_s, u"x''"_s}, {u"stop_asked"_s, u"0"_s}, {u"side_effects"_s, u"0"_s},
        {u"result_rows"_s, u"-1"_s}};
    return columns;
}

bool isPut(Form form)
{
    return form == Form::Put || form == Form::PutPlain;
}

bool writesRare(Form form)
{
    return form == Form::Put || form == Form::Step;
}

} // namespace

bool isPlain(const JobRecord &job)
{
    return job.boot.isEmpty() && job.attempts == 0 && job.sha256.isEmpty() && job.detail.isEmpty() && job.wantNode.isEmpty()
        && !job.stopAsked && !job.sideEffects && job.rows == -1;
}

QString sql(Form form)
{
    QStringList names = isPut(form) ? fixedColumns() + stepColumns() : stepColumns();
    QStringList values(names.size(), u"?"_s);
    for (const RareColumn &column : rareColumns()) {
        names.append(column.name);
        values.append(writesRare(form) ? u"?"_s : column.plain);
    }
    QStringList assignments;
    for (qsizetype i = 0; i < names.size(); ++i) {
        assignments.append(names[i] + " = "_L1 + (isPut(form) ? "excluded."_L1 + names[i] : values[i]));
    }
    const QString changes = assignments.join(u", "_s);
    return isPut(form) ? u"INSERT INTO job (%1, id) VALUES (%2, ?) ON CONFLICT (id) DO UPDATE SET %3"_s.arg(
               names.join(u", "_s), values.join(u", "_s), changes)
                       : u"UPDATE job SET %1 WHERE id = ?"_s.arg(changes);
}

void bind(QSqlQuery &query, Form form, const JobRecord &job)
{
    int at = 0;
    const auto put = [&](const QVariant &value) { placeholder::bind(query, at++, value); };
    if (isPut(form)) {
        put(column::bytes(job.name));
        put(column::bytes(foldedForSearch(job.id.toBytes26() + '\n' + job.name + '\n' + job.affinity)));
        put(job.priority);
        put(column::bytes(job.affinity));
        put(column::bytes(job.serialKey));
        put(job.size);
        put(job.mtimeNs);
        put(column::bytes(job.fileId));
        put(qint64(job.accepted.msecsSinceEpoch));
    }
    put(column::word(job.state));
    put(column::bytes(job.place));
    put(column::bytes(job.intentTarget));
    put(column::bytes(job.node.bytes()));
    put(qint64(job.epoch));
    put(qint64(job.changed.msecsSinceEpoch));
    put(column::word(job.cause));
    put(int(job.rerunAllowed));
    if (writesRare(form)) {
        put(column::bytes(job.boot.bytes()));
        put(job.attempts);
        put(column::bytes(job.sha256));
        put(column::bytes(job.detail));
        put(column::bytes(job.wantNode.bytes()));
        put(int(job.stopAsked));
        put(int(job.sideEffects));
        put(job.rows);
    }
    put(column::id(job.id));
}

} // namespace dtf::jobrows
