// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

namespace dtf {

/// A row of the audit as far as a history needs it.
struct HistoryRow
{
    WallTime time;
    AuditKind kind = AuditKind::Gap;
    JobId job;
    Epoch epoch = 0;
    NodeName node;
    QByteArray detail;
    WallTime accepted; ///< of the job, for JobAssigned; 0: not known
};

/// How many jobs came to their present state in one hour.
struct EndedHour
{
    qint64 hour = 0; ///< since 1970, UTC
    JobState state = JobState::Done;
    qint64 count = 0;
};

inline constexpr qint64 hourMs = 3'600'000;
inline constexpr qsizetype mostLaneParts = 24'000; ///< of all lanes together

/// The first moment of a history: a whole hour of UTC. Pure.
[[nodiscard]] WallTime historyStart(const HistoryQuery &query);

/// The hours' counts and waits. `rows` in order. Pure.
[[nodiscard]] QList<HistoryHour> historyHours(
    const HistoryQuery &query, const QList<EndedHour> &ended, const QList<HistoryRow> &rows);

/// One lane per node of the query from historyStart() to now. `rows` in order; those before the start say how a lane begins.
/// Pure.
[[nodiscard]] QList<HistoryLane> historyLanes(const HistoryQuery &query, const QList<HistoryRow> &rows);

/// At most `most` parts. Where there are more, the lane is cut into `most` equal pieces, each told as what took most of it; a
/// failed run or a loss in a piece is never hidden. Pure.
[[nodiscard]] QList<LanePart> coarse(const QList<LanePart> &parts, qsizetype most);

} // namespace dtf
