// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/auditchain.h"
#include "orchestrator/store/connection.h"
#include "orchestrator/store/records.h"

namespace dtf {

/// The questions to the database. A filter on text, cause or actor reads every row in the worst case (20 to 40 ms of CPU for
/// 100,000). Thread: its connection's; lives shorter than that.
class StoreReader final
{
public:
    explicit StoreReader(Connection &connection)
        : m_connection(connection)
    { }
    [[nodiscard]] Result<StoreSnapshot> snapshot(WallTime now); ///< everything but `created`
    [[nodiscard]] Result<AuditHead> auditHead();
    [[nodiscard]] Result<QByteArray> auditHash(qint64 seq); ///< empty: no such row; zeros for 0
    /// InvalidArgument: a cursor that is not from JobPage::next. A job that changes while someone turns pages moves to the front:
    /// it is never shown twice for that, and those that have not changed are all shown.
    [[nodiscard]] Result<JobPage> jobs(const JobQuery &query);
    [[nodiscard]] Result<JobRecord> job(const JobId &id);
    [[nodiscard]] Result<AuditPage> audit(const AuditQuery &query);
    [[nodiscard]] Result<QByteArray> answer(const QByteArray &actor, const QByteArray &key);
    [[nodiscard]] Result<JobId> doneBefore(const QByteArray &sha256Hex, const JobId &notThis);

private:
    Connection &m_connection;
};

} // namespace dtf
