// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/mailbox.h"

#include <atomic>
#include <thread>

namespace dtf {

/// One long question at a time, beside the store's thread and on a connection of its own, so that commits do not wait for it.
/// Thread: the mailbox's owner, but for the work itself.
class SideThread final
{
public:
    /// Runs on the side; must end soon after `stop` became true. Its letter is delivered through the mailbox.
    using Work = std::function<Mailbox::Letter(const std::atomic_bool &stop)>;

    explicit SideThread(Mailbox &mailbox)
        : m_mailbox(mailbox)
    { }
    ~SideThread() { close(); }
    SideThread(const SideThread &) = delete;
    SideThread &operator=(const SideThread &) = delete;

    [[nodiscard]] bool isBusy() const { return m_thread.joinable(); } ///< until the letter is delivered
    /// Only when not busy.
    void start(Work work);
    /// Waits for the work's end; its letter still lies in the mailbox.
    void close();

private:
    Mailbox &m_mailbox;
    std::atomic_bool m_stop {false};
    std::thread m_thread;
};

} // namespace dtf
