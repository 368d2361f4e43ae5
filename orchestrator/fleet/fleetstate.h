// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/fleet/effects.h"
#include "orchestrator/fleet/events.h"
#include "orchestrator/fleet/fleetnode.h"
#include "orchestrator/fleet/job.h"
#include "orchestrator/orchestratorconfig.h"
#include "orchestrator/policy/dispatch.h"
#include "orchestrator/policy/jobtransition.h"

#include <QHash>
#include <QMap>

#include <array>
#include <set>
#include <unordered_map>
#include <vector>

namespace dtf {

/// Nodes and jobs in memory. apply() is the only way in: pure but for its own memory, no I/O, no clock, no QObject. What it
/// decides comes back as a Step for the shell to carry out. Final jobs leave the memory; the store answers for them.
class FleetState
{
public:
    FleetState(const OrchestratorConfig &config, const BootId &boot);

    /// Takes over what the store remembers. Once, before the first event.
    [[nodiscard]] Step restore(const StoreSnapshot &snapshot, const Now &now);
    [[nodiscard]] Step apply(const FleetEvent &event, const Now &now);
    /// Just before a step's actions are carried out: takes those out that a later event has overtaken.
    void dropSuperseded(QList<ShareAction> &actions);

    /// True when apply(MoreToDispatch) would dispatch more (a pass is bounded).
    [[nodiscard]] bool hasMoreToDispatch() const { return m_dispatchWanted; }

    // Reading, for views; never changes anything.
    [[nodiscard]] HeartbeatReply heartbeatReply(const NodeName &node, const Now &now, int heartbeatSeconds) const;
    [[nodiscard]] StateView stateView(const Now &now) const;
    [[nodiscard]] FleetSummary summary(const Now &now) const;
    [[nodiscard]] std::optional<NodeView> nodeView(const NodeName &node, const Now &now) const;
    [[nodiscard]] std::optional<JobView> jobView(const JobId &job) const;
    [[nodiscard]] QList<JobView> activeJobs(int limit) const; ///< newest change first
    [[nodiscard]] FiguresView figures(const Now &now) const;
    [[nodiscard]] std::optional<WhyView> why(const JobId &job, const Now &now) const;
    [[nodiscard]] QList<StableFile> filesInIncoming() const; ///< what the scanner must know after a restart
    [[nodiscard]] QList<NodeName> nodeNames() const;
    [[nodiscard]] QList<NodeName> joinedNodes() const; ///< those that have joined by themselves
    [[nodiscard]] const QList<MemberRecord> &members() const { return m_members; }
    [[nodiscard]] JoinCodesView joinCodes(const Now &now) const; ///< newest first
    [[nodiscard]] QByteArray shareUuid() const { return m_shareUuid; } ///< of the share it works on; empty: none seen yet
    /// False: further files would only queue up. While moves of what came before are under way they would be stored twice.
    [[nodiscard]] bool mayScan() const { return m_gates.shareOk && m_gates.storeOk && m_inFlight < enoughInFlight; }

private:
    struct Context
    {
        Step step;
        Now now;
        std::vector<JobId> dirtyOrder;
        QSet<JobId> dirty;
        QSet<NodeName> dirtyNodes; ///< their NodeRecord changed
    };
    struct WaitKey
    {
        int negativePriority = 0;
        JobId id;
        auto operator<=>(const WaitKey &) const = default;
    };
    struct JobHash
    {
        size_t operator()(const JobId &id) const noexcept { return qHash(id); }
    };

    // fleetstate.cpp: memory and its indexes
    [[nodiscard]] Job *find(const JobId &id);
    [[nodiscard]] const Job *find(const JobId &id) const;
    Job &insert(Context &c, Job job);
    template <typename Edit> void touch(Context &c, Job &job, Edit edit);
    void enlist(const Job &job, int sign);
    [[nodiscard]] bool holdsKeys(const Job &job) const;
    [[nodiscard]] static QByteArray nameKey(const Job &job);
    [[nodiscard]] bool serialBlocked(const Job &job) const;
    [[nodiscard]] JobRecord record(const Job &job) const;
    [[nodiscard]] Job fromRecord(const JobRecord &record) const;
    void finish(Context &c);
    [[nodiscard]] FleetNode *node(const NodeName &name);
    [[nodiscard]] const FleetNode *node(const NodeName &name) const;
    [[nodiscard]] qint16 nodeIndex(const NodeName &name) const;
    [[nodiscard]] NodeName nodeNameOf(const Job &job) const;
    [[nodiscard]] NodeRecord record(const FleetNode &node) const;
    /// One legal step with its audit row; an illegal one is logged, audited and changes nothing (returns false).
    bool advance(Context &c, Job &job, JobEvent event, AuditKind kind, const QByteArray &detail, const QByteArray &actor);
    void audit(Context &c, AuditKind kind, const Job *job, const NodeName &node, const QByteArray &detail,
        const QByteArray &actor) const;
    void raise(Context &c, AlertKind kind, AlertSeverity severity, const QByteArray &subject, const QByteArray &detail);
    void clear(Context &c, AlertKind kind, const QByteArray &subject);
    void clearForJob(Context &c, const Job &job, std::initializer_list<AlertKind> kinds);
    void clearForgotten(Context &c); ///< alerts of nodes that are no longer configured

    // intake.cpp
    void on(Context &c, const FilesStable &event);
    void on(Context &c, const FilesVanished &event);
    // actions.cpp
    void on(Context &c, const ActionsDone &event);
    void dispatched(Context &c, Job &job, const ActionDone &done);
    void settled(Context &c, Job &job, const ActionDone &done);
    void begin(Context &c, Job &job, ActionKind kind, Cause cause, const QByteArray &detail, const QByteArray &actor);
    void issue(Context &c, Job &job);
    void retryLater(Context &c, Job &job, const QByteArray &why);
    // zoneview.cpp
    void on(Context &c, const ZoneSeen &event);
    void adopt(Context &c, Job &job, const SeenToken &seen, bool known = true);
    void adoptUnknown(Context &c, const SeenToken &seen);
    void leavesIncoming(Context &c, const Job &job, const SharePath &place);
    void putBack(Context &c, Job &job, const SeenToken &seen, MonoTime seenAt);
    void settleVanished(Context &c, Job &job, const std::optional<SeenToken> &seen);
    // traces.cpp
    void on(Context &c, const TraceDone &event);
    [[nodiscard]] milliseconds sureAfter() const;
    void missing(Context &c, Job &job, MonoTime seenAt);
    [[nodiscard]] bool reportsFollow(const Job &job, MonoTime seenAt) const;
    [[nodiscard]] QList<SeenToken> traceCandidates(const Job &job, const Now &now) const;
    // beats.cpp
    void on(Context &c, const BeatReceived &event);
    [[nodiscard]] QString refuseBeat(Context &c, FleetNode &node, const Heartbeat &beat);
    [[nodiscard]] static bool speaksOn(OldLife &life, const Heartbeat &beat, const Now &now);
    void replace(Context &c, FleetNode &node, const Heartbeat &beat);
    void takeRuns(Context &c, const FleetNode &node, const Heartbeat &beat);
    void welcome(Context &c, FleetNode &node);
    // silence.cpp
    void lose(Context &c, FleetNode &node);
    void judgeNodes(Context &c);
    void judgeDoubtful(Context &c);
    void returnAssigned(Context &c, FleetNode &node, const QByteArray &why, const QByteArray &actor);
    void leavesItsNode(Context &c, Job &job, const FleetNode &node, const QByteArray &why, const QByteArray &actor);
    void provenUnbegun(Context &c, const FleetNode &node, Job &job);
    // unable.cpp
    void judgeUnable(Context &c);
    // ticks.cpp
    void on(Context &, const MoreToDispatch &) { m_dispatchWanted = true; }
    void on(Context &c, const Tick &event);
    void on(Context &c, const ShareHealth &event);
    void on(Context &c, const StoreHealth &event);
    void on(Context &c, const AccessRefused &event);
    void lookForUnsettled(Context &c);
    // stuck.cpp
    void judgeStuck(Context &c);
    bool judgeStuck(Context &c, const Job &job);
    void judgeWaiting(Context &c);
    [[nodiscard]] QByteArray stuckWords(const Job &job, MonoTime now) const;
    // alerts.cpp
    [[nodiscard]] static bool isAboutFile(AlertKind kind);
    [[nodiscard]] int openAlerts(AlertKind kind, int most) const;
    [[nodiscard]] bool isStorm(AlertKind kind) const;
    void browserAlerts(Context &c, FleetNode &node, bool changed);
    void judgeBrowsers(Context &c);
    // reports.cpp
    void on(Context &c, const ReportsReceived &event);
    void take(Context &c, FleetNode &node, const Report &report);
    void takeJob(Context &c, FleetNode &node, Job &job, const Report &report);
    void explained(Context &c, const FleetNode &n, const Job &job, const Report &report, AlertKind kind);
    void ended(Context &c, FleetNode *node, Job &job, bool failed);
    // operators.cpp
    void on(Context &c, const JobCommanded &event);
    void on(Context &c, const NodeCommanded &event);
    void on(Context &c, const DispatchCommanded &event);
    void on(Context &c, const AlertCommanded &event);
    [[nodiscard]] OperatorReply acknowledge(Context &c, Alert alert, const AlertCommanded &event);
    [[nodiscard]] OperatorReply command(Context &c, Job &job, const JobCommanded &event);
    [[nodiscard]] OperatorReply command(Context &c, FleetNode &node, const NodeCommanded &event);
    void sendCommand(Context &c, FleetNode &node, AgentCommand command);
    // joining.cpp
    void on(Context &c, const EnrolAsked &event);
    void on(Context &c, const JoinCodeMade &event);
    void on(Context &c, const JoinCodeRevoked &event);
    void on(Context &c, const NodeForgotten &event);
    [[nodiscard]] EnrolDecision enrol(Context &c, const EnrolAsked &event);
    [[nodiscard]] JoinCodeRecord *codeOf(const QByteArray &digest);
    [[nodiscard]] MemberRecord *memberOf(const EnrolRequest &body, bool *sameRequest);
    [[nodiscard]] std::optional<Error> isSomebodys(const NodeName &name) const;
    [[nodiscard]] Result<NodeName> takeIn(Context &c, const EnrolRequest &body);
    [[nodiscard]] bool mayHaveToSpeakYet(const FleetNode &node, const EnrolRequest &body, const Now &now) const;
    [[nodiscard]] std::optional<Error> stillAlive(const FleetNode &node, const EnrolRequest &body, const Now &now);
    [[nodiscard]] qsizetype filesOf(const FleetNode &node) const;
    [[nodiscard]] bool isConfigured(const NodeName &name) const;
    void addNode(const NodeName &name);
    void ensureNode(Context &c, const NodeName &name);
    void removeNode(Context &c, const NodeName &name);
    void restoreMembers(const StoreSnapshot &snapshot);
    // restore.cpp
    void restoreJobs(Context &c, const StoreSnapshot &snapshot);
    void restoreNodes(const StoreSnapshot &snapshot);
    void restoreSettings(const StoreSnapshot &snapshot);
    void restoreCommands(Context &c, const StoreSnapshot &snapshot);
    void recallDay(const StoreSnapshot &snapshot);
    // dispatchpass.cpp
    void dispatchPass(Context &c);
    [[nodiscard]] NodeSlot slotOf(const FleetNode &node) const;
    [[nodiscard]] WaitingFile waitingFile(const Job &job) const;
    [[nodiscard]] bool worksOn(const FleetNode &node, const QByteArray &affinityKey) const;
    [[nodiscard]] std::optional<milliseconds> affinityWaitLeft(const Job &job, const WaitingFile &file, MonoTime now) const;
    void forgetAffinityWaits();
    void rollDay(Context &c);

    /// An agent that is heard so long after a second one of its name was refused first is no late word of a life that has ended.
    static constexpr milliseconds provenTwinAfter {5'000};
    /// What a life that has ended left in the network's queues comes all at once; a living one speaks on.
    static constexpr milliseconds provenAliveAfter {2'000};
    static constexpr int mostInFlight = 4'096;
    static constexpr int enoughInFlight = mostInFlight * 3 / 4;

    OrchestratorConfig m_config;
    BootId m_boot;
    FleetGates m_gates;
    std::unordered_map<JobId, Job, JobHash> m_jobs;
    std::set<WaitKey> m_waiting;
    QHash<QByteArray, int> m_busyKeys;
    QSet<JobId> m_troubled; ///< moves to be tried again
    QSet<JobId> m_unsettled; ///< moves that an earlier life had begun, until a look for them is sure
    MonoTime m_lastUnsettledLook;
    std::array<qint64, 11> m_counts {}; ///< by JobState, of jobs in memory
    std::array<qint64, 11> m_finalToday {}; ///< by JobState, ended today (UTC)
    std::vector<FleetNode> m_nodes;
    QHash<NodeName, qint16> m_nodeIndex;
    QMap<std::pair<int, QByteArray>, Alert> m_alerts; ///< by (kind, subject)
    QHash<QByteArray, NodeName> m_affinity; ///< key → node that took it last, unless only because the one before was full
    QHash<JobId, MonoTime> m_affinityWaits; ///< since when a waiting file stays for the node of its key
    QByteArray m_shareDetail;
    QByteArray m_storeDetail;
    QByteArray m_pausedBy;
    QByteArray m_pausedReason;
    MonoTime m_started;
    MonoTime m_lastTick;
    MonoTime m_lastStuckLook;
    MonoTime m_shareSince; ///< the share has answered since then, if it does
    qint64 m_nextCommand = 1; ///< higher than any that an agent may have obeyed
    qint64 m_today = 0; ///< days since 1970
    int m_inFlight = 0; ///< dispatch moves handed out, no answer yet
    QByteArray m_shareUuid;
    QByteArray m_storeId; ///< the boot that made this store
    QList<MemberRecord> m_members;
    QList<JoinCodeRecord> m_joinCodes; ///< oldest first
    qint64 m_nextCode = 1;
    QHash<QByteArray, MonoTime> m_asking; ///< enrolment requests that wait for an agent of their name to fall silent: since when
    struct Granted
    {
        MonoTime at;
        BootId boot; ///< of the agent that asked
    };
    QHash<NodeName, Granted> m_granted; ///< who was let in last as that node, since our start
    QSet<QByteArray> m_refusedEnrols; ///< told in the audit already
    QHash<JobId, MonoTime> m_ended; ///< since the last listing was taken in: a listing from before shows where they were
    QSet<JobId> m_vanished; ///< gone from incoming; whether they lie elsewhere is being looked at
    bool m_startedSet = false;
    bool m_dispatchWanted = false;
};

template <typename Edit> void FleetState::touch(Context &c, Job &job, Edit edit)
{
    enlist(job, -1);
    edit(job);
    job.changed = c.now.wall;
    job.changedMono = c.now.mono;
    enlist(job, +1);
    if (!c.dirty.contains(job.id)) {
        c.dirty.insert(job.id);
        c.dirtyOrder.push_back(job.id);
    }
    m_dispatchWanted = true;
}

} // namespace dtf
