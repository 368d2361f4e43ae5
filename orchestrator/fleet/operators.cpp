// SPDX-License-Identifier: GPL-3.0-or-later
// Operators' commands: compare-and-set, answered in plain words, never a second run by a stale click.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/store/auditwords.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

OperatorReply accepted(const QString &detail)
{
    OperatorReply reply;
    reply.ok = true;
    reply.code = u"accepted"_s;
    reply.detail = detail;
    return reply;
}

OperatorReply done(const QString &detail)
{
    OperatorReply reply = accepted(detail);
    reply.code = u"done"_s;
    return reply;
}

/// Some run may have begun. The boot in its token says so too where the count was lost with the store or a report.
bool wasClaimed(const Job &job)
{
    return job.attempts > 0 || (job.extra && !job.extra->boot.isEmpty());
}

OperatorReply refused(ErrorCode code, const QString &detail)
{
    OperatorReply reply;
    reply.code = toString(code);
    reply.detail = detail;
    return reply;
}

/// A command to the same end that its agent has not answered yet: a second one would do it twice and push others out.
const AgentCommand *pendingLike(const FleetNode &n, const AgentCommand &wanted)
{
    const auto at = std::find_if(n.commands.cbegin(), n.commands.cend(), [&](const AgentCommand &command) {
        return command.kind == wanted.kind && command.job == wanted.job && command.epoch == wanted.epoch;
    });
    return at == n.commands.cend() ? nullptr : &*at;
}

} // namespace

void FleetState::on(Context &c, const JobCommanded &event)
{
    Job *job = find(event.job);
    OperatorReply reply;
    if (!job) {
        reply = refused(ErrorCode::NotFound, u"this file is finished or unknown: nothing can be changed about it any more"_s);
    } else if ((event.body.expectEpoch && *event.body.expectEpoch != job->epoch)
        || (event.body.expectState && *event.body.expectState != job->state)) {
        reply = refused(
            ErrorCode::Stale, u"it has changed meanwhile: it is now %1, attempt %2"_s.arg(toString(job->state)).arg(job->epoch));
    } else if (job->hasPending()) {
        const QByteArray &actor = job->extra->pendingActor;
        reply = refused(ErrorCode::Stale,
            actor.isEmpty() ? u"another change of this file is under way"_s
                            : u"another change of this file is under way, by %1"_s.arg(QString::fromUtf8(actor)));
    } else {
        reply = command(c, *job, event);
    }
    if (!reply.ok) {
        audit(c, AuditKind::CommandRefused, job, {}, QByteArray(toString(event.action).data()) + ": " + reply.detail.toUtf8(),
            event.actor);
    }
    if (job) {
        reply.job = jobView(event.job);
    }
    c.step.replies.append({event.request, reply});
}

OperatorReply FleetState::command(Context &c, Job &job, const JobCommanded &event)
{
    const QByteArray reason = event.body.reason.toUtf8();
    const JobState state = job.state;
    switch (event.action) {
    case JobAction::Requeue: {
        if (!event.body.node.isEmpty() && !node(event.body.node)) {
            return refused(ErrorCode::NotFound, u"there is no node %1"_s.arg(event.body.node.toString()));
        }
        if (state == JobState::Waiting) {
            if (!event.body.node.isEmpty()) {
                touch(c, job, [&](Job &j) { j.more().wantNode = event.body.node; });
                audit(c, AuditKind::JobRequeued, &job, event.body.node, "node chosen: " + reason, event.actor);
                return done(u"it waits for %1 now"_s.arg(event.body.node.toString()));
            }
            return refused(ErrorCode::Stale, u"it is waiting already; 'why' says for what"_s);
        }
        const bool mayHaveRun = state == JobState::InDoubt || (state == JobState::Hold && wasClaimed(job));
        if (!advance(c, job, JobEvent::Requeued, AuditKind::JobRequeued, reason, event.actor)) {
            return refused(ErrorCode::IllegalTransition, u"a file that is %1 can't be requeued"_s.arg(toString(state)));
        }
        touch(c, job, [&](Job &j) {
            j.rerunAllowed = true;
            j.stopAsked = false;
            j.cause = Cause::None;
            JobExtra &extra = j.more();
            extra.wantNode = event.body.node;
            extra.excluded = {};
            extra.detail.clear();
            extra.retryAt = {};
            extra.tries = 0;
        });
        clearForJob(c, job, {AlertKind::JobHeld, AlertKind::JobFailed, AlertKind::ZeroRows, AlertKind::LateResult});
        return accepted(
            mayHaveRun ? u"it will run again; an earlier run may have uploaded it already"_s : u"it will run again"_s);
    }
    case JobAction::Hold:
        if (state != JobState::Waiting && state != JobState::Assigned && state != JobState::Failed
            && state != JobState::InDoubt) {
            return refused(
                ErrorCode::IllegalTransition, u"a file that is %1 can't be held; stop it if it runs"_s.arg(toString(state)));
        }
        begin(c, job, ActionKind::Hold, Cause::MarkedByOperator, reason, event.actor);
        return accepted(u"it is being put on hold"_s);
    case JobAction::Release:
        if (state != JobState::Hold) {
            return refused(ErrorCode::IllegalTransition, u"it is not on hold but %1"_s.arg(toString(state)));
        }
        if (wasClaimed(job)) {
            return refused(ErrorCode::Forbidden,
                u"it has run before and may have been uploaded: look at the portal first, then use requeue or done"_s);
        }
        (void)advance(c, job, JobEvent::Requeued, AuditKind::JobRequeued, reason, event.actor);
        touch(c, job, [](Job &j) {
            j.rerunAllowed = true;
            j.cause = Cause::None;
            j.more().detail.clear();
        });
        clearForJob(c, job, {AlertKind::JobHeld});
        return accepted(u"it goes on"_s);
    case JobAction::Stop: {
        if (state != JobState::Running && state != JobState::InDoubt) {
            return refused(ErrorCode::IllegalTransition,
                u"it does not run, it is %1; use hold to keep it from running"_s.arg(toString(state)));
        }
        FleetNode *n = node(nodeNameOf(job));
        if (!n) {
            return refused(ErrorCode::NotFound, u"its node is not known any more"_s);
        }
        AgentCommand stop;
        stop.kind = CommandKind::Stop;
        stop.job = job.id;
        stop.epoch = job.epoch;
        if (const AgentCommand *asked = pendingLike(*n, stop)) {
            return refused(ErrorCode::Stale,
                u"%1 asked already for it to be stopped; %2 has not answered yet"_s.arg(asked->by, n->config.name.toString()));
        }
        if (state == JobState::Running && job.stopAsked) {
            return refused(ErrorCode::Stale, u"%1 is stopping it already"_s.arg(n->config.name.toString()));
        }
        stop.reason = event.body.reason;
        stop.by = QString::fromUtf8(event.actor);
        sendCommand(c, *n, stop);
        touch(c, job, [](Job &j) { j.stopAsked = true; });
        audit(c, AuditKind::JobStopAsked, &job, n->config.name, reason, event.actor);
        return accepted(u"%1 was asked to stop it; it will be on hold afterwards"_s.arg(n->config.name.toString()));
    }
    case JobAction::Done:
        if (state != JobState::Hold && state != JobState::Failed && state != JobState::InDoubt) {
            return refused(ErrorCode::IllegalTransition,
                u"only a held, failed or doubtful file can be marked done, this one is %1"_s.arg(toString(state)));
        }
        begin(c, job, ActionKind::MarkDone, Cause::MarkedByOperator, reason, event.actor);
        return accepted(u"it is being marked as done"_s);
    }
    return refused(
        ErrorCode::Internal, u"this orchestrator does not know that action: bring it and the console to the same version"_s);
}

void FleetState::sendCommand(Context &c, FleetNode &n, AgentCommand command)
{
    command.id = m_nextCommand++;
    c.step.store.settings.append({"command.next", QByteArray::number(m_nextCommand)});
    if (n.commands.size() >= 32) {
        c.step.store.commandsDone.append(n.commands.takeFirst().id);
    }
    n.commands.append(command);
    c.step.store.commands.append({n.config.name, command, c.now.wall});
    c.step.commands.append({n.config.name, command});
}

void FleetState::on(Context &c, const NodeCommanded &event)
{
    FleetNode *n = node(event.node);
    OperatorReply reply =
        n ? command(c, *n, event) : refused(ErrorCode::NotFound, u"there is no node %1"_s.arg(event.node.toString()));
    if (!reply.ok) {
        audit(c, AuditKind::CommandRefused, nullptr, event.node,
            QByteArray(toString(event.action).data()) + ": " + reply.detail.toUtf8(), event.actor);
    }
    c.step.replies.append({event.request, reply});
}

OperatorReply FleetState::command(Context &c, FleetNode &n, const NodeCommanded &event)
{
    const QByteArray reason = event.body.reason.toUtf8();
    const QString name = n.config.name.toString();
    const auto set = [&](AdminState state, NodeNews news) {
        n.admin = state;
        n.adminBy = event.actor;
        n.adminReason = reason;
        n.adminChanged = c.now.wall;
        c.dirtyNodes.insert(n.config.name);
        audit(c, AuditKind::NodeState, nullptr, n.config.name, nodeNews(news, reason), event.actor);
        m_dispatchWanted = true;
    };
    const auto ask = [&](CommandKind kind) {
        AgentCommand command;
        command.kind = kind;
        command.now = event.body.now;
        const bool isRestart = kind == CommandKind::RestartBrowser || kind == CommandKind::RestartAgent;
        if (const AgentCommand *asked = isRestart ? pendingLike(n, command) : nullptr; asked && (asked->now || !command.now)) {
            return refused(ErrorCode::Stale, u"%1 asked %2 for that already; it has not been done yet"_s.arg(asked->by, name));
        }
        command.reason = event.body.reason;
        command.by = QString::fromUtf8(event.actor);
        sendCommand(c, n, command);
        audit(c, AuditKind::NodeState, nullptr, n.config.name, QByteArray(toString(kind).data()) + " asked: " + reason,
            event.actor);
        OperatorReply reply =
            accepted(n.liveness == Liveness::Alive ? u"%1 was asked"_s.arg(name)
                                                   : u"%1 is not heard now; it will be asked when it is back"_s.arg(name));
        reply.commandId = n.commands.last().id;
        return reply;
    };
    switch (event.action) {
    case NodeAction::Pause:
        if (n.admin == AdminState::Paused) {
            return refused(ErrorCode::Stale, u"%1 has paused %2 already"_s.arg(QString::fromUtf8(n.adminBy), name));
        }
        set(AdminState::Paused, NodeNews::Paused);
        returnAssigned(c, n, "its node was paused", event.actor);
        return done(u"%1 is paused: the running file ends, nothing new begins"_s.arg(name));
    case NodeAction::Drain:
        if (n.admin == AdminState::Draining) {
            return refused(ErrorCode::Stale, u"%1 is having %2 drained already"_s.arg(QString::fromUtf8(n.adminBy), name));
        }
        set(AdminState::Draining, NodeNews::Draining);
        returnAssigned(c, n, "its node is being drained", event.actor);
        return done(u"%1 finishes its running file and gets nothing new"_s.arg(name));
    case NodeAction::Resume:
        if (n.admin == AdminState::InService) {
            return refused(ErrorCode::Stale, u"%1 is neither paused nor draining: it takes files already"_s.arg(name));
        }
        set(AdminState::InService, NodeNews::Resumed);
        if (n.liveness == Liveness::Lost) { // it was taken out and switched off; from now on it is missed
            raise(c, AlertKind::NodeLost, AlertSeverity::Critical, n.config.name.bytes(), "in service, but silent");
        }
        return done(u"%1 takes files again"_s.arg(name));
    case NodeAction::RestartBrowser:
        return ask(CommandKind::RestartBrowser);
    case NodeAction::RestartAgent:
        return ask(CommandKind::RestartAgent);
    case NodeAction::Picture:
        return ask(CommandKind::Picture);
    case NodeAction::SelfCheck:
        return ask(CommandKind::SelfCheck);
    }
    return refused(
        ErrorCode::Internal, u"this orchestrator does not know that action: bring it and the console to the same version"_s);
}

void FleetState::on(Context &c, const DispatchCommanded &event)
{
    OperatorReply reply;
    if (m_gates.maintenance == event.pause) {
        reply = refused(ErrorCode::Stale, event.pause ? u"dispatch is paused already"_s : u"dispatch is running already"_s);
    } else {
        m_gates.maintenance = event.pause;
        m_pausedBy = event.pause ? event.actor : QByteArray();
        m_pausedReason = event.pause ? event.body.reason.toUtf8() : QByteArray();
        c.step.store.settings.append({QByteArray("dispatch.paused"), QByteArray(event.pause ? "1" : "0")});
        c.step.store.settings.append({"dispatch.paused.by", m_pausedBy});
        c.step.store.settings.append({"dispatch.paused.reason", m_pausedReason});
        audit(c, event.pause ? AuditKind::DispatchPaused : AuditKind::DispatchResumed, nullptr, {}, event.body.reason.toUtf8(),
            event.actor);
        c.step.summaryChanged = true;
        m_dispatchWanted = true;
        reply = done(event.pause ? u"dispatch is paused: files wait in incoming, running files end"_s : u"dispatch goes on"_s);
    }
    c.step.replies.append({event.request, reply});
}

void FleetState::on(Context &c, const AlertCommanded &event)
{
    const QByteArray what = QByteArray(toString(event.kind).data()) + (event.subject.isEmpty() ? "" : " ") + event.subject;
    const auto at = m_alerts.constFind({static_cast<int>(event.kind), event.subject});
    OperatorReply reply;
    if (at == m_alerts.cend()) {
        reply = refused(ErrorCode::NotFound, u"there is no such alert, or it is over by now"_s);
    } else if (event.body.expectSince && *event.body.expectSince != at->since) {
        reply = refused(ErrorCode::Stale, u"it was over meanwhile and has come again: look at the new one first"_s);
    } else if (at->acknowledged) {
        reply = refused(ErrorCode::Stale, u"%1 has acknowledged it already"_s.arg(QString::fromUtf8(at->acknowledged->by)));
    } else {
        reply = acknowledge(c, *at, event);
    }
    if (!reply.ok) {
        audit(c, AuditKind::CommandRefused, nullptr, {}, "ack " + what + ": " + reply.detail.toUtf8(), event.actor);
    }
    c.step.replies.append({event.request, reply});
}

OperatorReply FleetState::acknowledge(Context &c, Alert alert, const AlertCommanded &event)
{
    AuditEvent row;
    row.kind = AuditKind::AlertAcknowledged;
    row.time = c.now.wall;
    row.job = JobId::parse(alert.subject).value_or(JobId {}); // into the file's history, also when it has left the memory
    row.node = isAboutNode(alert.kind) ? NodeName::parse(alert.subject).value_or(NodeName {}) : NodeName {};
    row.actor = event.actor;
    row.detail = QByteArray(toString(alert.kind).data()) + (event.body.reason.isEmpty() ? "" : ": ") + event.body.reason.toUtf8();
    c.step.store.audit.append(row);
    const std::pair key {static_cast<int>(alert.kind), alert.subject};
    if (endsWhenAcknowledged(alert.kind)) {
        c.step.store.alertsCleared.append(alert);
        m_alerts.remove(key);
        return done(u"the alert is off the list"_s);
    }
    alert.acknowledged = Acknowledgement {c.now.wall, event.actor, event.body.reason.toUtf8()};
    m_alerts.insert(key, alert);
    c.step.store.alertsRaised.append(alert);
    return done(u"noted; the alert stays on the list until its cause is over"_s);
}

} // namespace dtf
