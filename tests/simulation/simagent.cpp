// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/simagent.h"

#include "common/protocol/version.h"
#include "common/share/localsharefs.h"
#include "tests/simulation/localdisk.h"

#include <QFile>

namespace dtf::sim {

using namespace Qt::StringLiterals;

struct SimAgent::Life
{
    AgentIdentity identity;
    BootId previousBoot;
    SystemClock clock;
    std::unique_ptr<ShareWorker> worker;
    std::unique_ptr<WorkEngine> engine;
    std::unique_ptr<JsonClient> client;
    std::unique_ptr<Heartbeater> heartbeater;
    std::unique_ptr<ReportSender> reports;
    QList<qint64> obeyed;
    bool ending = false;
};

SimAgent::SimAgent(const AgentConfig &config, const Place &place, Rng dice)
    : m_config(config)
    , m_place(place)
    , m_dice(dice)
{
    m_config.stateDir = place.machine->folder + u"/state"_s;
    m_config.scratchDir = place.machine->folder + u"/scratch"_s;
}

SimAgent::~SimAgent()
{
    kill();
}

void SimAgent::start()
{
    if (m_life) {
        return;
    }
    m_process = std::make_shared<Process>();
    m_process->name = m_place.machine->name + '.' + QByteArray::number(++m_lives);
    m_process->dice = Rng(m_dice.next());
    m_process->ids = Rng(m_dice.next());
    m_process->wallOffset = wallOffset;
    m_process->owner = this;
    m_process->onStep = onStep;
    LocalDisk::watch(m_process, m_config.stateDir + u"/journal.dtf"_s);
    Scheduler &scheduler = Scheduler::get();
    scheduler.as(m_process, [&] {
        auto life = std::make_unique<Life>();
        life->identity = {BootId::generate(), m_place.machine->machineId, m_place.machine->machineBoot()};
        auto journal = Journal::open(m_config.stateDir, life->identity, life->clock.now().wall);
        if (!journal) {
            qFatal("no journal: %s", qPrintable(journal.error().detail));
        }
        life->previousBoot = (*journal)->view().previousBoot();
        auto share = std::make_unique<LocalShareFs>(
            std::make_unique<SimShareIo>(m_place.mount), ShareTiming {m_config.shareBusyRetry, m_config.shareCache});
        share->bind((*journal)->view().shareUuid());
        LocalShareFs *raw = share.get();
        life->worker = std::make_unique<ShareWorker>(std::move(share), [raw] { raw->cancel(); });
        life->engine = std::make_unique<WorkEngine>(m_config, life->identity, std::move(*journal), *life->worker, life->clock);
        life->client = std::make_unique<JsonClient>(JsonClient::Options {});
        life->heartbeater = std::make_unique<Heartbeater>(*life->client, [this] { return beat(); });
        life->reports = std::make_unique<ReportSender>(*life->client, m_config.node, life->identity.boot,
            ReportSender::Outbox {[engine = life->engine.get()](int max) { return engine->pendingReports(max); },
                [engine = life->engine.get()](int count) { engine->acknowledge(count); },
                [heartbeater = life->heartbeater.get()] { return heartbeater->protocol(); }});
        m_life = std::move(life);
        const QList<Report> pending = m_life->engine->pendingReports(256);
        for (const Report &report : pending) { // as AgentApp: answered, not acknowledged
            if (report.kind == ReportKind::CommandDone) {
                m_life->obeyed.append(report.commandId);
            }
        }
        WorkEngine *engine = m_life->engine.get();
        QObject::connect(engine, &WorkEngine::reportsPending, m_life->reports.get(), &ReportSender::wake);
        QObject::connect(engine, &WorkEngine::changed, m_life->heartbeater.get(), &Heartbeater::changed);
        QObject::connect(m_life->heartbeater.get(), &Heartbeater::heardChanged, engine, [this](bool heard, const QString &) {
            if (heard) {
                m_life->reports->wake();
            }
        });
        QObject::connect(m_life->heartbeater.get(), &Heartbeater::answered, engine, [this](const HeartbeatReply &reply) {
            m_life->engine->setMayClaim(reply.mayClaim && reply.accepted, reply.accepted);
            for (const AgentCommand &command : reply.commands) {
                obey(command);
            }
        });
        QObject::connect(engine, &WorkEngine::failed, engine, [this](const QString &) { end(); });
        QObject::connect(engine, &WorkEngine::idle, engine, [this] {
            if (m_life->ending) {
                end();
            }
        });
        m_life->heartbeater->start();
        m_life->reports->wake();
        setBrowser(m_browserReady);
        engine->start();
    });
}

Heartbeat SimAgent::beat()
{
    const WorkEngine &engine = *m_life->engine;
    Heartbeat b;
    b.node = m_config.node;
    b.boot = m_life->identity.boot;
    b.previousBoot = m_life->previousBoot;
    b.machine = m_life->identity.machine;
    b.machineBoot = m_life->identity.machineBoot;
    b.browserConnected = m_browserReady;
    b.browserState = m_browserReady ? BrowserState::Ready : BrowserState::Disconnected;
    b.browserPort = 9222;
    b.running = engine.begun();
    b.queued = engine.queued();
    b.shareOk = engine.shareStatus().ok;
    b.shareDetail = engine.shareStatus().detail;
    b.diskFree = qint64 {1} << 36;
    b.version = u"simulation"_s;
    b.time = m_life->clock.now().wall;
    b.outbox = engine.pendingCount();
    b.closedBy = engine.ownGateClosedBy();
    return b;
}

void SimAgent::obey(const AgentCommand &command)
{
    if (m_life->obeyed.contains(command.id) || m_life->ending) {
        return;
    }
    m_life->obeyed.append(command.id);
    Report report;
    report.kind = ReportKind::CommandDone;
    report.commandId = command.id;
    report.ok = true;
    if (command.kind == CommandKind::Stop) {
        report.ok = m_life->engine->stopRun(command.job, command.epoch, command.reason, command.by);
    }
    m_life->engine->report(report);
    if (command.kind == CommandKind::RestartAgent) {
        m_life->ending = true;
        m_life->engine->shutdown();
        if (m_life->engine->isIdle()) {
            end();
        }
    }
}

void SimAgent::command(const AgentCommand &command)
{
    if (m_life) {
        Scheduler::get().after(m_process, 100_us, [this, command] { obey(command); });
    }
}

void SimAgent::hint()
{
    if (m_life) {
        Scheduler::get().after(m_process, 100_us, [this] { m_life->engine->hint(); });
    }
}

void SimAgent::setBrowser(bool ready)
{
    m_browserReady = ready;
    if (!m_life) {
        return;
    }
    Scheduler::get().after(m_process, 0, [this] {
        BrowserStatus status;
        status.state = m_browserReady ? BrowserState::Ready : BrowserState::Disconnected;
        status.port = m_browserReady ? 9222 : 0;
        status.wsEndpoint = u"ws://127.0.0.1:9222/x"_s;
        m_life->engine->setBrowser(status);
        m_life->heartbeater->changed();
    });
}

bool SimAgent::isQuiet() const
{
    return m_life && !m_process->stopped && m_life->engine->isIdle() && m_life->engine->pendingCount() == 0;
}

/// The program ends by itself and is started again.
void SimAgent::end()
{
    const Micros lastReports = m_life->engine->pendingCount() > 0 || m_life->engine->isWriting() ? 2_sec : 0; // as AgentApp
    Scheduler::get().after(nullptr, lastReports, [this, process = m_process] {
        if (process != m_process || !m_life) {
            return;
        }
        bury(true);
        if (restartsItself) {
            Scheduler::get().after(nullptr, m_dice.within(1_sec, 3_sec), [this] { start(); });
        }
    });
}

void SimAgent::bury(bool tidy)
{
    Scheduler &scheduler = Scheduler::get();
    const ProcessPtr process = m_process;
    QFile journal(m_config.stateDir + u"/journal.dtf"_s);
    if (tidy) { // its own destructors speak
        scheduler.as(process, [&] {
            m_life->engine.reset();
            m_life->reports.reset();
            m_life->heartbeater.reset();
            m_life->client.reset();
        });
    }
    scheduler.kill(process);
    LocalDisk::tear(process, m_dice);
    QByteArray image;
    if (journal.open(QIODevice::ReadOnly)) {
        image = journal.readAll();
        journal.close();
    }
    for (const LiveRunPtr &run : m_place.machine->runs) {
        run->onEnd = {};
        run->onMarker = {};
    }
    if (!m_place.machine->orphansSurvive) {
        m_place.machine->endAll();
    }
    scheduler.as(process, [&] { m_life.reset(); });
    if (!tidy && journal.open(QIODevice::WriteOnly | QIODevice::Truncate)) { // kill -9 writes no last words
        journal.write(image);
        journal.flush();
        LocalDisk::flushed(journal.handle());
    }
}

void SimAgent::kill()
{
    if (m_life) {
        bury(false);
    }
}

void SimAgent::powerCut()
{
    kill();
    m_place.machine->endAll();
    LocalDisk::losePower(m_place.machine->folder, m_dice);
    ++m_place.machine->boots;
}

void SimAgent::stop()
{
    if (m_life) {
        Scheduler::get().stop(m_process);
    }
}

void SimAgent::go()
{
    if (m_life) {
        Scheduler::get().go(m_process);
    }
}

} // namespace dtf::sim
