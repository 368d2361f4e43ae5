// SPDX-License-Identifier: GPL-3.0-or-later
// What agents report from their journals: in order, possibly late, possibly twice.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/policy/lostrun.h"
#include "orchestrator/store/auditwords.h"

namespace dtf {

namespace {

/// What the audit calls a report that comes when the end of its file is known already, from the share.
AuditKind kindOfLateReport(ReportKind kind)
{
    switch (kind) {
    case ReportKind::Claimed:
        return AuditKind::JobClaimed;
    case ReportKind::Started:
        return AuditKind::JobStarted;
    case ReportKind::Exited:
        return AuditKind::JobExited;
    case ReportKind::Released:
        return AuditKind::JobReleased;
    case ReportKind::Committed:
        return AuditKind::JobPublishing;
    case ReportKind::Fenced:
        return AuditKind::JobFenced;
    case ReportKind::Late:
        return AuditKind::LateResult;
    case ReportKind::Done: // an end counts once
    case ReportKind::Held:
    case ReportKind::Failed:
    case ReportKind::Rejected:
    case ReportKind::Foreign:
    case ReportKind::CommandDone:
        break;
    }
    return AuditKind::JobRecovered;
}

} // namespace

void FleetState::on(Context &c, const ReportsReceived &event)
{
    ReportAck ack;
    FleetNode *n = node(event.batch.node);
    if (n) {
        for (const Report &report : event.batch.reports) {
            const qint64 mark = n->reportMarks.value(report.boot, 0);
            if (report.seq > mark) {
                take(c, *n, report);
                if (!n->reportMarks.contains(report.boot) && n->reportMarks.size() >= 64) {
                    n->reportMarks
                        .clear(); // lives so old that nothing of them can still be in an outbox; the share settles the rest
                }
                n->reportMarks.insert(report.boot, report.seq);
                c.step.store.reportMarks.append({n->config.name, report.boot, report.seq});
            }
            ++ack.accepted;
        }
        c.step.changedNodes.insert(n->config.name);
    }
    c.step.acks.append({event.request, ack});
}

void FleetState::take(Context &c, FleetNode &n, const Report &report)
{
    const QByteArray actor = "agent:" + n.config.name.bytes();
    if (report.kind == ReportKind::CommandDone) {
        for (const AgentCommand &command : std::as_const(n.commands)) {
            Job *stopped =
                command.id == report.commandId && command.kind == CommandKind::Stop && !report.ok ? find(command.job) : nullptr;
            if (stopped && stopped->epoch == command.epoch) {
                touch(c, *stopped, [](Job &j) { j.stopAsked = false; }); // it was not: it may be asked for again
            }
        }
        n.commands.removeIf([&](const AgentCommand &command) { return command.id == report.commandId; });
        c.step.store.commandsDone.append(report.commandId);
        audit(c, AuditKind::NodeState, nullptr, n.config.name,
            "command " + QByteArray::number(report.commandId) + (report.ok ? " done: " : " failed: ") + report.detail.toUtf8(),
            actor);
        return;
    }
    if (report.kind == ReportKind::Foreign) {
        audit(c, AuditKind::NodeState, nullptr, n.config.name,
            "a running token it never claimed: " + report.job.toBytes26() + " " + report.detail.toUtf8(), actor);
        raise(c, AlertKind::ClonedNode, AlertSeverity::Critical, n.config.name.bytes(),
            "a file in its running folder was claimed by another agent of the same name: a cloned VM?");
        return;
    }
    Job *job = find(report.job);
    const bool evidenceOnly = report.kind == ReportKind::Fenced || report.kind == ReportKind::Late;
    if (!job || report.epoch != job->epoch || (job->node != nodeIndex(n.config.name) && !evidenceOnly)) {
        const bool endedBefore = !job && !evidenceOnly; // settled from the share before the report came
        AuditEvent event;
        event.kind = endedBefore || evidenceOnly ? kindOfLateReport(report.kind) : AuditKind::LateResult;
        event.time = c.now.wall;
        event.job = report.job;
        event.epoch = report.epoch;
        event.node = n.config.name;
        event.actor = actor;
        event.detail = QByteArray("reported ") + toString(report.kind).data()
            + (endedBefore ? " when its end was known already: " : " when it was no longer its own: ")
            + report.detail.toUtf8().left(500);
        c.step.store.audit.append(event);
        if (!endedBefore) {
            c.step.wantZone = true;
        }
        if (report.kind == ReportKind::Late || report.kind == ReportKind::Fenced) {
            raise(c, AlertKind::LateResult, AlertSeverity::Critical, report.job.toBytes26(),
                report.name.toUtf8() + ": an attempt that had lost its file ran on node " + n.config.name.bytes()
                    + "; look at .dtf/late before running it again");
        }
        return;
    }
    takeJob(c, n, *job, report);
}

void FleetState::takeJob(Context &c, FleetNode &n, Job &job, const Report &report)
{
    const QByteArray actor = "agent:" + n.config.name.bytes();
    const QByteArray detail = report.detail.toUtf8();
    const QByteArray subject = job.id.toBytes26();
    const TokenName token {job.id, report.epoch, report.tokenBoot, job.name};
    const auto place = [&](const SharePath &path) {
        leavesIncoming(c, job, path);
        touch(c, job, [&](Job &j) {
            JobExtra &extra = j.more();
            extra.place = path;
            extra.intentTarget.clear();
            extra.pending = ActionKind::None;
            extra.inFlight = false;
            extra.missing = 0;
            extra.boot = report.tokenBoot;
            if (!report.sha256.isEmpty()) {
                extra.sha256 = report.sha256;
            }
            if (report.rows >= 0) {
                extra.rows = report.rows;
            }
            j.cause = report.cause;
            j.sideEffects = j.sideEffects || report.sideEffects;
            if (!detail.isEmpty()) {
                extra.detail = detail;
            }
        });
    };
    switch (report.kind) {
    case ReportKind::Claimed:
        if (job.state == JobState::Running) {
            return; // the listing was quicker
        }
        if (advance(c, job, JobEvent::Claimed, AuditKind::JobClaimed, detail, actor)) {
            place(layout::running(n.config.name, token));
            touch(c, job, [](Job &j) {
                j.rerunAllowed = false;
                j.sideEffects = false;
                j.extra->excluded = {};
                j.extra->wantNode = {};
            });
        }
        return;
    case ReportKind::Started:
        touch(c, job, [&](Job &j) {
            ++j.attempts;
            j.rerunAllowed = false;
        });
        audit(c, AuditKind::JobStarted, &job, n.config.name, detail, actor);
        return;
    case ReportKind::Exited:
        touch(c, job, [&](Job &j) { j.sideEffects = report.sideEffects; });
        audit(c, AuditKind::JobExited, &job, n.config.name, exitWords(report.exitCode, detail), actor);
        return;
    case ReportKind::Released:
        if (advance(c, job, JobEvent::Released, AuditKind::JobReleased, withCause(detail, report.cause), actor)) {
            place(layout::running(n.config.name, token));
            if (judgeRelease(job.attempts, m_config.maxAttempts) == ReleaseVerdict::GiveUp) {
                ended(c, &n, job, true);
                begin(c, job, ActionKind::Fail, Cause::AttemptsExhausted,
                    QByteArray::number(job.attempts) + " attempts, the last one: " + detail, "orchestrator");
                return;
            }
            rememberRun(n, true);
            touch(c, job, [&](Job &j) {
                j.rerunAllowed = true;
                j.more().excluded = n.config.name;
            });
        }
        return;
    case ReportKind::Committed:
        if (advance(c, job, JobEvent::Committed, AuditKind::JobPublishing, detail, actor)) {
            place(layout::stagedToken({job.id, report.epoch, report.tokenBoot}, job.name));
        }
        return;
    case ReportKind::Done:
        if (advance(c, job, JobEvent::Finished, AuditKind::JobDone, detail, actor)) {
            place(detail.startsWith("completed/") ? SharePath(detail) : layout::completed(report.time, job.id, job.name));
            ended(c, &n, job, false);
            clearForJob(c, job, {AlertKind::JobHeld, AlertKind::JobFailed, AlertKind::ZeroRows});
        }
        return;
    case ReportKind::Held:
        if (job.state == JobState::Hold) {
            if (!job.hasPending()) {
                place(layout::hold(token));
                explained(c, n, job, report, AlertKind::JobHeld);
            }
            return;
        }
        if (advance(c, job, JobEvent::HeldBack, AuditKind::JobHeld, withCause(detail, report.cause), actor)) {
            place(layout::hold(token));
            ended(c, &n, job, true);
            raise(c, report.cause == Cause::ZeroRows ? AlertKind::ZeroRows : AlertKind::JobHeld, AlertSeverity::Critical, subject,
                job.name + ": " + detail);
        }
        return;
    case ReportKind::Failed:
        if (job.state == JobState::Failed) {
            if (!job.hasPending()) {
                place(layout::failed({job.id, report.epoch, {}, job.name}));
                explained(c, n, job, report, AlertKind::JobFailed);
            }
            return;
        }
        if (advance(c, job, JobEvent::GaveUp, AuditKind::JobFailed, withCause(detail, report.cause), actor)) {
            place(layout::failed({job.id, report.epoch, {}, job.name}));
            ended(c, &n, job, true);
            raise(c, report.cause == Cause::ZeroRows ? AlertKind::ZeroRows : AlertKind::JobFailed, AlertSeverity::Warning,
                subject, job.name + ": " + detail);
        }
        return;
    case ReportKind::Rejected:
        if (advance(c, job, JobEvent::Refused, AuditKind::JobRejected, withCause(detail, report.cause), actor)) {
            place(layout::rejected(job.id, job.name));
            raise(c, AlertKind::JobRejected, AlertSeverity::Warning, subject, job.name + ": " + detail);
        }
        return;
    case ReportKind::Fenced:
    case ReportKind::Late:
        audit(c, report.kind == ReportKind::Late ? AuditKind::LateResult : AuditKind::JobFenced, &job, n.config.name, detail,
            actor);
        raise(c, AlertKind::LateResult, AlertSeverity::Critical, subject,
            job.name + ": an attempt that had lost its file; look at .dtf/late before running it again");
        if (report.kind == ReportKind::Fenced && !job.hasPending() && !job.inIncoming()
            && (job.state == JobState::Running || job.state == JobState::InDoubt || job.state == JobState::Assigned
                || job.state == JobState::Waiting)) {
            // The agent never touches this token again, not even one that a file server has put back into its folder. Should it
            // still be there, a person decides; if not, the look that follows tells.
            begin(c, job, ActionKind::Hold, Cause::Fenced,
                "its agent took the run for lost: it may or may not have been uploaded", "orchestrator");
        }
        c.step.wantZone = true;
        return;
    case ReportKind::Foreign:
    case ReportKind::CommandDone:
        return; // not about a job's life
    }
}

/// The share showed the end first, now its agent tells why.
void FleetState::explained(Context &c, const FleetNode &n, const Job &job, const Report &report, AlertKind kind)
{
    const QByteArray subject = job.id.toBytes26();
    const QByteArray words = job.name + ": " + report.detail.toUtf8();
    audit(c, AuditKind::JobRecovered, &job, n.config.name,
        withCause("its agent tells why: " + report.detail.toUtf8(), report.cause), "agent:" + n.config.name.bytes());
    const auto at = m_alerts.find({static_cast<int>(kind), subject});
    if (at == m_alerts.end()) {
        return; // a person has dealt with it
    }
    if (report.cause == Cause::ZeroRows) {
        const AlertSeverity severity = at->severity;
        clear(c, kind, subject);
        raise(c, AlertKind::ZeroRows, severity, subject, words);
    } else {
        at->detail = words.left(1000);
        c.step.store.alertsRaised.append(*at);
    }
}

/// A run is over on `n`: figures for the rank and for people.
void FleetState::ended(Context &c, FleetNode *n, Job &job, bool failed)
{
    if (n) {
        rememberRun(*n, failed);
        n->idleSince = c.now.mono;
        ++(failed ? n->failedToday : n->doneToday);
    }
    if (!job.affinity.isEmpty() && m_affinity.size() > 10'000) {
        m_affinity.clear();
    }
}

} // namespace dtf
