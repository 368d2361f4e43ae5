// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/workstate.h"
#include "agent/work/journal.h"
#include "agent/work/logshipments.h"
#include "agent/work/pipelinerun.h"
#include "agent/work/runlog.h"
#include "common/share/shareworker.h"

#include <QObject>
#include <QTimer>

#include <deque>

namespace dtf {

/// Carries out what WorkState decides: the share on its worker, the journal and the local disk on a thread of their own, the
/// pipeline and everything else on the main thread, where all of this object lives. Construct, connect, start().
///
/// Stopping: shutdown() takes nothing new; idle() comes when nothing is in hand. A pipeline that still runs when the engine is
/// destroyed is ended with it; the next start then holds the file or gives it back (restart.h), so a service manager's stop
/// should wait for idle() as long as it can. After idle() logs of ended runs may still be on their way, with their scratch
/// folders: settled() tells when they have arrived; what has not when the engine is destroyed is lost, the next start only clears
/// up.
class WorkEngine final : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype outboxLimit = 100'000; ///< reports; above it nothing new is taken

    /// `journal`: opened with the same identity. `share` and `clock` outlive the engine.
    WorkEngine(const AgentConfig &config, const AgentIdentity &identity, std::unique_ptr<Journal> journal, ShareWorker &share,
        const Clock &clock, QObject *parent = nullptr);
    ~WorkEngine() override;

    void start();
    void setBrowser(const BrowserStatus &status);
    void setShareHangs(bool hangs); ///< calls to the share do not return (HangWatch)
    /// The orchestrator's last word; true until it speaks. `recognised`: it takes this agent for the node's only one.
    void setMayClaim(bool allowed, bool recognised);
    void hint(); ///< there may be something new in the folder
    /// False: not in hand in this attempt, or its run has ended already.
    bool stopRun(const JobId &job, Epoch epoch, const QString &reason, const QString &by);
    void shutdown();

    // for the heartbeat
    [[nodiscard]] QList<RunningJob> running() const { return m_state.running(); }
    [[nodiscard]] QList<RunningJob> begun() const { return m_state.begun(); }
    [[nodiscard]] QList<JobId> queued() const { return m_state.queued(); }
    [[nodiscard]] ShareStatus shareStatus() const { return m_state.shareStatus(); }
    [[nodiscard]] bool isIdle() const { return m_state.idle(); }
    [[nodiscard]] bool isWriting() const { return m_disk.pending() > 0; } ///< something is on its way to the journal
    /// Nothing is on its way to the disk nor, while the share is usable, to the share.
    [[nodiscard]] bool isSettled() const { return !isWriting() && m_shipments.isSettled(); }
    [[nodiscard]] bool hasFailed() const { return m_state.frozen(); } ///< the journal can't be written: start again
    [[nodiscard]] QString ownGateClosedBy() const { return m_state.ownGateClosedBy(); }

    // the outbox: durable, in order, until acknowledged
    [[nodiscard]] QList<Report> pendingReports(int max) const;
    [[nodiscard]] qsizetype pendingCount() const { return static_cast<qsizetype>(m_outbox.size()); }
    /// The first `count` of pendingReports() are durable at the orchestrator.
    void acknowledge(int count);
    /// Another part's report (CommandDone): boot, number and time are set here.
    void report(const Report &report);

Q_SIGNALS:
    void reportsPending();
    void changed(); ///< something that the heartbeat shows
    void logLines(const dtf::LogLines &lines);
    void idle();
    void settled(); ///< isSettled() may have become true
    void failed(const QString &why); ///< the journal can't be written; nothing is done any more

private:
    void dispatch(const Event &event);
    void drain();
    void schedule();
    void announce();
    template <typename E> void onShare(qint64 number, std::function<E(ShareFs &)> task);
    template <typename R, typename E> void onShareResult(qint64 number, std::function<R(ShareFs &)> task);
    void onDisk(std::function<void()> task, std::function<void()> done);
    [[nodiscard]] std::function<Progress(ShareFs &)> aliveWhileBusy() const;
    [[nodiscard]] QSet<QByteArray> earlierBoots() const;
    [[nodiscard]] Scratch scratch(const TokenName &token) const;

    void run(qint64 number, const effect::ListFolders &e);
    void run(qint64 number, const effect::TouchAlive &e);
    void run(qint64 number, const effect::Sweep &e);
    void run(qint64 number, const effect::CopyOut &e);
    void run(qint64 number, const effect::Append &e);
    void run(qint64 number, const effect::Move &e);
    void run(qint64 number, const effect::VerifyToken &e);
    void run(qint64 number, const effect::LookToken &e);
    void run(qint64 number, const effect::Spawn &e);
    void run(qint64 number, const effect::SignalSoft &e);
    void run(qint64 number, const effect::KillTree &e);
    void run(qint64 number, const effect::InspectOutputs &e);
    void run(qint64 number, const effect::InspectLeftovers &e);
    void run(qint64 number, const effect::Stage &e);
    void run(qint64 number, const effect::MakeVisible &e);
    void run(qint64 number, const effect::Locate &e);
    void run(qint64 number, const effect::SaveEvidence &e);
    void run(qint64 number, const effect::WriteSidecar &e);
    void run(qint64 number, const effect::DropScratch &e);

    void onRunEnded(const RunEnd &end);
    void flushLive();
    void tellLastLine();
    void closeLog(const QString &lastWords);
    void tellSettled();

    AgentConfig m_config;
    AgentIdentity m_identity;
    std::shared_ptr<Journal> m_journal; ///< used on m_disk only
    ShareWorker &m_share;
    const Clock &m_clock;
    WorkState m_state;
    std::deque<Report> m_outbox;
    QTimer m_wake;
    QTimer m_live;
    bool m_draining = false;
    std::deque<Event> m_events;
    bool m_failedTold = false;
    bool m_idleTold = true;
    std::unique_ptr<PipelineRun> m_run;
    std::unique_ptr<RunLog> m_log;
    LogShipments m_shipments;
    // what was announced last
    QString m_toldLine;
    QList<JobId> m_toldQueued;
    ShareStatus m_toldShare;
    QString m_toldGate;
    std::optional<Attempt> m_toldRunning;
    bool m_toldEffects = false;
    qsizetype m_toldHeldUp = 0;
    TaskThread m_disk; ///< last member: its tasks end before what they use
};

} // namespace dtf
