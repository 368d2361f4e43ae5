// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/workstate.h"

#include <QMap>

#include <deque>
#include <memory>

namespace dtf {

/// A share, a disk, a journal and pipelines made of values, for one WorkState: effects are carried out at once and in order, the
/// clock jumps to wakeAt() when nothing else is left to do. The machine can be killed before or after any effect; what is durable
/// stays.
class FakeWorld
{
public:
    explicit FakeWorld(const AgentConfig &config);

    /// A token in the node's folder.
    TokenName assign(const QByteArray &name, const QByteArray &content, Epoch epoch = 1);
    /// A new life: new boot, empty memory; processes die with the old one.
    /// `recognised`: the orchestrator takes it for the node's only agent.
    void boot(const QByteArray &machineBoot = "machine-boot", bool recognised = true);
    void kill() { m_state.reset(); }
    /// Carries out effects until nothing happens for `quiet` of fake time. False: killed at `m_killAt`, or `limit` effects were
    /// not enough.
    bool run(milliseconds quiet = seconds(200), int limit = 5'000);
    void send(const Event &event);

    /// Kills before (`after` false) or after the n-th effect from now is carried out.
    void killAtEffect(int n, bool after)
    {
        m_killAt = n;
        m_killAfter = after;
    }
    [[nodiscard]] bool killed() const { return !m_state; }
    [[nodiscard]] WorkState &state() { return *m_state; }

    [[nodiscard]] QList<SharePath> tokens() const; ///< every place at which the content of a token lies
    [[nodiscard]] int reported(ReportKind kind) const;
    [[nodiscard]] const Report *lastReport(ReportKind kind) const;

    Now now {MonoTime {milliseconds(1'000'000)}, WallTime {1'700'000'000'000}};
    QMap<SharePath, QByteArray> share; ///< tokens, sidecars
    QList<Report> reports;
    QMap<QByteArray, int> spawns; ///< by "J.eN"
    JournalView journal;
    QMap<QByteArray, QByteArray> stages; ///< complete stages by folder, with their token's content when committed
    // how the world behaves
    RunEnd nextEnd {.spawned = true};
    OutputFacts nextOutputs {.files = 1};
    bool spawnWorks = true;
    bool earlierRunsEnd = true; ///< processes of an earlier life can be ended
    bool pipelineEnds = true;
    Leftovers leftovers {.treeDead = true, .spawnSeen = true};
    std::function<std::optional<MoveResult>(const SharePath &source, const SharePath &target)> moveFault; ///< instead of the move
    std::function<std::optional<Error>(const SharePath &source)> copyFault; ///< instead of the copy
    std::function<std::optional<Error>(const SharePath &path)> verifyFault; ///< instead of the look
    bool copyFaultIsLocal = false; ///< this machine's disk
    std::function<void(const Effect &)> before; ///< sees each effect first
    bool shareUp = true;
    QByteArray shareUuid = "uuid";
    bool journalWorks = true;
    BrowserStatus browser {BrowserState::Ready, {}, 9222, QStringLiteral("ws://127.0.0.1:9222/x"), -1};

private:
    struct Waiting
    {
        qint64 number;
        Effect effect;
    };
    void take(const QList<NumberedEffect> &effects);
    std::optional<Event> perform(qint64 number, const Effect &effect);
    MoveResult move(const SharePath &source, const SharePath &target);
    event::Located locate(qint64 number, const effect::Locate &e) const;
    [[nodiscard]] Result<void> down() const;

    AgentConfig m_config;
    AgentIdentity m_identity;
    JobIdGenerator m_ids;
    std::unique_ptr<WorkState> m_state;
    std::deque<Waiting> m_effects;
    std::deque<Event> m_external;
    int m_killAt = -1;
    bool m_killAfter = false;
};

} // namespace dtf
