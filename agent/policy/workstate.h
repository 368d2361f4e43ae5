// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/policy/workevents.h"
#include "common/core/backoff.h"

#include <QHash>
#include <QSet>

#include <optional>
#include <set>

namespace dtf {

/// This life of this agent on this machine.
struct AgentIdentity
{
    BootId boot; ///< B
    QByteArray machine; ///< identity of the installation; another one means that the journal came with a cloned disk
    QByteArray machineBoot; ///< changes when the machine is rebooted; empty: unknown
};

/// The agent's view of the share, for the heartbeat.
struct ShareStatus
{
    bool ok = false;
    ErrorCode code = ErrorCode::ShareDown; ///< when !ok
    QString detail;
    bool operator==(const ShareStatus &) const = default;
};

/// Everything the agent decides about files: which token it takes, when it may spawn, what becomes of a run, what a restart does
/// with each token. Pure: apply(event, now) returns effects, in order; no I/O, no clock, no QObject. One file is in hand at a
/// time, because there is one browser. share-protocol.md is the specification; restart.h and outcome.h are its tables.
///
/// Order of writing: a journal record is an effect of its own, and what depends on it is issued only by its Journalled event.
/// After Journalled{false} nothing is done any more in this life (frozen()): a new start reads what is really on the disk.
class WorkState
{
public:
    /// `view`: the journal, this life's Boot record included.
    WorkState(const AgentConfig &config, const AgentIdentity &identity, JournalView view);

    [[nodiscard]] QList<NumberedEffect> apply(const Event &event, Now now);
    /// When the next Tick is due, at the latest.
    [[nodiscard]] std::optional<MonoTime> wakeAt() const;

    [[nodiscard]] QList<RunningJob> running() const; ///< none or one
    /// What is next to be done with their files on the share has been refused for long, for reasons of the file's own: put down,
    /// and tried again every minute. Each with its trouble.
    [[nodiscard]] QList<RunningJob> heldUp() const;
    [[nodiscard]] QList<RunningJob> begun() const; ///< running() and those held up
    [[nodiscard]] QList<JobId> queued() const; ///< in my folder and not in hand, oldest first
    [[nodiscard]] ShareStatus shareStatus() const;
    [[nodiscard]] bool frozen() const { return m_frozen; }
    [[nodiscard]] bool idle() const { return !m_hand; } ///< nothing in hand
    [[nodiscard]] bool inHand(const Attempt &attempt) const;
    /// False: not in hand, or its run has ended already.
    [[nodiscard]] bool canStop(const Attempt &attempt) const;
    [[nodiscard]] const QByteArray &shareUuid() const
    {
        return m_shareUuid;
    } ///< the share every mutation must find; empty: none seen yet
    [[nodiscard]] const JournalView &journal() const { return m_view; }
    /// Why nothing new is taken, in plain words; empty when a token would be taken.
    [[nodiscard]] QString gateClosedBy() const;
    /// The same, without what the orchestrator knows itself: share, browser, its own word.
    [[nodiscard]] QString ownGateClosedBy() const;

private:
    enum class Step {
        Locating,
        LeftoversWait,
        Copying,
        ClaimJournal,
        Claiming,
        Verifying,
        WaitingReady,
        StartJournal,
        VerifyingAgain,
        Spawning,
        Running,
        Inspecting,
        ExitJournal,
        StagingJournal,
        Staging,
        Committing,
        Finalising,
        Evidence,
        MovingAway,
        Sidecar,
        FencedJournal,
        LateEvidence,
        EndJournal,
    };
    struct Hand
    {
        Step step = Step::Copying;
        TokenName token; ///< boot: under which it lies, or is about to lie, in running/
        AttemptEntry entry; ///< what the journal said when it was last looked at; recovery only
        bool recovered = false;
        int commitFailures = 0; ///< for other reasons than the whole share's
        bool committed = false; ///< COMMIT is certain
        // the effect that is awaited or to be tried again
        qint64 awaits = 0;
        Effect effect;
        std::optional<MonoTime> retryAt;
        Backoff backoff {milliseconds(1000), milliseconds(30'000)};
        std::optional<MonoTime> troubleSince; ///< first failure of the present step for other reasons than the whole share's
        int tries = 0;
        milliseconds asideAfter {2'000}; ///< a claim in vain is not tried again for this long
        bool lookedOnce = false; ///< Nowhere was seen once
        // the copy
        EntryInfo seen;
        ContentHash input;
        bool inputChanged = false;
        QString noCopy; ///< why nothing could be copied: claimed to be put on hold or given back
        bool noRoom = false; ///< on this machine
        std::optional<MonoTime> goneSince;
        MonoTime verifiedAt;
        MonoTime readySince; ///< waits for the browser since
        // the run
        bool claimReported = false;
        WallTime started;
        WallTime ended;
        MonoTime startedAt;
        int browserPort = 0;
        bool markerSeen = false;
        RunHistory history;
        RunEnd end;
        bool killing = false;
        bool fenced = false;
        std::optional<MonoTime> killAt; ///< after a stop
        qint64 lookAwaits = 0;
        MonoTime nextLook;
        QString lastLine;
        Verdict verdict;
        StageName stage;
        SharePath target;
        [[nodiscard]] Attempt attempt() const { return {token.job, token.epoch}; }
    };

    // workstate.cpp: events that belong to no attempt
    void on(const event::Tick &e);
    void on(const event::Hint &e);
    void on(const event::Listed &e);
    void on(const event::AliveTouched &e);
    void on(const event::Swept &e);
    void on(const event::Journalled &e);
    void on(const event::BrowserChanged &e);
    void on(const event::ShareHangs &e);
    void on(const event::OutboxLevel &e);
    void on(const event::StopAsked &e);
    void on(const event::ClaimsAllowed &e);
    void on(const event::ShutdownAsked &e);
    void on(const event::ReportAsked &e);
    [[nodiscard]] bool isThereForSure(const QByteArray &token, const QHash<QByteArray, MonoTime> &before);
    void seeRunning(const QList<TokenName> &running, const QHash<QByteArray, MonoTime> &before);
    void seeEnded(const QHash<QByteArray, MonoTime> &before);
    /// Unless it was told lately.
    void tell(const TokenName &token, ReportKind kind, Cause cause, const QString &detail);
    [[nodiscard]] bool mayTell(const QByteArray &token); ///< counts as told when true

    // workchoice.cpp: what is due, which file is next
    void proceed();
    void pickWork();

    // workclaim.cpp: from a token to a spawned pipeline
    void on(const event::Copied &e);
    void on(const event::Verified &e);
    void on(const event::Spawned &e);
    void claim(const TokenName &token);
    bool cannotBeCopied(const Error &error, bool local);
    void endUncopied();
    void onClaimMoved(const MoveResult &result);
    void startIfReady();
    void spawn();
    void giveBack(Cause cause, const QString &detail);
    void holdStopped();
    void onUnreadable(const Error &error);

    // workrun.cpp: while it runs, until the verdict is durable
    void on(const event::OutputLine &e);
    void on(const event::MarkerSeen &e);
    void on(const event::Looked &e);
    void on(const event::RunEnded &e);
    void on(const event::Inspected &e);
    void watchRun();
    void kill();
    void conclude(const Verdict &verdict);
    void carryOut();

    // workpublish.cpp: what becomes of it
    void on(const event::Moved &e);
    void on(const event::Staged &e);
    void on(const event::Saved &e);
    void on(const event::Written &e);
    void stage();
    void holdUnpublished(const QString &why);
    void commit();
    void makeVisible();
    void moveAway();
    void writeSidecar();
    void onMovedAway(const MoveResult &result);
    void onCommitMoved(const MoveResult &result);
    void onFinalMoved(const MoveResult &result);
    void fence(const QString &detail);
    void end(RecordKind kind, const QList<Report> &reports);

    // workrecover.cpp: attempts of earlier lives, and places that are not known
    void on(const event::Located &e);
    void on(const event::LeftoversSeen &e);
    void recover(const AttemptEntry &entry);
    void locate();

    // helpers
    void issue(Step step, Effect effect);
    [[nodiscard]] bool failedForLong(const Error &error);
    void retry(const Error &error);
    void emitEffect(Effect effect) { m_out.append({0, std::move(effect)}); }
    qint64 emitNumbered(Effect effect);
    void putDown(milliseconds setAside);
    [[nodiscard]] bool answers(qint64 number, Step step) const;
    void trouble(const Error &error);
    void mutationWorked();
    [[nodiscard]] RunningJob jobInHand() const;
    [[nodiscard]] JournalRecord record(RecordKind kind) const;
    [[nodiscard]] Report report(ReportKind kind, const QString &detail = {});
    [[nodiscard]] QList<Report> claimReports(QList<Report> then);
    [[nodiscard]] QByteArray summaryJson() const;
    [[nodiscard]] SharePath runningPath() const;
    [[nodiscard]] StageName ownStage() const;
    [[nodiscard]] QList<StageName> stagesMade() const; ///< of the attempt in hand, in any life
    [[nodiscard]] bool ready() const;

    AgentConfig m_config;
    AgentIdentity m_identity;
    JournalView m_view;
    Now m_now;
    QList<NumberedEffect> m_out;
    qint64 m_number = 0;
    qint64 m_reportSeq = 0;
    QHash<qint64, JournalRecord> m_writing; ///< journal records on their way, by number

    bool m_frozen = false;
    bool m_stopping = false;
    bool m_swept = false;
    qint64 m_sweepAwaits = 0;
    std::optional<MonoTime> m_sweepAt;
    BrowserStatus m_browser;
    bool m_outboxFull = false;
    bool m_claimsAllowed = true;
    bool m_recognised = false; ///< by the orchestrator, in this life
    qint64 m_diskFree = -1;

    QByteArray m_shareUuid;
    std::optional<Error> m_readTrouble {Error {ErrorCode::ShareDown, {}}}; ///< until the first listing
    std::optional<Error> m_writeTrouble;
    bool m_shareHangs = false;
    qint64 m_listAwaits = 0;
    MonoTime m_nextList;
    qint64 m_aliveAwaits = 0;
    MonoTime m_nextAlive;

    QList<TokenName> m_assigned; ///< by job id
    std::map<Attempt, MonoTime> m_asideUntil;
    std::map<Attempt, MonoTime> m_uncopiedSince; ///< first copy in vain for the file's own reasons; of tokens in our folder
    QHash<QByteArray, MonoTime> m_strangers; ///< tokens the journal does not explain, first seen
    struct Told
    {
        MonoTime again; ///< when it may be told once more
        milliseconds pause {60'000};
    };
    QHash<QByteArray, Told> m_told;
    std::map<Attempt, RunningJob> m_heldUp;
    std::set<Attempt> m_reopen; ///< dropped, but the token lies in running/ under our name
    std::optional<Hand> m_hand;
};

} // namespace dtf
