// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/simorchestrator.h"

#include "common/protocol/codec.h"
#include "common/share/localsharefs.h"
#include "tests/simulation/simagent.h"

namespace dtf::sim {

using namespace Qt::StringLiterals;

namespace {

/// The product's zone, watched.
class WatchedZone final : public ZonePort
{
public:
    WatchedZone(ZonePort &zone, const SimOrchestrator::Hooks &hooks)
        : m_zone(zone)
        , m_hooks(hooks)
    { }
    void start(const QByteArray &share, const QList<StableFile> &known, const QList<NodeName> &nodes,
        std::function<void(FleetEvent)> sink) override
    {
        m_zone.start(share, known, nodes, std::move(sink));
    }
    void setNodes(const QList<NodeName> &nodes, const QList<NodeName> &joined) override { m_zone.setNodes(nodes, joined); }
    void stop() override { m_zone.stop(); }
    void perform(const QList<ShareAction> &actions) override
    {
        if (m_hooks.performs) {
            m_hooks.performs(actions);
        }
        m_zone.perform(actions);
    }
    void trace(const QList<TraceWish> &wishes) override { m_zone.trace(wishes); }
    void wantListing() override { m_zone.wantListing(); }
    void forget(const QList<std::pair<JobId, QByteArray>> &files) override { m_zone.forget(files); }
    void setScanning(bool on) override { m_zone.setScanning(on); }
    void readLog(const SharePath &path, qint64 offset, qint64 limit, std::function<void(Result<QByteArray>)> done) override
    {
        m_zone.readLog(path, offset, limit, std::move(done));
    }
    void listResults(const SharePath &folder, std::function<void(Result<ResultsView>)> done) override
    {
        m_zone.listResults(folder, std::move(done));
    }
    void readResult(const SharePath &folder, const QByteArray &name, qint64 offset, qint64 limit,
        std::function<void(Result<QByteArray>)> done) override
    {
        m_zone.readResult(folder, name, offset, limit, std::move(done));
    }

private:
    ZonePort &m_zone;
    const SimOrchestrator::Hooks &m_hooks;
};

class Publisher final : public FleetPublisher
{
public:
    explicit Publisher(const SimOrchestrator::Hooks &hooks)
        : m_hooks(hooks)
    { }
    [[nodiscard]] bool hasConsoles() const override { return false; }
    void publish(FeedDelta) override { }
    void publishLog(const LogLines &) override { }
    void sendCommand(const NodeName &node, const AgentCommand &command) override
    {
        m_hooks.tell(node, [command](SimAgent &agent) { agent.command(command); });
    }
    void sendWorkHint(const NodeName &node) override
    {
        m_hooks.tell(node, [](SimAgent &agent) { agent.hint(); });
    }

private:
    const SimOrchestrator::Hooks &m_hooks;
};

constexpr milliseconds busyInPlace(200); ///< as OrchestratorApp

} // namespace

struct SimOrchestrator::Life
{
    BootId boot;
    SystemClock clock;
    std::unique_ptr<SimStore> store;
    std::unique_ptr<ShareWorker> worker;
    std::unique_ptr<Zone> zone;
    std::unique_ptr<WatchedZone> watched;
    std::unique_ptr<Publisher> publisher;
    std::unique_ptr<FleetController> controller;
};

SimOrchestrator::SimOrchestrator(const QByteArray &name, const OrchestratorConfig &config, std::shared_ptr<StoreDisk> disk,
    std::shared_ptr<Mount> mount, Hooks hooks, Rng dice)
    : m_name(name)
    , m_config(config)
    , m_disk(std::move(disk))
    , m_mount(std::move(mount))
    , m_hooks(std::move(hooks))
    , m_dice(dice)
{ }

SimOrchestrator::~SimOrchestrator()
{
    kill();
}

FleetController &SimOrchestrator::controller() const
{
    return *m_life->controller;
}

void SimOrchestrator::start()
{
    if (m_life) {
        return;
    }
    m_process = std::make_shared<Process>();
    m_process->name = m_name + '.' + QByteArray::number(++m_lives);
    m_process->dice = Rng(m_dice.next());
    m_process->ids = Rng(m_dice.next());
    m_process->wallOffset = wallOffset;
    m_process->owner = this;
    m_process->onStep = onStep;
    Scheduler::get().as(m_process, [&] {
        auto life = std::make_unique<Life>();
        life->boot = BootId::generate();
        const StoreSnapshot snapshot = m_disk->snapshot(life->clock.now().wall);
        life->store = std::make_unique<SimStore>(m_disk);
        auto share = std::make_unique<LocalShareFs>(std::make_unique<SimShareIo>(m_mount),
            ShareTiming {std::min(busyInPlace, m_config.shareBusyRetry), m_config.shareCache});
        share->bind(settingOf(snapshot, "share.uuid"));
        LocalShareFs *raw = share.get();
        life->worker = std::make_unique<ShareWorker>(std::move(share), [raw] { raw->cancel(); });
        life->zone = std::make_unique<Zone>(
            m_config, *life->worker, life->clock, Lease(life->boot, m_name), [this, process = m_process](const QByteArray &) {
                Scheduler::get().after(nullptr, 0, [this, process] {
                    if (process == m_process) {
                        kill();
                        m_hooks.superseded();
                    }
                });
            });
        life->watched = std::make_unique<WatchedZone>(*life->zone, m_hooks);
        life->publisher = std::make_unique<Publisher>(m_hooks);
        life->controller = std::make_unique<FleetController>(m_config, life->boot, *life->store, *life->watched, life->clock);
        life->controller->setPublisher(life->publisher.get());
        m_life = std::move(life);
        m_life->controller->start(snapshot);
    });
}

void SimOrchestrator::kill()
{
    if (m_life) {
        Scheduler::get().kill(m_process);
        Scheduler::get().as(m_process, [&] {
            m_life->controller.reset();
            m_life->zone.reset();
            m_life.reset();
        });
    }
}

void SimOrchestrator::stop()
{
    if (m_life) {
        Scheduler::get().stop(m_process);
    }
}

void SimOrchestrator::go()
{
    if (m_life) {
        Scheduler::get().go(m_process);
    }
}

void SimOrchestrator::as(const std::function<void(FleetController &)> &what)
{
    if (m_life) {
        Scheduler::get().after(m_process, 0, [this, what] { what(*m_life->controller); });
    }
}

/// As the API's handlers for agents, behind the gate.
void SimOrchestrator::serve(const QString &target, const QJsonObject &body, const Network::Reply &reply)
{
    if (target.endsWith("/reports"_L1)) {
        const auto batch = fromJson<ReportBatch>(body);
        if (!batch) {
            reply(400, {});
            return;
        }
        m_life->controller->reports(*batch, [reply](const Result<ReportAck> &ack) {
            if (ack) {
                reply(200, toJson(*ack));
            } else {
                reply(ack.error().code == ErrorCode::Stale ? 409 : 503, {});
            }
        });
        return;
    }
    const auto beat = fromJson<Heartbeat>(body);
    if (!beat) {
        reply(400, {});
        return;
    }
    const HeartbeatReply answer = m_life->controller->heartbeat(*beat);
    reply(answer.accepted ? 200 : 409, toJson(answer));
}

} // namespace dtf::sim
