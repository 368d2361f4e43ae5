// SPDX-License-Identifier: GPL-3.0-or-later
// Files of incoming become jobs, and stop being jobs when their producer takes them back.
#include "orchestrator/fleet/fleetstate.h"

namespace dtf {

namespace {

/// First capture group, or the whole match; empty when the pattern is empty or does not match.
QByteArray keyOf(const QRegularExpression &pattern, const QString &name)
{
    if (pattern.pattern().isEmpty()) {
        return {};
    }
    const QRegularExpressionMatch match = pattern.match(name);
    if (!match.hasMatch()) {
        return {};
    }
    return (match.lastCapturedIndex() >= 1 ? match.captured(1) : match.captured(0)).toUtf8();
}

} // namespace

void FleetState::on(Context &c, const FilesStable &event)
{
    for (const StableFile &file : event.files) {
        if (find(file.id)) {
            continue;
        }
        Job job;
        job.id = file.id;
        job.name = file.name;
        job.size = file.size;
        job.mtimeNs = file.mtimeNs;
        job.stamp = file.stamp;
        job.accepted = c.now.wall;
        job.rerunAllowed = true; // never run
        const QString name = QString::fromUtf8(file.name);
        for (const PriorityRule &rule : m_config.priorities) {
            if (rule.pattern.match(name).hasMatch()) {
                job.priority = rule.priority;
                break;
            }
        }
        job.serialKey = keyOf(m_config.serialKey, name);
        job.affinity = keyOf(m_config.affinityKey, name);
        Job &kept = insert(c, std::move(job));
        if (file.refuse == Cause::None) {
            audit(c, AuditKind::JobAccepted, &kept, {}, file.name, "orchestrator");
        } else {
            begin(c, kept, ActionKind::Reject, file.refuse, file.why, "orchestrator");
        }
    }
}

void FleetState::on(Context &c, const FilesVanished &event)
{
    for (const JobId &id : event.jobs) {
        Job *job = find(id);
        if (!job || job->state != JobState::Waiting || !job->inIncoming() || job->hasPending()) {
            continue; // we moved it ourselves, or are about to find out
        }
        // Its producer took it back, or a store from yesterday does not know where it went since: looked for before it is given
        // up.
        m_vanished.insert(id);
        c.step.traces.append({id, traceCandidates(*job, c.now)});
    }
}

/// What direct looks say of a file that is gone from incoming.
void FleetState::settleVanished(Context &c, Job &job, const std::optional<SeenToken> &seen)
{
    m_vanished.remove(job.id);
    if (seen && seen->where != SeenWhere::Incoming) {
        adopt(c, job, *seen);
        return;
    }
    // Should there be one of its name again, then it is a new file, which the scanner has met as such.
    (void)advance(
        c, job, JobEvent::Vanished, AuditKind::JobWithdrawn, "gone from incoming before it was dispatched", "orchestrator");
}

} // namespace dtf
