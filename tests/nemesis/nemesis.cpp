// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/nemesis.h"

#include "tests/support/markedprocesses.h"

#include <QRegularExpression>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString nodeName(int node)
{
    return u"DTF-%1"_s.arg(node, 2, 10, QChar(u'0'));
}

/// The process is still the same kind of thing it was: its number has not been given to another one.
void signalAgain(const QByteArray &mark, pid_t pid, int number)
{
    const QList<MarkedProcess> all = markedProcesses(mark);
    if (std::any_of(all.begin(), all.end(), [pid](const MarkedProcess &p) { return p.pid == pid; })) {
        ::kill(pid, number);
    }
}

} // namespace

Nemesis::Nemesis(Fleet &fleet, NodeLinks &links, int nodes, quint32 seed, bool sparesLives)
    : m_fleet(fleet)
    , m_links(links)
    , m_nodes(nodes)
    , m_sparesLives(sparesLives)
    , m_random(seed)
{
    m_time.start();
    connect(&m_timer, &QTimer::timeout, this, &Nemesis::tick);
    m_timer.start(100);
}

Nemesis::~Nemesis()
{
    healAll();
}

void Nemesis::write(const QString &what)
{
    m_diary += u"%1 s  %2"_s.arg(static_cast<double>(m_time.elapsed()) / 1000, 7, 'f', 1).arg(what);
    if (qEnvironmentVariableIsSet("DTF_NEMESIS_TALK")) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(m_diary.last()));
    }
}

QStringList Nemesis::counts() const
{
    QStringList lines;
    for (auto count = m_counts.cbegin(); count != m_counts.cend(); ++count) {
        lines += u"%1: %2"_s.arg(count.key()).arg(count.value());
    }
    return lines;
}

double Nemesis::age(int node) const
{
    return static_cast<double>(m_time.elapsed() - m_born.value(node, 0)) / 1000;
}

int Nemesis::draw(int low, int high)
{
    return low + static_cast<int>(m_random() % static_cast<unsigned>(high - low + 1)); // the same on every library
}

bool Nemesis::isWounded(const QString &part) const
{
    return std::any_of(m_wounds.begin(), m_wounds.end(), [&](const Wound &w) { return w.part == part; });
}

void Nemesis::wound(
    const QString &part, const QString &how, const QString &heals, int forMs, Heal healing, std::function<bool()> heal)
{
    static const QRegularExpression whose(u" ?(of )?DTF-\\d+"_s);
    write(u"%1 %2 for %3 ms"_s.arg(part, how).arg(forMs));
    QString kind = part;
    kind.remove(whose);
    ++m_counts[(kind.isEmpty() ? u"agent"_s : kind) + u' ' + how];
    ++m_strikes;
    m_wounds.push_back({++m_lastWound, part, heals, healing, QDeadlineTimer(forMs), std::move(heal)});
}

/// A heal may wait in an event loop of its own, in which this is called again: those that need no waiting never stand behind it.
void Nemesis::tick()
{
    healDue(Heal::AtOnce);
    if (std::exchange(m_healing, true)) {
        return;
    }
    healDue(Heal::Waits);
    healDue(Heal::AsksApi);
    m_healing = false;
}

void Nemesis::healDue(Heal kind)
{
    std::vector<int> due;
    for (const Wound &w : m_wounds) {
        if (w.how == kind && !w.underWay && w.due.hasExpired()) {
            due.push_back(w.id);
        }
    }
    for (const int id : due) {
        if (kind == Heal::AsksApi && isWounded(u"orchestrator"_s)) {
            return; // it would not answer
        }
        tryToHeal(id);
    }
}

void Nemesis::tryToHeal(int id)
{
    const auto find = [this, id] {
        return std::find_if(m_wounds.begin(), m_wounds.end(), [id](const Wound &w) { return w.id == id; });
    };
    auto wound = find();
    if (wound == m_wounds.end() || wound->underWay) {
        return;
    }
    wound->underWay = true; // it stays a wound meanwhile
    const std::function<bool()> heal = wound->heal;
    const bool healed = heal();
    wound = find(); // others have come and gone
    wound->underWay = false;
    if (!healed && ++wound->tries < 600) { // two minutes
        wound->due = QDeadlineTimer(200);
        return;
    }
    if (healed) {
        write(u"%1 %2"_s.arg(wound->part, wound->heals));
    } else {
        m_problems += u"%1 can't be healed: %2"_s.arg(wound->part, wound->heals);
    }
    m_wounds.erase(wound);
}

void Nemesis::healAll()
{
    for (Wound &wound : m_wounds) {
        wound.due = QDeadlineTimer(0);
    }
    if (!until(
            [this] {
                tick();
                return m_wounds.empty();
            },
            seconds(150))) {
        m_problems += u"not everything could be healed"_s;
    }
    (void)m_links.healAll();
}

void Nemesis::strike()
{
    const int node = draw(1, m_nodes);
    const int what = draw(0, 99);
    if (what < 10) {
        hurtOrchestrator();
    } else if (what < 28) {
        hurtAgent(node);
    } else if (what < 38) {
        hurtBrowser(node);
    } else if (what < 48) {
        hurtProcess(node, "renderer", renderers(node));
    } else if (what < 68) {
        hurtProcess(node, "pipeline", pipelines(node));
    } else if (what < 82) {
        cutLink(node);
    } else if (what < 96) {
        clickTwice();
    } else {
        clickNode(node);
    }
}

bool Nemesis::startOrchestrator()
{
    if (!m_fleet.startOrchestrator()) {
        m_problems += u"the orchestrator did not start again: "_s + m_fleet.orchestrator().output().right(500);
    }
    m_born[0] = m_time.elapsed();
    return true;
}

void Nemesis::hurtOrchestrator()
{
    const QString part = u"orchestrator"_s;
    if (isWounded(part)) {
        return;
    }
    switch (m_sparesLives ? 2 : draw(0, 2)) {
    case 0:
        m_fleet.killOrchestrator();
        wound(part, u"killed"_s, u"starts again"_s, draw(0, 4'000), Heal::Waits, [this] { return startOrchestrator(); });
        return;
    case 1:
        if (!m_fleet.orchestrator().stop()) {
            m_problems += u"the orchestrator did not end cleanly"_s;
        }
        wound(part, u"ended"_s, u"starts again"_s, draw(0, 3'000), Heal::Waits, [this] { return startOrchestrator(); });
        return;
    default:
        m_fleet.orchestrator().signal(SIGSTOP);
        wound(part, u"stopped"_s, u"goes on"_s, draw(1'000, 12'000), Heal::AtOnce, [this] {
            m_fleet.orchestrator().signal(SIGCONT);
            return true;
        });
    }
}

bool Nemesis::startAgent(int node)
{
    if (!m_fleet.agent(node).start()) {
        m_problems += nodeName(node) + u" did not start again"_s;
    }
    m_born[node] = m_time.elapsed();
    return true;
}

void Nemesis::hurtAgent(int node)
{
    const QString part = nodeName(node);
    if (isWounded(part)) {
        return;
    }
    AgentProcess &agent = m_fleet.agent(node);
    if (!agent.program().isRunning()) {
        m_problems += part + u" was gone: "_s + agent.program().output().right(500);
        (void)startAgent(node);
        return;
    }
    switch (m_sparesLives ? 3 : draw(0, 4)) {
    case 0:
    case 1:
        agent.kill();
        wound(part, u"killed"_s, u"starts again"_s, draw(0, 9'000), Heal::Waits, [this, node] { return startAgent(node); });
        return;
    case 2:
        agent.signal(SIGTERM); // it finishes its file first
        wound(part, u"asked to end"_s, u"starts again"_s, draw(500, 5'000), Heal::Waits,
            [this, node] { return !m_fleet.agent(node).program().isRunning() && startAgent(node); });
        return;
    default:
        agent.signal(SIGSTOP);
        wound(part, u"stopped"_s, u"goes on"_s, draw(500, 14'000), Heal::AtOnce, [this, node] {
            m_fleet.agent(node).signal(SIGCONT);
            return true;
        });
    }
}

void Nemesis::hurtBrowser(int node)
{
    const qint64 pid = m_fleet.agent(node).browserPid();
    hurtProcess(node, "browser", pid > 1 ? QList<pid_t> {static_cast<pid_t>(pid)} : QList<pid_t> {});
}

void Nemesis::hurtProcess(int node, const char *kind, const QList<pid_t> &pids)
{
    const QString part = u"%1 of %2"_s.arg(QLatin1StringView(kind), nodeName(node));
    if (pids.isEmpty() || isWounded(part)) {
        return;
    }
    const pid_t pid = pids[draw(0, static_cast<int>(pids.size()) - 1)];
    if (draw(0, 1) == 0) {
        ::kill(pid, SIGKILL);
        wound(part, u"killed"_s, u"is the agent's business"_s, 0, Heal::AtOnce, [] { return true; });
    } else {
        ::kill(pid, SIGSTOP);
        wound(part, u"stopped"_s, u"goes on"_s, draw(500, 15'000), Heal::AtOnce, [this, pid] {
            signalAgain(m_fleet.folder().toUtf8(), pid, SIGCONT);
            return true;
        });
    }
}

QList<pid_t> Nemesis::renderers(int node) const
{
    const QByteArray profile = m_fleet.folder().toUtf8() + '/' + nodeName(node).toUtf8() + "/profile";
    QList<pid_t> pids;
    for (const MarkedProcess &process : markedProcesses(profile)) {
        if (process.command.contains("--type=renderer")) {
            pids += process.pid;
        }
    }
    return pids;
}

QList<pid_t> Nemesis::pipelines(int node) const
{
    const QByteArray scratch = m_fleet.folder().toUtf8() + '/' + nodeName(node).toUtf8() + "/scratch/";
    QList<pid_t> pids;
    for (const MarkedProcess &process : markedProcesses(scratch)) {
        if (process.command.contains("pipeline.js")) {
            pids += process.pid;
        }
    }
    return pids;
}

void Nemesis::cutLink(int node)
{
    const QString part = u"link of "_s + nodeName(node);
    if (isWounded(part)) {
        return;
    }
    static constexpr std::pair<Cut, const char *> ways[] = {{Cut::Both, "cut"},
        {Cut::ToOrchestrator, "cut towards the orchestrator"}, {Cut::FromOrchestrator, "cut from the orchestrator"}};
    const auto &[how, words] = ways[draw(0, 2)];
    if (!m_links.cut(node, how)) {
        m_problems += u"the link could not be cut"_s;
    }
    wound(part, QString::fromLatin1(words), u"heals"_s, draw(500, 15'000), Heal::AtOnce,
        [this, node] { return m_links.cut(node, Cut::None); });
}

/// anna and bernd look at the same file and both click, on what they see.
void Nemesis::clickTwice()
{
    if (isWounded(u"orchestrator"_s)) {
        return;
    }
    const QList<JobView> all = m_fleet.api().jobs({JobState::Waiting, JobState::Assigned, JobState::Running, JobState::Hold});
    if (all.isEmpty()) {
        return;
    }
    const JobView job = all[draw(0, static_cast<int>(all.size()) - 1)];
    const bool neverRan = job.attempts == 0;
    JobAction action = JobAction::Hold;
    if (job.state == JobState::Running) {
        action = JobAction::Stop;
    } else if (job.state == JobState::Hold && neverRan) {
        action = JobAction::Release;
    } else if (job.state == JobState::Hold) {
        return; // somebody has to look at the portal first
    }
    ApiClient bernd(m_fleet.port(), Fleet::operatorToken("bernd"));
    OperatorRequest request;
    request.reason = u"nemesis"_s;
    request.expectEpoch = job.epoch;
    request.expectState = job.state;
    const int first = m_fleet.api().command(job.job, action, request).status;
    const int second = bernd.command(job.job, action, request).status;
    write(u"anna and bernd: %1 %2 (%3): %4, %5"_s.arg(toString(action), job.job.toString(), toString(job.state))
              .arg(first)
              .arg(second));
    ++m_counts[u"clicked twice: "_s + toString(action)];
    ++m_strikes;
    if (first == 200 && second == 200) {
        m_problems += u"%1 of %2 was accepted twice"_s.arg(toString(action), job.job.toString());
    }
}

void Nemesis::clickNode(int node)
{
    const QString part = u"service of "_s + nodeName(node);
    if (isWounded(part) || isWounded(u"orchestrator"_s)) {
        return;
    }
    const QByteArray name = nodeName(node).toLatin1();
    const int which = draw(0, 2);
    if (which == 2) {
        const int status = m_fleet.api().command(name.constData(), NodeAction::RestartBrowser).status;
        write(u"anna: browser of %1 to be restarted: %2"_s.arg(nodeName(node)).arg(status));
        ++m_strikes;
        return;
    }
    const int status = m_fleet.api().command(name.constData(), which == 0 ? NodeAction::Pause : NodeAction::Drain).status;
    if (status == 200) {
        wound(part, which == 0 ? u"paused"_s : u"drained"_s, u"resumed"_s, draw(1'000, 8'000), Heal::AsksApi,
            [this, name] { return m_fleet.api().command(name.constData(), NodeAction::Resume).status != 0; });
    }
}

} // namespace dtf
