// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/nemesisstory.h"

#include "tests/support/markedprocesses.h"

#include <QFile>
#include <QRandomGenerator>
#include <QRegularExpression>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int batch = 20; ///< samples made at once
constexpr qint64 sampleEvery = 2'000; ///< ms

FleetPlan planOf(const NemesisStory::Bounds &bounds)
{
    FleetPlan plan = portalNodes(bounds.nodes);
    for (int n = 0; n < bounds.nodes; ++n) {
        plan.nodes[n].orchestrator = NodeLinks::loopbackAddress(n + 1);
    }
    // Short enough that the nemesis' wounds are longer: nodes are lost and come back.
    plan.orchestrator.set("listen", "address", "0.0.0.0");
    plan.orchestrator.set("liveness", "suspect_seconds", 4);
    plan.orchestrator.set("liveness", "lost_seconds", 7);
    plan.orchestrator.set("liveness", "start_grace_seconds", 3);
    plan.orchestrator.set("runs", "hard_limit_seconds", 45);
    plan.agents.set("pipeline", "soft_limit_seconds", 30);
    plan.agents.set("pipeline", "hard_limit_seconds", 45);
    return plan;
}

} // namespace

quint32 nemesisSeed()
{
    bool given = false;
    const uint seed = qEnvironmentVariable("DTF_NEMESIS_SEED").toUInt(&given);
    return given ? seed : QRandomGenerator::global()->generate();
}

NemesisStory::NemesisStory(const Bounds &bounds, quint32 seed)
    : m_bounds(bounds)
    , m_seed(seed)
    , m_fleet(std::make_unique<Fleet>(planOf(bounds)))
    , m_random(seed ^ 0x9e3779b9U)
{
    m_meters.emplace_back(u"orchestrator"_s, QStringList {m_fleet->folder() + u"/store"_s});
    for (int n = 1; n <= bounds.nodes; ++n) {
        const QString home = m_fleet->folder() + u"/DTF-%1"_s.arg(n, 2, 10, QChar(u'0'));
        m_meters.emplace_back(u"agent DTF-0%1"_s.arg(n), QStringList {home + u"/scratch"_s, home + u"/state"_s});
    }
}

/// Files that are not at an end yet.
qsizetype NemesisStory::underWay() const
{
    const QList<PlacedToken> tokens = m_fleet->share().tokens();
    return m_fleet->share().incoming().size() + std::count_if(tokens.begin(), tokens.end(), [](const PlacedToken &t) {
        return t.room == "assigned" || t.room == "running" || t.room == "stage";
    });
}

/// A producer does not write over a file that still lies there.
bool NemesisStory::nameIsFree()
{
    if (m_dropped >= m_files.size()) {
        m_files += m_fleet->samples(batch);
    }
    return !m_fleet->share().incoming().contains(m_files[m_dropped].name);
}

void NemesisStory::sample()
{
    if (m_time.elapsed() - m_lastSample < sampleEvery) {
        return;
    }
    m_lastSample = m_time.elapsed();
    const double at = static_cast<double>(m_time.elapsed()) / 1000;
    m_meters[0].look(at, static_cast<pid_t>(m_fleet->orchestrator().pid()), m_nemesis->age(0));
    for (int n = 1; n <= m_bounds.nodes; ++n) {
        m_meters[static_cast<size_t>(n)].look(at, static_cast<pid_t>(m_fleet->agent(n).program().pid()), m_nemesis->age(n));
    }
}

void NemesisStory::flow()
{
    const milliseconds spread = m_bounds.pauseHigh - m_bounds.pauseLow;
    const auto pause = [&] { return m_bounds.pauseLow + milliseconds(m_random() % static_cast<quint32>(spread.count() + 1)); };
    const QDeadlineTimer calm(m_bounds.calmEvery.count() > 0 ? milliseconds(m_bounds.calmEvery) : std::chrono::hours(24));
    const QDeadlineTimer end(m_bounds.time + std::chrono::seconds(60 + 6 * m_bounds.files));
    QDeadlineTimer next(pause());
    (void)until(
        [&] {
            sample();
            const bool wanted = m_dropped < m_bounds.files || m_time.elapsed() < milliseconds(m_bounds.time).count();
            if (wanted && underWay() < 3 * m_bounds.nodes + 2 && nameIsFree()) {
                const SampleFile &file = m_files[m_dropped++];
                m_fleet->drop(file.name, file.content);
            }
            if (next.hasExpired() && m_nemesis->problems().isEmpty()) {
                m_nemesis->strike();
                next = QDeadlineTimer(pause());
            }
            return (!wanted && underWay() == 0) || calm.hasExpired() || end.hasExpired() || !m_nemesis->problems().isEmpty();
        },
        std::chrono::hours(30));
}

/// Nothing runs, every browser is signed in, and nobody's last upload can still be on its way.
bool NemesisStory::quiet()
{
    const StateView state = m_fleet->api().state();
    if (std::any_of(state.nodes.begin(), state.nodes.end(),
            [](const NodeView &n) { return n.beat.browserState == BrowserState::LoginRequired; })) {
        (void)m_fleet->signInEverywhere();
    }
    const QList<JobView> moving = m_fleet->api().jobs(
        {JobState::Waiting, JobState::Moving, JobState::Assigned, JobState::Running, JobState::InDoubt, JobState::Publishing});
    return !state.nodes.isEmpty() && moving.isEmpty() && m_fleet->share().incoming().isEmpty();
}

/// As a person would who looks into the portal. How many files were on hold or given up.
int NemesisStory::decide()
{
    const QList<JobView> stuck = m_fleet->api().jobs({JobState::Hold, JobState::Failed});
    for (const JobView &job : stuck) {
        const bool uploaded = m_fleet->portal().uploadsOf(sha256Hex(m_fleet->share().contentOf(job.place.toUtf8()))) > 0;
        const JobAction action = uploaded ? JobAction::Done : job.attempts > 0 ? JobAction::Requeue : JobAction::Release;
        OperatorRequest request;
        request.reason = uploaded ? u"it is in the portal"_s : u"it isn't in the portal"_s;
        request.expectEpoch = job.epoch;
        request.expectState = job.state;
        ApiClient::Answer answer = m_fleet->api().command(job.job, action, request);
        if (!answer.reply.ok && action == JobAction::Release) { // it had begun, though no start was reported
            answer = m_fleet->api().command(job.job, JobAction::Requeue, request);
        }
        m_nemesis->write(u"decided: %1 %2 (%3, %4): %5 %6"_s.arg(toString(action), job.job.toString(), toString(job.state),
            toString(job.cause), answer.reply.ok ? u"ok"_s : u"refused"_s, answer.reply.detail));
        ++m_decisions[u"%1 after %2"_s.arg(toString(action), toString(job.cause))];
    }
    return static_cast<int>(stuck.size());
}

/// What the orchestrator last heard of each node, and what its agent's process is at.
QStringList NemesisStory::nodesNow()
{
    const auto ofProcess = [](qint64 pid, const char *what) {
        QFile file(u"/proc/%1/%2"_s.arg(pid).arg(QLatin1StringView(what)));
        return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll()) : u"?"_s;
    };
    static const QRegularExpression stateLine(u"State:\\s*([^\\n]*)"_s);
    QStringList lines;
    const StateView state = m_fleet->api().state();
    for (int n = 1; n <= m_bounds.nodes; ++n) {
        const QString name = u"DTF-%1"_s.arg(n, 2, 10, QLatin1Char('0'));
        const qint64 pid = m_fleet->agent(n).program().pid();
        const auto view =
            std::find_if(state.nodes.begin(), state.nodes.end(), [&](const NodeView &v) { return v.node.toString() == name; });
        lines += view == state.nodes.end() ? u"  %1: not in the orchestrator's answer"_s.arg(name)
                                           : u"  %1: %2 %3, heartbeat %4 of %5 ms ago"_s.arg(name, view->state, view->stateDetail)
                                                 .arg(view->beat.seq)
                                                 .arg(view->heartbeatAgeMs);
        lines += u"  its agent %1: %2, waits in %3"_s.arg(pid).arg(
            stateLine.match(ofProcess(pid, "status")).captured(1), ofProcess(pid, "wchan"));
    }
    return lines;
}

QString NemesisStory::settle()
{
    m_nemesis->write(u"everything is healed"_s);
    m_nemesis->healAll();
    for (int round = 0; round < 12; ++round) {
        const bool still = until(
            [&] {
                sample();
                return quiet();
            },
            seconds(600));
        if (!still) {
            QStringList open;
            for (const JobView &job : m_fleet->api().jobs()) {
                if (!isFinal(job.state) && job.state != JobState::Hold && job.state != JobState::Failed) {
                    open += u"%1 (%2, %3, %4): %5"_s.arg(
                        job.job.toString(), job.name, toString(job.state), job.node.toString(), job.place);
                    const WhyView why = m_fleet->api().why(job.job);
                    open += u"  why: %1 %2"_s.arg(why.verdict, why.detail);
                    for (const WhyNode &node : why.nodes) {
                        open += node.gates.isEmpty()
                            ? QString()
                            : u"  %1: %2 %3"_s.arg(node.node.toString(), node.gates.last().gate, node.gates.last().detail);
                    }
                }
            }
            return u"after everything was healed these did not come to an end:\n"_s + (open + nodesNow()).join(u'\n');
        }
        const bool ended = until(
            [&] {
                const QList<MarkedProcess> all = markedProcesses(m_fleet->folder().toUtf8());
                return std::none_of(
                    all.begin(), all.end(), [](const MarkedProcess &p) { return p.command.contains("pipeline.js"); });
            },
            seconds(60));
        if (!ended) {
            return u"a pipeline runs though no file does"_s;
        }
        (void)stays([] { return true; }, seconds(3)); // an upload that had left a browser has arrived by now
        if (decide() == 0) {
            return {};
        }
    }
    return u"files come back to a person again and again"_s;
}

QStringList NemesisStory::play()
{
    if (!m_fleet->begin()) {
        return {QString::fromLatin1(m_fleet->problem())};
    }
    if (!m_fleet->portal().admin(u"slow"_s, {{u"ms"_s, 400}, {u"where"_s, u"upload"_s}})
        || !m_fleet->portal().admin(u"slow"_s, {{u"ms"_s, 300}, {u"where"_s, u"answer"_s}})) {
        return {u"the portal does not obey"_s};
    }
    m_links = std::make_unique<NodeLinks>(m_fleet->port());
    m_nemesis = std::make_unique<Nemesis>(*m_fleet, *m_links, m_bounds.nodes, m_seed, m_bounds.sparesLives);
    m_time.start();
    do {
        flow();
        if (const QString problem = settle(); !problem.isEmpty()) {
            return m_nemesis->problems() + QStringList {problem};
        }
    } while (m_nemesis->problems().isEmpty() && m_time.elapsed() < milliseconds(m_bounds.time).count());
    QStringList wrong = m_nemesis->problems();
    if (const qsizetype done = m_fleet->api().count(JobState::Done); done != m_dropped) {
        wrong += u"%1 of %2 files are done"_s.arg(done).arg(m_dropped);
    }
    return wrong;
}

QStringList NemesisStory::figures() const
{
    QStringList lines {u"seed %1: %2 files, %3 faults, %4 uploads in %5 s"_s.arg(m_seed)
                           .arg(m_dropped)
                           .arg(m_nemesis ? m_nemesis->strikes() : 0)
                           .arg(m_fleet->portal().ledger().size())
                           .arg(m_time.elapsed() / 1000)};
    lines += m_nemesis ? m_nemesis->counts() : QStringList();
    for (auto decision = m_decisions.cbegin(); decision != m_decisions.cend(); ++decision) {
        lines += u"decided by a person, %1: %2"_s.arg(decision.key()).arg(decision.value());
    }
    return lines;
}

} // namespace dtf
