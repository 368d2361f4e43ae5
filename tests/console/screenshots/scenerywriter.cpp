// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/scenerywriter.h"

#include "common/protocol/version.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

NodeName SceneryWriter::name(int node)
{
    return NodeName::parse("DTF-" + QByteArray::number(node).rightJustified(2, '0')).value();
}

JobRecord SceneryWriter::file(const QByteArray &agency, const QByteArray &name, WallTime accepted, qint64 size)
{
    ++m_count;
    std::array<std::uint8_t, 16> bytes {};
    for (int i = 0; i < 6; ++i) {
        bytes[size_t(i)] = static_cast<std::uint8_t>(accepted.msecsSinceEpoch >> (40 - 8 * i));
    }
    for (int i = 0; i < 10; ++i) { // spread, so that numbers look as real ones do
        bytes[size_t(6 + i)] = static_cast<std::uint8_t>((m_count * 2'654'435'761U) >> (i * 3));
    }
    bytes[14] = static_cast<std::uint8_t>(m_count >> 8);
    bytes[15] = static_cast<std::uint8_t>(m_count);
    JobRecord job;
    job.id = JobId::fromBytes(bytes);
    job.name = name;
    job.affinity = agency;
    job.place = layout::incoming(name);
    job.size = size;
    job.mtimeNs = accepted.msecsSinceEpoch * 1'000'000;
    job.fileId = "64769:" + QByteArray::number(m_count);
    job.accepted = accepted;
    job.changed = accepted;
    event(AuditKind::JobAccepted, accepted, &job, {}, "orchestrator", name);
    return job;
}

void SceneryWriter::assign(JobRecord &job, int node, WallTime at)
{
    job.node = name(node);
    ++job.epoch;
    job.state = JobState::Assigned;
    job.changed = at;
    job.place = layout::assigned(job.node, {job.id, job.epoch, {}, job.name});
    event(AuditKind::JobAssigned, at, &job, job.node, "orchestrator", job.place);
}

void SceneryWriter::start(JobRecord &job, WallTime at)
{
    const QByteArray actor = "agent:" + job.node.bytes();
    ++job.attempts;
    job.boot = BootId::parse("a1b2c3d4").value_or(BootId {});
    job.state = JobState::Running;
    job.changed = at;
    job.place = layout::running(job.node, {job.id, job.epoch, job.boot, job.name});
    event(AuditKind::JobClaimed, {at.msecsSinceEpoch - 900}, &job, job.node, actor, {});
    event(AuditKind::JobStarted, at, &job, job.node, actor, "node run.js");
}

void SceneryWriter::finish(JobRecord &job, WallTime at, int rows)
{
    const QByteArray actor = "agent:" + job.node.bytes();
    job.state = JobState::Done;
    job.changed = at;
    job.rows = rows;
    job.place = layout::completed(at, job.id, job.name);
    event(AuditKind::JobExited, {at.msecsSinceEpoch - 1'400}, &job, job.node, actor, "exit code 0");
    event(AuditKind::JobPublishing, {at.msecsSinceEpoch - 700}, &job, job.node, actor, QByteArray::number(rows) + " rows");
    event(AuditKind::JobDone, at, &job, job.node, actor, job.place);
    add(job);
}

void SceneryWriter::end(JobRecord &job, WallTime at, JobState state, Cause cause, const QByteArray &detail)
{
    const bool ran = job.attempts > 0;
    const QByteArray actor = ran ? "agent:" + job.node.bytes() : QByteArray("orchestrator");
    const TokenName token {job.id, job.epoch, {}, job.name};
    job.state = state;
    job.changed = at;
    job.cause = cause;
    job.detail = detail;
    job.sideEffects = ran;
    job.place = state == JobState::Hold ? layout::hold(token)
        : state == JobState::Failed     ? layout::failed(token)
                                        : layout::rejected(job.id, "refused-name.xlsx");
    if (ran) {
        event(AuditKind::JobExited, {at.msecsSinceEpoch - 900}, &job, job.node, actor, detail);
    }
    event(state == JobState::Hold       ? AuditKind::JobHeld
            : state == JobState::Failed ? AuditKind::JobFailed
                                        : AuditKind::JobRejected,
        at, &job, job.node, actor, detail);
    add(job);
}

void SceneryWriter::event(
    AuditKind kind, WallTime at, const JobRecord *job, const NodeName &node, const QByteArray &actor, const QByteArray &detail)
{
    AuditEvent event;
    event.kind = kind;
    event.time = at;
    if (job) {
        event.job = job->id;
        event.epoch = job->epoch;
    }
    event.node = node;
    event.actor = actor;
    event.detail = detail;
    m_scenery.audit.append(event);
}

NodeView &SceneryWriter::node(int number)
{
    NodeView view;
    view.node = name(number);
    view.state = u"ready"_s;
    view.since = ago(seconds(random(40, 900)));
    view.heartbeatAgeMs = random(200, 9'000);
    Heartbeat &beat = view.beat;
    beat.protocol = protocolVersion;
    beat.node = view.node;
    beat.boot = BootId::parse("a1b2c3d4").value_or(BootId {});
    beat.seq = 4'000 + number;
    beat.browserConnected = true;
    beat.browserState = BrowserState::Ready;
    beat.browserPort = 9221 + number;
    beat.cpuPercent = random(4, 30);
    beat.memoryFree = qint64(random(1'800, 5'200)) * 1024 * 1024;
    beat.diskFree = qint64(random(40, 190)) * 1024 * 1024 * 1024;
    beat.browserMemory = qint64(random(420, 960)) * 1024 * 1024;
    beat.version = QStringLiteral(DTF_VERSION);
    beat.time = {now};
    m_scenery.state.nodes.append(view);
    return m_scenery.state.nodes.last();
}

void SceneryWriter::running(JobRecord job, NodeView &node, int percent, const QString &lastLine)
{
    node.state = u"busy"_s;
    node.since = job.changed;
    node.assigned = 1;
    node.beat.cpuPercent = random(38, 71);
    node.beat.running = {{job.id, job.epoch, QString::fromUtf8(job.name), job.changed, percent, lastLine, percent > 10, {}}};
    m_scenery.lastLines.insert(job.id, lastLine);
    add(job);
}

void SceneryWriter::alert(
    AlertKind kind, AlertSeverity severity, const QByteArray &subject, WallTime since, const QByteArray &detail)
{
    m_scenery.state.alerts.append({kind, severity, subject, since, detail, {}});
    event(AuditKind::AlertRaised, since, nullptr,
        isAboutNode(kind) ? NodeName::parse(subject).value_or(NodeName {}) : NodeName {}, "orchestrator",
        QByteArray(toString(kind).data()) + ' ' + subject);
}

Scenery SceneryWriter::take()
{
    std::stable_sort(
        m_scenery.audit.begin(), m_scenery.audit.end(), [](const AuditEvent &a, const AuditEvent &b) { return a.time < b.time; });
    FleetSummary &s = m_scenery.state.summary;
    s.orchestratorBoot = BootId::parse("0rch3str").value_or(BootId {});
    s.time = {now};
    s.version = QStringLiteral(DTF_VERSION);
    s.shareOk = true;
    s.jobsByState = QList<qint64>(static_cast<int>(JobState::Withdrawn) + 1, 0);
    const qint64 midnight = now - now % (24 * 3'600'000LL);
    for (const JobRecord &job : std::as_const(m_scenery.jobs)) {
        if (!isFinal(job.state) || job.changed.msecsSinceEpoch >= midnight) {
            ++s.jobsByState[static_cast<int>(job.state)];
        }
        if (job.state == JobState::Waiting) {
            s.oldestWaitingMs = std::max<qint64>(s.oldestWaitingMs, now - job.accepted.msecsSinceEpoch);
        }
        for (NodeView &node : m_scenery.state.nodes) {
            if (node.node == job.node && job.changed.msecsSinceEpoch >= midnight) {
                node.doneToday += job.state == JobState::Done;
                node.failedToday += job.state == JobState::Failed || job.state == JobState::Hold;
            }
        }
    }
    s.doneToday = s.jobsByState[static_cast<int>(JobState::Done)];
    return std::move(m_scenery);
}

const QByteArrayList &agencies()
{
    static const QByteArrayList list {"Nordwind", "Alpha-Zeitarbeit", "Bruecke-und-Soehne", "Zenit-Staffing", "Hafenlogistik",
        "Praca-Łódź", "Personal-König", "Meridian", "Weser-Montage", "Kontor-24"};
    return list;
}

void writeDay(SceneryWriter &writer, int node, seconds until)
{
    static const QByteArrayList kinds {"Stunden", "Lohn", "Abwesenheit", "Reisekosten", "Korrektur"};
    seconds left {30 * 3'600};
    while (left > until + seconds(420)) {
        const qint64 hour = (SceneryWriter::ago(left).msecsSinceEpoch / 3'600'000) % 24;
        const bool office = hour >= 6 && hour < 18;
        left -= seconds(office ? writer.random(20, 420) : writer.random(900, 4'200));
        const int took = writer.random(95, 380);
        if (left < until + seconds(took)) {
            break;
        }
        const QByteArray agency = agencies()[writer.random(0, int(agencies().size()) - 1)];
        const QByteArray name = agency + "_KW47_" + kinds[writer.random(0, int(kinds.size()) - 1)] + '_'
            + QByteArray::number(writer.random(1, 9'999)).rightJustified(4, '0') + (writer.random(0, 3) ? ".xlsx" : ".csv");
        const int waited = writer.random(3, office ? 340 : 20);
        JobRecord job = writer.file(agency, name, SceneryWriter::ago(left + seconds(waited)), writer.random(9'000, 910'000));
        writer.assign(job, node, SceneryWriter::ago(left + seconds(2)));
        writer.start(job, SceneryWriter::ago(left));
        left -= seconds(took);
        writer.finish(job, SceneryWriter::ago(left), writer.random(12, 1'400));
    }
}

} // namespace dtf
