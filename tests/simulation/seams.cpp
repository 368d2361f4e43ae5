// SPDX-License-Identifier: GPL-3.0-or-later
// Linked in the place of the product's own files: the clock, randomness, worker threads and their waits.
#include "common/core/clock.h"
#include "common/core/random.h"
#include "common/share/canceltoken.h"
#include "common/share/shareworker.h"
#include "tests/simulation/localdisk.h"
#include "tests/simulation/scheduler.h"

namespace dtf {

using sim::Scheduler;
using namespace sim;

Now SystemClock::now() const
{
    return Scheduler::get().clock();
}

std::uint64_t random64()
{
    const ProcessPtr &process = Scheduler::get().current();
    static Rng outside(1);
    return process ? process->ids.next() : outside.next();
}

void CancelToken::cancel()
{
    m_cancelled = true;
}

bool CancelToken::isCancelled() const
{
    return m_cancelled;
}

bool CancelToken::wait(milliseconds time)
{
    constexpr Micros piece = 250_ms; // a cancel is noticed soon
    for (Micros left = time.count() * 1'000; left > 0 && !m_cancelled; left -= piece) {
        Scheduler::get().pause(std::min(left, piece));
    }
    return !m_cancelled;
}

/// The worker's thread is a fibre per run of tasks.
struct TaskThread::Shared
{
    struct Item
    {
        Task task;
        Task done;
        QPointer<QObject> context;
        bool hasContext = false;
    };
    std::deque<Item> queue;
    int bound = 0;
    int running = 0;
    std::optional<MonoTime> runningSince; ///< a task, not only its place in the queue
    bool stopping = false;
    TaskThread *owner = nullptr;
    ProcessPtr process;

    static void loop(const std::shared_ptr<Shared> &self)
    {
        Scheduler &scheduler = Scheduler::get();
        while (!self->queue.empty() && !self->stopping) {
            auto item = std::make_shared<Item>(std::move(self->queue.front()));
            self->queue.pop_front();
            self->running = 1;
            scheduler.pause(self->process->dice.within(20_us, 400_us));
            self->runningSince = scheduler.clock().mono;
            scheduler.crashPoint();
            const LocalDisk::Mark mark = LocalDisk::begin(self->process);
            item->task();
            item->task = {};
            LocalDisk::end(self->process, mark);
            scheduler.crashPoint();
            scheduler.pause(self->process->dice.within(20_us, 400_us));
            self->running = 0;
            self->runningSince.reset();
            scheduler.after(self->process, 0, [self, item, process = self->process] {
                LocalDisk::answered(process);
                if (!self->stopping && item->done && (!item->hasContext || !item->context.isNull())) {
                    item->done();
                }
            });
        }
        self->running = 0;
    }
};

TaskThread::TaskThread(int bound, QObject *parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>())
{
    m_shared->bound = bound;
    m_shared->owner = this;
    m_shared->process = Scheduler::get().current();
}

TaskThread::~TaskThread()
{
    stop(milliseconds(0));
}

bool TaskThread::post(Task task, Task done, QObject *context)
{
    if (m_shared->stopping || pending() >= m_shared->bound || !m_shared->process->alive) {
        return false;
    }
    m_shared->queue.push_back({std::move(task), std::move(done), context, context != nullptr});
    if (m_shared->running == 0) {
        m_shared->running = 1;
        Scheduler::get().after(
            m_shared->process, 0, [shared = m_shared] { Scheduler::get().spawn([shared] { Shared::loop(shared); }); });
    }
    return true;
}

int TaskThread::pending() const
{
    return static_cast<int>(m_shared->queue.size()) + m_shared->running;
}

std::optional<MonoTime> TaskThread::runningSince() const
{
    return m_shared->runningSince;
}

void TaskThread::deliver() { }

bool TaskThread::stop(milliseconds)
{
    m_shared->stopping = true;
    m_shared->queue.clear();
    return true;
}

} // namespace dtf
