// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/select.h"
#include "orchestrator/store/storereader.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

NodeRecord readNode(RowReader &row)
{
    NodeRecord node;
    node.node = row.node();
    node.paused = row.flag();
    node.draining = row.flag();
    node.by = row.bytes();
    node.reason = row.bytes();
    node.changed = row.time();
    node.lastBoot = row.boot();
    node.machine = row.bytes();
    node.machineBoot = row.bytes();
    return node;
}

MemberRecord readMember(RowReader &row)
{
    MemberRecord member;
    member.node = row.node();
    member.tokenDigest = row.bytes();
    member.machine = row.bytes();
    member.request = row.bytes();
    member.code = row.number();
    member.joined = row.time();
    return member;
}

JoinCodeRecord readJoinCode(RowReader &row)
{
    JoinCodeRecord code;
    code.number = row.number();
    code.digest = row.bytes();
    code.made = row.time();
    code.by = row.bytes();
    code.reason = row.bytes();
    code.until = row.time();
    code.uses = static_cast<int>(row.number());
    code.used = static_cast<int>(row.number());
    code.revokedBy = row.bytes();
    return code;
}

ReportMark readMark(RowReader &row)
{
    ReportMark mark;
    mark.node = row.node();
    mark.boot = row.boot();
    mark.seq = row.number();
    return mark;
}

Alert readAlert(RowReader &row)
{
    Alert alert;
    alert.kind = row.word(alertKindFromString);
    alert.subject = row.bytes();
    alert.severity = row.word(alertSeverityFromString);
    alert.since = row.time();
    alert.detail = row.bytes();
    const Acknowledgement acknowledged {row.time(), row.bytes(), row.bytes()};
    if (acknowledged.time.msecsSinceEpoch != 0) {
        alert.acknowledged = acknowledged;
    }
    return alert;
}

CommandRecord readCommand(RowReader &row)
{
    CommandRecord record;
    record.command.id = row.number();
    record.node = row.node();
    record.command.kind = row.word(commandKindFromString);
    record.command.job = row.id();
    record.command.epoch = static_cast<Epoch>(row.number());
    record.command.now = row.flag();
    record.command.reason = row.text();
    record.command.by = row.text();
    record.asked = row.time();
    return record;
}

std::pair<QByteArray, QByteArray> readSetting(RowReader &row)
{
    const QByteArray key = row.bytes();
    return {key, row.bytes()};
}

EndedCount readEnded(RowReader &row)
{
    EndedCount ended;
    ended.state = row.word(jobStateFromString);
    ended.node = row.node();
    ended.byHand = row.flag();
    ended.count = row.number();
    return ended;
}

/// Fills `into` with a table's rows; false with `error`.
template <typename T>
bool fill(
    Connection &connection, const QString &sql, T (*take)(RowReader &), QList<T> &into, Error &error, qsizetype expected = 0)
{
    auto rows = selectAll<T>(connection, sql, {}, take, expected);
    if (!rows) {
        error = rows.error();
        return false;
    }
    into = std::move(*rows);
    return true;
}

} // namespace

Result<StoreSnapshot> StoreReader::snapshot(WallTime now)
{
    constexpr qint64 dayLength = 86'400'000;
    StoreSnapshot out;
    out.day = now.msecsSinceEpoch / dayLength;
    Error error;
    // Counted first: a list that grows as it is read would need twice its memory at the end.
    const auto open = m_connection.number(u"SELECT count(*) FROM job WHERE state NOT IN ('done', 'rejected', 'withdrawn')"_s);
    if (!open) {
        return tl::unexpected(open.error());
    }
    const bool done =
        fill(m_connection,
            u"SELECT %1 FROM job WHERE state NOT IN ('done', 'rejected', 'withdrawn') ORDER BY id"_s.arg(jobColumns()), readJob,
            out.jobs, error, *open)
        && fill(m_connection,
            u"SELECT node, paused, draining, asked_by, reason, changed, last_boot, machine, machine_boot FROM node ORDER BY node"_s,
            readNode, out.nodes, error)
        && fill(m_connection, u"SELECT node, token, machine, request, code, joined FROM member ORDER BY joined, node"_s,
            readMember, out.members, error)
        && fill(m_connection,
            u"SELECT number, digest, made, made_by, reason, until, uses, used, revoked_by FROM join_code ORDER BY number"_s,
            readJoinCode, out.joinCodes, error)
        && fill(m_connection, u"SELECT node, boot, seq FROM report_mark ORDER BY rowid"_s, readMark, out.reportMarks, error)
        && fill(m_connection,
            u"SELECT kind, subject, severity, since, detail, acknowledged, acknowledged_by, acknowledged_reason FROM alert ORDER BY since, kind, subject"_s,
            readAlert, out.alerts, error)
        && fill(m_connection, u"SELECT id, node, kind, job, epoch, now, reason, asked_by, asked FROM command ORDER BY id"_s,
            readCommand, out.commands, error)
        && fill(m_connection,
            u"SELECT state, node, cause = 'marked-by-operator', count(*) FROM job WHERE changed >= %1 AND changed < %2 AND state IN ('done', 'rejected', 'withdrawn') GROUP BY 1, 2, 3"_s
                .arg(out.day * dayLength)
                .arg((out.day + 1) * dayLength),
            readEnded, out.ended, error)
        && fill(m_connection, u"SELECT key, value FROM setting ORDER BY key"_s, readSetting, out.settings, error);
    if (!done) {
        return tl::unexpected(error);
    }
    const auto head = auditHead();
    if (!head) {
        return tl::unexpected(head.error());
    }
    out.lastAuditSeq = head->seq;
    return out;
}

} // namespace dtf
