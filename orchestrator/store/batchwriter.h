// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/auditchain.h"
#include "orchestrator/store/connection.h"
#include "orchestrator/store/records.h"

#include <vector>

namespace dtf {

/// Turns batches into rows with statements prepared once. Knows nothing of transactions: the caller begins and ends them, and
/// keeps the head. Thread: its connection's; lives shorter than that.
class BatchWriter final
{
public:
    [[nodiscard]] static Result<std::unique_ptr<BatchWriter>> prepare(Connection &connection);

    /// Writes everything in `batch`, moves `head` on over its audit rows and gives these as stored. After an error the
    /// transaction must be rolled back and `head` is void.
    [[nodiscard]] Result<QList<AuditRow>> write(const StoreBatch &batch, AuditHead &head);
    [[nodiscard]] static qsizetype rowsOf(const StoreBatch &batch);

private:
    enum Statement {
        PutJob, ///< the four forms of jobrows.h in their order
        PutPlainJob,
        StepJob,
        StepPlainJob,
        PutNode,
        PutMark,
        PutAlert,
        ClearAlert,
        PutCommand,
        DropCommand,
        PutAnswer,
        PutSetting,
        AddAudit,
        PutMember,
        DropMember,
        DropNode,
        DropMarks,
        DropCommands,
        PutJoinCode,
        DropJoinCode,
        StatementCount
    };
    explicit BatchWriter(Connection &connection)
        : m_connection(connection)
    { }
    /// Binds and executes; false with m_error set.
    bool exec(Statement which, std::initializer_list<QVariant> values);
    bool finish(QSqlQuery &query);
    bool writeJobs(const StoreBatch &batch);
    bool writeMembers(const StoreBatch &batch);
    bool writeNodes(const StoreBatch &batch);
    bool writeAlerts(const StoreBatch &batch);
    bool writeCommands(const StoreBatch &batch);
    bool writeAudit(const StoreBatch &batch, AuditHead &head, QList<AuditRow> &rows);

    Connection &m_connection;
    std::vector<QSqlQuery> m_statements;
    Error m_error;
};

} // namespace dtf
