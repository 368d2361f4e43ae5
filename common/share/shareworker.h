// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"

#include <QObject>
#include <QPointer>

#include <algorithm>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

namespace dtf {

/// A thread that works off closures in order and hands each result back to the thread that made it, in the same order. The queue
/// is bounded. Nothing here blocks the owner except stop().
class TaskThread final : public QObject
{
public:
    using Task = std::function<void()>;

    explicit TaskThread(int bound = 4096, QObject *parent = nullptr);
    ~TaskThread() override; ///< as stop(5 s)

    /// Runs `task` on the thread, then `done` on the owner's thread (its event loop must turn) unless `context` has died or
    /// stop() was called. False: queue full or stopped; neither will be called.
    [[nodiscard]] bool post(Task task, Task done, QObject *context = nullptr);
    [[nodiscard]] int pending() const; ///< queued and running
    [[nodiscard]] std::optional<MonoTime> runningSince() const; ///< the task that runs now; none: idle
    /// Forgets what is queued, waits for the running task. False: it still runs after `deadline` (a hanging share): the thread is
    /// left behind with what it works on, and nothing of it is ever reported.
    bool stop(milliseconds deadline);

private:
    struct Shared;
    void deliver();
    std::shared_ptr<Shared> m_shared;
};

/// Owns a ShareFs on a thread of its own: the only way a daemon's main thread touches the share. Thread: the owner's.
class ShareWorker final
{
public:
    /// `cancel`: makes a running operation end soon (LocalShareFs::cancel); called by stop(). `lastSign`: when the file system
    /// last got on within a task (LocalShareFs::lastSign); none: only the tasks' beginnings count.
    explicit ShareWorker(
        std::unique_ptr<ShareFs> fs, std::function<void()> cancel = {}, std::function<MonoTime()> lastSign = {}, int bound = 4096)
        : m_fs(std::move(fs))
        , m_cancel(std::move(cancel))
        , m_lastSign(std::move(lastSign))
        , m_thread(bound)
    { }
    ShareWorker(const ShareWorker &) = delete;
    ShareWorker &operator=(const ShareWorker &) = delete;
    ~ShareWorker() { stop(milliseconds(5000)); }

    /// `task(ShareFs &) -> R` on the worker, then `done(R)` here, in order. `context`: no call after its death. False: queue full
    /// or stopped.
    template <typename F, typename Done>
    requires std::invocable<F &, ShareFs &>
    [[nodiscard]] bool run(F task, Done done, QObject *context = nullptr)
    {
        using R = std::invoke_result_t<F &, ShareFs &>;
        if constexpr (std::is_void_v<R>) {
            return m_thread.post([fs = m_fs, task = std::move(task)]() mutable { task(*fs); }, std::move(done), context);
        } else {
            auto slot = std::make_shared<std::optional<R>>();
            return m_thread.post([fs = m_fs, slot, task = std::move(task)]() mutable { slot->emplace(task(*fs)); },
                [slot, done = std::move(done)]() mutable { done(std::move(**slot)); }, context);
        }
    }
    [[nodiscard]] int pending() const { return m_thread.pending(); }
    /// How long the running task has waited for one and the same answer of the share; 0: idle. See HangWatch.
    [[nodiscard]] milliseconds silentFor() const
    {
        const std::optional<MonoTime> since = m_thread.runningSince();
        if (!since) {
            return milliseconds(0);
        }
        const MonoTime last = std::max(*since, m_lastSign ? m_lastSign() : *since);
        return std::max(milliseconds(0), SystemClock().now().mono - last);
    }
    bool stop(milliseconds deadline)
    {
        if (m_cancel) {
            m_cancel();
        }
        return m_thread.stop(deadline);
    }

private:
    std::shared_ptr<ShareFs> m_fs; ///< shared with the tasks: a thread left behind keeps it alive
    std::function<void()> m_cancel;
    std::function<MonoTime()> m_lastSign;
    TaskThread m_thread;
};

} // namespace dtf
