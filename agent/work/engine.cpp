// SPDX-License-Identifier: GPL-3.0-or-later
// The event loop of the work: events in, effects out, what others are told. The effects themselves are in engineeffects.cpp.
#include "agent/work/engine.h"

#include <QLoggingCategory>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

DTF_LOG_CATEGORY(lcWork, "agent.work")

WorkEngine::WorkEngine(const AgentConfig &config, const AgentIdentity &identity, std::unique_ptr<Journal> journal,
    ShareWorker &share, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_identity(identity)
    , m_journal(std::move(journal))
    , m_share(share)
    , m_clock(clock)
    , m_state(config, identity, m_journal->view())
    , m_outbox(m_journal->pending().begin(), m_journal->pending().end())
    , m_shipments(
          share, [this] { return m_state.shareUuid(); },
          [this](const Attempt &attempt) { onDisk([dir = m_config.scratchDir, attempt] { dropScratch(dir, attempt); }, {}); })
{
    if (!m_journal->putAside().isEmpty()) {
        qCWarning(lcWork).noquote() << u"the journal was put aside: %1; its files will be reported as foreign"_s.arg(
            m_journal->putAside());
    }
    connect(&m_shipments, &LogShipments::arrived, this, &WorkEngine::tellSettled);
    m_wake.setSingleShot(true);
    m_wake.setTimerType(Qt::PreciseTimer);
    connect(&m_wake, &QTimer::timeout, this, [this] { dispatch(event::Tick {}); });
    connect(&m_live, &QTimer::timeout, this, [this] {
        flushLive();
        tellLastLine();
    });
}

WorkEngine::~WorkEngine()
{
    m_run.reset();
    m_disk.stop(milliseconds(10'000));
}

void WorkEngine::start()
{
    dispatch(event::OutboxLevel {pendingCount() >= outboxLimit});
    if (!m_outbox.empty()) {
        Q_EMIT reportsPending();
    }
}

void WorkEngine::setBrowser(const BrowserStatus &status)
{
    dispatch(event::BrowserChanged {status});
}

void WorkEngine::setShareHangs(bool hangs)
{
    dispatch(event::ShareHangs {hangs});
}

void WorkEngine::setMayClaim(bool allowed, bool recognised)
{
    dispatch(event::ClaimsAllowed {allowed, recognised});
}

void WorkEngine::hint()
{
    dispatch(event::Hint {});
}

bool WorkEngine::stopRun(const JobId &job, Epoch epoch, const QString &reason, const QString &by)
{
    const Attempt attempt {job, epoch};
    if (!m_state.canStop(attempt)) {
        return false;
    }
    dispatch(event::StopAsked {attempt, reason, by});
    return true;
}

void WorkEngine::shutdown()
{
    dispatch(event::ShutdownAsked {});
    if (m_state.idle()) {
        Q_EMIT idle();
    }
}

QList<Report> WorkEngine::pendingReports(int max) const
{
    const auto count = std::min(static_cast<std::ptrdiff_t>(max), static_cast<std::ptrdiff_t>(m_outbox.size()));
    return QList<Report>(m_outbox.begin(), m_outbox.begin() + count);
}

void WorkEngine::acknowledge(int count)
{
    if (count <= 0 || static_cast<std::size_t>(count) > m_outbox.size()) {
        return;
    }
    m_outbox.erase(m_outbox.begin(), m_outbox.begin() + count);
    // If this is lost the reports are sent again: the orchestrator knows them by (boot, seq).
    onDisk([journal = m_journal, count] { (void)journal->acknowledge(count); }, {});
    dispatch(event::OutboxLevel {pendingCount() >= outboxLimit});
}

void WorkEngine::report(const Report &report)
{
    dispatch(event::ReportAsked {report});
}

/// Effects may cause events at once: they queue up, so that apply() never runs inside itself.
void WorkEngine::dispatch(const Event &event)
{
    m_events.push_back(event);
    if (!m_draining) {
        drain();
    }
}

void WorkEngine::drain()
{
    m_draining = true;
    while (!m_events.empty()) {
        const Event event = std::move(m_events.front());
        m_events.pop_front();
        const QList<NumberedEffect> effects = m_state.apply(event, m_clock.now());
        for (const NumberedEffect &numbered : effects) {
            std::visit([&](const auto &e) { run(numbered.number, e); }, numbered.effect);
        }
    }
    m_draining = false;
    schedule();
    announce();
}

void WorkEngine::schedule()
{
    const auto at = m_state.wakeAt();
    if (!at) {
        m_wake.stop();
        return;
    }
    const milliseconds wait = *at - m_clock.now().mono;
    m_wake.start(std::clamp(wait, milliseconds(0), milliseconds(60'000)));
}

void WorkEngine::announce()
{
    if (m_state.frozen() && !m_failedTold) {
        m_failedTold = true;
        const QString why =
            u"the journal in %1 can't be written: make room on that disk, or give this account the right to write there"_s.arg(
                m_config.stateDir);
        qCCritical(lcWork).noquote() << why << "- no more work until the agent is started again";
        Q_EMIT failed(why);
    }
    const QList<RunningJob> now = m_state.running();
    const auto running = now.isEmpty() ? std::nullopt : std::optional<Attempt>({now.first().job, now.first().epoch});
    const bool effects = !now.isEmpty() && now.first().sideEffects;
    const QList<JobId> queued = m_state.queued();
    const ShareStatus share = m_state.shareStatus();
    const QString gate = m_state.ownGateClosedBy();
    const QList<RunningJob> heldUp = m_state.heldUp();
    if (heldUp.size() > m_toldHeldUp) {
        for (const RunningJob &job : heldUp) {
            qCWarning(lcWork).noquote() << job.job.toString() << job.trouble
                                        << "- tried again every minute, others go on meanwhile";
        }
    }
    if (running != m_toldRunning || effects != m_toldEffects || queued != m_toldQueued || share != m_toldShare
        || heldUp.size() != m_toldHeldUp || gate != m_toldGate) {
        m_toldGate = gate;
        m_toldHeldUp = heldUp.size();
        if (share.ok != m_toldShare.ok) {
            m_shipments.setShareUsable(share.ok);
            if (share.ok) {
                qCInfo(lcWork) << "the share is usable";
            } else {
                qCWarning(lcWork).noquote() << "the share is not usable:" << toString(share.code) << share.detail;
            }
        }
        m_toldRunning = running;
        m_toldEffects = effects;
        m_toldQueued = queued;
        m_toldShare = share;
        Q_EMIT changed();
    }
    if (m_state.idle() != m_idleTold) {
        m_idleTold = m_state.idle();
        if (m_idleTold) {
            Q_EMIT idle();
        }
    }
}

void WorkEngine::flushLive()
{
    if (m_log && m_log->hasLive()) {
        Q_EMIT logLines(m_log->takeLive());
    }
}

void WorkEngine::tellLastLine()
{
    if (m_log && m_log->lastLine() != m_toldLine) {
        m_toldLine = m_log->lastLine();
        dispatch(event::OutputLine {m_toldLine});
    }
}

void WorkEngine::closeLog(const QString &lastWords)
{
    if (!m_log) {
        return;
    }
    m_log->append(m_clock.now(), LogLevel::Info, lastWords);
    m_log->close(m_clock.now());
    flushLive();
    m_live.stop();
    m_log.reset();
    m_shipments.closeNewest();
}

void WorkEngine::onRunEnded(const RunEnd &seen)
{
    RunEnd end = seen;
    end.lastLines = m_log ? m_log->lastLines() : QString();
    closeLog(end.crashed ? u"Pipeline ended by a signal or an exception"_s : u"Pipeline ended with code %1"_s.arg(end.exitCode));
    if (m_run) {
        m_run.release()->deleteLater(); // we are inside its signal
    }
    dispatch(event::RunEnded {end});
}

void WorkEngine::tellSettled()
{
    if (isSettled()) {
        Q_EMIT settled();
    }
}

} // namespace dtf
