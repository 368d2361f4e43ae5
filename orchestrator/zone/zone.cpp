// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/zone.h"

#include "common/core/logging.h"
#include "orchestrator/zone/nodefolders.h"
#include "orchestrator/zone/resultreader.h"
#include "orchestrator/zone/shareactions.h"
#include "orchestrator/zone/watchable.h"
#include "orchestrator/zone/zonelister.h"

#include <QDir>
#include <QFileSystemWatcher>

DTF_LOG_CATEGORY(lcZone, "orchestrator.zone")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds healthPatience(30'000); ///< the worker may have much to do; a share that hangs is told by HangWatch
constexpr int probeEachRounds = 4; ///< a write probe every 8 s: trouble is noticed within 10 s
constexpr milliseconds whenFull(1'000); ///< what the worker's full queue did not take is asked for again after this
constexpr milliseconds shortestWakeGap(100);
constexpr milliseconds longestWakeGap(5'000);

} // namespace

Zone::Zone(const OrchestratorConfig &config, ShareWorker &worker, const Clock &clock, const Lease &lease,
    std::function<void(const QByteArray &)> onOther, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_worker(worker)
    , m_clock(clock)
    , m_lease(std::make_shared<Lease>(lease))
    , m_tidiers(std::make_shared<Tidiers>(Tidiers {SidecarTidier(config.shareCache), {}}))
    , m_onOther(std::move(onOther))
{
    IncomingScanner::Rules rules;
    rules.acceptedTypes = config.acceptedTypes;
    rules.stableFor = config.stableFor;
    rules.stableLooks = config.stableLooks;
    rules.emptyGrace = config.emptyGrace;
    rules.absentFor = std::max<milliseconds>(seconds(15), config.shareCache * 2);
    m_scanner = std::make_shared<IncomingScanner>(rules);
    for (QTimer *timer : {&m_dueTimer, &m_wakeTimer}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&m_healthTimer, &QTimer::timeout, this, [this] {
        if (m_hangWatch.look(m_worker.silentFor(), m_clock.now().mono) && m_healthy) {
            // No error comes from a share that hangs: whoever waits for its answer would never know.
            m_healthy = false;
            ShareHealth hangs;
            hangs.detail =
                "the share does not answer, calls to it hang: nothing is moved; look at the file server and the network";
            m_sink(hangs);
        }
        checkHealth();
    });
    connect(&m_scanTimer, &QTimer::timeout, this, [this] { scan(true); });
    connect(&m_dueTimer, &QTimer::timeout, this, [this] { scan(false); });
    connect(&m_wakeTimer, &QTimer::timeout, this, [this] {
        m_lastWake = m_clock.now().mono;
        if (!m_looksDue) { // while a backlog is worked off our own moves wake us: the rescan is enough
            scan(true);
        }
    });
    connect(&m_listTimer, &QTimer::timeout, this, [this] { list(); });
}

Zone::~Zone() = default;

void Zone::start(
    const QByteArray &share, const QList<StableFile> &known, const QList<NodeName> &nodes, std::function<void(FleetEvent)> sink)
{
    m_sink = std::move(sink);
    m_uuid = share;
    m_nodes = nodes;
    m_scanner->know(known); // before the first task: no other thread has seen it yet
    m_healthTimer.start(HangWatch::period);
    m_scanTimer.start(m_config.shareRescan);
    m_listTimer.start(m_config.shareReconcile);
    checkHealth();
}

void Zone::setNodes(const QList<NodeName> &nodes, const QList<NodeName> &joined)
{
    QSet<NodeName> now(joined.cbegin(), joined.cend());
    m_unmade = m_unmade & now;
    m_unmade += now - m_joined;
    m_joined = std::move(now);
    m_nodes = nodes;
    makeFolders();
}

/// Best effort, and again with every listing until it has worked.
void Zone::makeFolders()
{
    if (m_unmade.isEmpty() || !m_healthy || m_uuid.isEmpty()) {
        return;
    }
    const QList<NodeName> nodes = m_unmade.values();
    (void)m_worker.run([nodes, uuid = m_uuid](ShareFs &share) { return makeNodeFolders(share, uuid, nodes); },
        [this](const QList<NodeName> &made) {
            for (const NodeName &node : made) {
                m_unmade.remove(node);
            }
        });
}

void Zone::stop()
{
    for (QTimer *timer : {&m_healthTimer, &m_scanTimer, &m_dueTimer, &m_wakeTimer, &m_listTimer}) {
        timer->stop();
    }
    m_watcher.reset();
    m_sink = [](const FleetEvent &) {};
    (void)m_worker.run(
        [lease = m_lease](ShareFs &share) {
            lease->release(share);
            return true;
        },
        [](bool) {});
}

void Zone::checkHealth()
{
    if (m_healthUnderWay) {
        if (m_healthy && m_clock.now().mono - m_healthAsked >= healthPatience) {
            m_healthy = false;
            m_sink(ShareHealth {false,
                "the share has not answered for half a minute: nothing is moved; look at the file server and the network", {}});
        }
        return;
    }
    m_healthUnderWay = true;
    m_healthAsked = m_clock.now().mono;
    const bool write = m_healthRound++ % probeEachRounds == 0 || !m_healthy;
    const bool queued = m_worker.run([uuid = m_uuid, write, lease = m_lease, &clock = m_clock](
                                         ShareFs &share) { return lookAtHealth(share, uuid, write, *lease, clock.now()); },
        [this](HealthLook look) {
            m_healthUnderWay = false;
            if (look.other && m_onOther) {
                std::exchange(m_onOther, {})(look.health.detail);
            }
            const bool healed = look.health.ok && !m_healthy;
            m_healthy = look.health.ok;
            if (m_uuid.isEmpty() && look.health.ok) {
                m_uuid = look.uuid;
            }
            if (healed) {
                watchIncoming();
            }
            m_sink(look.health);
            if (healed) {
                list();
                scan(true);
            }
        });
    if (!queued) {
        m_healthUnderWay = false;
    }
}

/// Watcher events only wake the scan up; on an SMB mount there are none and the rescan finds everything.
void Zone::watchIncoming()
{
    m_watcher.reset();
    if (!m_config.shareWatch || !isWorthWatching(m_config.shareRoot)) {
        return;
    }
    m_watcher = std::make_unique<QFileSystemWatcher>();
    connect(m_watcher.get(), &QFileSystemWatcher::directoryChanged, this, [this] {
        if (!m_wakeTimer.isActive()) {
            const milliseconds since = m_clock.now().mono - m_lastWake;
            m_wakeTimer.start(since >= m_wakeGap ? milliseconds(0) : m_wakeGap - since);
        }
    });
    if (!m_watcher->addPath(QDir(m_config.shareRoot).filePath(u"incoming"_s))) {
        qCWarning(lcZone) << "incoming can't be watched; new files are found by the rescan every" << m_config.shareRescan.count()
                          << "ms";
    }
}

void Zone::setScanning(bool on)
{
    if (std::exchange(m_scanning, on) != on && on) {
        scan(std::exchange(m_listingDue, false));
    }
}

void Zone::scan(bool full)
{
    if (!m_scanning || !m_healthy || m_scanUnderWay) {
        m_listingDue = m_listingDue || full;
        return;
    }
    m_scanUnderWay = true;
    const MonoTime began = m_clock.now().mono;
    const bool queued = m_worker.run(
        [scanner = m_scanner, full, &clock = m_clock](
            ShareFs &share) { return full ? scanner->scan(share, clock.now()) : scanner->lookDue(share, clock.now()); },
        [this, full, began](IncomingScanner::Found found) {
            m_scanUnderWay = false;
            if (full) {
                m_wakeGap = std::clamp((m_clock.now().mono - began) * 25, shortestWakeGap, longestWakeGap);
            }
            m_looksDue = found.more;
            if (found.more) {
                m_dueTimer.start(0);
            } else if (found.nextLook) {
                m_dueTimer.start(std::max(milliseconds(0), *found.nextLook - m_clock.now().mono));
            }
            if (!found.stable.isEmpty()) {
                m_sink(FilesStable {std::move(found.stable)});
            }
            if (!found.vanished.isEmpty()) {
                m_sink(FilesVanished {std::move(found.vanished)});
            }
            if (found.trouble) {
                qCWarning(lcZone).noquote() << "incoming can't be listed:" << found.trouble->detail;
                checkHealth();
            }
            if (m_scanning && std::exchange(m_listingDue, false)) {
                scan(true);
            }
        });
    if (!queued) {
        m_scanUnderWay = false;
        m_listingDue = m_listingDue || full;
    }
}

void Zone::wantListing()
{
    if (m_listUnderWay) {
        m_listAgain = true;
    } else {
        list();
    }
}

void Zone::list()
{
    if (m_listUnderWay || !m_healthy) {
        return;
    }
    makeFolders();
    m_listUnderWay = true;
    const bool queued = m_worker.run(
        [nodes = m_nodes, unmade = m_unmade.values(), uuid = m_uuid, tidiers = m_tidiers, &clock = m_clock](ShareFs &share) {
            ZoneSeen seen = listZone(share, withFolders(share, nodes, unmade), clock.now());
            const MonoTime now = clock.now().mono;
            (void)tidiers->sidecars.look(share, uuid, now);
            (void)tidiers->temporaries.look(share, uuid, now);
            return seen;
        },
        [this](ZoneSeen seen) {
            m_listUnderWay = false;
            m_sink(std::move(seen));
            if (std::exchange(m_listAgain, false)) {
                m_listTimer.start(); // soon enough: one period from now at the latest
                QTimer::singleShot(500, this, [this] { list(); });
            }
        });
    m_listUnderWay = m_listUnderWay && queued;
}

void Zone::perform(const QList<ShareAction> &actions)
{
    const bool queued = m_worker.run(
        [actions, uuid = m_uuid, sync = m_config.shareSyncFolders, scanner = m_scanner](ShareFs &share) {
            ActionsDone done {performAll(share, uuid, actions, sync)};
            for (qsizetype i = 0; i < actions.size();
                 ++i) { // the name in incoming is free again: the next file there is a new one
                if (done.results[i].outcome == MoveOutcome::Moved && actions[i].source.startsWith("incoming/")) {
                    scanner->forget(actions[i].job, actions[i].name);
                }
            }
            return done;
        },
        [this](ActionsDone done) { m_sink(std::move(done)); });
    if (!queued) {
        ActionsDone none;
        for (const ShareAction &action : actions) {
            ActionDone one;
            one.kind = action.kind;
            one.job = action.job;
            one.asked = action.target;
            one.outcome = MoveOutcome::Failed;
            one.error = {ErrorCode::TooMany, u"the share worker has too much to do"_s};
            none.results.append(one);
        }
        QTimer::singleShot(0, this, [this, none] { m_sink(none); });
    }
}

void Zone::trace(const QList<TraceWish> &wishes)
{
    const bool queued =
        m_worker.run([wishes, &clock = m_clock](ShareFs &share) { return dtf::trace(share, wishes, clock.now()); },
            [this](TraceDone done) { m_sink(std::move(done)); });
    if (!queued) {
        QTimer::singleShot(whenFull, this, [this, wishes] { trace(wishes); });
    }
}

void Zone::forget(const QList<std::pair<JobId, QByteArray>> &files)
{
    const bool queued = m_worker.run(
        [files, scanner = m_scanner](ShareFs &) {
            for (const auto &[job, name] : files) {
                scanner->forget(job, name);
            }
            return true;
        },
        [this](bool) { scan(true); });
    if (!queued) { // else the next file of such a name would never be seen
        QTimer::singleShot(whenFull, this, [this, files] { forget(files); });
    }
}

void Zone::readLog(const SharePath &path, qint64 offset, qint64 limit, std::function<void(Result<QByteArray>)> done)
{
    const bool queued = m_worker.run(
        [path, offset, limit](ShareFs &share) -> Result<QByteArray> { return share.readRange(path, offset, limit); }, done);
    if (!queued) {
        done(fail(ErrorCode::TooMany, u"the share worker has too much to do"_s));
    }
}

void Zone::listResults(const SharePath &folder, std::function<void(Result<ResultsView>)> done)
{
    if (!m_worker.run([folder](ShareFs &share) { return dtf::listResults(share, folder); }, done)) {
        done(fail(ErrorCode::TooMany, u"the share worker has too much to do"_s));
    }
}

void Zone::readResult(
    const SharePath &folder, const QByteArray &name, qint64 offset, qint64 limit, std::function<void(Result<QByteArray>)> done)
{
    const bool queued = m_worker.run(
        [folder, name, offset, limit](ShareFs &share) { return dtf::readResult(share, folder, name, offset, limit); }, done);
    if (!queued) {
        done(fail(ErrorCode::TooMany, u"the share worker has too much to do"_s));
    }
}

} // namespace dtf
