// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/nemesis/privatenetwork.h"
#include "tests/support/fleet.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <random>
#include <vector>

namespace dtf {

/// Hurts a running fleet at random from a seed, and heals what it hurt: kill -9, SIGSTOP and restart of every kind of process,
/// links cut in each direction, operators who click twice. At most one wound per part at a time. Whatever is stopped goes on when
/// this object ends.
class Nemesis final : public QObject
{
public:
    /// `nodes`: DTF-01 … of the fleet. The links are the fleet's.
    /// `sparesLives`: orchestrator and agents are stopped and cut off but never killed or ended, so that what they hold can be
    /// watched for long.
    Nemesis(Fleet &fleet, NodeLinks &links, int nodes, quint32 seed, bool sparesLives = false);
    ~Nemesis();
    Nemesis(const Nemesis &) = delete;
    Nemesis &operator=(const Nemesis &) = delete;

    /// One fault, drawn at random. Written down with the time.
    void strike();
    /// All that is due or not; what needs a living orchestrator or an agent's end is waited for, 150 s at most.
    void healAll();

    [[nodiscard]] const QStringList &diary() const { return m_diary; }
    [[nodiscard]] qsizetype strikes() const { return m_strikes; }
    [[nodiscard]] QStringList counts() const; ///< "agent killed: 7"
    /// What could not be healed: a program that did not start again.
    [[nodiscard]] const QStringList &problems() const { return m_problems; }
    /// Seconds that the program has lived; `node` 0: the orchestrator.
    [[nodiscard]] double age(int node) const;
    void write(const QString &what);

private:
    enum class Heal {
        AtOnce, ///< a signal, a link
        Waits, ///< a program that must end or start
        AsksApi, ///< of the orchestrator
    };
    struct Wound
    {
        int id = 0;
        QString part;
        QString heals;
        Heal how = Heal::AtOnce;
        QDeadlineTimer due;
        std::function<bool()> heal; ///< false: not yet, try again soon
        int tries = 0;
        bool underWay = false; ///< its heal waits in an event loop of its own
    };
    void tick(); ///< heals what is due, ten times a second
    [[nodiscard]] int draw(int low, int high); ///< both included
    [[nodiscard]] bool isWounded(const QString &part) const;
    void wound(
        const QString &part, const QString &how, const QString &heals, int forMs, Heal healing, std::function<bool()> heal);
    void healDue(Heal kind);
    void tryToHeal(int id);

    void hurtOrchestrator();
    void hurtAgent(int node);
    void hurtBrowser(int node);
    void hurtProcess(int node, const char *kind, const QList<pid_t> &pids);
    void cutLink(int node);
    void clickTwice();
    void clickNode(int node);
    [[nodiscard]] bool startAgent(int node);
    [[nodiscard]] bool startOrchestrator();
    [[nodiscard]] QList<pid_t> renderers(int node) const;
    [[nodiscard]] QList<pid_t> pipelines(int node) const;

    Fleet &m_fleet;
    NodeLinks &m_links;
    int m_nodes;
    bool m_sparesLives;
    QTimer m_timer;
    bool m_healing = false; ///< a heal that is not AtOnce
    int m_lastWound = 0;
    std::mt19937 m_random;
    QElapsedTimer m_time;
    QMap<int, qint64> m_born; ///< ms
    std::vector<Wound> m_wounds;
    QStringList m_diary;
    QMap<QString, int> m_counts;
    QStringList m_problems;
    qsizetype m_strikes = 0;
};

} // namespace dtf
