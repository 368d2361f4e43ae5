// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/connection.h"

#include <QByteArray>
#include <QList>

namespace dtf {

/// One numbered step of the schema: sql/NNN_name.sql. Never edited once released; the next change is the next number.
struct Migration
{
    int number = 0;
    QByteArray sql;
};

/// "DTFO": tells our files from other programs' databases (PRAGMA application_id).
inline constexpr qint64 storeApplicationId = 0x4454464F;

/// Ours, 1, 2, … in order.
[[nodiscard]] QList<Migration> storeMigrations();

/// Statements of a migration file: comments dropped; each ends with ';' at the end of a line, a trigger with END;. Pure.
[[nodiscard]] QList<QByteArray> splitStatements(const QByteArray &sql);

/// The version the schema has, 0 for an empty file; nothing is changed. Errors as those of migrate().
[[nodiscard]] Result<int> judgeSchema(Connection &connection, const QList<Migration> &migrations);

/// Brings the schema up to the last of `migrations`, each in a transaction of its own. Gives the version it had (0: new file).
/// VersionMismatch: written by a newer orchestrator. StoreFailed: another program's database, or a step that failed and left no
/// trace.
[[nodiscard]] Result<int> migrate(Connection &connection, const QList<Migration> &migrations);

} // namespace dtf
