// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"
#include "common/model/cause.h"
#include "common/model/jobstate.h"
#include "common/protocol/messages.h"

#include <QList>
#include <QString>

namespace dtf {

/// Which files GET /api/v1/jobs shall list; empty fields do not filter.
struct JobFilter
{
    QList<JobState> states;
    NodeName node;
    QString text; ///< part of the name, id or affinity, case-insensitive; ≤ 256 bytes
    Cause cause = Cause::None;
    int limit = 100; ///< 1–1000, of one page
    QString cursor; ///< JobPage::next, of the same sort and order
    JobSort sort = JobSort::Changed;
    bool ascending = false;
};

/// Which rows GET /api/v1/audit shall list.
struct AuditFilter
{
    JobId job;
    NodeName node;
    QString actor; ///< prefix: "operator:"
    qint64 after = 0; ///< sequence number greater than
    qint64 before = 0; ///< sequence number less than; 0: no bound
    WallTime from; ///< not older; 0: no bound
    WallTime to; ///< older than; 0: no bound
    bool newestFirst = true;
    int limit = 100; ///< 1–1000
};

/// The path with its query, every value percent-encoded. Pure.
[[nodiscard]] QString targetOf(const JobFilter &filter);
[[nodiscard]] QString targetOf(const AuditFilter &filter);

} // namespace dtf
