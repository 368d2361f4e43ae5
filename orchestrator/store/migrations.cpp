// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/migrations.h"

#include <QDir>
#include <QFile>

/// Outside the namespace, as Q_INIT_RESOURCE demands: a static library's resources are not registered by themselves.
static void initStoreResources()
{
    Q_INIT_RESOURCE(orchestrator_store);
}

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

Result<void> runStep(Connection &connection, const Migration &migration)
{
    for (const QByteArray &statement : splitStatements(migration.sql)) {
        if (auto done = connection.run(QString::fromUtf8(statement)); !done) {
            return done;
        }
    }
    if (auto done = connection.run(u"PRAGMA application_id = %1"_s.arg(storeApplicationId)); !done) {
        return done;
    }
    return connection.run(u"PRAGMA user_version = %1"_s.arg(migration.number));
}

Result<void> runMigration(Connection &connection, const Migration &migration)
{
    if (auto begun = connection.run(u"BEGIN IMMEDIATE"_s); !begun) {
        return begun;
    }
    auto done = runStep(connection, migration);
    if (done) {
        done = connection.run(u"COMMIT"_s);
    }
    if (!done) {
        (void)connection.run(u"ROLLBACK"_s); // it may have been rolled back already
        return fail(ErrorCode::StoreFailed, u"migration %1: %2"_s.arg(migration.number).arg(done.error().detail));
    }
    return {};
}

} // namespace

QList<Migration> storeMigrations()
{
    initStoreResources();
    QList<Migration> migrations;
    const QDir folder(u":/orchestrator/store/sql"_s);
    for (const QString &name : folder.entryList({u"*.sql"_s}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly)) {
            migrations.append({name.section(u'_', 0, 0).toInt(), file.readAll()});
        }
    }
    return migrations;
}

QList<QByteArray> splitStatements(const QByteArray &sql)
{
    QList<QByteArray> statements;
    QByteArray statement;
    for (const QByteArray &line : sql.split('\n')) {
        const QByteArray code = line.first(line.indexOf("--") < 0 ? line.size() : line.indexOf("--")).trimmed();
        if (code.isEmpty()) {
            continue;
        }
        statement += code + '\n';
        if (code.endsWith(';') && (!statement.startsWith("CREATE TRIGGER") || code.endsWith("END;"))) {
            statements.append(statement);
            statement.clear();
        }
    }
    if (!statement.isEmpty()) {
        statements.append(statement); // unfinished: SQLite says what is wrong with it
    }
    return statements;
}

Result<int> judgeSchema(Connection &connection, const QList<Migration> &migrations)
{
    const auto version = connection.number(u"PRAGMA user_version"_s);
    const auto application = connection.number(u"PRAGMA application_id"_s);
    const auto objects = connection.number(u"SELECT count(*) FROM sqlite_schema"_s);
    if (!version || !application || !objects) {
        return tl::unexpected(!version ? version.error() : !application ? application.error() : objects.error());
    }
    const bool fresh = *version == 0 && *application == 0 && *objects == 0;
    if (!fresh && *application != storeApplicationId) {
        return fail(ErrorCode::StoreFailed, u"this is another program's database, not the orchestrator's"_s);
    }
    const int newest = migrations.isEmpty() ? 0 : migrations.last().number;
    if (*version > newest) {
        return fail(ErrorCode::VersionMismatch,
            u"the database was written by a newer orchestrator (schema %1, this one knows up to %2): install that version or restore an older backup"_s
                .arg(*version)
                .arg(newest));
    }
    return static_cast<int>(*version);
}

Result<int> migrate(Connection &connection, const QList<Migration> &migrations)
{
    auto version = judgeSchema(connection, migrations);
    if (!version) {
        return version;
    }
    for (const Migration &migration : migrations) {
        if (migration.number > *version) {
            if (auto done = runMigration(connection, migration); !done) {
                return tl::unexpected(done.error());
            }
        }
    }
    return version;
}

} // namespace dtf
