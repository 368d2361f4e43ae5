// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <memory>

namespace dtf {

/// What a share action is for.
enum class ActionKind {
    None,
    Dispatch, ///< into a node's folder
    Reject,
    Hold,
    Fail,
    MarkDone, ///< an operator says it was done by hand: into completed/
    RollForward, ///< a committed stage becomes visible
};
[[nodiscard]] QLatin1StringView toString(ActionKind kind);

/// A run of this attempt may have begun.
[[nodiscard]] inline bool hasBegun(JobState state)
{
    return state == JobState::Running || state == JobState::InDoubt || state == JobState::Publishing;
}

/// A number that stands for a file's identity (FNV-1a of EntryInfo::fileId): 0 means unknown. Stable over processes.
[[nodiscard]] quint64 fileStamp(QByteArrayView fileId);

/// The part of a job that few jobs have: everything but lying in incoming.
struct JobExtra
{
    SharePath place; ///< empty: incoming/<name>
    SharePath intentTarget;
    BootId boot;
    QByteArray sha256;
    QByteArray detail;
    NodeName wantNode;
    NodeName excluded; ///< the node that gave it back last
    QByteArray lastLine;
    int progress = -1;
    ActionKind pending = ActionKind::None; ///< a share action under way or due at retryAt
    Cause pendingCause = Cause::None;
    QByteArray pendingDetail;
    QByteArray pendingActor;
    QByteArray pendingDecision; ///< `actor`'s reason for MarkDone
    bool inFlight = false; ///< handed to the share worker, no answer yet
    MonoTime retryAt; ///< when the pending action or dispatch may be tried again
    MonoTime firstTrouble; ///< when tries began to fail; value 0: no trouble
    int tries = 0;
    MonoTime heard; ///< its node's agent said last that it has it in hand
    int missing = 0; ///< direct looks in a row that did not find its token, or found its end before its agent reported it
    MonoTime missingSince; ///< the first of these
    MonoTime backSince; ///< listings show it in its node's folder again, unbegun, although its run began; value 0: no
    qint64 rows = -1;
};

/// A job in memory: about 150 bytes while it waits in incoming, because 100,000 may.
struct Job
{
    JobId id;
    QByteArray name;
    qint64 size = 0;
    qint64 mtimeNs = 0;
    quint64 stamp = 0;
    WallTime accepted;
    WallTime changed;
    MonoTime changedMono;
    QByteArray serialKey;
    QByteArray affinity;
    std::unique_ptr<JobExtra> extra;
    int priority = 0;
    Epoch epoch = 0;
    qint16 node = -1; ///< index into the fleet's nodes
    quint16 attempts = 0;
    JobState state = JobState::Waiting;
    Cause cause = Cause::None;
    bool stopAsked = false;
    bool rerunAllowed = false;
    bool sideEffects = false;
    bool known = false; ///< the store has it, or will before anything later is written

    JobExtra &more()
    {
        if (!extra) {
            extra = std::make_unique<JobExtra>();
        }
        return *extra;
    }
    [[nodiscard]] SharePath place() const { return extra && !extra->place.isEmpty() ? extra->place : layout::incoming(name); }
    [[nodiscard]] bool inIncoming() const { return !extra || extra->place.isEmpty(); }
    [[nodiscard]] bool hasPending() const { return extra && extra->pending != ActionKind::None; }
};

} // namespace dtf
