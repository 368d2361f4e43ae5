// SPDX-License-Identifier: GPL-3.0-or-later
#include "storefixture.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

namespace dtf::test {

using namespace Qt::StringLiterals;

JobId jobId(int number)
{
    std::array<std::uint8_t, 16> bytes {1, 0x8f};
    for (int i = 0; i < 4; ++i) {
        bytes[size_t(5 - i)] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    bytes[15] = 0x5a;
    return JobId::fromBytes(bytes);
}

NodeName nodeName(int number)
{
    return NodeName::parse("DTF-" + QByteArray::number(number).rightJustified(2, '0')).value();
}

JobRecord waitingJob(int number)
{
    JobRecord job;
    job.id = jobId(number);
    job.name = "Agency" + QByteArray(1, char('A' + number % 26)) + '_' + QByteArray::number(number) + ".csv";
    job.place = "incoming/" + job.name;
    job.affinity = "Agency" + QByteArray(1, char('A' + number % 26));
    job.size = 1'000 + number;
    job.mtimeNs = 1'700'000'000'000'000'000 + number;
    job.fileId = "64769:" + QByteArray::number(number);
    job.accepted = {number};
    job.changed = {number};
    return job;
}

JobRecord fullJob(int number)
{
    JobRecord job = waitingJob(number);
    job.name = "Agentur \xc3\x84 \xff~'%_\\\n.csv"; // umlaut, a byte that is no UTF-8, and what SQL and LIKE would stumble over
    job.state = JobState::Moving;
    job.place = "hold/x";
    job.intentTarget = "processing/DTF-03/y";
    job.node = nodeName(3);
    job.epoch = 4'294'967'295U;
    job.boot = BootId::parse("abcdefgh").value();
    job.attempts = 2;
    job.priority = -7;
    job.serialKey = QByteArray("key\0with zero", 13);
    job.size = 5'368'709'120;
    job.sha256 = QByteArray(64, 'c');
    job.accepted = {1'700'000'000'123};
    job.changed = {1'700'000'000'456};
    job.cause = Cause::HardLimit;
    job.detail = "Zeit\xc3\xbc"
                 "berschreitung";
    job.wantNode = nodeName(5);
    job.stopAsked = true;
    job.rerunAllowed = true;
    job.sideEffects = true;
    job.rows = 12;
    return job;
}

AuditEvent auditEvent(AuditKind kind, const JobId &job, const QByteArray &detail)
{
    AuditEvent event;
    event.kind = kind;
    event.time = {1'700'000'000'000};
    event.job = job;
    event.epoch = 1;
    event.node = nodeName(1);
    event.actor = "orchestrator";
    event.detail = detail;
    return event;
}

StoreBatch batchOf(int first, int count, int auditRows)
{
    static constexpr AuditKind kinds[] = {AuditKind::JobAccepted, AuditKind::JobAssigned, AuditKind::JobStarted};
    StoreBatch batch;
    for (int i = first; i < first + count; ++i) {
        batch.jobs.append(waitingJob(i));
        for (int a = 0; a < auditRows; ++a) {
            batch.audit.append(auditEvent(kinds[a % 3], jobId(i), batch.jobs.last().place));
        }
    }
    return batch;
}

Result<void> StoreFixture::open(const StoreOptions &options)
{
    store.reset();
    auto opened = SqliteStore::open(path(), &snapshot, options);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    store = std::move(*opened);
    return {};
}

Result<Store::Committed> StoreFixture::commit(const StoreBatch &batch)
{
    return await<Store::Committed>([&](auto done) { store->commit(batch, done); });
}

Result<JobPage> StoreFixture::jobs(const JobQuery &query)
{
    return await<JobPage>([&](auto done) { store->jobs(query, done); });
}

Result<JobRecord> StoreFixture::job(const JobId &id)
{
    return await<JobRecord>([&](auto done) { store->job(id, done); });
}

Result<AuditPage> StoreFixture::audit(const AuditQuery &query)
{
    return await<AuditPage>([&](auto done) { store->audit(query, done); });
}

bool StoreFixture::sql(const QString &statements, const QString &file) const
{
    bool done = true;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"behind-its-back"_s);
        database.setDatabaseName(file.isEmpty() ? path() : file);
        done = database.open();
        for (const QString &statement : statements.split(u";;"_s, Qt::SkipEmptyParts)) {
            QSqlQuery query(database);
            done = done && query.exec(statement);
        }
    }
    QSqlDatabase::removeDatabase(u"behind-its-back"_s);
    return done;
}

QVariant StoreFixture::value(const QString &text) const
{
    QVariant result;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"behind-its-back"_s);
        database.setDatabaseName(path());
        QSqlQuery query(database);
        if (database.open()) {
            query = QSqlQuery(database);
            if (query.exec(text) && query.next()) {
                result = query.value(0);
            }
        }
        query = QSqlQuery();
    }
    QSqlDatabase::removeDatabase(u"behind-its-back"_s);
    return result;
}

} // namespace dtf::test
