// SPDX-License-Identifier: GPL-3.0-or-later
#include "lifechecks.h"

#include "agent/work/journalcodec.h"
#include "orchestrator/store/auditverify.h"

#include <QFile>

#include <algorithm>

namespace dtf::crash {

using namespace Qt::StringLiterals;

namespace {

qsizetype audited(const LifeSeen &seen, AuditKind kind)
{
    return std::count_if(seen.audit.begin(), seen.audit.end(), [kind](const AuditRow &row) { return row.event.kind == kind; });
}

/// U1, U2, U3: one token where the orchestrator says, with the producer's bytes; a visible result is whole.
QStringList shareComplaints(const Installation &installation, const LifeSeen &seen, const DroppedFile &file)
{
    const ShareLook &share = installation.share();
    QStringList wrong = share.tokenComplaints() + share.manifestComplaints();
    const QList<PlacedToken> tokens = share.tokens();
    if (tokens.size() != 1 || !share.incoming().isEmpty() || seen.jobs.size() != 1) {
        wrong +=
            u"%1 tokens, %2 files in incoming, %3 jobs"_s.arg(tokens.size()).arg(share.incoming().size()).arg(seen.jobs.size());
        return wrong;
    }
    const PlacedToken &token = tokens.first();
    const bool isDone = token.room == "done";
    if (token.token.job != seen.jobs[0].job || QString::fromLatin1(token.room) != toString(seen.jobs[0].state)) {
        wrong += u"%1 is said to be %2"_s.arg(QString::fromUtf8(token.path), toString(seen.jobs[0].state));
    }
    if (share.contentOf(isDone ? token.path + '/' + file.name : token.path) != file.content) {
        wrong += u"the token has another content"_s;
    }
    if (isDone
        && (share.contentOf(token.path + "/results/result.csv") != Installation::result
            || share.contentOf(token.path + "/results/rows.json") != "{}")) {
        wrong += u"the results are not what the pipeline wrote"_s;
    }
    return wrong;
}

/// U4: the pipeline's ledger against what allowed a second start.
QStringList ledgerComplaints(const Installation &installation, const LifeSeen &seen)
{
    QStringList wrong;
    const QList<QByteArray> starts = installation.ledger();
    if (QSet<QByteArray>(starts.begin(), starts.end()).size() != starts.size()) {
        wrong += u"one attempt was started twice"_s;
    }
    const qsizetype allowed = audited(seen, AuditKind::JobReleased) + audited(seen, AuditKind::JobRequeued);
    if (starts.size() > 1 + allowed) {
        wrong += u"%1 starts, allowed again %2 times"_s.arg(starts.size()).arg(allowed);
    }
    if (seen.jobs[0].state == JobState::Done
        && (starts.isEmpty() || starts.last() != seen.jobs[0].job.toBytes26() + '.' + QByteArray::number(seen.jobs[0].epoch))) {
        wrong += u"what is done is not the attempt that was started last"_s;
    }
    return wrong;
}

/// U5.
QStringList auditComplaints(const Installation &installation, const LifeSeen &seen)
{
    QStringList wrong;
    const Result<AuditVerdict> verdict = verifyAudit(installation.storeFile());
    if (!verdict || !verdict->ok) {
        wrong += u"the audit is broken: "_s + (verdict ? verdict->why : verdict.error().detail);
    }
    for (qsizetype i = 0; i < seen.audit.size(); ++i) {
        if (seen.audit[i].seq != i + 1) {
            wrong += u"the audit's row %1 has number %2"_s.arg(i + 1).arg(seen.audit[i].seq);
            break;
        }
    }
    const QList<std::pair<AuditKind, JobState>> once {{AuditKind::JobAccepted, seen.jobs[0].state},
        {AuditKind::JobDone, JobState::Done}, {AuditKind::JobHeld, JobState::Hold}, {AuditKind::JobFailed, JobState::Failed}};
    for (const auto &[kind, state] : once) {
        const qsizetype wanted = seen.jobs[0].state == state ? 1 : 0;
        if (audited(seen, kind) != wanted) {
            wrong += u"%1 is audited %2 times"_s.arg(toString(kind)).arg(audited(seen, kind));
        }
    }
    if (audited(seen, AuditKind::Gap) > 1 || audited(seen, AuditKind::LateResult) > 0) {
        wrong += u"the audit speaks of a second gap (the first: the store is new) or a late result"_s;
    }
    return wrong;
}

/// U6.
QStringList leftComplaints(const Installation &installation, const LifeSeen &seen, const QSet<QByteArray> &allowed)
{
    QStringList wrong = installation.processesLeft();
    for (const QByteArray &path : leftBehind(installation, seen, allowed)) {
        wrong += u"left behind: "_s + QString::fromUtf8(path);
    }
    return wrong;
}

/// The agent lived on, or began anew by itself, and a person has to decide: the verdict on a run could not be written down.
Cause heldFor(const Installation &installation, const Fault &fault)
{
    const QList<Point> before = installation.trace(Part::Agent).before;
    const qsizetype spawn = before.indexOf("exec pipeline#1");
    const auto writes = [](const Point &point) { return point.startsWith("write state/journal.dtf#"); };
    if (spawn < 0 || !fault.action.contains("fail")) {
        return Cause::None;
    }
    if (writes(before.last()) && std::count_if(before.begin() + spawn, before.end(), writes) == 1) {
        return Cause::AgentRestarted; // EXIT: the next life finds START alone
    }
    return before.last().startsWith("fsync scratch/J.eN") ? Cause::ResultRule : Cause::None; // the results can't be trusted
}

/// What the protocol wants for that fault (faults.md, A1 to A13, C8).
QStringList endComplaints(const Installation &installation, const Fault &fault, const LifeSeen &seen)
{
    const JobView &job = seen.jobs[0];
    const qsizetype starts = installation.ledger().size();
    const auto isHeld = [&](Cause cause) { return job.state == JobState::Hold && job.cause == cause; };
    bool good = job.state == JobState::Done && starts == 1;
    if (fault.part == Part::Agent && seen.died && seen.journal == RecordKind::Start) {
        // A6, A7, A8: it may have been uploaded, a person decides
        good = isHeld(Cause::AgentRestarted) || (isHeld(Cause::MaybeStarted) && starts == 0);
    } else if (fault.part == Part::Agent && heldFor(installation, fault) != Cause::None) {
        good = isHeld(heldFor(installation, fault)) && starts == 1;
    } else if (fault.part == Part::Agent && operationOf(fault.point) == "exec" && fault.action.contains("fail")) {
        good = job.state == JobState::Done && starts == 1 && job.attempts == 2; // nothing ran: given back, run again
    }
    return good ? QStringList() : QStringList {u"it is %1 after %2 starts"_s.arg(QString::fromUtf8(endOf(job))).arg(starts)};
}

} // namespace

QList<QByteArray> leftBehind(const Installation &installation, const LifeSeen &seen, const QSet<QByteArray> &allowed)
{
    QList<QByteArray> left = allowed.isEmpty() ? QList<QByteArray>() : installation.remains();
    const bool isDone = !seen.jobs.isEmpty() && seen.jobs[0].state == JobState::Done;
    left.removeIf([&](const QByteArray &path) {
        const auto below = [&path](const char *folder) { return path.startsWith(folder); };
        const bool evidence = !isDone && (below("share/hold/") || below("share/failed/") || below("share/.dtf/late/"));
        const bool temporary = below("share/.dtf/.tmp-R") || below("share/.dtf/alive/.tmp-R") || below("share/.dtf/probe/R");
        return allowed.contains(path) || evidence || temporary;
    });
    return left;
}

std::optional<RecordKind> journalAt(const Installation &installation)
{
    QFile file(installation.stateFolder() + u"/journal.dtf"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    JournalView view;
    for (const JournalFrame &frame : decodeFrames(file.readAll()).frames) {
        view.apply(frame.record);
    }
    return view.entries().empty() ? std::nullopt : std::optional(view.entries().rbegin()->second.last);
}

QByteArray endOf(const JobView &job)
{
    const QByteArray state = QByteArray(toString(job.state).data(), toString(job.state).size());
    return job.cause == Cause::None || job.state == JobState::Done
        ? state
        : state + ' ' + QByteArray(toString(job.cause).data(), toString(job.cause).size());
}

QStringList complaintsOf(Installation &installation, const Fault &fault, const LifeSeen &seen, const DroppedFile &file,
    const QSet<QByteArray> &allowed)
{
    QStringList wrong = shareComplaints(installation, seen, file);
    if (seen.jobs.size() == 1) {
        wrong += ledgerComplaints(installation, seen);
        wrong += auditComplaints(installation, seen);
        wrong += leftComplaints(installation, seen, allowed);
        wrong += endComplaints(installation, fault, seen);
    }
    return wrong;
}

} // namespace dtf::crash
