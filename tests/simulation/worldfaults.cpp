// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong, and how it ends.
#include "tests/simulation/world.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

namespace dtf::sim {

using namespace Qt::StringLiterals;

SimAgent &World::agentFor(const Fault &fault)
{
    return *m_agents[static_cast<std::size_t>(fault.target) % m_agents.size()];
}

Mount &World::mountFor(const Fault &fault)
{
    return fault.target == 0 ? *m_orchestrator->mount() : *agentFor(fault).mount();
}

void World::onMount(const Fault &fault, const std::function<void(Mount &)> &begin, const std::function<void(Mount &)> &end)
{
    Mount &mount = mountFor(fault);
    begin(mount);
    later(fault.duration, [&mount, end] { end(mount); });
}

void World::begin(const Fault &fault)
{
    log(toBytes(fault.kind) + " target " + QByteArray::number(fault.target) + " for "
        + QByteArray::number(static_cast<double>(fault.duration) / 1e6, 'f', 3) + " s");
    SimAgent &agent = agentFor(fault);
    const auto link = agent.link();
    const auto root = [&](Mount::Root to) {
        onMount(
            fault,
            [&](Mount &m) {
                m.root = to;
                ++m.mounted;
            },
            [](Mount &m) {
                m.root = Mount::Root::Share;
                ++m.mounted;
            });
    };
    const double some = 0.02 + static_cast<double>(fault.value % 100) / 250.0;
    switch (fault.kind) {
    case FaultKind::KillAgent:
        agent.kill();
        later(fault.duration, [&agent] { agent.start(); });
        break;
    case FaultKind::StopAgent:
        agent.stop();
        later(fault.duration, [&agent] { agent.go(); });
        break;
    case FaultKind::PowerCutAgent:
        agent.powerCut();
        later(fault.duration, [&agent] { agent.start(); });
        break;
    case FaultKind::KillOrchestrator:
        m_orchestrator->kill();
        later(fault.duration, [this] { m_orchestrator->start(); });
        break;
    case FaultKind::StopOrchestrator:
        m_orchestrator->stop();
        later(fault.duration, [this] { m_orchestrator->go(); });
        break;
    case FaultKind::PowerCutServer: {
        Rng dice(static_cast<std::uint64_t>(fault.value));
        m_share->losePower(dice);
        m_checker->resync();
        for (Mount *mount : {m_orchestrator->mount().get()}) {
            ++mount->mounted;
        }
        for (const auto &one : m_agents) {
            ++one->mount()->mounted;
        }
        break;
    }
    case FaultKind::CutLink:
        link->toAgent = link->toOrchestrator = false;
        later(fault.duration, [link] { link->toAgent = link->toOrchestrator = true; });
        break;
    case FaultKind::CutToOrchestrator:
        link->toOrchestrator = false;
        later(fault.duration, [link] { link->toOrchestrator = true; });
        break;
    case FaultKind::CutToAgent:
        link->toAgent = false;
        later(fault.duration, [link] { link->toAgent = true; });
        break;
    case FaultKind::BadLink:
        link->loses = some;
        link->repeats = some;
        link->slowest = 6_sec;
        later(fault.duration, [link] { *link = Link {link->toOrchestrator, link->toAgent}; });
        break;
    case FaultKind::CutShare:
        onMount(
            fault, [](Mount &m) { m.cut = true; }, [](Mount &m) { m.cut = false; });
        break;
    case FaultKind::HangShare:
        mountFor(fault).hangsUntil = Scheduler::get().now() + fault.duration;
        break;
    case FaultKind::LostReplies:
        onMount(
            fault, [some](Mount &m) { m.repliesLost = some; }, [](Mount &m) { m.repliesLost = 0; });
        break;
    case FaultKind::FailingShare:
        onMount(
            fault, [some](Mount &m) { m.fails = some; }, [](Mount &m) { m.fails = 0; });
        break;
    case FaultKind::StaleViews: {
        const Micros age = m_plan.cache.count() * 1'000;
        onMount(
            fault,
            [age, v = fault.value](Mount &m) {
                m.listingAge = age;
                m.notFoundAge = v % 2 == 0 ? age / 2 : 0;
            },
            [](Mount &m) { m.listingAge = m.notFoundAge = 0; });
        break;
    }
    case FaultKind::ShareEmpty:
        root(Mount::Root::Empty);
        break;
    case FaultKind::ShareOther:
        if (!m_disk->settings.contains("share.uuid")) {
            break; // as with LoseStore
        }
        root(Mount::Root::Other);
        break;
    case FaultKind::ShareGone:
        root(Mount::Root::Gone);
        break;
    case FaultKind::ShareReadOnly:
        m_share->readOnly = true;
        later(fault.duration, [this] { m_share->readOnly = false; });
        break;
    case FaultKind::ShareFull:
        m_share->full = true;
        later(fault.duration, [this] { m_share->full = false; });
        break;
    case FaultKind::LockedFiles:
        m_share->each([&](const QByteArray &path, const FileNodePtr &node) {
            if (node->kind == EntryKind::File && path != "DTF_SHARE_ID" && m_dice.chance(0.5)) {
                node->lockedUntil = Scheduler::get().now() + fault.duration;
            }
        });
        break;
    case FaultKind::DeniedFile: {
        QList<FileNodePtr> tokens;
        m_share->each([&](const QByteArray &path, const FileNodePtr &node) {
            if (node->kind == EntryKind::File && (path.startsWith("processing/") || path.startsWith("incoming/"))) {
                tokens.append(node);
            }
        });
        if (!tokens.isEmpty()) {
            const FileNodePtr node = tokens[fault.value % tokens.size()];
            node->denied = true;
            later(fault.duration, [node] { node->denied = false; });
        }
        break;
    }
    case FaultKind::ClockJump: {
        const milliseconds jump(
            (fault.value % 2 == 0 ? 1 : -1) * (fault.value % 3 == 0 ? 86'400'000LL : fault.value % 3'600'000));
        if (fault.target == 0) {
            m_orchestrator->wallOffset += jump;
            if (m_orchestrator->process()) {
                m_orchestrator->process()->wallOffset = m_orchestrator->wallOffset;
            }
        } else {
            agent.wallOffset += jump;
            if (agent.process()) {
                agent.process()->wallOffset = agent.wallOffset;
            }
        }
        break;
    }
    case FaultKind::CloneAgent:
        clone(agent, fault.duration);
        break;
    case FaultKind::SecondOrchestrator:
        second(fault.duration);
        break;
    case FaultKind::StoreFull:
        m_disk->full = true;
        later(fault.duration, [disk = m_disk] { disk->full = false; });
        break;
    case FaultKind::RestoreStore:
        if (!m_backups.empty()) {
            m_orchestrator->kill();
            *m_disk = m_backups.front();
            m_disk->full = false;
            m_disk->trace = m_trace;
            m_checker->storeWasReplaced();
            later(fault.duration, [this] { m_orchestrator->start(); });
        }
        break;
    case FaultKind::LoseStore:
        if (m_orchestrator->mount()->root == Mount::Root::Other) {
            break; // whoever remembers nothing takes the share that is mounted for the right one: nobody could know better
        }
        m_orchestrator->kill();
        *m_disk = StoreDisk {};
        m_disk->trace = m_trace;
        m_backups.clear();
        m_checker->storeWasReplaced();
        later(fault.duration, [this] { m_orchestrator->start(); });
        break;
    case FaultKind::BrowserDown:
        agent.setBrowser(false);
        later(fault.duration, [&agent] { agent.setBrowser(true); });
        break;
    case FaultKind::OrphansSurvive:
        agent.machine()->orphansSurvive = true;
        agent.machine()->stubbornUntil = Scheduler::get().now() + fault.duration;
        later(fault.duration, [machine = agent.machine()] { machine->orphansSurvive = false; });
        break;
    case FaultKind::RestartAgent:
        m_orchestrator->as([this, node = agent.config().node](FleetController &controller) {
            OperatorRequest request;
            request.reason = u"try"_s;
            request.key = QString::number(++m_keys);
            controller.nodeCommand(
                node, NodeAction::RestartAgent, request, "operator:anna", [](const Result<OperatorReply> &) {});
        });
        break;
    }
}

/// Everything that people can put right has been put right.
void World::healed()
{
    log("healed");
    m_healed = true;
    m_clones.clear();
    m_seconds.clear();
    m_share->readOnly = m_share->full = false;
    m_disk->full = false;
    m_share->each([](const QByteArray &, const FileNodePtr &node) {
        node->denied = false;
        node->lockedUntil = 0;
    });
    const auto mend = [](const std::shared_ptr<Mount> &mount) {
        mount->cut = false;
        mount->hangsUntil = 0;
        mount->fails = mount->repliesLost = 0;
        mount->listingAge = mount->notFoundAge = 0;
        if (mount->root != Mount::Root::Share) {
            mount->root = Mount::Root::Share;
            ++mount->mounted;
        }
    };
    mend(m_orchestrator->mount());
    m_orchestrator->go();
    m_orchestrator->start();
    for (const auto &agent : m_agents) {
        mend(agent->mount());
        *agent->link() = Link {};
        agent->machine()->orphansSurvive = false;
        agent->machine()->stubbornUntil = 0;
        agent->go();
        agent->start();
        agent->setBrowser(true);
    }
    m_orchestrator->as([this](FleetController &controller) {
        OperatorRequest request;
        request.reason = u"all is well again"_s;
        controller.dispatchCommand(false, request, "operator:anna", [](const Result<OperatorReply> &) {});
        for (const auto &agent : m_agents) {
            controller.nodeCommand(
                agent->config().node, NodeAction::Resume, request, "operator:anna", [](const Result<OperatorReply> &) {});
        }
    });
}

/// The machine's disk was copied and started under another machine's roof: same node, same token, another boot.
void World::clone(SimAgent &agent, Micros duration)
{
    auto machine = std::make_shared<Machine>();
    machine->name = agent.machine()->name + "-clone" + QByteArray::number(m_clones.size());
    // A cloned disk shares the machine id as often as not.
    machine->machineId = m_dice.chance(0.5) ? agent.machine()->machineId : machine->name;
    machine->folder = m_folder.path() + u'/' + QString::fromLatin1(machine->name);
    machine->ledger = m_ledger;
    QDir().mkpath(machine->folder + u"/scratch"_s);
    QDir().mkpath(machine->folder + u"/state"_s);
    QFile::copy(agent.stateDir() + u"/journal.dtf"_s, machine->folder + u"/state/journal.dtf"_s);
    QDirIterator it(agent.machine()->folder + u"/scratch"_s, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString file = it.next();
        const QString to = machine->folder + file.mid(agent.machine()->folder.size());
        QDir().mkpath(QFileInfo(to).absolutePath());
        QFile::copy(file, to);
    }
    AgentConfig config = agent.config();
    m_clones.push_back(std::make_unique<SimAgent>(
        config, SimAgent::Place {machine, makeMount(), std::make_shared<Link>(), &m_network}, Rng(m_dice.next())));
    SimAgent *cloned = m_clones.back().get();
    cloned->start();
    later(duration, [this, cloned] {
        for (const auto &one : m_clones) {
            if (one.get() == cloned) {
                cloned->restartsItself = false;
                cloned->kill();
            }
        }
    });
}

/// Somebody starts a second orchestrator on the same share, with a store of its own.
void World::second(Micros duration)
{
    SimOrchestrator::Hooks hooks;
    hooks.tell = [](const NodeName &, const std::function<void(SimAgent &)> &) {};
    hooks.superseded = [] {};
    auto disk = std::make_shared<StoreDisk>();
    m_seconds.push_back(std::make_unique<SimOrchestrator>(
        "second-" + QByteArray::number(m_seconds.size()), orchestratorConfig(), disk, makeMount(), hooks, Rng(m_dice.next())));
    SimOrchestrator *one = m_seconds.back().get();
    m_checker->storeWasReplaced(); // while the first one is stopped, the second one works and knows alone what it did
    one->start();
    later(duration, [this, one] {
        for (const auto &second : m_seconds) {
            if (second.get() == one) {
                one->kill();
            }
        }
    });
}

} // namespace dtf::sim
