// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/batchwriter.h"

#include "orchestrator/store/columns.h"
#include "orchestrator/store/jobrows.h"

namespace dtf {

using namespace Qt::StringLiterals;

Result<std::unique_ptr<BatchWriter>> BatchWriter::prepare(Connection &connection)
{
    const QString sql[StatementCount] = {
        jobrows::sql(jobrows::Form::Put),
        jobrows::sql(jobrows::Form::PutPlain),
        jobrows::sql(jobrows::Form::Step),
        jobrows::sql(jobrows::Form::StepPlain),
        u"INSERT INTO node (node, paused, draining, asked_by, reason, changed, last_boot, machine, machine_boot) VALUES (?, ?, "
        u"?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (node) DO UPDATE SET paused = excluded.paused, draining = excluded.draining, asked_by = excluded.asked_by, "
        "reason = excluded.reason, changed = excluded.changed, last_boot = excluded.last_boot, machine = excluded.machine, "
        "machine_boot = excluded.machine_boot"_s,
        // A replayed batch must not take the mark back.
        u"INSERT INTO report_mark (node, boot, seq) VALUES (?, ?, ?) ON CONFLICT (node, boot) DO UPDATE SET seq = max(seq, excluded.seq)"_s,
        u"INSERT INTO alert (kind, subject, severity, since, detail, acknowledged, acknowledged_by, acknowledged_reason) VALUES "
        u"(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, subject) DO UPDATE SET severity = excluded.severity, since = "
        "excluded.since, detail = excluded.detail, acknowledged = excluded.acknowledged, acknowledged_by = "
        "excluded.acknowledged_by, acknowledged_reason = excluded.acknowledged_reason"_s,
        u"DELETE FROM alert WHERE kind = ? AND subject = ?"_s,
        u"INSERT INTO command (id, node, kind, job, epoch, now, reason, asked_by, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON "
        u"CONFLICT (id) DO UPDATE "
        "SET node = excluded.node, kind = excluded.kind, job = excluded.job, epoch = excluded.epoch, now = excluded.now, reason "
        "= excluded.reason, "
        "asked_by = excluded.asked_by, asked = excluded.asked"_s,
        u"DELETE FROM command WHERE id = ?"_s,
        u"INSERT INTO answer (actor, key, answer, time) VALUES (?, ?, ?, ?) ON CONFLICT (actor, key) DO UPDATE SET answer = "
        u"excluded.answer, "
        "time = excluded.time"_s,
        u"INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"_s,
        u"INSERT INTO audit (seq, time, kind, job, epoch, node, actor, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        u"INSERT INTO member (node, token, machine, request, code, joined) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (node) DO "
        u"UPDATE "
        u"SET token = excluded.token, machine = excluded.machine, request = excluded.request, code = excluded.code, joined = "
        "excluded.joined"_s,
        u"DELETE FROM member WHERE node = ?"_s,
        u"DELETE FROM node WHERE node = ?"_s,
        u"DELETE FROM report_mark WHERE node = ?"_s,
        u"DELETE FROM command WHERE node = ?"_s,
        u"INSERT INTO join_code (number, digest, made, made_by, reason, until, uses, used, revoked_by) VALUES (?, ?, ?, ?, ?, ?, "
        u"?, ?, ?) ON CONFLICT (number) DO UPDATE SET used = excluded.used, revoked_by = excluded.revoked_by"_s,
        u"DELETE FROM join_code WHERE number = ?"_s,
    };
    std::unique_ptr<BatchWriter> writer(new BatchWriter(connection));
    for (const QString &text : sql) {
        auto query = connection.prepare(placeholder::numbered(text));
        if (!query) {
            return tl::unexpected(query.error());
        }
        writer->m_statements.push_back(std::move(*query));
    }
    return writer;
}

Result<QList<AuditRow>> BatchWriter::write(const StoreBatch &batch, AuditHead &head)
{
    QList<AuditRow> rows;
    rows.reserve(batch.audit.size());
    const bool done = writeJobs(batch) && writeMembers(batch) && writeNodes(batch) && writeAlerts(batch) && writeCommands(batch)
        && writeAudit(batch, head, rows);
    if (!done) {
        return tl::unexpected(m_error);
    }
    return rows;
}

qsizetype BatchWriter::rowsOf(const StoreBatch &batch)
{
    return batch.jobs.size() + batch.nodes.size() + batch.members.size() + batch.nodesGone.size() + batch.joinCodes.size()
        + batch.joinCodesGone.size() + batch.reportMarks.size() + batch.alertsRaised.size() + batch.alertsCleared.size()
        + batch.commands.size() + batch.commandsDone.size() + batch.answers.size() + batch.settings.size() + batch.audit.size();
}

bool BatchWriter::exec(Statement which, std::initializer_list<QVariant> values)
{
    QSqlQuery &query = m_statements[which];
    int at = 0;
    for (const QVariant &value : values) {
        placeholder::bind(query, at++, value);
    }
    return finish(query);
}

bool BatchWriter::finish(QSqlQuery &query)
{
    if (query.exec()) {
        return true;
    }
    m_error = m_connection.failed(query.lastError());
    query.finish();
    return false;
}

bool BatchWriter::writeJobs(const StoreBatch &batch)
{
    using jobrows::Form;
    const auto write = [this](Form form, Statement which, const JobRecord &job) {
        jobrows::bind(m_statements[which], form, job);
        return finish(m_statements[which]);
    };
    for (const JobRecord &job : batch.jobs) {
        const bool plain = jobrows::isPlain(job);
        if (job.known) {
            const Statement step = plain ? StepPlainJob : StepJob;
            if (!write(plain ? Form::StepPlain : Form::Step, step, job)) {
                return false;
            }
            if (m_statements[step].numRowsAffected() == 1) {
                continue;
            }
        }
        if (!write(plain ? Form::PutPlain : Form::Put, plain ? PutPlainJob : PutJob, job)) {
            return false;
        }
    }
    return true;
}

bool BatchWriter::writeNodes(const StoreBatch &batch)
{
    using column::bytes;
    for (const NodeRecord &node : batch.nodes) {
        if (!exec(PutNode,
                {bytes(node.node.bytes()), int(node.paused), int(node.draining), bytes(node.by), bytes(node.reason),
                    qint64(node.changed.msecsSinceEpoch), bytes(node.lastBoot.bytes()), bytes(node.machine),
                    bytes(node.machineBoot)})) {
            return false;
        }
    }
    for (const ReportMark &mark : batch.reportMarks) {
        if (!exec(PutMark, {bytes(mark.node.bytes()), bytes(mark.boot.bytes()), mark.seq})) {
            return false;
        }
    }
    for (const auto &[key, value] : batch.settings) {
        if (!exec(PutSetting, {bytes(key), bytes(value)})) {
            return false;
        }
    }
    return true;
}

bool BatchWriter::writeMembers(const StoreBatch &batch)
{
    using column::bytes;
    for (const NodeName &node : batch.nodesGone) { // one that comes back in the same batch is new
        for (const Statement drop : {DropMember, DropNode, DropMarks, DropCommands}) {
            if (!exec(drop, {bytes(node.bytes())})) {
                return false;
            }
        }
    }
    for (const MemberRecord &member : batch.members) {
        if (!exec(PutMember,
                {bytes(member.node.bytes()), bytes(member.tokenDigest), bytes(member.machine), bytes(member.request), member.code,
                    qint64(member.joined.msecsSinceEpoch)})) {
            return false;
        }
    }
    for (const qint64 number : batch.joinCodesGone) {
        if (!exec(DropJoinCode, {number})) {
            return false;
        }
    }
    for (const JoinCodeRecord &code : batch.joinCodes) {
        if (!exec(PutJoinCode,
                {code.number, bytes(code.digest), qint64(code.made.msecsSinceEpoch), bytes(code.by), bytes(code.reason),
                    qint64(code.until.msecsSinceEpoch), code.uses, code.used, bytes(code.revokedBy)})) {
            return false;
        }
    }
    return true;
}

bool BatchWriter::writeAlerts(const StoreBatch &batch)
{
    using column::bytes;
    for (const Alert &alert : batch.alertsRaised) {
        const Acknowledgement seen = alert.acknowledged.value_or(Acknowledgement {});
        if (!exec(PutAlert,
                {column::word(alert.kind), bytes(alert.subject), column::word(alert.severity),
                    qint64(alert.since.msecsSinceEpoch), bytes(alert.detail), qint64(seen.time.msecsSinceEpoch), bytes(seen.by),
                    bytes(seen.reason)})) {
            return false;
        }
    }
    for (const Alert &alert : batch.alertsCleared) {
        if (!exec(ClearAlert, {column::word(alert.kind), bytes(alert.subject)})) {
            return false;
        }
    }
    return true;
}

bool BatchWriter::writeCommands(const StoreBatch &batch)
{
    using column::bytes;
    const auto text = [](const QString &value) { return QVariant(value.isNull() ? u""_s : value); };
    for (const CommandRecord &record : batch.commands) {
        const AgentCommand &command = record.command;
        if (!exec(PutCommand,
                {command.id, bytes(record.node.bytes()), column::word(command.kind), column::idOrEmpty(command.job),
                    qint64(command.epoch), int(command.now), text(command.reason), text(command.by),
                    qint64(record.asked.msecsSinceEpoch)})) {
            return false;
        }
    }
    for (const qint64 id : batch.commandsDone) {
        if (!exec(DropCommand, {id})) {
            return false;
        }
    }
    for (const AnswerRecord &answer : batch.answers) {
        if (!exec(
                PutAnswer, {bytes(answer.actor), bytes(answer.key), bytes(answer.answer), qint64(answer.time.msecsSinceEpoch)})) {
            return false;
        }
    }
    return true;
}

bool BatchWriter::writeAudit(const StoreBatch &batch, AuditHead &head, QList<AuditRow> &rows)
{
    for (const AuditEvent &event : batch.audit) {
        const AuditFields fields = fieldsOf(head.seq + 1, event);
        head = {fields.seq, chainHash(head.hash, fields)};
        if (!exec(AddAudit,
                {fields.seq, fields.time, column::word(event.kind), column::idOrEmpty(event.job), fields.epoch,
                    column::bytes(fields.node), column::bytes(fields.actor), column::bytes(fields.detail), head.hash})) {
            return false;
        }
        rows.append({head.seq, event, head.hash});
    }
    return true;
}

} // namespace dtf
