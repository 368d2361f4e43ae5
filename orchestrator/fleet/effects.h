// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/fleet/events.h"
#include "orchestrator/store/records.h"

#include <QList>
#include <QSet>

namespace dtf {

/// One thing to do on the share, by the share worker.
struct ShareAction
{
    ActionKind kind = ActionKind::None;
    JobId job;
    SharePath source;
    SharePath target; ///< MarkDone, RollForward: the final folder
    QByteArray name;
    bool checkStamp = false; ///< size, mtime and identity of the source must be these, before and after
    qint64 size = 0;
    qint64 mtimeNs = 0;
    quint64 stamp = 0;
    QByteArray sidecar; ///< JSON written beside the target afterwards; MarkDone: the manifest
    StageName stage; ///< MarkDone, RollForward
};

/// Where to look directly for a job that a listing missed.
struct TraceWish
{
    JobId job;
    QList<SeenToken> candidates; ///< in order; the first that exists is it
};

/// Who is let in, or why not.
struct EnrolDecision
{
    Result<EnrolReply> reply;
};

struct Step;
/// It changes nothing but what consoles are shown.
[[nodiscard]] bool isForConsolesOnly(const Step &step);

/// What one event leads to, carried out in this order: store (durable), then the share and the agents, then consoles and answers.
/// If the store fails, nothing after it happens until the same batch is durable.
struct Step
{
    StoreBatch store;
    QList<ShareAction> actions;
    QList<TraceWish> traces;
    bool wantZone = false; ///< a fresh ZoneSeen soon
    QList<std::pair<JobId, QByteArray>> forget; ///< the scanner forgets these names: whatever lies there now is new
    QList<std::pair<NodeName, AgentCommand>> commands;
    QSet<NodeName> hints;
    QSet<JobId> changedJobs;
    QSet<NodeName> changedNodes;
    bool summaryChanged = false;
    QList<std::pair<quint64, OperatorReply>> replies; ///< by request
    QList<std::pair<quint64, ReportAck>> acks;
    QList<std::pair<quint64, EnrolDecision>> enrolments;
    bool membersChanged = false; ///< nodes came or went, or a token is another one
    QList<std::pair<quint64, QByteArray>> keys; ///< requests whose answer is remembered under (actor '\n' key)
};

inline bool isForConsolesOnly(const Step &step)
{
    return step.store.isEmpty() && step.actions.isEmpty() && step.traces.isEmpty() && !step.wantZone && step.forget.isEmpty()
        && step.commands.isEmpty() && step.hints.isEmpty() && step.replies.isEmpty() && step.acks.isEmpty()
        && step.enrolments.isEmpty() && !step.membersChanged && step.keys.isEmpty();
}

} // namespace dtf
