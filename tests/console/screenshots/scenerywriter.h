// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/console/screenshots/scenery.h"

#include <QRandomGenerator>

namespace dtf {

/// Writes down what happened, step by step, and does the counting.
class SceneryWriter
{
public:
    static constexpr qint64 now = 1'795'444'680'000; ///< 2026-11-23 14:38 UTC, a Monday

    [[nodiscard]] static WallTime ago(seconds time) { return {now - milliseconds(time).count()}; }
    [[nodiscard]] static NodeName name(int node); ///< DTF-01 …

    /// A file of an agency that was accepted at that time.
    [[nodiscard]] JobRecord file(const QByteArray &agency, const QByteArray &name, WallTime accepted, qint64 size = 48'213);
    void assign(JobRecord &job, int node, WallTime at);
    void start(JobRecord &job, WallTime at);
    void finish(JobRecord &job, WallTime at, int rows);
    /// Hold, Failed or Rejected.
    void end(JobRecord &job, WallTime at, JobState state, Cause cause, const QByteArray &detail);
    void event(AuditKind kind, WallTime at, const JobRecord *job, const NodeName &node, const QByteArray &actor,
        const QByteArray &detail);
    void add(const JobRecord &job) { m_scenery.jobs.append(job); }
    /// A node that is heard and has nothing to do.
    NodeView &node(int number);
    /// What it runs now.
    void running(JobRecord job, NodeView &node, int percent, const QString &lastLine);
    void alert(AlertKind kind, AlertSeverity severity, const QByteArray &subject, WallTime since, const QByteArray &detail);

    [[nodiscard]] int random(int from, int to) { return m_random.bounded(from, to + 1); }
    [[nodiscard]] Scenery &scenery() { return m_scenery; }
    /// Sorted and counted.
    [[nodiscard]] Scenery take();

private:
    Scenery m_scenery;
    QRandomGenerator m_random {47};
    int m_count = 0;
};

/// What senders call themselves and their files.
[[nodiscard]] const QByteArrayList &agencies();

/// A day of ordinary work of this node, up to a while ago.
void writeDay(SceneryWriter &writer, int node, seconds until);

} // namespace dtf
