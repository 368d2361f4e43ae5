// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/auditverify.h"

#include "orchestrator/store/connection.h"
#include "orchestrator/store/migrations.h"

#include <QFileInfo>
#include <QVariant>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int rowsPerStep = 1'000; // a longer read would keep the write-ahead log from being reused

/// Extends `verdict` by one row; false when that row is bad.
bool check(AuditVerdict &verdict, const AuditFields &fields, const QByteArray &hash, const std::optional<AuditHead> &remembered)
{
    const auto bad = [&](qint64 seq, const QString &why) {
        verdict.firstBad = seq;
        verdict.why = why;
        return false;
    };
    const qint64 expected = verdict.head.seq + 1;
    if (fields.seq != expected) {
        return bad(expected, u"row %1 is missing: %2 follows %3"_s.arg(expected).arg(fields.seq).arg(verdict.head.seq));
    }
    if (chainHash(verdict.head.hash, fields) != hash) {
        return bad(fields.seq, u"row %1 or its hash was changed"_s.arg(fields.seq));
    }
    if (remembered && remembered->seq == fields.seq && remembered->hash != hash) {
        return bad(fields.seq, u"row %1 is not the one that was remembered: history up to it was rewritten"_s.arg(fields.seq));
    }
    verdict.head = {fields.seq, hash};
    verdict.rows = fields.seq;
    return true;
}

} // namespace

Result<AuditVerdict> verifyAudit(const QString &dbPath, const std::optional<AuditHead> &remembered, const std::atomic_bool *stop)
{
    if (!QFileInfo::exists(dbPath)) {
        return fail(ErrorCode::NotFound, u"there is no database at %1"_s.arg(dbPath));
    }
    auto connection = Connection::open(QFileInfo(dbPath).absoluteFilePath(), Connection::Mode::ReadOnly);
    if (!connection) {
        return tl::unexpected(connection.error());
    }
    const auto application = (*connection)->number(u"PRAGMA application_id"_s);
    if (!application) {
        return tl::unexpected(application.error());
    }
    if (*application != storeApplicationId) {
        return fail(ErrorCode::InvalidArgument, u"%1 is not an orchestrator's database"_s.arg(dbPath));
    }
    auto rows =
        (*connection)
            ->prepare(
                u"SELECT seq, time, kind, job, epoch, node, actor, detail, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT %1"_s
                    .arg(rowsPerStep));
    if (!rows) {
        return tl::unexpected(rows.error());
    }
    AuditVerdict verdict;
    // The lowest seq there can be, so that a row smuggled in before the first is seen too.
    qint64 from = std::numeric_limits<qint64>::min();
    for (int got = rowsPerStep; got == rowsPerStep;) {
        if (stop && *stop) {
            return fail(ErrorCode::Cancelled, u"the store was closed"_s);
        }
        rows->bindValue(0, from);
        if (!rows->exec()) {
            return tl::unexpected((*connection)->failed(rows->lastError()));
        }
        for (got = 0; rows->next(); ++got) {
            const AuditFields fields {rows->value(0).toLongLong(), rows->value(1).toLongLong(),
                rows->value(2).toString().toUtf8(), rows->value(3).toByteArray(), rows->value(4).toLongLong(),
                rows->value(5).toByteArray(), rows->value(6).toByteArray(), rows->value(7).toByteArray()};
            if (!check(verdict, fields, rows->value(8).toByteArray(), remembered)) {
                return verdict;
            }
            from = fields.seq;
        }
        if (rows->lastError().isValid()) {
            return tl::unexpected((*connection)->failed(rows->lastError()));
        }
        rows->finish();
    }
    if (remembered && remembered->seq > verdict.head.seq) {
        verdict.firstBad = verdict.head.seq + 1;
        verdict.why = u"the audit ends at row %1, but row %2 is remembered: its end was cut off"_s.arg(verdict.head.seq)
                          .arg(remembered->seq);
        return verdict;
    }
    verdict.ok = true;
    return verdict;
}

} // namespace dtf
