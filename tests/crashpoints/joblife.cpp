// SPDX-License-Identifier: GPL-3.0-or-later
#include "joblife.h"

#include "lifechecks.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QElapsedTimer>

namespace dtf::crash {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds lifeDeadline = seconds(150); ///< some errors are tried again after 30 s
constexpr int mostRestarts = 4;
const QByteArray fileName = "AgencyA.csv";
const QByteArray fileContent = "name;hours\nDoe;38\n";

class JobLife
{
public:
    JobLife(Place &place, const QString &folder, const Fault &fault)
        : m_installation(place, folder)
        , m_fault(fault)
    {
        m_result.fault = fault;
    }

    LifeResult live(const Remains &allowed);

private:
    bool begin();
    bool over();
    void tend();
    void revive(Part part);
    void stop(Part part);
    void startOnceMore(const Remains &allowed);
    void complain(const QString &what) { m_result.wrong.append(what); }

    Installation m_installation;
    Fault m_fault;
    LifeResult m_result;
    LifeSeen m_seen;
    int m_restarts = 0;
    BootId m_boot; ///< of the agent, as the orchestrator heard it last
    BootId m_deadBoot; ///< the one that died
};

bool JobLife::begin()
{
    if (!m_installation.prepare()) {
        return false;
    }
    for (const Part part : {Part::Orchestrator, Part::Agent}) {
        if (m_fault.point.isEmpty() || m_fault.part == part) {
            m_installation.watch(part, m_fault);
        }
    }
    m_installation.drop(fileName, fileContent);
    return m_installation.start(Part::Orchestrator) && m_installation.start(Part::Agent);
}

/// It died: the power cut, if that is the fault, then a start as a service manager does it.
void JobLife::revive(Part part)
{
    ChildProgram &program = m_installation.program(part);
    if (part != m_fault.part || ++m_restarts > mostRestarts) {
        return;
    }
    m_result.died = true;
    if (program.crashed() && !(m_fault.kills() && m_restarts <= m_fault.deaths())) {
        complain(u"the %1 crashed, signal %2"_s.arg(QLatin1StringView(nameOf(part))).arg(program.exitCode()));
    }
    if ((m_restarts == 1 && m_fault.action == "cut") || (m_restarts == 2 && m_fault.actionAgain == "cut")) {
        m_installation.cutPower(part);
    }
    if (part == Part::Agent && !m_boot.isEmpty()) {
        m_deadBoot = m_boot;
    }
    if (part == Part::Agent && m_seen.journal != RecordKind::Start) { // once in doubt, always in doubt
        m_seen.journal = journalAt(m_installation);
    }
    unload(program);
    if (m_restarts == 1 && !m_fault.again.isEmpty()) {
        m_installation.watch(part, m_fault.next());
    }
    if (!m_installation.start(part)) {
        complain(u"it could not be started again"_s);
    }
}

void JobLife::tend()
{
    for (const Part part : {Part::Orchestrator, Part::Agent}) {
        if (!m_installation.program(part).isRunning()) {
            revive(part);
        }
    }
}

/// The file has come to an end that lasts, and the orchestrator knows all that the agent has to say.
bool JobLife::over()
{
    tend();
    const StateView state = m_installation.api().state();
    if (state.nodes.size() != 1 || state.nodes.first().beat.seq == 0 || state.nodes.first().beat.outbox != 0
        || !state.nodes.first().beat.running.isEmpty()) {
        return false;
    }
    m_boot = state.nodes.first().beat.boot;
    if (m_boot == m_deadBoot) {
        return false; // what the orchestrator shows is the word of the life that died
    }
    m_seen.jobs = m_installation.api().jobs();
    return m_seen.jobs.size() == 1
        && (isFinal(m_seen.jobs[0].state) || m_seen.jobs[0].state == JobState::Hold || m_seen.jobs[0].state == JobState::Failed);
}

void JobLife::stop(Part part)
{
    ChildProgram &program = m_installation.program(part);
    const bool clean = program.stop(seconds(30));
    if (clean || !program.isRunning()) {
        const bool struckNow =
            !clean && m_restarts < m_fault.deaths() && part == m_fault.part && m_installation.trace(part).struck;
        if (clean || !struckNow) {
            if (!clean) {
                complain(u"the %1 ended with code %2"_s.arg(QLatin1StringView(nameOf(part))).arg(program.exitCode()));
            }
            return;
        }
        revive(part); // the fault came while it ended
        if (part == Part::Orchestrator ? !m_installation.start(Part::Agent) && !m_installation.agent().isRunning() : false) {
            complain(u"the agent could not be started again"_s);
        }
        if (!until([this] { return over(); }, lifeDeadline)) {
            complain(u"after a fault at its end the file came to no end"_s);
        }
        if (part == Part::Orchestrator && !m_installation.agent().stop(seconds(30))) {
            complain(u"the agent did not end cleanly"_s);
        }
        if (!program.stop(seconds(30))) {
            complain(u"the %1 did not end cleanly"_s.arg(QLatin1StringView(nameOf(part))));
        }
        return;
    }
    complain(u"the %1 did not end within 30 s"_s.arg(QLatin1StringView(nameOf(part))));
    program.kill();
}

/// What could not be removed by a failing disk is removed by the next life.
void JobLife::startOnceMore(const Remains &allowed)
{
    const auto inScratch = [&] {
        const QList<QByteArray> left = leftBehind(m_installation, m_seen, allowed);
        return std::any_of(left.begin(), left.end(), [](const QByteArray &path) { return path.startsWith("scratch/"); });
    };
    if (leftBehind(m_installation, m_seen, allowed).isEmpty()) {
        return;
    }
    for (const Part part : {Part::Orchestrator, Part::Agent}) {
        unload(m_installation.program(part));
        if (!m_installation.start(part)) {
            complain(u"it could not be started once more"_s);
        }
    }
    (void)until([&] { return over() && !inScratch(); }, seconds(20));
    stop(Part::Agent);
    stop(Part::Orchestrator);
}

LifeResult JobLife::live(const Remains &allowed)
{
    QElapsedTimer clock;
    clock.start();
    if (!begin()) {
        complain(u"the installation could not be started"_s);
        return m_result;
    }
    if (!until([this] { return over(); }, lifeDeadline)) {
        complain(u"the file came to no end within %1 s"_s.arg(lifeDeadline.count() / 1000));
    }
    m_seen.audit = m_installation.api().audit();
    stop(Part::Agent);
    stop(Part::Orchestrator);
    m_result.orchestrator = m_installation.trace(Part::Orchestrator);
    m_result.agent = m_installation.trace(Part::Agent);
    m_result.struck = m_result.orchestrator.struck || m_result.agent.struck;
    if (m_result.struck && m_fault.kills() && !m_result.died) {
        complain(u"the fault did not kill it"_s);
    }
    startOnceMore(allowed);
    m_result.remains = m_installation.remains();
    m_result.end = m_seen.jobs.isEmpty() ? QByteArray("none") : endOf(m_seen.jobs.first());
    m_seen.died = m_result.died;
    m_result.wrong += complaintsOf(m_installation, m_fault, m_seen, {fileName, fileContent}, allowed);
    m_result.ms = clock.elapsed();
    if (!m_result.wrong.isEmpty()) {
        m_result.logs = m_installation.logTails();
    }
    return m_result;
}

} // namespace

LifeResult liveJob(Place &place, const QString &folder, const Fault &fault, const Remains &allowed)
{
    LifeResult result;
    {
        JobLife life(place, folder, fault);
        result = life.live(allowed);
    }
    if (qEnvironmentVariableIsEmpty("DTF_TEST_KEEP")) {
        QDir(folder).removeRecursively();
    }
    return result;
}

} // namespace dtf::crash
