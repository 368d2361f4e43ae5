// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/shareworker.h"

#include <QMetaObject>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace dtf {

struct TaskThread::Shared
{
    struct Item
    {
        Task task;
        Task done;
        QPointer<QObject> context;
        bool hasContext = false;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Item> queue;
    std::deque<Item> finished;
    int bound = 0;
    int running = 0;
    MonoTime runningSince;
    bool stopping = false;
    bool ended = false; ///< the thread has left its loop
    bool announced = false; ///< deliver() is on its way
    TaskThread *owner = nullptr; ///< null after stop()
    std::thread thread;

    void loop()
    {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return stopping || !queue.empty(); });
            if (stopping) {
                break;
            }
            Item item = std::move(queue.front());
            queue.pop_front();
            running = 1;
            runningSince = SystemClock().now().mono;
            lock.unlock();
            item.task();
            item.task = {}; // what it holds is released here, before its answer
            lock.lock();
            running = 0;
            if (stopping) {
                break;
            }
            finished.push_back(std::move(item));
            if (!announced) {
                announced = true;
                QMetaObject::invokeMethod(
                    owner, [o = owner] { o->deliver(); }, Qt::QueuedConnection);
            }
        }
        ended = true;
        changed.notify_all();
    }
};

TaskThread::TaskThread(int bound, QObject *parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>())
{
    m_shared->bound = bound;
    m_shared->owner = this;
    m_shared->thread = std::thread([shared = m_shared] { shared->loop(); });
}

TaskThread::~TaskThread()
{
    stop(milliseconds(5000));
}

bool TaskThread::post(Task task, Task done, QObject *context)
{
    const std::scoped_lock lock(m_shared->mutex);
    if (m_shared->stopping || static_cast<int>(m_shared->queue.size() + m_shared->finished.size()) >= m_shared->bound) {
        return false;
    }
    m_shared->queue.push_back({std::move(task), std::move(done), context, context != nullptr});
    m_shared->changed.notify_all();
    return true;
}

int TaskThread::pending() const
{
    const std::scoped_lock lock(m_shared->mutex);
    return static_cast<int>(m_shared->queue.size()) + m_shared->running;
}

std::optional<MonoTime> TaskThread::runningSince() const
{
    const std::scoped_lock lock(m_shared->mutex);
    return m_shared->running > 0 ? std::optional(m_shared->runningSince) : std::nullopt;
}

void TaskThread::deliver()
{
    std::deque<Shared::Item> ready;
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->announced = false;
        ready.swap(m_shared->finished);
    }
    const QPointer<TaskThread> self(this);
    for (Shared::Item &item : ready) {
        if (self.isNull()) {
            return; // a done() ended us
        }
        if (item.done && (!item.hasContext || !item.context.isNull())) {
            item.done();
        }
    }
}

bool TaskThread::stop(milliseconds deadline)
{
    std::unique_lock lock(m_shared->mutex);
    if (!m_shared->thread.joinable()) {
        return true;
    }
    m_shared->stopping = true;
    m_shared->queue.clear();
    m_shared->finished.clear();
    m_shared->changed.notify_all();
    const bool ended = m_shared->changed.wait_for(lock, deadline, [this] { return m_shared->ended; });
    m_shared->owner = nullptr;
    lock.unlock();
    if (ended) {
        m_shared->thread.join();
    } else {
        m_shared->thread.detach();
    }
    return ended;
}

} // namespace dtf
