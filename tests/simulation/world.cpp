// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/world.h"

#include "common/share/sentinel.h"
#include "tests/simulation/localdisk.h"

#include <QDir>

#include <cstdio>

namespace dtf::sim {

using namespace Qt::StringLiterals;

namespace {

constexpr Micros decideEvery = 20_sec;
constexpr Micros backupEvery = 3_min;

QString tempFolder()
{
    return (QDir(u"/dev/shm"_s).exists() ? u"/dev/shm"_s : QDir::tempPath()) + u"/dtf-simulation-XXXXXX"_s;
}

NodeName nodeName(int number)
{
    return *NodeName::parse("DTF-0" + QByteArray::number(number));
}

void setUp(FileServer &server, const QByteArray &uuid, const QList<NodeName> &nodes)
{
    const auto sentinel = server.make(layout::sentinel(), EntryKind::File);
    server.setContent(*sentinel, renderSentinel({uuid, layout::version}));
    server.flush(*sentinel);
    for (const SharePath &folder : layout::folders(nodes)) {
        (void)server.make(folder, EntryKind::Directory);
    }
    server.flushNames();
}

} // namespace

World::World(const Plan &plan, bool trace)
    : m_plan(plan)
    , m_trace(trace)
    , m_dice(plan.seed, "world")
    , m_folder(tempFolder())
    , m_share(std::make_shared<FileServer>(plan.foldsCase))
    , m_empty(std::make_shared<FileServer>(plan.foldsCase))
    , m_other(std::make_shared<FileServer>(plan.foldsCase))
    , m_ledger(std::make_shared<Ledger>())
    , m_disk(std::make_shared<StoreDisk>())
{
    Scheduler::get().reset();
    LocalDisk::reset();
    QList<NodeName> nodes;
    for (int n = 1; n <= plan.agents; ++n) {
        nodes.append(nodeName(n));
    }
    setUp(*m_share, "3f2b8c1e-0000-4000-8000-000000000001", nodes);
    setUp(*m_other, "3f2b8c1e-0000-4000-8000-000000000002", nodes);
    m_checker = std::make_unique<Checker>(*m_share, *m_ledger);
    m_checker->trace = trace;
    if (plan.sideEffects == SideEffects::None) {
        m_checker->mayRepeat();
    }
    m_disk->trace = trace;
    m_checker->forbid(*m_empty, "the folder under an unmounted share");
    m_checker->forbid(*m_other, "another share");
    SimOrchestrator::Hooks hooks;
    hooks.performs = [this](const QList<ShareAction> &actions) {
        if (m_disk->full) {
            return; // what was durable before may still be carried out
        }
        for (const ShareAction &action : actions) {
            if (onAction) {
                onAction(action);
            }
            const auto it = m_disk->jobs.find(action.job);
            if (action.kind == ActionKind::Dispatch
                && (it == m_disk->jobs.end() || it->second.state != JobState::Moving
                    || it->second.intentTarget != action.target)) {
                m_checker->complain("I12: a dispatch to " + action.target + " that is not in the store");
            }
        }
    };
    hooks.tell = [this](const NodeName &node, const std::function<void(SimAgent &)> &what) {
        for (const auto &agent : m_agents) {
            if (agent->config().node == node && agent->link()->toAgent && agent->link()->toOrchestrator) {
                what(*agent);
            }
        }
    };
    hooks.superseded = [this] { later(5_sec, [this] { m_orchestrator->start(); }); };
    m_orchestrator = std::make_unique<SimOrchestrator>(
        "orchestrator", orchestratorConfig(), m_disk, makeMount(), hooks, Rng(plan.seed, "orchestrator"));
    m_network.setOrchestrator(m_orchestrator.get());
    for (int n = 1; n <= plan.agents; ++n) {
        auto machine = std::make_shared<Machine>();
        machine->name = "DTF-0" + QByteArray::number(n);
        machine->machineId = "machine-" + QByteArray::number(n);
        machine->folder = m_folder.path() + u'/' + QString::fromLatin1(machine->name);
        machine->ledger = m_ledger;
        QDir().mkpath(machine->folder + u"/scratch"_s);
        m_agents.push_back(std::make_unique<SimAgent>(agentConfig(n),
            SimAgent::Place {machine, makeMount(), std::make_shared<Link>(), &m_network}, Rng(plan.seed, machine->name)));
    }
}

World::~World()
{
    m_seconds.clear();
    m_clones.clear();
    m_agents.clear();
    m_orchestrator.reset();
}

std::shared_ptr<Mount> World::makeMount()
{
    auto mount = std::make_shared<Mount>();
    mount->share = m_share;
    mount->empty = m_empty;
    mount->other = m_other;
    mount->mangles = m_plan.mangles;
    mount->slowest = m_dice.within(100_us, 5_ms);
    return mount;
}

AgentConfig World::agentConfig(int number) const
{
    AgentConfig config;
    config.node = nodeName(number);
    config.minDiskFree = 0;
    config.shareRoot = u"/share"_s;
    config.shareCache = m_plan.cache;
    config.pipeline.command = QStringList {u"script"_s};
    config.pipeline.rerunExitCodes = {75};
    config.pipeline.sideEffects = m_plan.sideEffects;
    config.pipeline.marker = QRegularExpression(u"UPLOADING"_s);
    config.pipeline.softLimit = seconds(150);
    config.pipeline.hardLimit = seconds(180);
    return config;
}

OrchestratorConfig World::orchestratorConfig() const
{
    OrchestratorConfig config;
    config.shareRoot = u"/share"_s;
    config.shareCache = m_plan.cache;
    config.shareWatch = false;
    config.acceptedTypes = {"csv", "xlsx"};
    config.hardLimit = seconds(180);
    for (int n = 1; n <= m_plan.agents; ++n) {
        config.nodes.append({nodeName(n), 1, 0});
    }
    return config;
}

void World::later(Micros delay, std::function<void()> what)
{
    Scheduler::get().after(nullptr, delay, std::move(what));
}

void World::log(const QByteArray &what) const
{
    if (m_trace) {
        std::fprintf(stderr, "%12.3f  == %s\n", static_cast<double>(Scheduler::get().now()) / 1e6, what.constData());
    }
}

Outcome World::run(Micros settleWithin)
{
    Scheduler &scheduler = Scheduler::get();
    m_orchestrator->start();
    for (const auto &agent : m_agents) {
        agent->start();
    }
    for (const Delivery &delivery : m_plan.deliveries) {
        later(delivery.at, [this, delivery] { deliver(delivery); });
    }
    for (const Fault &fault : m_plan.faults) {
        later(fault.at, [this, fault] { begin(fault); });
    }
    for (const Deed &deed : m_plan.deeds) {
        later(deed.at, [this, deed] { act(deed); });
    }
    const std::function<void()> backup = [&] {
        m_backups.push_back(*m_disk);
        if (m_backups.size() > 3) {
            m_backups.erase(m_backups.begin());
        }
        if (!m_healed) {
            later(backupEvery, backup);
        }
    };
    later(backupEvery, backup);
    const std::function<void()> decideAgain = [&] {
        if (!m_closing) {
            decide();
            later(decideEvery, decideAgain);
        }
    };
    if (m_plan.decides) {
        later(decideEvery, decideAgain);
    }
    scheduler.runUntil(m_plan.busy);
    // Faults that are still on end by themselves, in eleven minutes at the latest; then what is down is started.
    scheduler.runUntil(m_plan.busy + (m_plan.calm ? 60_sec : 11_min));
    healed();
    const Micros until = scheduler.now() + settleWithin;
    bool quiet = false;
    while (!quiet && scheduler.now() < until && m_checker->complaints().isEmpty()) {
        scheduler.runUntil(scheduler.now() + 10_sec);
        quiet = m_checker->settled(*m_disk) && allQuiet();
        if (quiet && !m_closing) { // nobody decides any more; the last words
            m_closing = true;
            scheduler.runUntil(scheduler.now() + 40_sec);
            quiet = false;
        }
    }
    if (!quiet && m_checker->complaints().isEmpty()) {
        m_checker->complain("L1: not settled in time");
        m_share->each([&](const QByteArray &path, const FileNodePtr &node) {
            if (node->kind == EntryKind::File
                && (path.startsWith("incoming/") || path.startsWith("processing/") || path.startsWith("completed/.stage"))) {
                QByteArray known;
                for (const auto &[id, job] : m_disk->jobs) {
                    if (job.place == path && !isFinal(job.state)) {
                        known = ", known as " + QByteArray(toString(job.state).data()) + ": " + why(id);
                    }
                }
                m_checker->complain("L1: left: " + path + known);
            }
        });
        for (const auto &[id, job] : m_disk->jobs) {
            if (isActive(job.state) || job.state == JobState::Waiting) {
                m_checker->complain(
                    "L1: the store says " + QByteArray(toString(job.state).data()) + " of " + job.place + ": " + why(id));
            }
        }
        for (const auto &agent : m_agents) {
            if (!agent->isQuiet()) {
                m_checker->complain("L1: not quiet: " + agent->config().node.bytes());
            }
        }
    }
    m_checker->finish(*m_disk);
    Outcome outcome;
    outcome.complaints = m_checker->complaints();
    outcome.lives = m_checker->lives();
    outcome.starts = static_cast<std::int64_t>(m_ledger->starts.size());
    outcome.uploads = static_cast<std::int64_t>(m_ledger->uploads.size());
    outcome.events = static_cast<std::int64_t>(scheduler.done());
    outcome.simulated = scheduler.now();
    return outcome;
}

/// What the orchestrator itself says.
QByteArray World::why(const JobId &job)
{
    const auto words = std::make_shared<QByteArray>("no answer");
    m_orchestrator->as([job, words](FleetController &controller) {
        controller.why(job, [words](const Result<WhyView> &view) {
            if (view) {
                *words = (view->verdict + u' ' + view->detail).toUtf8();
            }
        });
    });
    Scheduler::get().runUntil(Scheduler::get().now() + 1_sec);
    return *words;
}

bool World::allQuiet() const
{
    for (const auto &agent : m_agents) {
        if (!agent->isQuiet()) {
            return false;
        }
    }
    // A decision that was made but has not reached the share yet.
    for (const auto &[id, job] : m_disk->jobs) {
        if (isActive(job.state) || job.state == JobState::Waiting) {
            return false;
        }
    }
    return true;
}

void World::arrive(const QByteArray &path, const Delivery &delivery, int version)
{
    const QByteArray content = contentOf(delivery.number, version, delivery.manner);
    if (const FileNodePtr old = m_share->find(path)) {
        m_checker->takenBack(old->content);
        (void)m_share->remove(path);
    }
    if (auto node = m_share->make(path, EntryKind::File)) {
        m_share->setContent(*node, content);
        m_share->flush(*node);
        m_checker->produced(content, true);
    }
}

void World::deliver(const Delivery &delivery)
{
    if (m_share->readOnly || m_share->full) {
        later(30_sec, [this, delivery] { deliver(delivery); });
        return;
    }
    const QByteArray path = "incoming/" + delivery.name;
    if (m_share->find(path)) { // well-mannered: waits until the name is free
        later(20_sec, [this, delivery] { deliver(delivery); });
        return;
    }
    log("deliver " + QByteArray::number(delivery.number) + " " + delivery.name + " way "
        + QByteArray::number(static_cast<int>(delivery.way)));
    m_checker->producerActs(true);
    switch (delivery.way) {
    case Delivery::Way::Whole:
        arrive(path, delivery, 1);
        break;
    case Delivery::Way::Slowly: {
        const FileNodePtr node = *m_share->make(path, EntryKind::File);
        const QByteArray whole = contentOf(delivery.number, 1, delivery.manner);
        ++node->writers;
        m_share->setContent(node, whole.left(10));
        m_checker->produced(whole, true);
        later(delivery.pause, [this, node, whole, delivery] {
            bool there = false;
            m_share->each([&](const QByteArray &, const FileNodePtr &one) { there = there || one == node; });
            if (!there) { // the server lost its power before the name was on the disk: the producer's write fails, it sends again
                Delivery again = delivery;
                again.way = Delivery::Way::Whole;
                deliver(again);
                return;
            }
            m_share->setContent(node, whole);
            m_share->flush(node);
            --node->writers;
        });
        break;
    }
    case Delivery::Way::Replaced:
        arrive(path, delivery, 1);
        later(delivery.pause, [this, path, delivery, first = contentOf(delivery.number, 1, delivery.manner)] {
            m_checker->producerActs(true);
            if (const FileNodePtr node = m_share->find(path);
                node && node->content == first && !m_share->readOnly && !m_share->full) {
                arrive(path, delivery, 2);
            }
            m_checker->producerActs(false);
        });
        break;
    case Delivery::Way::TakenBack:
        arrive(path, delivery, 1);
        later(delivery.pause, [this, path, content = contentOf(delivery.number, 1, delivery.manner)] {
            m_checker->producerActs(true);
            if (const FileNodePtr node = m_share->find(path); node && node->content == content) {
                m_checker->takenBack(content);
                (void)m_share->remove(path);
            }
            m_checker->producerActs(false);
        });
        break;
    case Delivery::Way::Empty:
        (void)m_share->make(path, EntryKind::File);
        break;
    case Delivery::Way::Link:
        (void)m_share->make(path, EntryKind::Link);
        break;
    }
    m_checker->producerActs(false);
}

} // namespace dtf::sim
