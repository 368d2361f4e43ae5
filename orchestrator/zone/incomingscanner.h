// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"
#include "orchestrator/fleet/events.h"
#include "orchestrator/orchestratorconfig.h"

#include <QHash>

#include <optional>

namespace dtf {

/// Finds files in incoming/ that hold still. A file is stable after the same size, mtime and identity in at least `stableLooks`
/// looks over at least `stableFor` of our own monotonic time; its timestamps are never compared with a clock. Knows every
/// accepted name by its job until the file has left. Thread: the share worker's, or any single one; does I/O only through the
/// ShareFs it is handed.
class IncomingScanner
{
public:
    struct Rules
    {
        QList<QByteArray> acceptedTypes;
        milliseconds stableFor {3'000};
        int stableLooks = 3;
        milliseconds emptyGrace {60'000};
        milliseconds absentFor {15'000}; ///< a known name must be missing in two listings this far apart
    };
    struct Found
    {
        QList<StableFile> stable;
        QList<JobId> vanished;
        std::optional<MonoTime> nextLook; ///< when a candidate is due again; empty: no candidates
        qint64 candidates = 0;
        bool more = false; ///< a call ends after `mostLooks`: lookDue() goes on
        std::optional<Error> trouble; ///< the listing failed: nothing is concluded
    };

    static constexpr int mostLooks = 1'024; ///< in one call, so that other work on the share and the receiver get their turn

    explicit IncomingScanner(Rules rules);

    /// What the store remembered of incoming at start.
    void know(const QList<StableFile> &files);
    /// The complete listing, then every look that is due.
    [[nodiscard]] Found scan(ShareFs &share, const Now &now);
    /// Only the looks that are due.
    [[nodiscard]] Found lookDue(ShareFs &share, const Now &now);
    /// The file has left incoming (moved by us) or is to be taken as new.
    void forget(const JobId &job, QByteArrayView name);

private:
    struct Known
    {
        JobId job;
        quint32 round = 0; ///< of the last listing that showed it
        MonoTime absentSince; ///< value 0: present
    };
    struct Candidate
    {
        qint64 size = -1;
        qint64 mtimeNs = 0;
        quint64 stamp = 0;
        EntryKind kind = EntryKind::Other;
        int looks = 0;
        MonoTime firstLook; ///< of the unchanged run
        MonoTime due;
        MonoTime emptySince; ///< first look ever at 0 bytes
        quint32 round = 0;
    };

    /// True: the candidate is settled, one way or the other.
    [[nodiscard]] bool lookAt(ShareFs &share, const QByteArray &name, Candidate &candidate, const Now &now, Found &found);
    [[nodiscard]] StableFile settle(const QByteArray &name, const EntryInfo &info, const Candidate &candidate, const Now &now);
    [[nodiscard]] Found runDue(ShareFs &share, const Now &now, Found found);

    Rules m_rules;
    JobIdGenerator m_ids;
    QHash<QByteArray, Known> m_known;
    QHash<QByteArray, Candidate> m_candidates;
    quint32 m_round = 0;
};

} // namespace dtf
