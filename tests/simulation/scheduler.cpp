// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/scheduler.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>

namespace dtf::sim {

namespace {

thread_local Scheduler *theScheduler = nullptr;
constexpr std::int64_t monoBase = 10'000'000; ///< ms: no monotonic clock is near 0
constexpr std::int64_t wallBase = 1'795'000'000'000; ///< ms: 2026-11-18

} // namespace

Scheduler::Scheduler()
{
    theScheduler = this;
}

Scheduler::~Scheduler()
{
    theScheduler = nullptr;
}

Scheduler &Scheduler::get()
{
    return *theScheduler;
}

void Scheduler::reset()
{
    m_items = {};
    m_now = 0;
    m_numbers = 0;
    m_done = 0;
    m_current.reset();
}

Now Scheduler::clock() const
{
    const milliseconds at(m_now / 1'000);
    const milliseconds offset = m_current ? m_current->wallOffset : milliseconds(0);
    return {MonoTime {at + milliseconds(monoBase)}, WallTime {(at + offset).count() + wallBase}};
}

void Scheduler::after(const ProcessPtr &process, Micros delay, std::function<void()> what)
{
    m_items.push(std::make_shared<Item>(
        Item {m_now + std::max<Micros>(0, delay), ++m_numbers, process, process != nullptr, std::move(what)}));
}

bool Scheduler::step()
{
    if (m_items.empty()) {
        return false;
    }
    const std::shared_ptr<Item> item = m_items.top();
    m_items.pop();
    m_now = std::max(m_now, item->at);
    ++m_done;
    if (item->owned && !item->process->alive) {
        return true;
    }
    if (item->owned && item->process->stopped) {
        item->process->deferred.push_back(std::move(item->what));
        return true;
    }
    run(item->process, item->what);
    return true;
}

void Scheduler::runUntil(Micros time)
{
    while (!m_items.empty() && m_items.top()->at <= time) {
        step();
    }
    m_now = std::max(m_now, time);
}

void Scheduler::run(const ProcessPtr &process, const std::function<void()> &what)
{
    as(process, [&] {
        what();
        QCoreApplication::sendPostedEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    });
}

void Scheduler::as(const ProcessPtr &process, const std::function<void()> &what)
{
    const ProcessPtr before = std::exchange(m_current, process);
    what();
    m_current = before;
}

void Scheduler::resume(Fiber *fiber, const ProcessPtr &process)
{
    std::erase(process->suspended, fiber);
    fiber->resume();
    if (fiber->ended()) {
        delete fiber;
    }
}

void Scheduler::spawn(std::function<void()> body)
{
    auto *fiber = new Fiber(std::move(body)); // deletes itself with its end, see resume()
    const ProcessPtr process = m_current;
    resume(fiber, process);
}

void Scheduler::pause(Micros time)
{
    Fiber *self = Fiber::current();
    const ProcessPtr process = m_current;
    process->suspended.push_back(self);
    after(process, time, [this, self, process] { resume(self, process); });
    Fiber::suspend();
    if (!process->alive) {
        throw Fiber::Killed {};
    }
}

void Scheduler::crashPoint()
{
    const ProcessPtr process = m_current;
    ++process->steps;
    if (process->onStep) {
        process->onStep(process->steps);
    }
    if (process->doomed && Fiber::current() != nullptr) {
        pause(1_min); // its end comes first
    }
}

void Scheduler::go(const ProcessPtr &process)
{
    process->stopped = false;
    for (std::function<void()> &what : process->deferred) {
        after(process, 0, std::move(what));
    }
    process->deferred.clear();
}

void Scheduler::kill(const ProcessPtr &process)
{
    process->alive = false;
    process->deferred.clear();
    as(process, [&] {
        while (!process->suspended.empty()) {
            resume(process->suspended.back(), process);
        }
    });
}

void Scheduler::registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object)
{
    m_timers[id] = {interval, type, object, m_current, 0, 0};
    arm(id);
}

void Scheduler::arm(int id)
{
    Timer &timer = m_timers[id];
    timer.generation = ++m_numbers;
    timer.due = m_now + timer.interval * 1'000;
    after(timer.process, timer.interval * 1'000, [this, id, generation = timer.generation] { fire(id, generation); });
}

void Scheduler::fire(int id, std::uint64_t generation)
{
    const auto it = m_timers.find(id);
    if (it == m_timers.end() || it->second.generation != generation) {
        return;
    }
    arm(id); // again, unless its receiver stops it
    QTimerEvent event(id);
    QCoreApplication::sendEvent(it->second.object, &event);
}

bool Scheduler::unregisterTimer(int id)
{
    return m_timers.erase(id) > 0;
}

bool Scheduler::unregisterTimers(QObject *object)
{
    return std::erase_if(m_timers, [&](const auto &entry) { return entry.second.object == object; }) > 0;
}

QList<QAbstractEventDispatcher::TimerInfo> Scheduler::registeredTimers(QObject *object) const
{
    QList<TimerInfo> found;
    for (const auto &[id, timer] : m_timers) {
        if (timer.object == object) {
            found.append(TimerInfo(id, static_cast<int>(timer.interval), timer.type));
        }
    }
    return found;
}

int Scheduler::remainingTime(int id)
{
    const auto it = m_timers.find(id);
    return it == m_timers.end() ? -1 : static_cast<int>(std::max<Micros>(0, it->second.due - m_now) / 1'000);
}

} // namespace dtf::sim
