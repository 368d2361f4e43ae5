// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/fleet/fleetcontroller.h"

#include "common/core/logging.h"
#include "common/protocol/codec.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>

DTF_LOG_CATEGORY(lcController, "orchestrator.fleet")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostQueuedSteps = 10'000;
constexpr qsizetype mostRowsAhead = 8'192; ///< what may wait for the disk before no further arrivals are asked for
constexpr qsizetype mostRowsPerCommit = 8'192;

qsizetype rowsOf(const Step &step)
{
    return step.store.jobs.size() + step.store.audit.size();
}

void merge(StoreBatch &into, const StoreBatch &from)
{
    into.jobs += from.jobs;
    for (const NodeName &gone : from.nodesGone) { // the writer begins with what goes
        into.members.removeIf([&](const MemberRecord &m) { return m.node == gone; });
        into.nodes.removeIf([&](const NodeRecord &n) { return n.node == gone; });
        into.reportMarks.removeIf([&](const ReportMark &m) { return m.node == gone; });
        into.commands.removeIf([&](const CommandRecord &r) { return r.node == gone; });
    }
    into.nodesGone += from.nodesGone;
    into.members += from.members;
    into.joinCodes.removeIf([&](const JoinCodeRecord &code) { return from.joinCodesGone.contains(code.number); });
    into.joinCodesGone += from.joinCodesGone;
    into.joinCodes += from.joinCodes;
    into.nodes += from.nodes;
    into.reportMarks += from.reportMarks;
    for (const Alert &alert : from.alertsRaised) { // over and back within one commit: it is open
        into.alertsCleared.removeIf([&](const Alert &old) { return old.kind == alert.kind && old.subject == alert.subject; });
    }
    into.alertsRaised += from.alertsRaised;
    into.alertsCleared += from.alertsCleared;
    into.commands += from.commands;
    into.commandsDone += from.commandsDone;
    into.answers += from.answers;
    into.settings += from.settings;
    into.audit += from.audit;
}

} // namespace

FleetController::FleetController(
    const OrchestratorConfig &config, const BootId &boot, Store &store, ZonePort &zone, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_state(config, boot)
    , m_store(store)
    , m_zone(zone)
    , m_clock(clock)
{
    m_tick.setInterval(1'000);
    connect(&m_tick, &QTimer::timeout, this, [this] { apply(Tick {}); });
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, [this] { commitNext(); });
}

FleetController::~FleetController() = default;

void FleetController::start(const StoreSnapshot &snapshot)
{
    Step first = m_state.restore(snapshot, m_clock.now());
    m_zone.start(
        m_state.shareUuid(), m_state.filesInIncoming(), m_state.nodeNames(), [this](const FleetEvent &event) { apply(event); });
    takeMembers();
    enqueue(std::move(first));
    m_tick.start();
}

void FleetController::stop(std::function<void()> done)
{
    m_stopping = true;
    m_tick.stop();
    m_zone.stop();
    StoreBatch batch;
    AuditEvent event;
    event.kind = AuditKind::OrchestratorStopped;
    event.time = m_clock.now().wall;
    event.actor = "orchestrator";
    batch.audit.append(event);
    m_store.commit(batch, [done = std::move(done)](const Result<Store::Committed> &) { done(); });
}

/// New files are taken no faster than the disk keeps them: 100,000 at once must neither fill the memory nor keep a heartbeat
/// waiting.
void FleetController::tuneScanning()
{
    m_zone.setScanning(m_state.mayScan() && m_queuedRows < mostRowsAhead);
}

bool FleetController::overloaded() const
{
    return static_cast<qsizetype>(m_queue.size()) >= mostQueuedSteps;
}

void FleetController::apply(const FleetEvent &event)
{
    if (m_stopping || (overloaded() && (std::holds_alternative<Tick>(event) || std::holds_alternative<BeatReceived>(event)))) {
        return;
    }
    enqueue(m_state.apply(event, m_clock.now()));
    tuneScanning();
    if (m_state.hasMoreToDispatch()) {
        QTimer::singleShot(0, this, [this] { apply(MoreToDispatch {}); });
    }
}

void FleetController::enqueue(Step step)
{
    for (const auto &[request, reply] : step.replies) { // the answer is remembered in the same transaction as its effect
        const auto at = m_requests.constFind(request);
        if (at != m_requests.cend() && !at->key.isEmpty()) {
            step.store.answers.append(
                {at->actor, at->key, QJsonDocument(toJson(reply)).toJson(QJsonDocument::Compact), m_clock.now().wall});
        }
    }
    if (step.store.isEmpty() && m_queue.empty()) {
        carryOut(step, {});
        return;
    }
    if (isForConsolesOnly(step)) { // most heartbeats: they must not fill the memory while a disk is slow
        Step &last = m_queue.back();
        last.changedJobs += step.changedJobs;
        last.changedNodes += step.changedNodes;
        last.summaryChanged = last.summaryChanged || step.summaryChanged;
        return;
    }
    m_queuedRows += rowsOf(step);
    m_queue.push_back(std::move(step));
    if (m_committing == 0 && !m_retry.isActive()) { // a failing store gets its pause, whatever happens meanwhile
        commitNext();
    }
}

void FleetController::commitNext()
{
    if (m_queue.empty() || m_committing > 0) {
        return;
    }
    StoreBatch batch;
    for (const Step &step : m_queue) {
        if (m_committing > 0 && batch.jobs.size() + batch.audit.size() + step.store.jobs.size() > mostRowsPerCommit) {
            break;
        }
        merge(batch, step.store);
        ++m_committing;
    }
    // The store answers at its end at the latest, and that may be after ours.
    m_store.commit(std::move(batch), [self = QPointer<FleetController>(this)](Result<Store::Committed> result) {
        if (self) {
            self->committed(std::move(result));
        }
    });
}

void FleetController::committed(Result<Store::Committed> result)
{
    const qsizetype count = m_committing;
    if (!result) {
        m_committing = 0;
        qCCritical(lcController).noquote() << "the store failed:" << result.error().detail
                                           << "- nothing new is dispatched; next try in" << m_storeRetry.count() << "ms";
        m_retry.start(m_storeRetry);
        m_storeRetry = std::min(m_storeRetry * 2, milliseconds(30'000));
        if (std::exchange(m_storeOk, false)) {
            // Only memory: its own audit row waits behind the failed commit like everything else.
            apply(StoreHealth {false, result.error().detail.toUtf8()});
        }
        return;
    }
    m_storeRetry = milliseconds(1'000);
    if (!std::exchange(m_storeOk, true)) {
        apply(StoreHealth {true, {}});
    }
    std::vector<Step> steps(std::make_move_iterator(m_queue.begin()), std::make_move_iterator(m_queue.begin() + count));
    m_queue.erase(m_queue.begin(), m_queue.begin() + count);
    qsizetype at = 0;
    for (Step &step : steps) { // what their callbacks enqueue waits for the next commit: m_committing is still set
        const qsizetype own = step.store.audit.size();
        m_queuedRows -= rowsOf(step);
        carryOut(step, result->audit.mid(at, own));
        at += own;
    }
    m_committing = 0;
    tuneScanning();
    commitNext();
}

void FleetController::carryOut(Step &step, const QList<AuditRow> &auditRows)
{
    m_state.dropSuperseded(step.actions);
    if (!step.actions.isEmpty()) {
        m_zone.perform(step.actions);
    }
    if (!step.traces.isEmpty()) {
        m_zone.trace(step.traces);
    }
    if (!step.forget.isEmpty()) {
        m_zone.forget(step.forget);
    }
    if (step.membersChanged) {
        takeMembers();
        if (m_publisher) {
            m_publisher->publishAnew();
        }
    }
    if (step.wantZone) {
        m_zone.wantListing();
    }
    if (m_publisher) {
        for (const auto &[node, agentCommand] : std::as_const(step.commands)) {
            m_publisher->sendCommand(node, agentCommand);
        }
        for (const NodeName &node : std::as_const(step.hints)) {
            m_publisher->sendWorkHint(node);
        }
        if (m_publisher->hasConsoles()
            && (!step.changedJobs.isEmpty() || !step.changedNodes.isEmpty() || step.summaryChanged || !auditRows.isEmpty())) {
            const Now now = m_clock.now();
            FeedDelta delta;
            QHash<JobId, const JobRecord *> records;
            for (const JobRecord &record : std::as_const(step.store.jobs)) {
                records.insert(record.id, &record);
            }
            for (const JobId &id : std::as_const(step.changedJobs)) {
                if (const auto view = m_state.jobView(id)) {
                    delta.jobs.append(*view);
                } else if (const JobRecord *record = records.value(id)) {
                    delta.jobs.append(viewOf(*record));
                }
            }
            for (const NodeName &node : std::as_const(step.changedNodes)) {
                if (const auto view = m_state.nodeView(node, now)) {
                    delta.nodes.append(*view);
                }
            }
            delta.alertsRaised = step.store.alertsRaised;
            delta.alertsCleared = step.store.alertsCleared;
            delta.audit = auditRows;
            if (step.summaryChanged) {
                delta.summary = m_state.summary(now);
            }
            m_publisher->publish(std::move(delta));
        }
    }
    for (const auto &[request, reply] : std::as_const(step.replies)) {
        const Waiting waiting = m_requests.take(request);
        m_keysUnderWay.remove(waiting.actor + '\n' + waiting.key);
        if (waiting.reply) {
            waiting.reply(reply);
        }
    }
    answerEnrolments(step);
    for (const auto &[request, ack] : std::as_const(step.acks)) {
        const Waiting waiting = m_requests.take(request);
        if (waiting.ack) {
            waiting.ack(ack);
        }
    }
}

} // namespace dtf
