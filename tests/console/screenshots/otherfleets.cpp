// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/scenerywriter.h"

namespace dtf {

using namespace Qt::StringLiterals;

Scenery emptyFleet()
{
    SceneryWriter w;
    for (int n = 1; n <= 3; ++n) {
        w.node(n);
    }
    return w.take();
}

Scenery manyNodes(int count)
{
    SceneryWriter w;
    for (int n = 1; n <= count; ++n) {
        NodeView &node = w.node(n);
        w.event(AuditKind::NodeState, w.ago(seconds(26 * 3'600)), nullptr, node.node, "orchestrator", "heard");
        if (n % 37 == 0) {
            node.state = u"lost"_s;
            node.heartbeatAgeMs = 600'000;
            w.alert(AlertKind::NodeLost, AlertSeverity::Critical, node.node.bytes(), w.ago(seconds(600)), "silent");
        } else if (n % 3 != 0) {
            const QByteArray agency = agencies()[n % agencies().size()];
            JobRecord job = w.file(agency, agency + "_KW47_Lohn_" + QByteArray::number(n) + ".xlsx", w.ago(seconds(500 + n)));
            w.assign(job, n, w.ago(seconds(303)));
            w.start(job, w.ago(seconds(w.random(5, 300))));
            w.running(job, node, n % 100, u"row %1 of 640 uploaded"_s.arg(n * 2));
        }
    }
    return w.take();
}

Scenery manyFiles(int count)
{
    Scenery scenery = busyFleet();
    SceneryWriter w;
    static const QByteArrayList kinds {"Stunden", "Lohn", "Abwesenheit", "Reisekosten", "Korrektur"};
    for (int i = 0; i < count; ++i) {
        const QByteArray agency = agencies()[i % agencies().size()];
        const QByteArray name = agency + '_' + kinds[i % kinds.size()] + '_' + QByteArray::number(i) + ".xlsx";
        JobRecord job = w.file(agency, name, w.ago(seconds(200'000 + 40LL * (count - i))), w.random(9'000, 910'000));
        job.state = JobState::Done;
        job.node = SceneryWriter::name(1 + i % 6);
        job.epoch = 1;
        job.attempts = 1;
        job.changed = {job.accepted.msecsSinceEpoch + 240'000};
        job.place = layout::completed(job.changed, job.id, job.name);
        scenery.jobs.append(job);
    }
    return scenery;
}

} // namespace dtf
