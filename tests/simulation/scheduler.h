// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "tests/simulation/fiber.h"
#include "tests/simulation/rng.h"

#include <QAbstractEventDispatcher>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>

namespace dtf::sim {

using Micros = std::int64_t; ///< microseconds since the simulation's begin
constexpr Micros operator""_us(unsigned long long value)
{
    return static_cast<Micros>(value);
}
constexpr Micros operator""_ms(unsigned long long value)
{
    return static_cast<Micros>(value) * 1'000;
}
constexpr Micros operator""_sec(unsigned long long value)
{
    return static_cast<Micros>(value) * 1'000'000;
}
constexpr Micros operator""_min(unsigned long long value)
{
    return static_cast<Micros>(value) * 60'000'000;
}

/// One life of one program. What belongs to it (timers, answers, fibres) runs only while it lives and is not stopped.
struct Process
{
    QByteArray name;
    Rng dice {0}; ///< latencies and faults
    Rng ids {0}; ///< what random64() gives
    milliseconds wallOffset {0}; ///< its machine's wall clock against the simulation's
    bool alive = true;
    bool stopped = false;
    std::deque<std::function<void()>> deferred; ///< what came due while it was stopped
    std::vector<Fiber *> suspended; ///< its fibres that wait
    std::int64_t steps = 0; ///< crash points passed
    std::function<void(std::int64_t)> onStep; ///< called at each, with its number from 1
    enum class Spoil { Nothing, Refuse, DoAndDeny };
    Spoil spoil = Spoil::Nothing; ///< of the call that begins at the present crash point: an error, or an error that lies
    bool doomed = false; ///< its end at the present crash point has been asked for
    bool diskBusy = false; ///< a task on its own disk has been done but not been answered
    void *owner = nullptr;
};
using ProcessPtr = std::shared_ptr<Process>;

/// Fake time for everything on this thread: Qt's timers, worker threads (as fibres), waits. One event at a time, in the order of
/// time and, at the same time, of asking: the same seed gives the same run.
class Scheduler final : public QAbstractEventDispatcher
{
public:
    Scheduler();
    ~Scheduler() override;
    [[nodiscard]] static Scheduler &get(); ///< the thread's one

    /// Begins anew at time 0.
    void reset();
    [[nodiscard]] Micros now() const { return m_now; }
    [[nodiscard]] Now clock() const; ///< of the current process

    /// `process` null: the world's own, which nothing stops.
    void after(const ProcessPtr &process, Micros delay, std::function<void()> what);
    /// The next thing; false: nothing is left.
    bool step();
    void runUntil(Micros time);
    [[nodiscard]] std::uint64_t done() const { return m_done; }

    [[nodiscard]] const ProcessPtr &current() const { return m_current; }
    /// As if `process` did it.
    void as(const ProcessPtr &process, const std::function<void()> &what);
    /// On a fibre: lets time pass. Throws Fiber::Killed when the process has ended meanwhile.
    void pause(Micros time);
    /// On a fibre: a place where the process may end. Throws as pause().
    void crashPoint();
    /// A worker's body on a fibre of the current process.
    void spawn(std::function<void()> body);

    void stop(const ProcessPtr &process) { process->stopped = true; }
    void go(const ProcessPtr &process);
    /// Ends a process at once: its fibres are unwound. The caller deletes what it owned, inside as().
    void kill(const ProcessPtr &process);

    // QAbstractEventDispatcher
    bool processEvents(QEventLoop::ProcessEventsFlags) override { return step(); }
    void registerSocketNotifier(QSocketNotifier *) override { }
    void unregisterSocketNotifier(QSocketNotifier *) override { }
    void registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(int id) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int id) override;
    void wakeUp() override { }
    void interrupt() override { }

private:
    struct Item
    {
        Micros at = 0;
        std::uint64_t number = 0;
        ProcessPtr process;
        bool owned = false;
        std::function<void()> what;
    };
    struct Later
    {
        bool operator()(const std::shared_ptr<Item> &a, const std::shared_ptr<Item> &b) const
        {
            return a->at != b->at ? a->at > b->at : a->number > b->number;
        }
    };
    struct Timer
    {
        qint64 interval = 0; ///< ms
        Qt::TimerType type = Qt::CoarseTimer;
        QObject *object = nullptr;
        ProcessPtr process;
        std::uint64_t generation = 0;
        Micros due = 0;
    };
    void run(const ProcessPtr &process, const std::function<void()> &what);
    void arm(int id);
    void fire(int id, std::uint64_t generation);
    void resume(Fiber *fiber, const ProcessPtr &process);

    Micros m_now = 0;
    std::uint64_t m_numbers = 0;
    std::uint64_t m_done = 0;
    ProcessPtr m_current;
    std::priority_queue<std::shared_ptr<Item>, std::vector<std::shared_ptr<Item>>, Later> m_items;
    std::map<int, Timer> m_timers;
};

} // namespace dtf::sim
